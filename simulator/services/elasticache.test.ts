import * as aws from "@aws-sdk/client-elasticache";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.ElastiCacheClient, "eu-north-1");
const ReplicationGroupId = "sessions";
const create = (more: Partial<aws.CreateReplicationGroupCommandInput> = {}) =>
  client().send(
    new aws.CreateReplicationGroupCommand({
      ReplicationGroupId,
      ReplicationGroupDescription: "d",
      NumCacheClusters: 2,
      ...more,
    }),
  );
const describe = () => client().send(new aws.DescribeReplicationGroupsCommand({ ReplicationGroupId }));
const modify = (more: Partial<aws.ModifyReplicationGroupCommandInput>) =>
  client().send(new aws.ModifyReplicationGroupCommand({ ReplicationGroupId, ...more }));
const ResourceName = () =>
  `arn:aws:elasticache:eu-north-1:${wire.simulator.managementAccountId}:replicationgroup:sessions`;
const group = { CacheSubnetGroupName: "private" };

checkCalls([
  [
    "a password in the clear",
    () => create({ AuthToken: "x".repeat(20) }),
    "400 InvalidParameterCombinationException",
  ],
  [
    "failover alone",
    () => create({ NumCacheClusters: 1, AutomaticFailoverEnabled: true }),
    "400 InvalidParameterCombinationException",
  ],
  ["no such subnets", () => create({ CacheSubnetGroupName: "none" }), "400 CacheSubnetGroupNotFoundFault"],
  [
    "subnets",
    () =>
      client().send(
        new aws.CreateCacheSubnetGroupCommand({
          ...group,
          CacheSubnetGroupDescription: "d",
          SubnetIds: ["subnet-0a"],
        }),
      ),
    { CacheSubnetGroup: group },
  ],
  ["a group", () => create({ ...group, Engine: "redis" }), { ReplicationGroup: { Status: "creating" } }],
  ["again", () => create(), "400 ReplicationGroupAlreadyExistsFault"],
  [
    "AWS's defaults",
    describe,
    {
      ReplicationGroups: [
        {
          AtRestEncryptionEnabled: false,
          TransitEncryptionEnabled: false,
          AuthTokenEnabled: false,
          AutomaticFailover: "disabled",
          SnapshotRetentionLimit: 0,
          MemberClusters: ["sessions-001", "sessions-002"],
        },
      ],
    },
  ],
  [
    "its members",
    () => client().send(new aws.DescribeCacheClustersCommand({})),
    { CacheClusters: [{ ReplicationGroupId }, { ReplicationGroupId }] },
  ],
  [
    "stay",
    () => client().send(new aws.DeleteCacheClusterCommand({ CacheClusterId: "sessions-001" })),
    "400 InvalidCacheClusterStateFault",
  ],
  [
    "subnets stay",
    () => client().send(new aws.DeleteCacheSubnetGroupCommand(group)),
    "400 CacheSubnetGroupInUse",
  ],
  [
    "mended",
    () =>
      modify({ AutomaticFailoverEnabled: true, SnapshotRetentionLimit: 7, AutoMinorVersionUpgrade: true }),
    {},
  ],
  [
    "is shown",
    describe,
    { ReplicationGroups: [{ AutomaticFailover: "enabled", SnapshotRetentionLimit: 7 }] },
  ],
  [
    "tags",
    async () => {
      await client().send(
        new aws.AddTagsToResourceCommand({ ResourceName: ResourceName(), Tags: [{ Key: "a", Value: "1" }] }),
      );
      return client().send(new aws.ListTagsForResourceCommand({ ResourceName: ResourceName() }));
    },
    { TagList: [{ Key: "a", Value: "1" }] },
  ],
  ["deleted", () => client().send(new aws.DeleteReplicationGroupCommand({ ReplicationGroupId })), {}],
  ["for good", describe, "404 ReplicationGroupNotFoundFault"],
  [
    "with its members",
    () => client().send(new aws.DescribeCacheClustersCommand({ CacheClusterId: "sessions-001" })),
    "404 CacheClusterNotFoundFault",
  ],
  ["then the subnets go", () => client().send(new aws.DeleteCacheSubnetGroupCommand(group)), {}],
]);

test("pages hold every cache once", async () => {
  for (let index = 0; index < 22; index++)
    await client().send(
      new aws.CreateCacheClusterCommand({ CacheClusterId: `page-${index}`, Engine: "memcached" }),
    );
  const ids: (string | undefined)[] = [];
  for await (const page of aws.paginateDescribeCacheClusters({ client: client(), pageSize: 20 }, {}))
    ids.push(...(page.CacheClusters ?? []).map((each) => each.CacheClusterId));
  expect(ids.length).toBe(22);
  expect(new Set(ids).size).toBe(22);
});
