// The organization form, field by field. Pure: every wrong field is named at once, with words
// that say what to do. What AWS must be asked stands in validate.ts.
import { isReservedBadgeKey } from "#model/cloud.ts";
import {
  memberRoleArn,
  type OrganizationCredentials,
  type OrganizationFilters,
  type RoleSettings,
} from "#model/organization.ts";
import type { FieldError } from "#model/problem.ts";
import {
  type CredentialSourceName,
  externalIdErrors,
  memberRoleAsArn,
  memberRoleErrors,
  parseRoleArn,
  type RoleForm,
  roleErrors,
} from "./form-role.ts";

export interface OrganizationForm {
  /** Absent: AWS. */
  provider?: string | undefined;
  nickname: string;
  organizationRole: RoleForm;
  memberRole: RoleForm;
  externalId?: string | null | undefined;
  credentialSource?: CredentialSourceName | undefined;
  accessKeyId?: string | null | undefined;
  secretAccessKey?: string | null | undefined;
  excludedNamePrefixes?: string[] | undefined;
  /** null: the limit is ticked, but names nothing. */
  includedOrganizationalUnits?: string[] | null | undefined;
  autoRemoveSuspended?: boolean | undefined;
  autoBadge?: boolean | undefined;
  strategyIds?: string[] | undefined;
  badges?: { key: string; value: string }[] | undefined;
  syncIntervalMinutes?: number | undefined;
}

export const defaultSessionName = "Skywarden";
export const defaultDurationSeconds = 3600;

export function checkForm(form: OrganizationForm): FieldError[] {
  const source = form.credentialSource ?? "host";
  return [
    ...nicknameErrors(form.nickname),
    ...roleErrors("/organizationRole", form.organizationRole, source),
    ...memberRoleErrors("/memberRole", form.memberRole, source),
    ...rolePairErrors(form),
    ...externalIdErrors("/externalId", form.externalId),
    ...keyErrors(form, source),
    ...prefixErrors(form.excludedNamePrefixes ?? []),
    ...unitErrors(form.includedOrganizationalUnits),
    ...badgeErrors(form.badges ?? []),
  ];
}

function nicknameErrors(nickname: string): FieldError[] {
  const wrong = (code: string, detail: string) => [{ path: "/nickname", code, detail }];
  if (nickname.trim() === "")
    return wrong("required", "Give the organization a nickname; it becomes a badge on each of its clouds.");
  return nickname.length > 100 ? wrong("too-long", "Use at most 100 characters.") : [];
}

function rolePairErrors(form: OrganizationForm): FieldError[] {
  const organizationArn = form.organizationRole.arn;
  const memberArn = memberRoleAsArn(form.memberRole.arn, organizationArn);
  const [organization, member] = [parseRoleArn(organizationArn), parseRoleArn(memberArn)];
  if (!organization || !member) return [];
  const wrong = (code: string, detail: string) => [{ path: "/memberRole/arn", code, detail }];
  if (organization.partition !== member.partition)
    return wrong(
      "other-partition",
      `The organization role is in ${organization.partition}, this role in ${member.partition}; roles cannot be assumed across partitions.`,
    );
  // In the organization role's own account this would be the same role, whatever account the ARN names (E1).
  return memberRoleArn(memberArn, organization.accountId) === organizationArn
    ? wrong(
        "same-as-organization-role",
        "This is the organization role. Give the member role, the one that exists under the same name in every account.",
      )
    : [];
}

export function keyErrors(
  form: Pick<OrganizationForm, "accessKeyId" | "secretAccessKey">,
  source: CredentialSourceName | "access-key",
): FieldError[] {
  const wrong = (name: string, code: string, detail: string) => [{ path: `/${name}`, code, detail }];
  if (source === "host")
    return (["accessKeyId", "secretAccessKey"] as const).flatMap((name) =>
      form[name] === undefined || form[name] === null
        ? []
        : wrong(name, "not-used", 'Leave it out, or set credentialSource to "user-key".'),
    );
  return [
    ...(/^AKIA[A-Z0-9]{16}$/.test(form.accessKeyId ?? "")
      ? []
      : wrong(
          "accessKeyId",
          "invalid-access-key",
          "Give the id of a user's access key: AKIA and 16 letters or digits.",
        )),
    ...(/^[A-Za-z0-9/+]{40}$/.test(form.secretAccessKey ?? "")
      ? []
      : wrong("secretAccessKey", "invalid-secret-key", "Give the key's secret: 40 letters, digits, / or +.")),
  ];
}

function prefixErrors(prefixes: string[]): FieldError[] {
  return prefixes.flatMap((prefix, i) =>
    prefix.trim() === ""
      ? [
          {
            path: `/excludedNamePrefixes/${i}`,
            code: "required",
            detail: "An empty prefix would exclude every account; remove it.",
          },
        ]
      : [],
  );
}

function unitErrors(units: string[] | null | undefined): FieldError[] {
  const path = "/includedOrganizationalUnits";
  if (units === null)
    return [
      {
        path,
        code: "required",
        detail:
          "The import scope is limited but no organizational unit is named; add one, or lift the limit.",
      },
    ];
  return (units ?? []).flatMap((unit, i) =>
    /^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/.test(unit)
      ? []
      : [
          {
            path: `${path}/${i}`,
            code: "invalid-unit",
            detail: "The id of an organizational unit looks like ou-ab12-11112222.",
          },
        ],
  );
}

export function badgeErrors(badges: { key: string; value: string }[]): FieldError[] {
  return badges.flatMap(({ key }, i) => {
    const wrong = (code: string, detail: string) => [{ path: `/badges/${i}/key`, code, detail }];
    if (key.trim() === "") return wrong("required", "Give the badge a key.");
    if (isReservedBadgeKey(key))
      return wrong("reserved-badge", "Skywarden sets this badge itself; choose another key.");
    return badges.findIndex((other) => other.key === key) < i
      ? wrong("duplicate-badge", "A cloud has one badge of a key; this key is given twice.")
      : [];
  });
}

export function roleSettings(form: RoleForm): RoleSettings {
  return {
    arn: form.arn,
    sessionName: form.sessionName ?? defaultSessionName,
    durationSeconds: form.durationSeconds ?? defaultDurationSeconds,
  };
}

export function credentialsOf(form: OrganizationForm): OrganizationCredentials {
  const { organizationRole, memberRole } = form;
  return {
    source: form.credentialSource ?? "host",
    organizationRole: roleSettings(organizationRole),
    memberRole: roleSettings({ ...memberRole, arn: memberRoleAsArn(memberRole.arn, organizationRole.arn) }),
    externalId: form.externalId ?? null,
    accessKeyId: form.accessKeyId ?? null,
    secretAccessKey: form.secretAccessKey ?? null,
  };
}

export function filtersOf(form: OrganizationForm): OrganizationFilters {
  return {
    excludedNamePrefixes: form.excludedNamePrefixes ?? [],
    includedUnits: form.includedOrganizationalUnits ?? [],
    autoRemoveSuspended: form.autoRemoveSuspended ?? false,
    autoBadge: form.autoBadge ?? false,
  };
}
