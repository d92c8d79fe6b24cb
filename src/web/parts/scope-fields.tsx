// The fields that say which accounts of an organization are imported (S87–S90, E13); for adding and editing.
import { Checkbox, TagsInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { WholeNumberInput } from "./whole-number-input.tsx";

export interface ScopeValues {
  excludedNamePrefixes: string[];
  isLimited: boolean;
  includedOrganizationalUnits: string[];
  autoRemoveSuspended: boolean;
  autoBadge: boolean;
  syncIntervalMinutes: number | string;
}

const unitPattern = /^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/;

/** Ticked but empty is refused: it would import nothing, or everything. */
export function validateScope(values: ScopeValues): string | null {
  if (!values.isLimited) return null;
  if (values.includedOrganizationalUnits.length === 0)
    return "Give at least one OU id, or untick Limit import scope";
  const wrong = values.includedOrganizationalUnits.find((id) => !unitPattern.test(id));
  return wrong === undefined ? null : `"${wrong}" is not an OU id; it looks like ou-ab12-1a2b3c4d`;
}

const interval = { least: 15, most: 1440 };

export function validateInterval(minutes: number | string): string | null {
  const isRight =
    Number.isInteger(minutes) && Number(minutes) >= interval.least && Number(minutes) <= interval.most;
  return isRight ? null : "Give a whole number of minutes from 15 to 1440";
}

export function scopeBody(values: ScopeValues) {
  return {
    excludedNamePrefixes: values.excludedNamePrefixes,
    includedOrganizationalUnits: values.isLimited ? values.includedOrganizationalUnits : [],
    autoRemoveSuspended: values.autoRemoveSuspended,
    autoBadge: values.autoBadge,
    syncIntervalMinutes: Number(values.syncIntervalMinutes),
  };
}

export function ScopeFields<Values extends ScopeValues>({ form }: { form: UseFormReturnType<Values> }) {
  // The shared fields are the same whatever else the form holds.
  const scope = form as unknown as UseFormReturnType<ScopeValues>;
  return (
    <>
      <TagsInput
        label="Excluded account names"
        description="Accounts whose name begins with one of these are left out, whatever their OU. Upper and lower case are the same."
        placeholder="sandbox-"
        clearable
        splitChars={[",", "\n"]}
        acceptValueOnBlur
        {...scope.getInputProps("excludedNamePrefixes")}
      />
      <Checkbox
        label="Limit import scope"
        description="Import only the accounts under the given OUs, at any depth."
        {...scope.getInputProps("isLimited", { type: "checkbox" })}
      />
      {scope.values.isLimited && (
        <TagsInput
          label="Organizational unit ids"
          placeholder="ou-ab12-1a2b3c4d"
          clearable
          splitChars={[",", " ", "\n"]}
          acceptValueOnBlur
          {...scope.getInputProps("includedOrganizationalUnits")}
        />
      )}
      <Checkbox
        label="Auto-remove suspended accounts"
        description="Accounts that AWS has suspended leave Skywarden as they are found. Findings and history stay for the retention period."
        {...scope.getInputProps("autoRemoveSuspended", { type: "checkbox" })}
      />
      <Checkbox
        label="Auto-badge accounts"
        description="Each account tag at AWS becomes a badge here and follows it."
        {...scope.getInputProps("autoBadge", { type: "checkbox" })}
      />
      <WholeNumberInput
        label="Minutes between two syncs"
        description="15 to 1440. What changes in AWS Organizations is seen at the latest by then."
        {...scope.getInputProps("syncIntervalMinutes")}
      />
    </>
  );
}
