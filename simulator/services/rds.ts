// RDS: DB instances, created, changed, deleted; clusters, snapshots and groups stand in files of their own; tags of all.
import type {
  AddTagsToResourceMessage,
  DBInstance,
  DeleteDBInstanceMessage,
  DescribeDBInstancesMessage,
  ListTagsForResourceMessage,
  ModifyDBInstanceMessage,
  RemoveTagsFromResourceMessage,
} from "@aws-sdk/client-rds";
import { AwsFault, type Call, type NeededPermission, type ServiceDefinition } from "../operation.ts";
import { page } from "../paging.ts";
import type { Stored } from "../stored.ts";
import { clusterOperations } from "./rds/cluster.ts";
import { createInstance } from "./rds/create-instance.ts";
import { groupOperations } from "./rds/groups.ts";
import { powerOperations } from "./rds/power.ts";
import { snapshotInstance, snapshotOperations } from "./rds/snapshot.ts";
import { rdsArn, type Tags, tagged } from "./rds/stored.ts";
import { permissionsOn } from "./records.ts";

type StoredInstance = Stored<DBInstance>;

const instances = ({ world, accountId, region }: Call) =>
  world.collection<StoredInstance>({ accountId, region }, "rds:instance");

function needInstance(call: Call, id = ""): StoredInstance {
  const found = instances(call).get(id.toLowerCase());
  if (!found) throw new AwsFault("DBInstanceNotFound", `DBInstance ${id} not found.`, 404);
  return found;
}

const filterPaths: Record<string, (instance: StoredInstance) => (string | undefined)[]> = {
  "db-instance-id": (each) => [each.DBInstanceIdentifier, each.DBInstanceArn],
  "db-cluster-id": (each) => [each.DBClusterIdentifier],
  "dbi-resource-id": (each) => [each.DbiResourceId],
  engine: (each) => [each.Engine],
};

function describeInstances(call: Call<DescribeDBInstancesMessage>) {
  const { DBInstanceIdentifier, Filters, MaxRecords, Marker } = call.input;
  if (MaxRecords !== undefined && (MaxRecords < 20 || MaxRecords > 100))
    throw new AwsFault(
      "InvalidParameterValue",
      `Invalid value ${MaxRecords} for MaxRecords. Must be between 20 and 100`,
    );
  const name = DBInstanceIdentifier?.split(":").at(-1);
  let found = name ? [needInstance(call, name)] : instances(call).list();
  for (const { Name = "", Values = [] } of Filters ?? []) {
    const read = filterPaths[Name];
    if (!read) throw new AwsFault("InvalidParameterValue", `Unrecognized filter name: ${Name}`);
    found = found.filter((each) => read(each).some((value) => value !== undefined && Values.includes(value)));
  }
  const { items, next } = page(found, MaxRecords ?? 100, Marker, "InvalidParameterValue");
  return { DBInstances: items, Marker: next };
}

/** What waits for the maintenance window unless ApplyImmediately is given. */
const deferred = [
  "DBInstanceClass",
  "AllocatedStorage",
  "MultiAZ",
  "EngineVersion",
  "StorageType",
  "Iops",
] as const;
const immediate = [
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "PreferredMaintenanceWindow",
  "AutoMinorVersionUpgrade",
  "PubliclyAccessible",
  "CopyTagsToSnapshot",
  "DeletionProtection",
  "MonitoringInterval",
  "MonitoringRoleArn",
  "CACertificateIdentifier",
  "MaxAllocatedStorage",
] as const;

function given<Key extends keyof ModifyDBInstanceMessage>(
  input: ModifyDBInstanceMessage,
  members: readonly Key[],
) {
  return Object.fromEntries(
    members.filter((member) => input[member] !== undefined).map((member) => [member, input[member]]),
  );
}

function modifyInstance(call: Call<ModifyDBInstanceMessage>) {
  const { input } = call;
  const instance = needInstance(call, input.DBInstanceIdentifier);
  if (instance.DBInstanceStatus !== "available")
    throw new AwsFault("InvalidDBInstanceState", `Database instance is not in available state.`);
  const retention = input.BackupRetentionPeriod;
  if (retention !== undefined && (retention < 0 || retention > 35))
    throw new AwsFault(
      "InvalidParameterValue",
      `Invalid backup retention period: ${retention}. Must be between 0 and 35`,
    );
  const later = given(input, deferred);
  const iamAuthentication = input.EnableIAMDatabaseAuthentication;
  const exports = input.CloudwatchLogsExportConfiguration;
  const changed: StoredInstance = {
    ...instance,
    ...given(input, immediate),
    ...(iamAuthentication === undefined ? {} : { IAMDatabaseAuthenticationEnabled: iamAuthentication }),
    ...(input.VpcSecurityGroupIds
      ? {
          VpcSecurityGroups: input.VpcSecurityGroupIds.map((id) => ({
            VpcSecurityGroupId: id,
            Status: "active",
          })),
        }
      : {}),
    ...(exports
      ? {
          EnabledCloudwatchLogsExports: [
            ...new Set([...(instance.EnabledCloudwatchLogsExports ?? []), ...(exports.EnableLogTypes ?? [])]),
          ].filter((type) => !exports.DisableLogTypes?.includes(type)),
        }
      : {}),
    ...(input.ApplyImmediately
      ? later
      : { PendingModifiedValues: { ...instance.PendingModifiedValues, ...later } }),
  };
  instances(call).put(instance.DBInstanceIdentifier ?? "", changed);
  return { DBInstance: changed };
}

function deleteInstance(call: Call<DeleteDBInstanceMessage>) {
  const { DBInstanceIdentifier, SkipFinalSnapshot, FinalDBSnapshotIdentifier } = call.input;
  const instance = needInstance(call, DBInstanceIdentifier);
  if (instance.DeletionProtection)
    throw new AwsFault(
      "InvalidParameterCombination",
      "Cannot delete protected DB Instance, please disable deletion protection and try again.",
    );
  if (!SkipFinalSnapshot && !FinalDBSnapshotIdentifier)
    throw new AwsFault(
      "InvalidParameterCombination",
      "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
    );
  if (FinalDBSnapshotIdentifier) snapshotInstance(call, DBInstanceIdentifier, FinalDBSnapshotIdentifier);
  instances(call).delete(instance.DBInstanceIdentifier ?? "");
  return { DBInstance: { ...instance, DBInstanceStatus: "deleting" } };
}

function changeTags(call: Call<{ ResourceName?: string | undefined }>, removed: string[], added: Tags = []) {
  const { tags, store } = tagged(call);
  store([...tags.filter((tag) => !removed.includes(tag.Key ?? "")), ...added]);
  return {};
}

function onInstance(operation: string) {
  return ({ input, world, region, accountId }: Call<Record<string, unknown>>): NeededPermission[] => {
    const id = String(input.DBInstanceIdentifier ?? "*").toLowerCase();
    return [
      { action: `rds:${operation}`, resource: `arn:${world.partition}:rds:${region}:${accountId}:db:${id}` },
    ];
  };
}

const onResource =
  (operation: string) =>
  ({ input }: Call<Record<string, unknown>>): NeededPermission[] => [
    { action: `rds:${operation}`, resource: String(input.ResourceName) },
  ];

export const rds: ServiceDefinition = {
  client: "rds",
  operations: {
    DescribeDBInstances: describeInstances,
    CreateDBInstance: createInstance,
    ModifyDBInstance: modifyInstance,
    DeleteDBInstance: deleteInstance,
    ...clusterOperations,
    ...groupOperations,
    ...snapshotOperations,
    ...powerOperations,
    ListTagsForResource: (call: Call<ListTagsForResourceMessage>) => ({
      TagList: tagged(call).tags,
    }),
    AddTagsToResource: (call: Call<AddTagsToResourceMessage>) =>
      changeTags(
        call,
        (call.input.Tags ?? []).map((tag) => tag.Key ?? ""),
        call.input.Tags,
      ),
    RemoveTagsFromResource: (call: Call<RemoveTagsFromResourceMessage>) =>
      changeTags(call, call.input.TagKeys ?? []),
  },
  permissions: {
    ...Object.fromEntries(
      [
        "DescribeDBInstances",
        "CreateDBInstance",
        "ModifyDBInstance",
        "DeleteDBInstance",
        "StopDBInstance",
        "StartDBInstance",
        "RebootDBInstance",
      ].map((name) => [name, onInstance(name)]),
    ),
    ...permissionsOn(
      "rds",
      ["ModifyDBCluster", "DeleteDBCluster", "CreateDBCluster", "StopDBCluster", "StartDBCluster"],
      (call: Call<{ DBClusterIdentifier: string }>) =>
        rdsArn(call, "cluster", call.input.DBClusterIdentifier.toLowerCase()),
    ),
    ...permissionsOn(
      "rds",
      ["DeleteDBSnapshot", "ModifyDBSnapshotAttribute", "DescribeDBSnapshotAttributes"],
      (call: Call<{ DBSnapshotIdentifier: string }>) =>
        rdsArn(call, "snapshot", call.input.DBSnapshotIdentifier.toLowerCase()),
    ),
    ...Object.fromEntries(
      ["ListTagsForResource", "AddTagsToResource", "RemoveTagsFromResource"].map((name) => [
        name,
        onResource(name),
      ]),
    ),
  },
};
