// Clusters of Redshift with logging and snapshots: made, changed, deleted.
import { randomUUID } from "node:crypto";
import type * as aws from "@aws-sdk/client-redshift";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { managedKeyArn } from "../kms/stored-key.ts";
import { arnIn, given, here, records, type Tagged, tagListOf, tagMapOf } from "../records.ts";

/** Value of "redshift:cluster" under its id. */
export type StoredCluster = Omit<Stored<aws.Cluster>, "Tags"> &
  Tagged & { ClusterIdentifier: string; logging: Stored<aws.LoggingStatus> };
/** Value of "redshift:parameter-group" under its name; only changed parameters are kept. */
export type StoredGroup = Omit<Stored<aws.ClusterParameterGroup>, "Tags"> &
  Tagged & { ParameterGroupName: string; changed: Record<string, string> };
/** Value of "redshift:snapshot" under its id. */
export type StoredSnapshot = Omit<Stored<aws.Snapshot>, "Tags"> & Tagged & { SnapshotIdentifier: string };

export const clusters = records<StoredCluster>(
  "redshift:cluster",
  "ClusterIdentifier",
  (id) => new AwsFault("ClusterNotFound", `Cluster ${id} not found.`, 404),
);
export const groups = records<StoredGroup>(
  "redshift:parameter-group",
  "ParameterGroupName",
  (name) => new AwsFault("ClusterParameterGroupNotFound", `ParameterGroup not found: ${name}`, 404),
);
export const snapshots = records<StoredSnapshot>(
  "redshift:snapshot",
  "SnapshotIdentifier",
  (id) => new AwsFault("ClusterSnapshotNotFound", `Snapshot ${id} not found.`, 404),
);
export const needed = (call: Call<{ ClusterIdentifier?: string | undefined }>) =>
  clusters.need(call, call.input.ClusterIdentifier?.toLowerCase());
export const shown = <T extends Tagged>({ tagMap, ...each }: T) => ({ ...each, Tags: tagListOf(tagMap) });

export function nameOf(given = ""): string {
  const name = given.toLowerCase();
  if (!/^[a-z](?!.*--)[a-z0-9-]{0,62}$/.test(name) || name.endsWith("-"))
    throw new AwsFault("InvalidParameterValue", "The parameter ClusterIdentifier is not a valid identifier.");
  return name;
}

/** A paused cluster is not computed with, nor can it be changed. */
export function moveCluster(call: Call<aws.PauseClusterMessage>, from: string, to: string, begun: string) {
  const cluster = needed(call);
  if (cluster.ClusterStatus !== from)
    throw new AwsFault(
      "InvalidClusterState",
      `You can only do this with a cluster that is ${from}; ${cluster.ClusterIdentifier} is ${cluster.ClusterStatus}.`,
    );
  return {
    Cluster: { ...shown(clusters.change(call, cluster, { ClusterStatus: to })), ClusterStatus: begun },
  };
}

function checkNew(call: Call<aws.CreateClusterMessage>, id: string): void {
  const { input } = call;
  if (clusters.find(call, id)) throw new AwsFault("ClusterAlreadyExists", `Cluster already exists`);
  if (!input.ManageMasterPassword && !input.MasterUserPassword)
    throw new AwsFault(
      "InvalidParameterCombination",
      "MasterUserPassword must be provided unless ManageMasterPassword is set.",
    );
  if (input.ClusterParameterGroupName && !input.ClusterParameterGroupName.startsWith("default."))
    groups.need(call, input.ClusterParameterGroupName);
}

export function createCluster(call: Call<aws.CreateClusterMessage>) {
  const { input } = call;
  const id = nameOf(input.ClusterIdentifier);
  checkNew(call, id);
  const Port = input.Port ?? 5439;
  const count = input.NumberOfNodes ?? 1;
  // New clusters are encrypted and closed to the public since January 2025 (AWS's announcement of changed defaults;
  // that no key given shows as AWS's own KMS key is from memory).
  const Encrypted = input.Encrypted ?? true;
  const cluster = clusters.put(call, {
    ClusterIdentifier: id,
    NodeType: input.NodeType,
    NumberOfNodes: count,
    ClusterStatus: "available",
    ClusterAvailabilityStatus: "Available",
    MasterUsername: input.MasterUsername,
    DBName: input.DBName ?? "dev",
    Endpoint: { Address: `${id}.c0simulated0.${call.region}.redshift.amazonaws.com`, Port },
    ClusterCreateTime: call.now.toISOString(),
    AutomatedSnapshotRetentionPeriod: input.AutomatedSnapshotRetentionPeriod ?? 1,
    ManualSnapshotRetentionPeriod: -1,
    VpcSecurityGroups: (input.VpcSecurityGroupIds ?? []).map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: "active",
    })),
    ClusterParameterGroups: [
      {
        ParameterGroupName: input.ClusterParameterGroupName ?? "default.redshift-2.0",
        ParameterApplyStatus: "in-sync",
      },
    ],
    ...given(input, "ClusterSubnetGroupName", "AvailabilityZone"),
    PreferredMaintenanceWindow: input.PreferredMaintenanceWindow ?? "sun:04:00-sun:04:30",
    ClusterVersion: "1.0",
    AllowVersionUpgrade: input.AllowVersionUpgrade ?? true,
    PubliclyAccessible: input.PubliclyAccessible ?? false,
    Encrypted,
    ...(Encrypted
      ? { KmsKeyId: input.KmsKeyId ?? managedKeyArn(call.world, here(call), "redshift", call.now) }
      : {}),
    EnhancedVpcRouting: input.EnhancedVpcRouting ?? false,
    MultiAZ: input.MultiAZ ? "Enabled" : "Disabled",
    IamRoles: [],
    ClusterNamespaceArn: arnIn(call, "redshift", `namespace:${randomUUID()}`),
    logging: { LoggingEnabled: false },
    tagMap: tagMapOf(input.Tags),
  });
  return { Cluster: { ...shown(cluster), ClusterStatus: "creating" } };
}

export function modifyCluster(call: Call<aws.ModifyClusterMessage>) {
  const cluster = needed(call);
  const { input } = call;
  const { Encrypted, KmsKeyId, ClusterParameterGroupName, VpcSecurityGroupIds, MultiAZ } = input;
  const days = input.AutomatedSnapshotRetentionPeriod;
  if (days !== undefined && (days < 0 || days > 35))
    throw new AwsFault(
      "InvalidParameterValue",
      "The value for AutomatedSnapshotRetentionPeriod must be from 0 to 35",
    );
  if (ClusterParameterGroupName && !ClusterParameterGroupName.startsWith("default."))
    groups.need(call, ClusterParameterGroupName);
  const changed = clusters.change(call, cluster, {
    ...given(
      input,
      "AllowVersionUpgrade",
      "AutomatedSnapshotRetentionPeriod",
      "PubliclyAccessible",
      "EnhancedVpcRouting",
      "PreferredMaintenanceWindow",
    ),
    ...(Encrypted
      ? { Encrypted, KmsKeyId: KmsKeyId ?? managedKeyArn(call.world, here(call), "redshift", call.now) }
      : {}),
    ...(ClusterParameterGroupName
      ? {
          ClusterParameterGroups: [
            { ParameterGroupName: ClusterParameterGroupName, ParameterApplyStatus: "pending-reboot" },
          ],
        }
      : {}),
    ...(VpcSecurityGroupIds
      ? {
          VpcSecurityGroups: VpcSecurityGroupIds.map((VpcSecurityGroupId) => ({
            VpcSecurityGroupId,
            Status: "active",
          })),
        }
      : {}),
    ...(MultiAZ === undefined ? {} : { MultiAZ: MultiAZ ? "Enabled" : "Disabled" }),
  });
  return { Cluster: shown(changed) };
}

export function snapshotOf(call: Call, cluster: StoredCluster, id: string, tags?: aws.Tag[]): StoredSnapshot {
  if (snapshots.find(call, id))
    throw new AwsFault(
      "ClusterSnapshotAlreadyExists",
      "Cannot create the snapshot because the identifier already exists",
    );
  return snapshots.put(call, {
    SnapshotIdentifier: id,
    SnapshotArn: arnIn(call, "redshift", `snapshot:${cluster.ClusterIdentifier}/${id}`),
    ClusterIdentifier: cluster.ClusterIdentifier,
    SnapshotCreateTime: call.now.toISOString(),
    Status: "available",
    SnapshotType: "manual",
    ...given(
      cluster as never,
      "NodeType" as never,
      "NumberOfNodes" as never,
      "DBName" as never,
      "Encrypted" as never,
      "KmsKeyId" as never,
    ),
    OwnerAccount: call.accountId,
    ManualSnapshotRetentionPeriod: -1,
    tagMap: tagMapOf(tags),
  });
}

export function deleteCluster(call: Call<aws.DeleteClusterMessage>) {
  const cluster = needed(call);
  const { SkipFinalClusterSnapshot, FinalClusterSnapshotIdentifier } = call.input;
  if (!SkipFinalClusterSnapshot && !FinalClusterSnapshotIdentifier)
    throw new AwsFault(
      "InvalidParameterCombination",
      "FinalClusterSnapshotIdentifier is required unless SkipFinalClusterSnapshot is specified.",
    );
  if (FinalClusterSnapshotIdentifier) snapshotOf(call, cluster, FinalClusterSnapshotIdentifier);
  return { Cluster: { ...shown(clusters.remove(call, cluster)), ClusterStatus: "deleting" } };
}

export function enableLogging(call: Call<aws.EnableLoggingMessage>) {
  const cluster = needed(call);
  const { BucketName, S3KeyPrefix, LogDestinationType = "s3", LogExports } = call.input;
  if (LogDestinationType === "s3" && !BucketName)
    throw new AwsFault("InvalidParameterValue", "BucketName must be provided when the log destination is s3");
  const logging = {
    LoggingEnabled: true,
    LogDestinationType,
    ...(BucketName ? { BucketName, S3KeyPrefix: S3KeyPrefix ?? "" } : {}),
    ...(LogExports ? { LogExports } : {}),
    LastSuccessfulDeliveryTime: call.now.toISOString(),
  };
  return clusters.change(call, cluster, { logging }).logging;
}
