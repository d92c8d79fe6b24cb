// The organization form, field by field. Pure: every wrong field is named at once, with words
// that say what to do. What AWS must be asked stands in validate.ts.
import type { OrganizationCredentials, OrganizationFilters, RoleSettings } from "#model/organization.ts";
import type { FieldError } from "#model/problem.ts";

export interface RoleForm {
  arn: string;
  sessionName?: string | undefined;
  durationSeconds?: number | undefined;
}

export interface OrganizationForm {
  nickname: string;
  organizationRole: RoleForm;
  memberRole: RoleForm;
  externalId?: string | null | undefined;
  credentialSource?: "host" | "user-key" | undefined;
  accessKeyId?: string | null | undefined;
  secretAccessKey?: string | null | undefined;
  excludedNamePrefixes?: string[] | undefined;
  includedOrganizationalUnits?: string[] | null | undefined;
  autoRemoveSuspended?: boolean | undefined;
  autoBadge?: boolean | undefined;
  strategyIds?: string[] | undefined;
  badges?: { key: string; value: string }[] | undefined;
}

export const defaultSessionName = "Skywarden";
export const defaultDurationSeconds = 3600;

const roleArn = /^arn:(aws|aws-us-gov|aws-cn):iam::(\d{12}):role(\/[\x21-\x7e]+)?\/([\w+=,.@-]{1,64})$/;

export interface ParsedRoleArn {
  partition: string;
  accountId: string;
}

export function parseRoleArn(arn: string): ParsedRoleArn | null {
  const match = roleArn.exec(arn);
  return match ? { partition: match[1] as string, accountId: match[2] as string } : null;
}

export function checkForm(form: OrganizationForm): FieldError[] {
  return [
    ...nicknameErrors(form.nickname),
    ...roleErrors("/organizationRole", form.organizationRole, form.credentialSource ?? "host"),
    ...roleErrors("/memberRole", form.memberRole, form.credentialSource ?? "host"),
    ...samePartition(form),
    ...sameRole(form),
    ...credentialErrors(form),
    ...filterErrors(form),
    ...badgeErrors(form.badges ?? []),
  ];
}

function nicknameErrors(nickname: string): FieldError[] {
  if (nickname.trim() === "")
    return [
      {
        path: "/nickname",
        code: "required",
        detail: "Give the organization a nickname; it becomes a badge on each of its clouds.",
      },
    ];
  if (nickname.length > 100)
    return [{ path: "/nickname", code: "too-long", detail: "Use at most 100 characters." }];
  return [];
}

export function arnErrors(path: string, arn: string): FieldError[] {
  if (arn.trim() === "")
    return [{ path, code: "required", detail: "Paste the role's ARN from the stack's outputs." }];
  if (arn.length > 2048) return [{ path, code: "too-long", detail: "An ARN has at most 2,048 characters." }];
  if (parseRoleArn(arn)) return [];
  if (arn.startsWith("arn:aw:"))
    return [
      { path, code: "invalid-arn", detail: 'It begins with "arn:aw:"; an "s" is missing: "arn:aws:…".' },
    ];
  return [
    {
      path,
      code: "invalid-arn",
      detail:
        "This is not the ARN of an IAM role. It looks like arn:aws:iam::111122223333:role/Skywarden-Harvest-Org-Role.",
    },
  ];
}

export function roleErrors(path: string, role: RoleForm, source: "host" | "user-key"): FieldError[] {
  const longest = source === "host" ? 3600 : 43_200;
  const errors = arnErrors(`${path}/arn`, role.arn);
  const { sessionName, durationSeconds } = role;
  if (sessionName !== undefined && !/^[\w+=,.@-]{2,64}$/.test(sessionName))
    errors.push({
      path: `${path}/sessionName`,
      code: "invalid-session-name",
      detail: "Use 2 to 64 letters, digits or _+=,.@- without spaces; it appears in CloudTrail.",
    });
  if (durationSeconds !== undefined && (durationSeconds < 900 || durationSeconds > longest))
    errors.push({
      path: `${path}/durationSeconds`,
      code: "out-of-range",
      detail:
        source === "host"
          ? "Use 900 to 3,600 seconds: a role assumed by the host's role lives an hour at most."
          : "Use 900 to 43,200 seconds, and no more than the role's own maximum.",
    });
  return errors;
}

function samePartition(form: OrganizationForm): FieldError[] {
  const [organization, member] = [parseRoleArn(form.organizationRole.arn), parseRoleArn(form.memberRole.arn)];
  if (!organization || !member || organization.partition === member.partition) return [];
  return [
    {
      path: "/memberRole/arn",
      code: "other-partition",
      detail: `The organization role is in ${organization.partition}, this role in ${member.partition}; roles cannot be assumed across partitions.`,
    },
  ];
}

function sameRole(form: OrganizationForm): FieldError[] {
  if (!parseRoleArn(form.memberRole.arn) || form.memberRole.arn !== form.organizationRole.arn) return [];
  return [
    {
      path: "/memberRole/arn",
      code: "same-as-organization-role",
      detail:
        "This is the organization role. Give the member role, the one that exists under the same name in every account.",
    },
  ];
}

function credentialErrors(form: OrganizationForm): FieldError[] {
  const errors: FieldError[] = [];
  const { externalId } = form;
  if (externalId !== null && externalId !== undefined && !/^[\w+=,.@:/-]{16,1224}$/.test(externalId))
    errors.push({
      path: "/externalId",
      code: "invalid-external-id",
      detail:
        "Use 16 to 1,224 letters, digits or _+=,.@:/- that nobody can guess, or leave it out to use the tenant's own.",
    });
  if ((form.credentialSource ?? "host") === "host") {
    for (const name of ["accessKeyId", "secretAccessKey"] as const)
      if (form[name] !== undefined && form[name] !== null)
        errors.push({
          path: `/${name}`,
          code: "not-used",
          detail: 'Leave it out, or set credentialSource to "user-key".',
        });
    return errors;
  }
  if (!/^AKIA[A-Z0-9]{16}$/.test(form.accessKeyId ?? ""))
    errors.push({
      path: "/accessKeyId",
      code: "invalid-access-key",
      detail: "Give the id of a user's access key: AKIA and 16 letters or digits.",
    });
  if (!/^[A-Za-z0-9/+]{40}$/.test(form.secretAccessKey ?? ""))
    errors.push({
      path: "/secretAccessKey",
      code: "invalid-secret-key",
      detail: "Give the key's secret: 40 letters, digits, / or +.",
    });
  return errors;
}

function filterErrors(form: OrganizationForm): FieldError[] {
  const errors: FieldError[] = [];
  (form.excludedNamePrefixes ?? []).forEach((prefix, i) => {
    if (prefix.trim() === "")
      errors.push({
        path: `/excludedNamePrefixes/${i}`,
        code: "required",
        detail: "An empty prefix would exclude every account; remove it.",
      });
  });
  const units = form.includedOrganizationalUnits;
  if (units === null)
    errors.push({
      path: "/includedOrganizationalUnits",
      code: "required",
      detail: "The import scope is limited but no organizational unit is named; add one, or lift the limit.",
    });
  (units ?? []).forEach((unit, i) => {
    if (!/^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/.test(unit))
      errors.push({
        path: `/includedOrganizationalUnits/${i}`,
        code: "invalid-unit",
        detail: "The id of an organizational unit looks like ou-ab12-11112222.",
      });
  });
  return errors;
}

function badgeErrors(badges: { key: string; value: string }[]): FieldError[] {
  return badges.flatMap(({ key }, i) =>
    key === "cloud_org_path" || key.startsWith("system.")
      ? [
          {
            path: `/badges/${i}/key`,
            code: "reserved-badge",
            detail: "Skywarden sets this badge itself; choose another key.",
          },
        ]
      : [],
  );
}

function roleSettings(form: RoleForm): RoleSettings {
  return {
    arn: form.arn,
    sessionName: form.sessionName ?? defaultSessionName,
    durationSeconds: form.durationSeconds ?? defaultDurationSeconds,
  };
}

export function credentialsOf(form: OrganizationForm): OrganizationCredentials {
  return {
    source: form.credentialSource ?? "host",
    organizationRole: roleSettings(form.organizationRole),
    memberRole: roleSettings(form.memberRole),
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

/**
 * Wrong texts of a body whose shape may be wrong as well: fields of another type are left to the schema,
 * so that one answer names both.
 */
export function formTexts(body: unknown): FieldError[] {
  const given = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const texts = (value: unknown): string[] | undefined =>
    Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
  const role = (value: unknown): RoleForm => {
    const { arn, sessionName, durationSeconds } = (
      typeof value === "object" && value !== null ? value : {}
    ) as Record<string, unknown>;
    return {
      arn: text(arn) ?? "arn:aws:iam::000000000000:role/unread",
      sessionName: text(sessionName),
      durationSeconds: typeof durationSeconds === "number" ? durationSeconds : undefined,
    };
  };
  const unread = (value: unknown, field: string) =>
    typeof value !== "object" || value === null || !(field in value);
  const form: OrganizationForm = {
    nickname: text(given.nickname) ?? "unread",
    organizationRole: role(given.organizationRole),
    memberRole: role(given.memberRole),
    credentialSource: given.credentialSource === "user-key" ? "user-key" : "host",
    externalId: text(given.externalId) ?? null,
    accessKeyId: text(given.accessKeyId) ?? null,
    secretAccessKey: text(given.secretAccessKey) ?? null,
    excludedNamePrefixes: texts(given.excludedNamePrefixes),
    includedOrganizationalUnits:
      given.includedOrganizationalUnits === null ? null : texts(given.includedOrganizationalUnits),
  };
  const both = [given.organizationRole, given.memberRole].some((value) => unread(value, "arn"));
  return checkForm(form).filter(
    (error) => !(both && ["same-as-organization-role", "other-partition"].includes(error.code)),
  );
}
