// The fields of one role: its ARN, and the name and length of the sessions.
import { TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { WholeNumberInput } from "../whole-number-input.tsx";
import css from "./connect.module.css";

interface RoleFieldsProps<Values> {
  form: UseFormReturnType<Values>;
  /** Where the form keeps the three. */
  paths: { arn: string; sessionName: string; durationSeconds: string };
  label: string;
  example: string;
  partition?: string;
  maxSeconds?: number;
}
export function RoleFields<Values>({
  form,
  paths,
  label,
  example,
  partition = "aws",
  maxSeconds = 3600,
}: RoleFieldsProps<Values>) {
  return (
    <>
      <TextInput
        label={label}
        placeholder={`arn:${partition}:iam::111111111111:role/${example}`}
        classNames={{ input: "mono" }}
        spellCheck={false}
        {...form.getInputProps(paths.arn)}
      />
      <div className={css.pair}>
        <TextInput
          label="Session name"
          description="Shows in CloudTrail, for auditing."
          spellCheck={false}
          {...form.getInputProps(paths.sessionName)}
        />
        <WholeNumberInput
          label="Session duration"
          description={`Seconds, 900 to ${maxSeconds}.`}
          {...form.getInputProps(paths.durationSeconds)}
        />
      </div>
    </>
  );
}
