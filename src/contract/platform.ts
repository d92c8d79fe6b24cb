// The installation's own identity in each partition: whom the roles of users trust.
import Type from "typebox";
import { platformPartitions } from "#model/partition.ts";
import { defineRoute, literals, nullable, queryOf } from "./route.ts";

const identity = Type.Object({
  partition: literals(platformPartitions),
  accountId: nullable(Type.String()),
  roleArn: nullable(Type.String()),
  /** iam = read by iam:GetRole; settings = SKYWARDEN_PLATFORM_ROLE_ARN; guessed = from the session's ARN, without a path; stored-key = a key of that partition; worker = lent by a worker that runs there; none = no credentials. */
  source: literals(["iam", "settings", "guessed", "stored-key", "worker", "none"]),
  /** Of the stored key; its secret is write-only. */
  accessKeyId: nullable(Type.String()),
  /** What is missing or uncertain, in words. */
  note: nullable(Type.String()),
  /** Each process of the installation in the partition, with the identity of its host; only for who may change the platform. */
  hosts: Type.Array(
    Type.Object({
      host: Type.String(),
      kind: literals(["serve", "worker"]),
      /** null: it has none, see error. */
      roleArn: nullable(Type.String()),
      /** Not what most of the partition's hosts run as. */
      differs: Type.Boolean(),
      error: nullable(Type.String()),
      reportedAt: Type.String({ format: "date-time" }),
    }),
  ),
});
export const getPlatformIdentity = defineRoute({
  name: "getPlatformIdentity",
  method: "GET",
  path: "/platform-identity",
  summary: "The principal that user roles trust, per partition",
  permission: "estate:read",
  response: Type.Object({ partitions: Type.Array(identity) }),
});

const partitionParams = Type.Object(
  { partition: literals(platformPartitions) },
  { additionalProperties: false },
);
export const putPlatformKey = defineRoute({
  name: "putPlatformKey",
  method: "PUT",
  path: "/platform-identity/:partition",
  summary: "Store an access key that is the installation's identity in a partition where its host is not",
  permission: "platform:write",
  params: partitionParams,
  body: Type.Object(
    {
      accessKeyId: Type.String({ maxLength: 256 }),
      /** null keeps the stored secret of this key. */
      secretAccessKey: nullable(Type.String({ maxLength: 256 })),
      /** The role that the key assumes and that user roles trust; without it they trust the key's user. */
      roleArn: Type.Optional(nullable(Type.String({ maxLength: 2048 }))),
    },
    { additionalProperties: false },
  ),
  response: identity,
});
export const removePlatformKey = defineRoute({
  name: "removePlatformKey",
  method: "DELETE",
  path: "/platform-identity/:partition",
  summary: "Remove a partition's stored key; with preview=true only tell what would lose its credentials",
  permission: "platform:write",
  params: partitionParams,
  query: queryOf({ preview: Type.Optional(Type.Boolean()) }),
  response: Type.Object({
    organizations: Type.Integer(),
    clouds: Type.Integer(),
    removed: Type.Boolean(),
  }),
});
