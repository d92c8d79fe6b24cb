// Effective access: who can do what to a resource, what a user or role can do, and the ways from it to everything.
import Type from "typebox";
import { defineRoute, idParams, instant, literals, nullable, queryOf } from "./route.ts";

const verdict = literals(["allowed", "denied", "conditional", "unknown"]);

/** One statement of a policy, and where the policy hangs. */
const statement = Type.Object({
  layer: Type.String(),
  policyName: Type.String(),
  policyArn: nullable(Type.String()),
  /** SHA-256 of the document that it was computed from. */
  policyHash: Type.String(),
  sid: nullable(Type.String()),
  index: Type.Integer(),
  attachedTo: Type.Object({ kind: Type.String(), id: Type.String(), path: nullable(Type.String()) }),
  readAt: nullable(instant),
});

/** What could not be read, and so may hide access. */
const notRead = Type.Array(Type.Object({ what: Type.String(), cloudId: Type.String(), why: Type.String() }));

const holder = Type.Object({
  /** ARN, account number, organization id, name of a service; "*" for everyone. */
  id: Type.String(),
  resourceId: nullable(Type.String()),
  name: nullable(Type.String()),
  accountId: nullable(Type.String()),
  cloudId: nullable(Type.String()),
});

const holding = Type.Object({
  kind: literals([
    "anyone",
    "any-account",
    "organization",
    "account",
    "root",
    "principal",
    "service",
    "identity-provider",
  ]),
  verdict: literals(["allowed", "conditional", "unknown"]),
  /** The policies of its own account are not known, and were taken to allow. */
  isAssumed: Type.Boolean(),
  /** The first hundred of them. */
  holders: Type.Array(holder),
  holderCount: Type.Integer(),
  actions: Type.Array(
    Type.Object({ action: Type.String(), level: literals(["list", "read", "write", "permissions"]) }),
  ),
  /** That grant it; empty for a root user, who needs none. */
  statements: Type.Array(statement),
  /** That refuse it for some value of the keys. */
  mayDeny: Type.Array(statement),
  conditionKeys: Type.Array(Type.String()),
  /** Layers that could not be read and would matter. */
  unread: Type.Array(Type.String()),
});

export const getResourceAccess = defineRoute({
  name: "getResourceAccess",
  method: "GET",
  path: "/resources/:id/access",
  summary:
    "Who can do what to a bucket, key, queue, topic, function, secret, image repository or role, by granting statement. " +
    "Each page judges so many users and roles; everyone else comes with the first",
  permission: "estate:read",
  params: idParams,
  query: queryOf({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 200 })),
    cursor: Type.Optional(Type.String({ maxLength: 2000 })),
  }),
  response: Type.Object({
    items: Type.Array(holding),
    /** Users and roles judged for this page. */
    judged: Type.Integer(),
    notRead,
    judgedAt: instant,
    nextCursor: nullable(Type.String()),
  }),
});

const outcome = literals(["allowed", "conditional", "unknown", "denied"]);

export const previewResourceAccess = defineRoute({
  name: "previewResourceAccess",
  method: "POST",
  path: "/resources/:id/access/preview",
  summary: "Who would gain and who would lose what if the resource's policy were another; changes nothing",
  permission: "estate:read",
  params: idParams,
  query: queryOf({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 200 })),
    cursor: Type.Optional(Type.String({ maxLength: 2000 })),
  }),
  body: Type.Object(
    {
      /** The document, as text or as JSON; null = the resource has none. */
      policy: nullable(
        Type.Union([Type.String({ maxLength: 100_000 }), Type.Object({}, { additionalProperties: true })]),
      ),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({
    items: Type.Array(
      Type.Object({
        ...holder.properties,
        kind: holding.properties.kind,
        isAssumed: Type.Boolean(),
        changes: Type.Array(
          Type.Object({
            action: Type.String(),
            level: Type.String(),
            before: outcome,
            after: outcome,
            statements: Type.Array(statement),
          }),
        ),
      }),
    ),
    judged: Type.Integer(),
    notRead,
    judgedAt: instant,
    nextCursor: nullable(Type.String()),
  }),
});

const counts = Type.Object({
  allowed: Type.Integer(),
  conditional: Type.Integer(),
  unknown: Type.Integer(),
  denied: Type.Integer(),
});

export const getResourcePermissions = defineRoute({
  name: "getResourcePermissions",
  method: "GET",
  path: "/resources/:id/permissions",
  summary:
    "What a user or role can do, by service and access level; service=… gives that one alone, with its actions and their statements",
  permission: "estate:read",
  params: idParams,
  query: queryOf({ service: Type.Optional(Type.String({ pattern: "^[a-z0-9-]{1,60}$" })) }),
  response: Type.Object({
    services: Type.Array(
      Type.Object({
        service: Type.String(),
        /** Actions that its policies grant, by what is left of them. */
        levels: Type.Partial(
          Type.Object({ list: counts, read: counts, tagging: counts, write: counts, permissions: counts }),
        ),
        /** Granted actions that a layer refuses. */
        takenAway: Type.Partial(
          Type.Object({ boundary: Type.Integer(), scp: Type.Integer(), deny: Type.Integer() }),
        ),
      }),
    ),
    actions: nullable(
      Type.Array(
        Type.Object({
          action: Type.String(),
          level: literals(["list", "read", "tagging", "write", "permissions"]),
          verdict,
          /** As the granting policies write them. */
          resources: Type.Array(Type.String()),
          statements: Type.Array(statement),
          conditionKeys: Type.Array(Type.String()),
          deniedBy: Type.Array(Type.Object({ ...statement.properties, certain: Type.Boolean() })),
          notAllowedBy: Type.Array(Type.String()),
          unread: Type.Array(Type.String()),
        }),
      ),
    ),
    notRead,
    judgedAt: instant,
  }),
});

const need = Type.Object({
  action: Type.String(),
  resource: Type.String(),
  verdict,
  statements: Type.Array(statement),
  conditionKeys: Type.Array(Type.String()),
});

export const getEscalationPaths = defineRoute({
  name: "getEscalationPaths",
  method: "GET",
  path: "/resources/:id/escalation-paths",
  summary: "The shortest few ways from a user or role to everything in an account, hop by hop",
  permission: "estate:read",
  params: idParams,
  response: Type.Object({
    /** It may do everything as it is. */
    isAdministrator: Type.Boolean(),
    paths: Type.Array(
      Type.Object({
        hops: Type.Array(
          Type.Object({
            rule: Type.String(),
            title: Type.String(),
            /** Whose permissions it wins; null: everything. */
            to: nullable(
              Type.Object({
                arn: Type.String(),
                resourceId: nullable(Type.String()),
                name: nullable(Type.String()),
                cloudId: Type.String(),
              }),
            ),
            /** The function or instance that runs as the role. */
            through: nullable(
              Type.Object({ arn: Type.String(), resourceId: Type.String(), name: nullable(Type.String()) }),
            ),
            needs: Type.Array(need),
          }),
        ),
        conditionKeys: Type.Array(Type.String()),
        isUnknown: Type.Boolean(),
      }),
    ),
    /** Users and roles whose ways were followed. */
    followed: Type.Integer(),
    /** Every way was followed to its end. */
    isComplete: Type.Boolean(),
    notRead,
    judgedAt: instant,
  }),
});
