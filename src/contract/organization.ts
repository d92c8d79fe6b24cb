// Connecting an AWS Organization: the form, its checks, its sync.
import Type from "typebox";
import {
  defineRoute,
  idParams,
  instant,
  listOf,
  literals,
  nullable,
  outlook,
  paging,
  queryOf,
} from "./route.ts";

// Formats are checked by the validation itself (onboarding/), so that every wrong field is named
// at once with words that say what to do; the schema only bounds shapes and sizes.
const roleForm = Type.Object(
  {
    arn: Type.String({ maxLength: 5000 }),
    sessionName: Type.Optional(Type.String({ maxLength: 5000 })),
    durationSeconds: Type.Optional(Type.Integer()),
  },
  { additionalProperties: false },
);
const badgeForm = Type.Object(
  { key: Type.String({ minLength: 1, maxLength: 256 }), value: Type.String({ maxLength: 512 }) },
  { additionalProperties: false },
);

const filters = {
  excludedNamePrefixes: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: 100 })),
  includedOrganizationalUnits: Type.Optional(
    nullable(Type.Array(Type.String({ maxLength: 256 }), { maxItems: 500 })),
  ),
  autoRemoveSuspended: Type.Optional(Type.Boolean()),
  autoBadge: Type.Optional(Type.Boolean()),
  strategyIds: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 20 })),
  badges: Type.Optional(Type.Array(badgeForm, { maxItems: 100 })),
  /** Between two syncs; 60 unless told. */
  syncIntervalMinutes: Type.Optional(Type.Integer({ minimum: 15, maximum: 1440 })),
};
const credentials = {
  externalId: Type.Optional(nullable(Type.String({ maxLength: 5000 }))),
  credentialSource: Type.Optional(literals(["host", "user-key"])),
  accessKeyId: Type.Optional(nullable(Type.String({ maxLength: 256 }))),
  secretAccessKey: Type.Optional(nullable(Type.String({ maxLength: 256 }))),
};

export const organizationForm = Type.Object(
  {
    provider: literals(["aws"]),
    nickname: Type.String({ maxLength: 5000 }),
    organizationRole: roleForm,
    memberRole: roleForm,
    ...credentials,
    ...filters,
  },
  { additionalProperties: false },
);
export const organizationChange = Type.Object(
  {
    nickname: Type.Optional(Type.String({ maxLength: 5000 })),
    organizationRole: Type.Optional(roleForm),
    memberRole: Type.Optional(roleForm),
    ...credentials,
    ...filters,
  },
  { additionalProperties: false },
);

const roleShown = Type.Object({
  arn: Type.String(),
  sessionName: Type.String(),
  durationSeconds: Type.Integer(),
});
export const organization = Type.Object({
  id: Type.String(),
  provider: literals(["aws"]),
  nickname: Type.String(),
  awsOrganizationId: Type.String(),
  managementAccountId: Type.String(),
  credentialSource: literals(["host", "user-key"]),
  /** Of the stored key; its secret is write-only. */
  accessKeyId: nullable(Type.String()),
  /** False when the tenant's own external id is used. The value itself is write-only. */
  customExternalId: Type.Boolean(),
  organizationRole: roleShown,
  memberRole: roleShown,
  excludedNamePrefixes: Type.Array(Type.String()),
  includedOrganizationalUnits: Type.Array(Type.String()),
  autoRemoveSuspended: Type.Boolean(),
  autoBadge: Type.Boolean(),
  strategyIds: Type.Array(Type.String()),
  badges: Type.Array(badgeForm),
  syncIntervalMinutes: Type.Integer(),
  createdAt: instant,
  /** The credentials before the last change are kept for a way back; null: there are none. */
  formerCredentials: nullable(Type.Object({ replacedAt: instant, keptUntil: instant })),
  accountCounts: Type.Object({
    total: Type.Integer(),
    included: Type.Integer(),
    excluded: Type.Integer(),
    /** As the list of its clouds has them: also those that are out of scope and not yet removed. */
    clouds: Type.Integer(),
  }),
  sync: Type.Object({
    state: literals(["pending", "running", "done", "failed", "needs-confirmation"]),
    calls: Type.Integer(),
    error: nullable(Type.String()),
    finishedAt: nullable(instant),
    nextAt: nullable(instant),
  }),
});

const check = Type.Object({
  name: literals([
    "format",
    "platform-identity",
    "organization-unique",
    "assume-organization-role",
    "entry-account",
    "organization-read",
    "simulate",
    "organizational-units",
    "stack-sets",
    "region-deny",
  ]),
  outcome: literals(["pass", "warning", "fail", "skipped"]),
  detail: Type.String(),
});
export const validation = Type.Object({
  ok: Type.Boolean(),
  checks: Type.Array(check),
  errors: Type.Array(Type.Object({ path: Type.String(), code: Type.String(), detail: Type.String() })),
  preview: nullable(
    Type.Object({
      accounts: Type.Integer(),
      included: Type.Integer(),
      /** Of the included ones; suspended accounts are shown, but not read. */
      harvested: Type.Integer(),
      units: Type.Integer(),
      /** Lists are cut at 200; the counts are whole. */
      includedAccounts: Type.Array(
        Type.Object({
          accountId: Type.String(),
          name: Type.String(),
          path: Type.String(),
          note: nullable(Type.String()),
        }),
      ),
      excluded: Type.Array(
        Type.Object({ accountId: Type.String(), name: Type.String(), reason: Type.String() }),
      ),
      excludedCount: Type.Integer(),
      excludedByReason: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() })),
      /** Ids of `replaced`. */
      credentialsReplaced: Type.Array(Type.String()),
      replaced: Type.Array(
        Type.Object({
          cloudId: Type.String(),
          accountId: Type.String(),
          name: Type.String(),
          /** Nickname of the organization that has it now; null = connected by itself. */
          organization: nullable(Type.String()),
        }),
      ),
      replacedCount: Type.Integer(),
      /** Of a change: clouds that the organization has and would not want any more. */
      leaving: Type.Array(
        Type.Object({
          accountId: Type.String(),
          name: Type.String(),
          reason: Type.String(),
          /** Else it goes out of scope, with its data kept. */
          isRemoved: Type.Boolean(),
        }),
      ),
      leavingCount: Type.Integer(),
    }),
  ),
  ...outlook,
});

export const validateOrganization = defineRoute({
  name: "validateOrganization",
  method: "POST",
  path: "/cloud-organizations/validate",
  summary: "Dry run of the form: every check with its evidence, stores nothing",
  permission: "organizations:write",
  body: organizationForm,
  response: validation,
});
export const validateOrganizationChange = defineRoute({
  name: "validateOrganizationChange",
  method: "POST",
  path: "/cloud-organizations/:id/validate",
  summary: "Dry run of a change, with what is stored where the change keeps it; stores nothing",
  permission: "organizations:write",
  params: idParams,
  body: organizationChange,
  response: validation,
});
export const createOrganization = defineRoute({
  name: "createOrganization",
  method: "POST",
  path: "/cloud-organizations",
  summary: "Connect an AWS Organization",
  permission: "organizations:write",
  body: organizationForm,
  response: organization,
  status: 201,
});
export const listOrganizations = defineRoute({
  name: "listOrganizations",
  method: "GET",
  path: "/cloud-organizations",
  summary: "Connected organizations",
  permission: "estate:read",
  query: queryOf(paging),
  response: listOf(organization),
});
export const getOrganization = defineRoute({
  name: "getOrganization",
  method: "GET",
  path: "/cloud-organizations/:id",
  summary: "One organization",
  permission: "estate:read",
  params: idParams,
  response: organization,
});
export const changeOrganization = defineRoute({
  name: "changeOrganization",
  method: "PATCH",
  path: "/cloud-organizations/:id",
  summary: "Change filters, or the whole credential block",
  permission: "organizations:write",
  params: idParams,
  body: organizationChange,
  response: organization,
});
export const getSyncPreview = defineRoute({
  name: "getSyncPreview",
  method: "GET",
  path: "/cloud-organizations/:id/sync-preview",
  summary: "What the last sync stopped at and would take away once it is confirmed; null if it did not stop",
  permission: "estate:read",
  params: idParams,
  response: Type.Object({
    preview: nullable(
      Type.Object({
        digest: Type.String(),
        clouds: Type.Integer(),
        badges: Type.Integer(),
        /** Cut at 200; the counts are whole. */
        accounts: Type.Array(
          Type.Object({
            accountId: Type.String(),
            name: Type.String(),
            /** null: the cloud stays and loses badges only. */
            placement: nullable(literals(["absent", "excluded", "to-remove"])),
            reason: nullable(Type.String()),
            badges: Type.Integer(),
          }),
        ),
      }),
    ),
  }),
});
export const syncOrganization = defineRoute({
  name: "syncOrganization",
  method: "POST",
  path: "/cloud-organizations/:id/sync",
  summary:
    "Start a sync now, of all or of one account or unit; confirm=true lets a whole one take away what the last one stopped at (sync-preview), and nothing else",
  permission: "harvest:run",
  params: idParams,
  query: queryOf({
    confirm: Type.Optional(Type.Boolean()),
    /** With confirm: the digest of the preview that was looked at; refused if a sync has stopped at something else since. */
    preview: Type.Optional(
      Type.String({ pattern: "^[0-9a-f]{64}$", description: "the digest of a preview" }),
    ),
    accountId: Type.Optional(
      Type.String({ pattern: "^[0-9]{12}$", description: "an account id: 12 digits" }),
    ),
    organizationalUnitId: Type.Optional(
      Type.String({
        pattern: "^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$",
        description: "the id of an organizational unit, such as ou-ab12-11112222",
      }),
    ),
  }),
  response: Type.Object({ jobId: Type.String() }),
  status: 202,
});
