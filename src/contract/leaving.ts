// Disconnecting an organization, the proof that its roles cannot be assumed any more, and the way back to former
// credentials.
import Type from "typebox";
import { cloudSources } from "#model/cloud-credentials.ts";
import { cloudValidation } from "./cloud-access.ts";
import {
  defineRoute,
  idParams,
  instant,
  listOf,
  literals,
  nothing,
  nullable,
  paging,
  queryOf,
  repeatable,
} from "./route.ts";

export const accessProof = Type.Object({
  id: Type.String(),
  organizationId: Type.String(),
  awsOrganizationId: Type.String(),
  nickname: Type.String(),
  state: literals(["running", "done"]),
  askedBy: Type.String(),
  askedAt: instant,
  finishedAt: nullable(instant),
  /** When the organization was removed; null while it is connected. */
  removedAt: nullable(instant),
  /** Until then it can be repeated; null: the credentials it needs are gone. */
  repeatableUntil: nullable(instant),
  roles: Type.Object({
    total: Type.Integer(),
    left: Type.Integer(),
    /** As it should be. */
    refused: Type.Integer(),
    works: Type.Integer(),
    unknown: Type.Integer(),
  }),
});

export const removeOrganization = defineRoute({
  name: "removeOrganization",
  method: "DELETE",
  path: "/cloud-organizations/:id",
  summary: "Disconnect an organization; with preview=true only tell what would go and what to delete at AWS",
  permission: "organizations:write",
  params: idParams,
  query: queryOf({
    preview: Type.Optional(Type.Boolean()),
    /** Try afterwards that no role can be assumed any more; without it nothing shows that. */
    prove: Type.Optional(Type.Boolean()),
    /** Clouds that were connected by themselves go back to their own credentials instead of being removed. */
    restore: Type.Optional(Type.Boolean()),
  }),
  response: Type.Object({
    clouds: Type.Integer(),
    resources: Type.Integer(),
    findings: Type.Integer(),
    exemptions: Type.Integer(),
    /** Given by people. */
    badges: Type.Integer(),
    restorable: Type.Array(
      Type.Object({
        cloudId: Type.String(),
        accountId: Type.String(),
        name: Type.String(),
        replacedAt: instant,
      }),
    ),
    restored: Type.Integer(),
    removed: Type.Boolean(),
    tearDown: Type.Array(
      Type.Object({
        title: Type.String(),
        detail: Type.String(),
        commands: Type.Array(Type.String()),
        console: nullable(Type.String()),
      }),
    ),
    /** null: nothing was asked to show that the roles are gone. */
    proof: nullable(accessProof),
  }),
});

export const proveNoAccess = defineRoute({
  name: "proveNoAccess",
  method: "POST",
  path: "/cloud-organizations/:id/prove-no-access",
  summary: "Try every role of a connected organization, to see which can still be assumed",
  permission: "organizations:write",
  params: idParams,
  response: accessProof,
  status: 202,
});
export const listAccessProofs = defineRoute({
  name: "listAccessProofs",
  method: "GET",
  path: "/access-proofs",
  summary: "Proofs that organizations were left, the newest first",
  permission: "organizations:write",
  query: queryOf(paging),
  response: listOf(accessProof),
});
export const getAccessProof = defineRoute({
  name: "getAccessProof",
  method: "GET",
  path: "/access-proofs/:id",
  summary: "One proof, with its progress",
  permission: "organizations:write",
  params: idParams,
  response: accessProof,
});
export const accessOutcomes = ["refused", "works", "unknown"] as const;
export const listAccessProofRoles = defineRoute({
  name: "listAccessProofRoles",
  method: "GET",
  path: "/access-proofs/:id/roles",
  summary: "What came of trying each role: refused is as it should be",
  permission: "organizations:write",
  params: idParams,
  query: queryOf({ ...paging, outcome: repeatable(literals(accessOutcomes)) }),
  response: listOf(
    Type.Object({
      roleArn: Type.String(),
      accountId: Type.String(),
      accountName: Type.String(),
      /** null: not tried yet. */
      outcome: nullable(literals(accessOutcomes)),
      detail: nullable(Type.String()),
      triedAt: nullable(instant),
    }),
  ),
});
export const repeatAccessProof = defineRoute({
  name: "repeatAccessProof",
  method: "POST",
  path: "/access-proofs/:id/repeat",
  summary: "Try every role again, for example after more was deleted at AWS",
  permission: "organizations:write",
  params: idParams,
  response: accessProof,
  status: 202,
});
export const endAccessProof = defineRoute({
  name: "endAccessProof",
  method: "DELETE",
  path: "/access-proofs/:id/credentials",
  summary: "Forget the credentials that a proof keeps; its results stay",
  permission: "organizations:write",
  params: idParams,
  response: nothing,
  status: 204,
});

const role = Type.Object({
  arn: Type.String(),
  sessionName: Type.String(),
  durationSeconds: Type.Integer(),
});
const previewQuery = queryOf({ preview: Type.Optional(Type.Boolean()) });
export const rollBackOrganization = defineRoute({
  name: "rollBackOrganization",
  method: "POST",
  path: "/cloud-organizations/:id/rollback-credentials",
  summary: "Return to the credentials before the last change, after all checks; preview=true only shows them",
  permission: "organizations:write",
  params: idParams,
  query: previewQuery,
  response: Type.Object({
    replacedAt: instant,
    keptUntil: instant,
    credentialSource: literals(["host", "user-key"]),
    organizationRole: role,
    memberRole: role,
    rolledBack: Type.Boolean(),
  }),
});
export const rollBackCloud = defineRoute({
  name: "rollBackCloud",
  method: "POST",
  path: "/clouds/:id/rollback-access",
  summary:
    "Return to the former access of a cloud, by itself again if an organization had taken it over; preview=true only tries it",
  permission: "clouds:write",
  params: idParams,
  query: previewQuery,
  response: Type.Object({
    replacedAt: instant,
    keptUntil: instant,
    principal: Type.String(),
    credentialSource: literals(cloudSources),
    isDetached: Type.Boolean(),
    checks: cloudValidation.properties.checks,
    ok: Type.Boolean(),
    rolledBack: Type.Boolean(),
  }),
});
