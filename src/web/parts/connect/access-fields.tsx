// The fields that say how one account is reached; which of them stand there depends on the authentication type.
import { Alert, PasswordInput, Radio, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { type CloudSource, cloudSources } from "#model/cloud-credentials.ts";
import { Icon } from "../icon.tsx";
import { type AccessValues, maxSecondsOf } from "./access-values.ts";
import css from "./connect.module.css";
import { RoleFields } from "./role-fields.tsx";

interface FieldsProps<Values> {
  form: UseFormReturnType<Values>;
}
// The access fields are the same whatever else the form holds.
export const accessOf = <Values extends AccessValues>(form: UseFormReturnType<Values>) =>
  form as unknown as UseFormReturnType<AccessValues>;

const sources: Record<CloudSource, { name: string; note: string; help: string }> = {
  host: {
    name: "Instance Assume Role",
    note: "recommended",
    help: "The role of the host that Skywarden runs on assumes a role in the account. No key is stored.",
  },
  "user-key": {
    name: "STS Assume Role",
    note: "",
    help: "A stored user key assumes a role in the account. For hosts that have no role of their own.",
  },
  "access-key": {
    name: "Access key",
    note: "discouraged",
    help: "A stored user key in the account itself, without a role.",
  },
};
export const sourceName = (source: CloudSource) => sources[source].name;

interface SourceFieldProps<Values> extends FieldsProps<Values> {
  /** An organization takes no bare access key. */
  sources?: readonly CloudSource[];
}
export function SourceField<Values extends { credentialSource: CloudSource }>({
  form,
  sources: offered = cloudSources,
}: SourceFieldProps<Values>) {
  const access = form as unknown as UseFormReturnType<AccessValues>;
  const { "data-path": path, ...input }: Record<string, unknown> = {
    ...access.getInputProps("credentialSource"),
  };
  const { credentialSource } = access.values;
  return (
    <>
      <Radio.Group label="Authentication type" {...input}>
        <div className={css.choices}>
          {offered.map((source) => (
            <Radio
              key={source}
              value={source}
              label={
                <>
                  {sources[source].name}
                  {sources[source].note !== "" && <span className="muted"> {sources[source].note}</span>}
                </>
              }
              description={sources[source].help}
              data-path={source === credentialSource ? path : undefined}
            />
          ))}
        </div>
      </Radio.Group>
      {credentialSource === "access-key" && (
        <Alert color="yellow" icon={<Icon name="warning" />} title="An access key is the weakest way">
          It does not expire by itself, acts with all that its user may do, and whoever copies it can use it
          from anywhere. A role is assumed for an hour at a time and asks for an External ID. Use a key only
          where no role can be made, and rotate it.
        </Alert>
      )}
    </>
  );
}

interface KeyFieldsProps<Values> extends FieldsProps<Values> {
  storedKeyId: string | null;
  /** Before the labels, where a form holds more than one key. */
  whose?: string;
}
export function KeyFields<Values extends { accessKeyId: string; secretAccessKey: string }>({
  form,
  storedKeyId,
  whose,
}: KeyFieldsProps<Values>) {
  const access = form as unknown as UseFormReturnType<AccessValues>;
  const secret = access.getInputProps("secretAccessKey");
  return (
    <>
      <TextInput
        label={whose ? `${whose} access key id` : "Access key id"}
        placeholder="AKIA…"
        classNames={{ input: "mono" }}
        spellCheck={false}
        autoComplete="off"
        {...access.getInputProps("accessKeyId")}
      />
      <PasswordInput
        label={whose ? `${whose} secret access key` : "Secret access key"}
        description={
          storedKeyId === null
            ? "Stored encrypted, and never shown again."
            : "Leave it blank to keep the stored secret of this key. It is never shown."
        }
        classNames={{ innerInput: "mono" }}
        autoComplete="new-password"
        {...secret}
        // Mantine says it of its other inputs only.
        aria-invalid={secret.error ? true : undefined}
      />
    </>
  );
}

export function AccessRoleFields<Values extends AccessValues>({ form }: FieldsProps<Values>) {
  return (
    <RoleFields
      form={form}
      paths={{ arn: "roleArn", sessionName: "sessionName", durationSeconds: "durationSeconds" }}
      label="Role ARN"
      example="Skywarden-Harvest-Member-Role"
      maxSeconds={maxSecondsOf(form.values.credentialSource)}
    />
  );
}
