// The whole credential block of an organization, changed at once (S99): every check runs before it may be saved, and
// what is left blank of it stays as it is (E24). The filters are changed apart from it.
import { Button } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useState } from "react";
import { listJobs } from "#contract/activity.ts";
import {
  changeOrganization,
  getOrganization,
  listOrganizations,
  validateOrganizationChange,
} from "#contract/organization.ts";
import type { CallFailed } from "../../call.ts";
import type { Organization } from "../../nouns.ts";
import { KeyFields, SourceField } from "../../parts/connect/access-fields.tsx";
import { maxSecondsOf } from "../../parts/connect/access-values.ts";
import { CheckResult, dryRunVerdict } from "../../parts/connect/check-result.tsx";
import {
  type OrganizationAccess,
  organizationAccessBody,
  organizationAccessFields,
  organizationSources,
  wrongOrganizationAccess,
} from "../../parts/connect/organization-access.ts";
import { RoleFields } from "../../parts/connect/role-fields.tsx";
import { keepFocus } from "../../parts/connect/step.tsx";
import { focusFirst, placeErrors } from "../../parts/field-errors.ts";
import { Refused } from "../../parts/refused.tsx";
import { useWrite } from "../../queries.ts";
import css from "./organization.module.css";

const valuesOf = ({
  credentialSource,
  accessKeyId,
  organizationRole,
  memberRole,
}: Organization): OrganizationAccess => ({
  credentialSource,
  accessKeyId: accessKeyId ?? "",
  secretAccessKey: "",
  organizationRole,
  memberRole,
});

interface ChangeAccessProps {
  organization: Organization;
  onClose: (hasChanged: boolean) => void;
}
export function ChangeAccess({ organization, onClose }: ChangeAccessProps) {
  const { id, accessKeyId: storedKeyId } = organization;
  const check = useWrite(validateOrganizationChange, []);
  const change = useWrite(changeOrganization, [getOrganization, listOrganizations, listJobs]);
  const [unplaced, setUnplaced] = useState<CallFailed | null>(null);
  const [checkedText, setCheckedText] = useState("");
  const form = useForm<OrganizationAccess>({
    initialValues: valuesOf(organization),
    validate: (values) => wrongOrganizationAccess(values, null, storedKeyId),
    validateInputOnBlur: true,
  });
  // null keeps what is stored: a custom External ID is write-only.
  const bodyOf = (values: OrganizationAccess) => ({ ...organizationAccessBody(values), externalId: null });
  const textOf = (values: OrganizationAccess) => JSON.stringify(bodyOf(values));
  const wrongHere = (errors: Record<string, unknown>) =>
    focusFirst(Object.keys(errors), organizationAccessFields);
  const onError = (error: CallFailed) =>
    setUnplaced(placeErrors(form, error.errors, organizationAccessFields) ? null : error);
  const isChecked = check.data?.ok === true && checkedText === textOf(form.values);
  const run = form.onSubmit((values) => {
    setUnplaced(null);
    const input = { params: { id }, body: bodyOf(values) };
    if (isChecked) return change.mutate(input, { onSuccess: () => onClose(true), onError });
    check.mutate(input, {
      onSuccess: ({ errors }) => {
        setCheckedText(textOf(values));
        if (errors.length > 0) placeErrors(form, errors, organizationAccessFields);
      },
      onError,
    });
  }, wrongHere);
  const source = form.values.credentialSource;
  return (
    <form className={css.form} onSubmit={run} noValidate>
      <p className={css.help}>
        All of it is given together. Every check runs before it replaces what is stored, and it must lead to
        the same organization, <span className="mono">{organization.awsOrganizationId}</span>.{" "}
        {storedKeyId !== null && "A secret left blank keeps what is stored. "}
        {organization.customExternalId
          ? "The stored External ID stays as it is."
          : "The External ID stays your tenant's own."}
      </p>
      <SourceField form={form} sources={organizationSources} />
      {source === "user-key" && <KeyFields form={form} storedKeyId={storedKeyId} />}
      <Roles form={form} maxSeconds={maxSecondsOf(source)} />
      {check.data && (
        <CheckResult
          verdict={dryRunVerdict(check.data)}
          checks={check.data.checks}
          isOutdated={checkedText !== textOf(form.values)}
        />
      )}
      {unplaced && <Refused error={unplaced} />}
      <div className={css.row}>
        <Button type="submit" onMouseDown={keepFocus} loading={check.isPending || change.isPending}>
          {isChecked ? "Save access" : "Check access"}
        </Button>
        <Button variant="subtle" color="gray" onMouseDown={keepFocus} onClick={() => onClose(false)}>
          Discard
        </Button>
      </div>
    </form>
  );
}

interface RolesProps {
  form: UseFormReturnType<OrganizationAccess>;
  maxSeconds: number;
}
function Roles({ form, maxSeconds }: RolesProps) {
  const roles = [
    ["organizationRole", "Organization role ARN", "Skywarden-Harvest-Org-Role"],
    ["memberRole", "Member role ARN", "Skywarden-Harvest-Member-Role"],
  ] as const;
  return roles.map(([role, label, example]) => (
    <RoleFields
      key={role}
      form={form}
      paths={{
        arn: `${role}.arn`,
        sessionName: `${role}.sessionName`,
        durationSeconds: `${role}.durationSeconds`,
      }}
      label={label}
      example={example}
      maxSeconds={maxSeconds}
    />
  ));
}
