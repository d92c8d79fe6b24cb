// ElastiCache: replication groups, cache clusters, subnet groups, users and their groups' settings. No caches run.
import type * as aws from "@aws-sdk/client-elasticache";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import {
  arn,
  caches,
  createCache,
  createGroup,
  deleteGroup,
  groups,
  modifyGroup,
  nameOf,
  subnets,
} from "./elasticache/stored.ts";
import { given, pageAs, permissionsOn, taggedAmong, tagMapOf, tagOperations } from "./records.ts";

function listing(call: Call, output: string, items: unknown[]) {
  const { MaxRecords } = call.input as { MaxRecords?: number };
  if (MaxRecords !== undefined && (MaxRecords < 20 || MaxRecords > 100))
    throw new AwsFault("InvalidParameterValue", "The value for MaxRecords must be between 20 and 100");
  return pageAs(call, output, items, {
    limit: "MaxRecords",
    token: "Marker",
    standard: 100,
    most: 100,
    code: "InvalidParameterValue",
  });
}

function deleteCache(call: Call<aws.DeleteCacheClusterMessage>) {
  const cache = caches.need(call, call.input.CacheClusterId?.toLowerCase());
  if (cache.ReplicationGroupId)
    throw new AwsFault(
      "InvalidCacheClusterState",
      `Cache cluster ${cache.CacheClusterId} is serving as a member of replication group ${cache.ReplicationGroupId} and cannot be deleted.`,
    );
  return { CacheCluster: { ...caches.remove(call, cache), CacheClusterStatus: "deleting" } };
}

function deleteSubnets(call: Call<aws.DeleteCacheSubnetGroupMessage>) {
  const group = subnets.need(call, call.input.CacheSubnetGroupName);
  if (caches.list(call).some((each) => each.CacheSubnetGroupName === group.CacheSubnetGroupName))
    throw new AwsFault(
      "CacheSubnetGroupInUse",
      `Cache subnet group ${group.CacheSubnetGroupName} is currently in use by a cache cluster.`,
    );
  subnets.remove(call, group);
  return {};
}

export const elasticache: ServiceDefinition = {
  client: "elasticache",
  operations: {
    DescribeReplicationGroups: (call: Call<aws.DescribeReplicationGroupsMessage>) => {
      const { ReplicationGroupId: id } = call.input;
      return listing(
        call,
        "ReplicationGroups",
        id ? [groups.need(call, id.toLowerCase())] : groups.list(call),
      );
    },
    CreateReplicationGroup: createGroup,
    ModifyReplicationGroup: modifyGroup,
    DeleteReplicationGroup: deleteGroup,
    DescribeCacheClusters: (call: Call<aws.DescribeCacheClustersMessage>) => {
      const { CacheClusterId: id, ShowCacheClustersNotInReplicationGroups } = call.input;
      const chosen = id ? [caches.need(call, id.toLowerCase())] : caches.list(call);
      const found = chosen.filter(
        (each) => !ShowCacheClustersNotInReplicationGroups || !each.ReplicationGroupId,
      );
      return listing(call, "CacheClusters", found);
    },
    CreateCacheCluster: createCache,
    ModifyCacheCluster: (call: Call<aws.ModifyCacheClusterMessage>) => {
      const cache = caches.need(call, call.input.CacheClusterId?.toLowerCase());
      const changes = given(
        call.input,
        "AutoMinorVersionUpgrade",
        "SnapshotRetentionLimit",
        "EngineVersion",
        "CacheNodeType",
      );
      return { CacheCluster: caches.change(call, cache, changes) };
    },
    DeleteCacheCluster: deleteCache,
    DescribeCacheSubnetGroups: (call: Call<aws.DescribeCacheSubnetGroupsMessage>) => {
      const { CacheSubnetGroupName: name } = call.input;
      return listing(call, "CacheSubnetGroups", name ? [subnets.need(call, name)] : subnets.list(call));
    },
    CreateCacheSubnetGroup: (call: Call<aws.CreateCacheSubnetGroupMessage>) => {
      const name = nameOf(call.input.CacheSubnetGroupName, 255);
      if (subnets.find(call, name))
        throw new AwsFault("CacheSubnetGroupAlreadyExists", `Cache Subnet group ${name} already exists.`);
      const CacheSubnetGroup = subnets.put(call, {
        CacheSubnetGroupName: name,
        CacheSubnetGroupDescription: call.input.CacheSubnetGroupDescription,
        ARN: arn(call, "subnetgroup", name),
        Subnets: (call.input.SubnetIds ?? []).map((SubnetIdentifier) => ({ SubnetIdentifier })),
        tagMap: tagMapOf(call.input.Tags),
      });
      return { CacheSubnetGroup };
    },
    DeleteCacheSubnetGroup: deleteSubnets,
    ...tagOperations(
      {
        tag: "AddTagsToResource",
        untag: "RemoveTagsFromResource",
        list: "ListTagsForResource",
        arn: "ResourceName",
        output: "TagList",
        invalid: "InvalidParameterValue",
      },
      taggedAmong(
        [groups as never, caches as never, subnets as never],
        "ARN",
        (name) => new AwsFault("InvalidARN", `Invalid ARN: ${name}`),
      ),
    ),
  },
  permissions: {
    ...permissionsOn(
      "elasticache",
      ["ModifyReplicationGroup", "DeleteReplicationGroup"],
      (call: Call<{ ReplicationGroupId: string }>) =>
        arn(call, "replicationgroup", call.input.ReplicationGroupId),
    ),
    ...permissionsOn(
      "elasticache",
      ["ModifyCacheCluster", "DeleteCacheCluster"],
      (call: Call<{ CacheClusterId: string }>) => arn(call, "cluster", call.input.CacheClusterId),
    ),
  },
};
