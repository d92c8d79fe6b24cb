// What the role of a cloud may really do: region by action, what stands in the way, and the change that mends it.
import Type from "typebox";
import { severities } from "#model/verdict.ts";
import { defineRoute, idParams, instant, listOf, literals, nullable, paging, queryOf } from "./route.ts";

export const permissionVerdicts = ["denied", "conditional", "unknown", "allowed", "not-applicable"] as const;
const verdict = literals(permissionVerdicts);
const denial = nullable(literals(["explicit", "implicit"]));

/** What a verdict is about; only "policy" is mended by changing one. */
const cause = nullable(
  literals([
    "policy",
    "resource-policy",
    "region-off",
    "region-refused",
    "not-activated",
    "throttled",
    "unavailable",
    "failed",
    "not-read",
  ]),
);

const attachment = Type.Object({
  kind: Type.String(),
  id: Type.String(),
  /** In the words of people, from the root: "/Root/Prod". */
  path: nullable(Type.String()),
});

const compared = Type.Object({
  operator: Type.String(),
  key: Type.String(),
  expected: Type.Array(Type.String()),
  /** null = not known; empty = the request does not carry it. */
  actual: nullable(Type.Array(Type.String())),
  holds: literals(["yes", "no", "unknown"]),
});

const blocking = Type.Object({
  /** deny: a statement denies; no-allow: none allows; unread: the policy could not be read or understood. */
  kind: literals(["deny", "no-allow", "unread"]),
  /** "scp", "identity", …; in the words of people, `layerName`. */
  layer: Type.String(),
  layerName: Type.String(),
  policyName: nullable(Type.String()),
  policyArn: nullable(Type.String()),
  sid: nullable(Type.String()),
  /** Of the statement in its policy, from 0. */
  index: nullable(Type.Integer()),
  /** Id of the root, unit or account; ARN of the role. */
  attachedTo: nullable(Type.String()),
  attachment: nullable(attachment),
  conditions: Type.Array(compared),
  /** In one sentence. */
  text: Type.String(),
});

const blind = Type.Object({
  resourceTypes: Type.Array(Type.Object({ type: Type.String(), title: Type.String() })),
  insights: Type.Array(
    Type.Object({ id: Type.String(), title: Type.String(), severity: literals(severities) }),
  ),
});

const fix = Type.Object({
  /** The very document that blocks. */
  document: Type.Object({
    name: Type.String(),
    arn: nullable(Type.String()),
    attachedTo: nullable(attachment),
    /** sha256 of what the change is for. */
    hash: Type.String(),
  }),
  /** JSON Patch (RFC 6902) on the document. */
  diff: Type.Array(
    Type.Object({ op: Type.String(), path: Type.String(), value: Type.Optional(Type.Unknown()) }),
  ),
  text: Type.String(),
  /** The document before and after it, for showing and copying. */
  before: Type.Unknown(),
  after: Type.Unknown(),
});

const opinion = Type.Object({ verdict: Type.String(), at: nullable(instant), detail: Type.String() });

const acknowledgement = Type.Object({
  note: Type.String(),
  until: nullable(instant),
  by: Type.String(),
  at: instant,
});

/** What a verdict was computed from. */
const source = Type.Object({
  layer: Type.String(),
  name: Type.String(),
  arn: nullable(Type.String()),
  /** Of a managed policy. */
  version: nullable(Type.String()),
  hash: Type.String(),
  attachedTo: nullable(attachment),
  readAt: nullable(instant),
});

const judged = {
  verdict,
  denial,
  cause,
  evidence: literals(["observed", "computed", "simulated"]),
  /** Where it is decided; null = nowhere in particular. */
  layer: nullable(Type.String()),
  blocking: Type.Array(blocking),
  conditionKeys: Type.Array(Type.String()),
  blind,
  fix: nullable(fix),
  /** Changes of other documents that are needed besides. */
  furtherFixes: Type.Array(fix),
  /** The verdict after all of them. */
  proof: nullable(Type.Object({ verdict })),
};

export const permissionRow = Type.Object({
  /** "global" = asked in the partition's home region alone. */
  region: Type.String(),
  action: Type.String(),
  ...judged,
  /** Id of the problem that it belongs to. */
  problem: nullable(Type.String()),
  /** What each kind of evidence says, and why the one is believed. */
  opinions: Type.Object({
    observed: nullable(opinion),
    computed: nullable(opinion),
    simulated: nullable(opinion),
    believed: Type.String(),
  }),
  acknowledgement: nullable(acknowledgement),
  checkedAt: instant,
});

const cloudName = Type.Object({ id: Type.String(), name: Type.String(), accountId: Type.String() });

/** Equal answers together. */
const permissionProblem = Type.Object({
  ...judged,
  /** Of the cause: the same in every cloud. */
  id: Type.String(),
  /** What it is, in a sentence. */
  title: Type.String(),
  actions: Type.Array(Type.String()),
  regions: Type.Array(Type.String()),
  clouds: Type.Integer(),
  /** The first ten by id. */
  examples: Type.Array(cloudName),
  /** Rows that somebody has called known. */
  acknowledged: Type.Integer(),
  rows: Type.Integer(),
});

/** AWS's policy simulator denies it and it is allowed. */
const falseAlarm = Type.Object({
  actions: Type.Array(Type.String()),
  clouds: Type.Integer(),
  examples: Type.Array(cloudName),
  reason: Type.String(),
});

const summaryShape = {
  counts: Type.Object({
    allowed: Type.Integer(),
    denied: Type.Integer(),
    conditional: Type.Integer(),
    unknown: Type.Integer(),
    notApplicable: Type.Integer(),
  }),
  /** What becomes visible by mending it comes first. */
  problems: Type.Array(permissionProblem),
  falseAlarms: Type.Array(falseAlarm),
};

export const listPermissions = defineRoute({
  name: "listPermissions",
  method: "GET",
  path: "/clouds/:id/permissions",
  summary: "What the role of a cloud may do, by region and action; what it may not comes first",
  permission: "estate:read",
  params: idParams,
  query: queryOf({
    region: Type.Optional(Type.String({ maxLength: 50 })),
    action: Type.Optional(Type.String({ maxLength: 200 })),
    verdict: Type.Optional(verdict),
    problem: Type.Optional(Type.String({ maxLength: 64 })),
    ...paging,
  }),
  response: listOf(permissionRow),
});

export const summarizePermissions = defineRoute({
  name: "summarizePermissions",
  method: "GET",
  path: "/clouds/:id/permissions/summary",
  summary:
    "Why a cloud's role may not do what is needed: equal causes together, and the matrix of all verdicts",
  permission: "estate:read",
  params: idParams,
  response: Type.Object({
    roleArn: nullable(Type.String()),
    /** Why there is no verdict at all. */
    note: nullable(Type.String()),
    ...summaryShape,
    computedFrom: Type.Array(source),
    checkedAt: instant,
    regions: Type.Array(Type.String()),
    /** Regions that the account has not enabled: nothing is asked there. */
    regionsOff: Type.Array(Type.String()),
    /** Verdicts in the order of `regions`, null where the action is asked elsewhere. */
    matrix: Type.Array(Type.Object({ action: Type.String(), verdicts: Type.Array(nullable(verdict)) })),
  }),
});

export const summarizeOrganizationPermissions = defineRoute({
  name: "summarizeOrganizationPermissions",
  method: "GET",
  path: "/cloud-organizations/:id/permissions",
  summary: "What keeps the roles of an organization's clouds from reading, equal causes together",
  permission: "estate:read",
  params: idParams,
  response: Type.Object({ clouds: Type.Integer(), ...summaryShape, checkedAt: instant }),
});

const place = {
  region: Type.String({ minLength: 1, maxLength: 50 }),
  action: Type.String({ minLength: 1, maxLength: 200 }),
};
const known = {
  note: Type.String({ minLength: 1, maxLength: 2000 }),
  until: Type.Optional(nullable(instant)),
};
export const acknowledgePermission = defineRoute({
  name: "acknowledgePermission",
  method: "POST",
  path: "/clouds/:id/permissions/acknowledgements",
  summary: "Call a missing permission known, with a note and until when (S47)",
  permission: "clouds:write",
  params: idParams,
  body: Type.Object({ ...place, ...known }, { additionalProperties: false }),
  response: Type.Object({ ...place, ...acknowledgement.properties }),
  status: 201,
});

export const withdrawAcknowledgement = defineRoute({
  name: "withdrawAcknowledgement",
  method: "DELETE",
  path: "/clouds/:id/permissions/acknowledgements",
  summary: "Take an acknowledgement back",
  permission: "clouds:write",
  params: idParams,
  query: queryOf(place),
  response: Type.Null(),
  status: 204,
});

const problemParams = Type.Object({ ...idParams.properties, problem: Type.String({ maxLength: 64 }) });
const rowsOfProblem = Type.Object({ rows: Type.Integer() });

export const acknowledgePermissionProblem = defineRoute({
  name: "acknowledgePermissionProblem",
  method: "PUT",
  path: "/clouds/:id/permissions/problems/:problem/acknowledgement",
  summary: "Call every missing permission of a problem known, with a note and until when (S47)",
  permission: "clouds:write",
  params: problemParams,
  body: Type.Object(known, { additionalProperties: false }),
  response: rowsOfProblem,
});

export const withdrawProblemAcknowledgement = defineRoute({
  name: "withdrawProblemAcknowledgement",
  method: "DELETE",
  path: "/clouds/:id/permissions/problems/:problem/acknowledgement",
  summary: "Take the acknowledgements of a problem's permissions back",
  permission: "clouds:write",
  params: problemParams,
  response: rowsOfProblem,
});
