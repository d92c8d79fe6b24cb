// The roles that clouds are reached by: which template made them, what they lack for this release, what was changed.
import Type from "typebox";
import { trustWarningCodes } from "#model/role-inspection.ts";
import { severities } from "#model/verdict.ts";
import { defineRoute, idParams, instant, literals, nullable } from "./route.ts";

const template = Type.Object({
  /** Name and hash, as the tag skywarden:template on the role has it. */
  version: Type.String(),
  /** The release that made it; null = this release does not know it. */
  release: nullable(Type.String()),
  isCurrent: Type.Boolean(),
});

/** unknown: the role could not be read. */
const madeBy = literals(["template", "hand", "unknown"]);

/** What a cloud's page shows of its role at once. */
export const roleSummary = Type.Object({
  madeBy,
  template: nullable(template),
  /** null: its policies could not all be read. */
  missingActions: nullable(Type.Integer()),
  driftSince: nullable(instant),
  warnings: Type.Integer(),
  inspectedAt: instant,
});

const blindness = {
  resourceTypes: Type.Array(
    Type.Object({
      type: Type.String(),
      title: Type.String(),
      /** null = all of it. */
      properties: nullable(Type.Array(Type.String())),
      actions: Type.Array(Type.String()),
    }),
  ),
  insights: Type.Array(
    Type.Object({ id: Type.String(), title: Type.String(), severity: literals(severities) }),
  ),
};
const mend = Type.Object({
  kind: literals(["stack", "stack-set", "revert", "by-hand"]),
  text: Type.String(),
  commands: Type.Array(Type.String()),
});

export const cloudRole = Type.Object({
  roleArn: Type.String(),
  madeBy,
  template: nullable(template),
  /** What this release makes. */
  currentTemplate: Type.String(),
  inspectedAt: instant,
  nextInspectionAt: instant,
  /** When the role was last read as a whole. */
  readAt: nullable(instant),
  unread: Type.Array(Type.Object({ operation: Type.String(), code: Type.String(), message: Type.String() })),
  /** Needed by this release, listed by none of the role's policies. null: they could not all be read. */
  missing: nullable(Type.Array(Type.Object({ action: Type.String(), release: nullable(Type.String()) }))),
  /** Listed, but under a condition or for some resources only. */
  limited: Type.Array(Type.String()),
  blind: Type.Object(blindness),
  differences: Type.Array(
    Type.Object({
      part: literals(["trust", "policies", "boundary"]),
      text: Type.String(),
      /** An administrator has called it intended. */
      accepted: Type.Boolean(),
    }),
  ),
  driftSince: nullable(instant),
  warnings: Type.Array(Type.Object({ code: literals(trustWarningCodes), text: Type.String() })),
  /** null: there is nothing to mend. */
  mend: nullable(mend),
});

const cloudRoleAnswer = Type.Object({
  role: nullable(cloudRole),
  /** Why there is none, in words. */
  note: nullable(Type.String()),
});

export const getCloudRole = defineRoute({
  name: "getCloudRole",
  method: "GET",
  path: "/clouds/:id/role",
  summary: "The role of a cloud: its template, what it lacks, what was changed by hand",
  permission: "estate:read",
  params: idParams,
  response: cloudRoleAnswer,
});
export const acceptRoleDrift = defineRoute({
  name: "acceptRoleDrift",
  method: "POST",
  path: "/clouds/:id/role/accept",
  summary: "Call differences of a role intended: they are drift no more",
  permission: "clouds:write",
  params: idParams,
  body: Type.Object(
    { differences: Type.Array(Type.String({ maxLength: 5000 }), { minItems: 1, maxItems: 200 }) },
    { additionalProperties: false },
  ),
  response: cloudRoleAnswer,
});

const cloudName = Type.Object({ id: Type.String(), name: Type.String() });
export const getOrganizationRoles = defineRoute({
  name: "getOrganizationRoles",
  method: "GET",
  path: "/cloud-organizations/:id/roles",
  summary: "The roles of an organization's clouds, grouped by what they lack",
  permission: "estate:read",
  params: idParams,
  response: Type.Object({
    clouds: Type.Integer(),
    inspected: Type.Integer(),
    byHand: Type.Integer(),
    unreadable: Type.Integer(),
    currentTemplate: Type.String(),
    templates: Type.Array(Type.Object({ ...template.properties, clouds: Type.Integer() })),
    /** Roles that lack the same actions, the most first. */
    lacking: Type.Array(
      Type.Object({
        template: nullable(template),
        missing: Type.Array(Type.String()),
        clouds: Type.Integer(),
        /** The first ten by name. */
        examples: Type.Array(cloudName),
        ...blindness,
        mend,
      }),
    ),
    drifted: Type.Object({ clouds: Type.Integer(), examples: Type.Array(cloudName) }),
    unsafeTrust: Type.Object({ clouds: Type.Integer(), examples: Type.Array(cloudName) }),
    /** The role that the organization is read by; null: no sync has looked at it yet. */
    organizationRole: nullable(cloudRole),
  }),
});
