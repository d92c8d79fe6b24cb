// Aurora and Multi-AZ clusters: made, changed, deleted when no instance is left in them.
import type * as aws from "@aws-sdk/client-rds";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { managedKeyArn } from "../kms/stored-key.ts";
import { given, here } from "../records.ts";
import { clusters, instances, listing, nameOf, rdsArn, type StoredCluster } from "./stored.ts";

const engines: Record<string, { version: string; port: number }> = {
  "aurora-mysql": { version: "8.0.mysql_aurora.3.10.1", port: 3306 },
  "aurora-postgresql": { version: "17.5", port: 5432 },
  mysql: { version: "8.4.6", port: 3306 },
  postgres: { version: "17.6", port: 5432 },
};

const needed = (call: Call<{ DBClusterIdentifier?: string | undefined }>) =>
  clusters.need(call, call.input.DBClusterIdentifier?.split(":").at(-1)?.toLowerCase());
export const membersOf = (call: Call, id: string) =>
  instances.list(call).filter((each) => each.DBClusterIdentifier === id);
export const clusterShown = (call: Call, cluster: StoredCluster) => ({
  ...cluster,
  DBClusterMembers: membersOf(call, cluster.DBClusterIdentifier).map(({ DBInstanceIdentifier }, index) => ({
    DBInstanceIdentifier,
    IsClusterWriter: index === 0,
    DBClusterParameterGroupStatus: "in-sync",
    PromotionTier: 1,
  })),
});

function checkRetention(days: number | undefined): void {
  if (days !== undefined && (days < 1 || days > 35))
    throw new AwsFault(
      "InvalidParameterValue",
      `Invalid backup retention period: ${days}. Must be between 1 and 35`,
    );
}

function checkNew(call: Call<aws.CreateDBClusterMessage>) {
  const { input } = call;
  const name = nameOf(input.DBClusterIdentifier, "DBClusterIdentifier");
  const engine = engines[input.Engine ?? ""];
  if (!engine) throw new AwsFault("InvalidParameterValue", `Invalid DB engine: ${input.Engine}`);
  if (clusters.find(call, name))
    throw new AwsFault("DBClusterAlreadyExistsFault", "DB Cluster already exists");
  if (!input.ManageMasterUserPassword && !input.MasterUserPassword)
    throw new AwsFault(
      "InvalidParameterCombination",
      "The parameter MasterUserPassword must be provided and must not be blank.",
    );
  checkRetention(input.BackupRetentionPeriod);
  return { name, engine };
}

function create(call: Call<aws.CreateDBClusterMessage>) {
  const { input } = call;
  const { name, engine } = checkNew(call);
  const cluster = clusters.put(call, {
    DBClusterIdentifier: name,
    DBClusterArn: rdsArn(call, "cluster", name),
    DbClusterResourceId: `cluster-${name.toUpperCase().replace(/[^A-Z0-9]/g, "")}`,
    Status: "available",
    Engine: input.Engine,
    EngineVersion: input.EngineVersion ?? engine.version,
    EngineMode: input.EngineMode ?? "provisioned",
    Endpoint: `${name}.cluster-c0simulated0.${call.region}.rds.amazonaws.com`,
    ReaderEndpoint: `${name}.cluster-ro-c0simulated0.${call.region}.rds.amazonaws.com`,
    Port: input.Port ?? engine.port,
    MasterUsername: input.MasterUsername,
    ...given(input, "DatabaseName", "BacktrackWindow"),
    AllocatedStorage: input.AllocatedStorage ?? 1,
    BackupRetentionPeriod: input.BackupRetentionPeriod ?? 1,
    PreferredBackupWindow: input.PreferredBackupWindow ?? "03:00-03:30",
    PreferredMaintenanceWindow: input.PreferredMaintenanceWindow ?? "sun:04:00-sun:04:30",
    MultiAZ: false,
    ClusterCreateTime: call.now.toISOString(),
    StorageEncrypted: input.StorageEncrypted ?? false,
    ...(input.StorageEncrypted
      ? { KmsKeyId: input.KmsKeyId ?? managedKeyArn(call.world, here(call), "rds", call.now) }
      : {}),
    DeletionProtection: input.DeletionProtection ?? false,
    IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication ?? false,
    CopyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    HttpEndpointEnabled: input.EnableHttpEndpoint ?? false,
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    EnabledCloudwatchLogsExports: input.EnableCloudwatchLogsExports ?? [],
    DBSubnetGroup: input.DBSubnetGroupName ?? "default",
    DBClusterParameterGroup: input.DBClusterParameterGroupName ?? `default.${input.Engine}`,
    VpcSecurityGroups: (input.VpcSecurityGroupIds ?? []).map((id) => ({
      VpcSecurityGroupId: id,
      Status: "active",
    })),
    TagList: input.Tags ?? [],
  });
  return { DBCluster: { ...clusterShown(call, cluster), Status: "creating" } };
}

function modify(call: Call<aws.ModifyDBClusterMessage>) {
  const { input } = call;
  const cluster = needed(call);
  checkRetention(input.BackupRetentionPeriod);
  const exports = input.CloudwatchLogsExportConfiguration;
  const logs = [
    ...new Set([...(cluster.EnabledCloudwatchLogsExports ?? []), ...(exports?.EnableLogTypes ?? [])]),
  ];
  const changed = clusters.change(call, cluster, {
    ...given(
      input,
      "BackupRetentionPeriod",
      "DeletionProtection",
      "CopyTagsToSnapshot",
      "PreferredBackupWindow",
      "PreferredMaintenanceWindow",
      "AutoMinorVersionUpgrade",
      "BacktrackWindow",
    ),
    ...(input.EnableIAMDatabaseAuthentication === undefined
      ? {}
      : { IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication }),
    ...(input.DBClusterParameterGroupName
      ? { DBClusterParameterGroup: input.DBClusterParameterGroupName }
      : {}),
    ...(input.VpcSecurityGroupIds
      ? {
          VpcSecurityGroups: input.VpcSecurityGroupIds.map((id) => ({
            VpcSecurityGroupId: id,
            Status: "active",
          })),
        }
      : {}),
    ...(exports
      ? { EnabledCloudwatchLogsExports: logs.filter((type) => !exports.DisableLogTypes?.includes(type)) }
      : {}),
  });
  return { DBCluster: clusterShown(call, changed) };
}

function remove(call: Call<aws.DeleteDBClusterMessage>) {
  const cluster = needed(call);
  if (cluster.DeletionProtection)
    throw new AwsFault(
      "InvalidParameterCombination",
      "Cannot delete protected Cluster, please disable deletion protection and try again.",
    );
  if (membersOf(call, cluster.DBClusterIdentifier).length > 0)
    throw new AwsFault(
      "InvalidDBClusterStateFault",
      "Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
    );
  if (!call.input.SkipFinalSnapshot && !call.input.FinalDBSnapshotIdentifier)
    throw new AwsFault(
      "InvalidParameterCombination",
      "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
    );
  return { DBCluster: { ...clusters.remove(call, cluster), Status: "deleting" } };
}

export const clusterOperations: Record<string, Operation> = {
  DescribeDBClusters: (call: Call<aws.DescribeDBClustersMessage>) => {
    const found = call.input.DBClusterIdentifier ? [needed(call)] : clusters.list(call);
    return listing(
      call,
      "DBClusters",
      found.map((each) => clusterShown(call, each)),
    );
  },
  CreateDBCluster: create,
  ModifyDBCluster: modify,
  DeleteDBCluster: remove,
};
