// Replication groups and caches as the simulator keeps them, and how they are made and changed.
import type * as aws from "@aws-sdk/client-elasticache";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, given, records, type Tagged, tagMapOf } from "../records.ts";

/** Value of "elasticache:replication-group" under its id. */
export type StoredGroup = Stored<aws.ReplicationGroup> &
  Tagged & { ReplicationGroupId: string; ARN: string; subnetGroup?: string };
/** Value of "elasticache:cluster" under its id. */
export type StoredCache = Stored<aws.CacheCluster> & Tagged & { CacheClusterId: string; ARN: string };
/** Value of "elasticache:subnet-group" under its name. */
export type StoredSubnets = Stored<aws.CacheSubnetGroup> &
  Tagged & { CacheSubnetGroupName: string; ARN: string };

export const groups = records<StoredGroup>(
  "elasticache:replication-group",
  "ReplicationGroupId",
  (id) => new AwsFault("ReplicationGroupNotFoundFault", `ReplicationGroup ${id} not found.`, 404),
);
export const caches = records<StoredCache>(
  "elasticache:cluster",
  "CacheClusterId",
  (id) => new AwsFault("CacheClusterNotFound", `CacheCluster not found: ${id}`, 404),
);
export const subnets = records<StoredSubnets>(
  "elasticache:subnet-group",
  "CacheSubnetGroupName",
  (name) => new AwsFault("CacheSubnetGroupNotFoundFault", `Cache Subnet Group ${name} does not exist.`),
);
export const arn = (call: Call, type: string, id: string) => arnIn(call, "elasticache", `${type}:${id}`);

export function nameOf(given = "", longest = 40): string {
  const name = given.toLowerCase();
  if (name.length > longest || !/^[a-z](?!.*--)[a-z0-9-]*$/.test(name) || name.endsWith("-"))
    throw new AwsFault(
      "InvalidParameterValue",
      `The parameter is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens: ${given}`,
    );
  return name;
}

export function cacheOf(
  call: Call,
  id: string,
  group: StoredGroup | undefined,
  wish: Partial<StoredCache>,
): StoredCache {
  return {
    CacheClusterId: id,
    ARN: arn(call, "cluster", id),
    CacheClusterStatus: "available",
    CacheClusterCreateTime: call.now.toISOString(),
    NumCacheNodes: 1,
    PreferredAvailabilityZone: `${call.region}a`,
    AutoMinorVersionUpgrade: true,
    SnapshotRetentionLimit: 0,
    ...(group
      ? {
          ReplicationGroupId: group.ReplicationGroupId,
          TransitEncryptionEnabled: group.TransitEncryptionEnabled,
          AtRestEncryptionEnabled: group.AtRestEncryptionEnabled,
          AuthTokenEnabled: group.AuthTokenEnabled,
        }
      : {}),
    tagMap: group?.tagMap ?? {},
    ...wish,
  };
}

/** How many caches it has. */
function checkNewGroup(call: Call<aws.CreateReplicationGroupMessage>, id: string): number {
  const { input } = call;
  if (groups.find(call, id))
    throw new AwsFault("ReplicationGroupAlreadyExists", `Replication Group ${id} already exists.`);
  if (input.AuthToken && !input.TransitEncryptionEnabled)
    throw new AwsFault(
      "InvalidParameterCombination",
      "The AUTH token can be only set when TransitEncryptionEnabled is true.",
    );
  const count = input.NumCacheClusters ?? 1 + (input.ReplicasPerNodeGroup ?? 0);
  if (input.AutomaticFailoverEnabled && count < 2)
    throw new AwsFault(
      "InvalidParameterCombination",
      "Automatic failover is not supported with fewer than 2 cache clusters.",
    );
  if (input.CacheSubnetGroupName) subnets.need(call, input.CacheSubnetGroupName);
  return count;
}

export function createGroup(call: Call<aws.CreateReplicationGroupMessage>) {
  const { input } = call;
  const id = nameOf(input.ReplicationGroupId);
  const count = checkNewGroup(call, id);
  const members = Array.from({ length: count }, (_, at) => `${id}-${String(at + 1).padStart(3, "0")}`);
  const Engine = input.Engine ?? "redis";
  const group = groups.put(call, {
    ReplicationGroupId: id,
    ARN: arn(call, "replicationgroup", id),
    Description: input.ReplicationGroupDescription,
    Status: "available",
    MemberClusters: members,
    AutomaticFailover: input.AutomaticFailoverEnabled ? "enabled" : "disabled",
    MultiAZ: input.MultiAZEnabled ? "enabled" : "disabled",
    SnapshotRetentionLimit: input.SnapshotRetentionLimit ?? 0,
    SnapshotWindow: input.SnapshotWindow ?? "05:00-06:00",
    ClusterEnabled: (input.NumNodeGroups ?? 1) > 1,
    CacheNodeType: input.CacheNodeType ?? "cache.t4g.micro",
    AuthTokenEnabled: Boolean(input.AuthToken),
    TransitEncryptionEnabled: input.TransitEncryptionEnabled ?? Engine === "valkey",
    AtRestEncryptionEnabled: input.AtRestEncryptionEnabled ?? Engine === "valkey",
    ...given(input, "KmsKeyId", "UserGroupIds"),
    ReplicationGroupCreateTime: call.now.toISOString(),
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    Engine,
    tagMap: tagMapOf(input.Tags),
    ...(input.CacheSubnetGroupName ? { subnetGroup: input.CacheSubnetGroupName } : {}),
  });
  const shared = {
    Engine,
    CacheNodeType: group.CacheNodeType,
    EngineVersion: input.EngineVersion ?? (Engine === "valkey" ? "8.0.1" : "7.1.0"),
    CacheSubnetGroupName: input.CacheSubnetGroupName ?? "default",
  };
  for (const member of members) caches.put(call, cacheOf(call, member, group, shared));
  return { ReplicationGroup: { ...group, Status: "creating" } };
}

export function modifyGroup(call: Call<aws.ModifyReplicationGroupMessage>) {
  const group = groups.need(call, call.input.ReplicationGroupId?.toLowerCase());
  const { AutomaticFailoverEnabled, MultiAZEnabled, ReplicationGroupDescription, AuthToken } = call.input;
  if (AutomaticFailoverEnabled && (group.MemberClusters?.length ?? 0) < 2)
    throw new AwsFault(
      "InvalidParameterCombination",
      "Automatic failover is not supported with fewer than 2 cache clusters.",
    );
  const changed = groups.change(call, group, {
    ...given(
      call.input,
      "AutoMinorVersionUpgrade",
      "SnapshotRetentionLimit",
      "SnapshotWindow",
      "CacheNodeType",
      "TransitEncryptionEnabled",
    ),
    ...(AutomaticFailoverEnabled === undefined
      ? {}
      : { AutomaticFailover: AutomaticFailoverEnabled ? "enabled" : "disabled" }),
    ...(MultiAZEnabled === undefined ? {} : { MultiAZ: MultiAZEnabled ? "enabled" : "disabled" }),
    ...(ReplicationGroupDescription === undefined ? {} : { Description: ReplicationGroupDescription }),
    ...(AuthToken ? { AuthTokenEnabled: true } : {}),
  });
  return { ReplicationGroup: changed };
}

export function deleteGroup(call: Call<aws.DeleteReplicationGroupMessage>) {
  const group = groups.remove(call, groups.need(call, call.input.ReplicationGroupId?.toLowerCase()));
  for (const cache of caches.list(call))
    if (cache.ReplicationGroupId === group.ReplicationGroupId) caches.remove(call, cache);
  return { ReplicationGroup: { ...group, Status: "deleting" } };
}

export function createCache(call: Call<aws.CreateCacheClusterMessage>) {
  const { input } = call;
  const id = nameOf(input.CacheClusterId, 50);
  if (caches.find(call, id))
    throw new AwsFault("CacheClusterAlreadyExists", `Cache cluster ${id} already exists.`);
  if (input.CacheSubnetGroupName) subnets.need(call, input.CacheSubnetGroupName);
  const cache = caches.put(
    call,
    cacheOf(call, id, undefined, {
      Engine: input.Engine ?? "memcached",
      CacheNodeType: input.CacheNodeType ?? "cache.t4g.micro",
      EngineVersion: input.EngineVersion ?? "1.6.22",
      NumCacheNodes: input.NumCacheNodes ?? 1,
      AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
      SnapshotRetentionLimit: input.SnapshotRetentionLimit ?? 0,
      TransitEncryptionEnabled: input.TransitEncryptionEnabled ?? false,
      CacheSubnetGroupName: input.CacheSubnetGroupName ?? "default",
      tagMap: tagMapOf(input.Tags),
    }),
  );
  return { CacheCluster: { ...cache, CacheClusterStatus: "creating" } };
}
