import type * as aws from "@aws-sdk/client-redshift";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import { arnIn, pageAs, permissionsOn, type Tagged, tagListOf, tagMapOf, tagOperations } from "./records.ts";
import {
  clusters,
  createCluster,
  deleteCluster,
  enableLogging,
  groups,
  modifyCluster,
  moveCluster,
  nameOf,
  needed,
  shown,
  snapshotOf,
  snapshots,
} from "./redshift/cluster.ts";

function listing(call: Call, output: string, items: unknown[]) {
  const { MaxRecords } = call.input as { MaxRecords?: number };
  if (MaxRecords !== undefined && (MaxRecords < 20 || MaxRecords > 100))
    throw new AwsFault(
      "InvalidParameterValue",
      `Invalid value ${MaxRecords} for MaxRecords. Must be between 20 and 100`,
    );
  return pageAs(call, output, items, {
    limit: "MaxRecords",
    token: "Marker",
    standard: 100,
    most: 100,
    code: "InvalidParameterValue",
  });
}

const standardParameters: Record<string, string> = {
  require_ssl: "true",
  enable_user_activity_logging: "false",
  use_fips_ssl: "false",
  statement_timeout: "0",
};

function modifyGroup(call: Call<aws.ModifyClusterParameterGroupMessage>) {
  const group = groups.need(call, call.input.ParameterGroupName);
  const values = (call.input.Parameters ?? []).map(({ ParameterName = "", ParameterValue = "" }) => [
    ParameterName,
    ParameterValue,
  ]);
  const unknown = values.find(([name = ""]) => standardParameters[name] === undefined);
  if (unknown)
    throw new AwsFault("InvalidParameterValue", `Could not find parameter with name: ${unknown[0]}`);
  groups.change(call, group, { changed: { ...group.changed, ...Object.fromEntries(values) } });
  return {
    ParameterGroupName: group.ParameterGroupName,
    ParameterGroupStatus:
      "Your parameter group has been updated. If you changed only dynamic parameters, associated clusters are being modified now.",
  };
}

function deleteGroup(call: Call<aws.DeleteClusterParameterGroupMessage>) {
  const group = groups.need(call, call.input.ParameterGroupName);
  const isUsed = clusters
    .list(call)
    .some((each) =>
      each.ClusterParameterGroups?.some((one) => one.ParameterGroupName === group.ParameterGroupName),
    );
  if (isUsed)
    throw new AwsFault(
      "InvalidClusterParameterGroupState",
      `Parameter group ${group.ParameterGroupName} is in use`,
    );
  groups.remove(call, group);
  return {};
}

const target = (call: Call, arn: string) => {
  const [type, name = ""] = arn.split(":").slice(5);
  const kinds: Record<string, [typeof clusters, string]> = {
    cluster: [clusters, name],
    parametergroup: [groups as never, name],
    snapshot: [snapshots as never, name.split("/")[1] ?? ""],
  };
  const [kind, id] = kinds[type ?? ""] ?? [];
  const found = kind?.find(call, id);
  if (!kind || !found) throw new AwsFault("ResourceNotFoundFault", `Resource not found: ${arn}`, 404);
  return {
    tags: found.tagMap,
    store: (tagMap: Tagged["tagMap"]) => void kind.change(call, found, { tagMap }),
  };
};
const onCluster =
  "PauseCluster ResumeCluster ModifyCluster DeleteCluster EnableLogging DisableLogging DescribeLoggingStatus".split(
    " ",
  );

export const redshift: ServiceDefinition = {
  client: "redshift",
  operations: {
    DescribeClusters: (call: Call<aws.DescribeClustersMessage>) =>
      listing(
        call,
        "Clusters",
        (call.input.ClusterIdentifier ? [needed(call)] : clusters.list(call)).map(shown),
      ),
    CreateCluster: createCluster,
    ModifyCluster: modifyCluster,
    DeleteCluster: deleteCluster,
    PauseCluster: (call: Call<aws.PauseClusterMessage>) =>
      moveCluster(call, "available", "paused", "pausing"),
    ResumeCluster: (call: Call<aws.ResumeClusterMessage>) =>
      moveCluster(call, "paused", "available", "resuming"),
    DescribeLoggingStatus: (call: Call<aws.DescribeLoggingStatusMessage>) => needed(call).logging,
    EnableLogging: enableLogging,
    DisableLogging: (call: Call<aws.DisableLoggingMessage>) =>
      clusters.change(call, needed(call), { logging: { LoggingEnabled: false } }).logging,
    DescribeClusterParameterGroups: (call: Call<aws.DescribeClusterParameterGroupsMessage>) => {
      const { ParameterGroupName: name } = call.input;
      return listing(
        call,
        "ParameterGroups",
        (name ? [groups.need(call, name)] : groups.list(call)).map(shown),
      );
    },
    CreateClusterParameterGroup: (call: Call<aws.CreateClusterParameterGroupMessage>) => {
      const { ParameterGroupName = "", ParameterGroupFamily, Description, Tags } = call.input;
      const name = nameOf(ParameterGroupName);
      if (groups.find(call, name))
        throw new AwsFault("ClusterParameterGroupAlreadyExists", `Parameter group ${name} already exists`);
      return {
        ClusterParameterGroup: shown(
          groups.put(call, {
            ParameterGroupName: name,
            ParameterGroupFamily,
            Description,
            changed: {},
            tagMap: tagMapOf(Tags),
          }),
        ),
      };
    },
    ModifyClusterParameterGroup: modifyGroup,
    DeleteClusterParameterGroup: deleteGroup,
    DescribeClusterParameters: (call: Call<aws.DescribeClusterParametersMessage>) => {
      const name = call.input.ParameterGroupName ?? "";
      const changed = name.startsWith("default.") ? {} : groups.need(call, name).changed;
      const found = Object.entries({ ...standardParameters, ...changed }).map(
        ([ParameterName, ParameterValue]) => ({
          ParameterName,
          ParameterValue,
          Source: ParameterName in changed ? "user" : "engine-default",
        }),
      );
      return listing(call, "Parameters", found);
    },
    DescribeClusterSnapshots: (call: Call<aws.DescribeClusterSnapshotsMessage>) => {
      const { SnapshotIdentifier, ClusterIdentifier } = call.input;
      const chosen = SnapshotIdentifier ? [snapshots.need(call, SnapshotIdentifier)] : snapshots.list(call);
      return listing(
        call,
        "Snapshots",
        chosen
          .filter((each) => !ClusterIdentifier || each.ClusterIdentifier === ClusterIdentifier)
          .map(shown),
      );
    },
    CreateClusterSnapshot: (call: Call<aws.CreateClusterSnapshotMessage>) => ({
      Snapshot: shown(snapshotOf(call, needed(call), nameOf(call.input.SnapshotIdentifier), call.input.Tags)),
    }),
    DeleteClusterSnapshot: (call: Call<aws.DeleteClusterSnapshotMessage>) => ({
      Snapshot: {
        ...shown(snapshots.remove(call, snapshots.need(call, call.input.SnapshotIdentifier))),
        Status: "deleted",
      },
    }),
    ...tagOperations(
      { tag: "CreateTags", untag: "DeleteTags", arn: "ResourceName", invalid: "InvalidTagFault" },
      target,
    ),
    DescribeTags: (call: Call<aws.DescribeTagsMessage>) => {
      const { ResourceName } = call.input;
      const found = ResourceName
        ? [{ ResourceName, tags: target(call, ResourceName).tags }]
        : clusters.list(call).map((each) => ({
            ResourceName: arnIn(call, "redshift", `cluster:${each.ClusterIdentifier}`),
            tags: each.tagMap,
          }));
      const tagged = found.flatMap(({ ResourceName: name, tags }) =>
        tagListOf(tags).map((Tag) => ({ ResourceName: name, ResourceType: name.split(":")[5], Tag })),
      );
      return listing(call, "TaggedResources", tagged);
    },
  },
  permissions: permissionsOn("redshift", onCluster, (call: Call<{ ClusterIdentifier: string }>) =>
    arnIn(call, "redshift", `cluster:${call.input.ClusterIdentifier}`),
  ),
};
