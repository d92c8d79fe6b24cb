// Caches of a drawn estate: encrypted or not, with and without failover and backups.
import type { StoredCache, StoredGroup } from "../../services/elasticache/stored.ts";
import type { Place, World } from "../../world.ts";
import { derived } from "./draws.ts";

export const deriveReplicationGroups = (world: World, place: Place): Iterable<[string, StoredGroup]> =>
  derived(world, place, "elasticache:replication-group", 2, (draw) => {
    const { isGood, random } = draw;
    const id = `${draw.name}-cache`;
    const count = isGood() ? 2 : 1;
    const isInTransit = isGood();
    const group: StoredGroup = {
      ReplicationGroupId: id,
      ARN: draw.arn("elasticache", `replicationgroup:${id}`),
      Description: id,
      Status: "available",
      MemberClusters: Array.from({ length: count }, (_, at) => `${id}-00${at + 1}`),
      AutomaticFailover: count > 1 && isGood() ? "enabled" : "disabled",
      MultiAZ: count > 1 && isGood() ? "enabled" : "disabled",
      SnapshotRetentionLimit: isGood() ? 7 : 0,
      SnapshotWindow: "05:00-06:00",
      ClusterEnabled: false,
      CacheNodeType: random.pick(["cache.t4g.small", "cache.m7g.large"]),
      TransitEncryptionEnabled: isInTransit,
      AtRestEncryptionEnabled: isGood(),
      AuthTokenEnabled: isInTransit && isGood(),
      ReplicationGroupCreateTime: draw.daysAgo(30, 800),
      AutoMinorVersionUpgrade: isGood(),
      Engine: random.pick(["redis", "valkey"]),
      tagMap: draw.tagMap,
    };
    return [id, group];
  });

/** The members of the groups. */
export function* deriveCaches(world: World, place: Place): Iterable<[string, StoredCache]> {
  for (const [, group] of deriveReplicationGroups(world, place))
    for (const CacheClusterId of group.MemberClusters ?? []) {
      const cache: StoredCache = {
        CacheClusterId,
        ARN: `arn:${world.partition}:elasticache:${place.region}:${place.accountId}:cluster:${CacheClusterId}`,
        CacheNodeType: group.CacheNodeType,
        Engine: group.Engine,
        EngineVersion: group.Engine === "valkey" ? "8.0.1" : "7.1.0",
        CacheClusterStatus: "available",
        NumCacheNodes: 1,
        CacheClusterCreateTime: group.ReplicationGroupCreateTime,
        CacheSubnetGroupName: "default",
        AutoMinorVersionUpgrade: group.AutoMinorVersionUpgrade,
        ReplicationGroupId: group.ReplicationGroupId,
        SnapshotRetentionLimit: group.SnapshotRetentionLimit,
        AuthTokenEnabled: group.AuthTokenEnabled,
        TransitEncryptionEnabled: group.TransitEncryptionEnabled,
        AtRestEncryptionEnabled: group.AtRestEncryptionEnabled,
        tagMap: group.tagMap,
      };
      yield [CacheClusterId, cache];
    }
}
