// A change of a stored organization as a whole form. The credential block is complete or absent;
// inside it null keeps what is stored (S98–S100, E24).
import type { FieldError } from "#model/problem.ts";
import type { StoredOrganization } from "#store/organizations.ts";
import type { OrganizationForm } from "./form.ts";
import type { RoleForm } from "./form-role.ts";
import { formTexts } from "./form-texts.ts";

export type OrganizationChangeForm = {
  [Field in keyof OrganizationForm]?: OrganizationForm[Field] | undefined;
};

export type ChangedForm =
  | { ok: true; form: OrganizationForm; hasCredentials: boolean }
  | { ok: false; errors: FieldError[] };

const credentialFields = [
  "organizationRole",
  "memberRole",
  "externalId",
  "credentialSource",
  "accessKeyId",
  "secretAccessKey",
] as const;

export function changedForm(known: StoredOrganization, change: OrganizationChangeForm): ChangedForm {
  const given = credentialFields.filter((field) => change[field] !== undefined);
  const source = change.credentialSource ?? known.credentials.source;
  const needed = [
    "organizationRole" as const,
    "memberRole" as const,
    ...(source === "user-key" ? (["accessKeyId", "secretAccessKey"] as const) : []),
  ];
  const missing = given.length > 0 ? needed.filter((field) => change[field] === undefined) : [];
  if (missing.length > 0)
    return {
      ok: false,
      errors: [
        ...missing.map((field) => ({
          path: `/${field}`,
          code: "incomplete-credentials",
          detail: "Give the whole credential block, or leave all of it out to keep what is stored.",
        })),
        ...formTexts(change),
      ],
    };
  return {
    ok: true,
    hasCredentials: given.length > 0,
    form: {
      provider: known.provider,
      ...filtersAndNames(known, change),
      ...credentials(known, change, source),
    },
  };
}

function filtersAndNames(known: StoredOrganization, change: OrganizationChangeForm) {
  return {
    nickname: change.nickname ?? known.nickname,
    excludedNamePrefixes: change.excludedNamePrefixes ?? known.filters.excludedNamePrefixes,
    // null is "limited, but to nothing" and is refused by the form.
    includedOrganizationalUnits:
      change.includedOrganizationalUnits === undefined
        ? known.filters.includedUnits
        : change.includedOrganizationalUnits,
    autoRemoveSuspended: change.autoRemoveSuspended ?? known.filters.autoRemoveSuspended,
    autoBadge: change.autoBadge ?? known.filters.autoBadge,
    strategyIds: change.strategyIds ?? known.row.strategy_ids,
    badges: change.badges ?? known.badges,
    syncIntervalMinutes: change.syncIntervalMinutes ?? known.row.sync_interval_minutes,
  };
}

function credentials(known: StoredOrganization, change: OrganizationChangeForm, source: "host" | "user-key") {
  const stored = known.credentials;
  const role = (given: RoleForm | undefined, kept: RoleForm): RoleForm => given ?? kept;
  return {
    credentialSource: source,
    organizationRole: role(change.organizationRole, stored.organizationRole),
    memberRole: role(change.memberRole, stored.memberRole),
    externalId: change.externalId ?? stored.externalId,
    ...(source === "user-key"
      ? {
          accessKeyId: change.accessKeyId ?? stored.accessKeyId,
          secretAccessKey: change.secretAccessKey ?? stored.secretAccessKey,
        }
      : // Given all the same, it is refused at its field.
        { accessKeyId: change.accessKeyId, secretAccessKey: change.secretAccessKey }),
  };
}
