// The External ID of one account's role: the tenant's own, another one, or none against all advice (S19, E10).
import { Alert, Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { CopyField } from "../copy.tsx";
import { Icon } from "../icon.tsx";
import { accessOf } from "./access-fields.tsx";
import { type AccessFacts, type AccessValues, type ExternalIdChoice, isOwnRole } from "./access-values.ts";

const names: Record<ExternalIdChoice, string> = {
  stored: "The stored one, unchanged",
  own: "Your tenant's own (recommended)",
  other: "Another one",
  none: "None (not recommended)",
};

interface ExternalIdFieldProps<Values> {
  form: UseFormReturnType<Values>;
  facts: AccessFacts;
  hasStored: boolean;
}
export function ExternalIdField<Values extends AccessValues>({
  form,
  facts,
  hasStored,
}: ExternalIdFieldProps<Values>) {
  const access = accessOf(form);
  const { values, errors } = access;
  const choice = values.externalIdChoice;
  if (isOwnRole(values, facts))
    return (
      <Alert color="gray" icon={<Icon name="check" />} title="This is the installation's own role">
        Its credentials are used as they are: nothing is assumed, so no External ID is needed and none is
        sent.
      </Alert>
    );
  const choices: ExternalIdChoice[] = ["own", "other", "none"];
  if (hasStored) choices.unshift("stored");
  return (
    <>
      <Select
        label="External ID"
        data={choices.map((value) => ({ value, label: names[value] }))}
        allowDeselect={false}
        comboboxProps={{ transitionProps: { duration: 0 } }}
        {...access.getInputProps("externalIdChoice")}
        error={choice === "other" ? undefined : errors.externalId}
      />
      {choice === "own" && <CopyField value={facts.externalId} label="External ID" />}
      {choice === "other" && (
        <TextInput
          label="External ID of this account"
          description={
            hasStored
              ? "At least 16 signs that nobody can guess. Stored encrypted, and never shown again."
              : "At least 16 signs that nobody can guess. Stored encrypted, never shown again, not kept in the draft."
          }
          classNames={{ input: "mono" }}
          spellCheck={false}
          autoComplete="off"
          {...access.getInputProps("externalId")}
        />
      )}
      <Alert
        color={choice === "none" ? "yellow" : "gray"}
        icon={<Icon name="warning" />}
        title="Strongly recommended: require an External ID"
      >
        It works like a password between Skywarden and the role. Without it, whoever can make Skywarden use an
        ARN can reach the account. Only the role of this installation itself needs none.
      </Alert>
    </>
  );
}
