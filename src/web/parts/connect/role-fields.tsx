// The fields of one role: its ARN, and the name and length of the sessions.
import { NumberInput, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import css from "./add-organization.module.css";
import type { FormValues } from "./form-values.ts";

interface RoleFieldsProps {
  form: UseFormReturnType<FormValues>;
  name: "organizationRole" | "memberRole";
  label: string;
  example: string;
}
export function RoleFields({ form, name, label, example }: RoleFieldsProps) {
  return (
    <>
      <TextInput
        label={label}
        placeholder={`arn:aws:iam::111111111111:role/${example}`}
        classNames={{ input: "mono" }}
        spellCheck={false}
        {...form.getInputProps(`${name}.arn`)}
      />
      <div className={css.pair}>
        <TextInput
          label="Session name"
          description="Shows in CloudTrail, for auditing."
          spellCheck={false}
          {...form.getInputProps(`${name}.sessionName`)}
        />
        <NumberInput
          label="Session duration"
          description="Seconds, 900 to 3600."
          hideControls
          allowDecimal={false}
          clampBehavior="none"
          {...form.getInputProps(`${name}.durationSeconds`)}
        />
      </div>
    </>
  );
}
