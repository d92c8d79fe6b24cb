// CreateDBInstance with RDS's defaults, and the shape that worlds derive DB instances in.

import type { SecurityGroup, Subnet, Vpc } from "@aws-sdk/client-ec2";
import type { CreateDBInstanceMessage, DBInstance, DBSubnetGroup } from "@aws-sdk/client-rds";
import { chance } from "../../ids.ts";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { managedKeyArn } from "../kms/stored-key.ts";

const engines: Record<string, { version: string; port: number; licence: string }> = {
  postgres: { version: "17.6", port: 5432, licence: "postgresql-license" },
  mysql: { version: "8.4.6", port: 3306, licence: "general-public-license" },
  "aurora-mysql": { version: "8.0.mysql_aurora.3.10.1", port: 3306, licence: "general-public-license" },
  "aurora-postgresql": { version: "17.5", port: 5432, licence: "postgresql-license" },
  mariadb: { version: "11.8.3", port: 3306, licence: "general-public-license" },
};

export function engineOf(name: string): { version: string; port: number; licence: string } {
  const found = engines[name];
  if (!found) throw new AwsFault("InvalidParameterValue", `Invalid DB engine: ${name}`);
  return found;
}

/** `db-` and 26 capital letters and digits. */
export function resourceId(random: { int(below: number): number } = chance): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return `db-${Array.from({ length: 26 }, () => letters[random.int(32)]).join("")}`;
}

interface Surroundings {
  vpcId: string;
  subnets: Stored<Subnet>[];
  groupIds: string[];
}

/** Where it stands when the request names nothing: the default VPC and its default group. */
function surroundings({ world, accountId, region, input }: Call<CreateDBInstanceMessage>): Surroundings {
  const place = { accountId, region };
  const vpc = world
    .collection<Stored<Vpc>>(place, "ec2:vpc")
    .list()
    .find((each) => each.IsDefault);
  const groups = world.collection<Stored<SecurityGroup>>(place, "ec2:security-group");
  const asked = input.VpcSecurityGroupIds?.map((id) => {
    const found = groups.get(id);
    if (!found)
      throw new AwsFault("InvalidParameterValue", `Invalid security group, groupId= ${id}, groupName=.`);
    return found;
  });
  const named = input.DBSubnetGroupName?.toLowerCase();
  const group = named
    ? world.collection<Stored<DBSubnetGroup>>(place, "rds:subnet-group").get(named)
    : undefined;
  if (named && !named.startsWith("default") && !group)
    throw new AwsFault("DBSubnetGroupNotFoundFault", `DB subnet group '${named}' does not exist.`, 404);
  const vpcId = asked?.[0]?.VpcId ?? group?.VpcId ?? vpc?.VpcId;
  if (!vpcId) throw new AwsFault("DBSubnetGroupDoesNotCoverEnoughAZs", "No default subnet detected in VPC.");
  const standard = groups.list().filter((each) => each.VpcId === vpcId && each.GroupName === "default");
  return {
    vpcId,
    subnets: world
      .collection<Stored<Subnet>>(place, "ec2:subnet")
      .list()
      .filter((each) => each.VpcId === vpcId)
      .filter((each) => !group || group.Subnets?.some((one) => one.SubnetIdentifier === each.SubnetId)),
    groupIds: (asked ?? standard).map((each) => each.GroupId ?? ""),
  };
}

export function createInstance(call: Call<CreateDBInstanceMessage>) {
  const { input, world, accountId, region } = call;
  const id = (input.DBInstanceIdentifier ?? "").toLowerCase();
  if (!/^[a-z](?!.*--)[a-z0-9-]{0,62}$/.test(id) || id.endsWith("-"))
    throw new AwsFault(
      "InvalidParameterValue",
      "The parameter DBInstanceIdentifier is not a valid identifier.",
    );
  const collection = world.collection<Stored<DBInstance>>({ accountId, region }, "rds:instance");
  if (collection.get(id)) throw new AwsFault("DBInstanceAlreadyExists", "DB instance already exists");
  const clusterId = input.DBClusterIdentifier?.toLowerCase();
  if (clusterId && !world.collection({ accountId, region }, "rds:cluster").get(clusterId))
    throw new AwsFault("DBClusterNotFoundFault", `DBCluster ${clusterId} not found.`, 404);
  const instance = { ...newInstance(call, id), ...networkOf(call), ...protectionOf(call) };
  if (clusterId) instance.DBClusterIdentifier = clusterId;
  collection.put(id, instance);
  return { DBInstance: { ...instance, DBInstanceStatus: "creating" } };
}

/** What it is, and how it is looked after. */
function newInstance(call: Call<CreateDBInstanceMessage>, id: string): Stored<DBInstance> {
  const { input, world, accountId, region } = call;
  const { Engine = "" } = input;
  const engine = engineOf(Engine);
  return {
    DBInstanceIdentifier: id,
    DBInstanceArn: `arn:${world.partition}:rds:${region}:${accountId}:db:${id}`,
    DbiResourceId: resourceId(),
    DBInstanceClass: input.DBInstanceClass,
    DBInstanceStatus: "available",
    Engine,
    EngineVersion: input.EngineVersion ?? engine.version,
    LicenseModel: engine.licence,
    MasterUsername: input.MasterUsername,
    ...(input.DBName ? { DBName: input.DBName } : {}),
    Endpoint: {
      Address: `${id}.c0simulated0.${region}.rds.amazonaws.com`,
      Port: input.Port ?? engine.port,
      HostedZoneId: "Z2R2ITUGPM61AM",
    },
    DbInstancePort: 0,
    AllocatedStorage: input.AllocatedStorage ?? 20,
    StorageType: input.StorageType ?? "gp2",
    InstanceCreateTime: call.now.toISOString(),
    PreferredBackupWindow: input.PreferredBackupWindow ?? "03:00-03:30",
    PreferredMaintenanceWindow: input.PreferredMaintenanceWindow ?? "sun:04:00-sun:04:30",
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    DBParameterGroups: [
      {
        DBParameterGroupName: input.DBParameterGroupName ?? `default.${Engine}`,
        ParameterApplyStatus: "in-sync",
      },
    ],
    PendingModifiedValues: {},
    TagList: input.Tags ?? [],
  };
}

/** Where it stands and who reaches it. */
function networkOf(call: Call<CreateDBInstanceMessage>): Stored<DBInstance> {
  const { input } = call;
  const { vpcId, subnets, groupIds } = surroundings(call);
  return {
    MultiAZ: input.MultiAZ ?? false,
    AvailabilityZone: input.AvailabilityZone ?? subnets[0]?.AvailabilityZone,
    PubliclyAccessible: input.PubliclyAccessible ?? false,
    DBSubnetGroup: subnetGroup(input.DBSubnetGroupName ?? `default-${vpcId}`, vpcId, subnets),
    VpcSecurityGroups: groupIds.map((groupId) => ({ VpcSecurityGroupId: groupId, Status: "active" })),
  };
}

/** What keeps its contents safe, and tells of it: off unless asked for, but one day of backups. */
function protectionOf({
  input,
  world,
  accountId,
  region,
  now,
}: Call<CreateDBInstanceMessage>): Stored<DBInstance> {
  return {
    StorageEncrypted: input.StorageEncrypted ?? false,
    ...(input.StorageEncrypted
      ? { KmsKeyId: input.KmsKeyId ?? managedKeyArn(world, { accountId, region }, "rds", now) }
      : {}),
    BackupRetentionPeriod: input.BackupRetentionPeriod ?? 1,
    CopyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    DeletionProtection: input.DeletionProtection ?? false,
    IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication ?? false,
    CACertificateIdentifier: "rds-ca-rsa2048-g1",
    MonitoringInterval: input.MonitoringInterval ?? 0,
    ...(input.MonitoringRoleArn ? { MonitoringRoleArn: input.MonitoringRoleArn } : {}),
    PerformanceInsightsEnabled: input.EnablePerformanceInsights ?? false,
    EnabledCloudwatchLogsExports: input.EnableCloudwatchLogsExports ?? [],
  };
}

export function subnetGroup(
  name: string,
  vpcId: string,
  subnets: Stored<Subnet>[],
): NonNullable<Stored<DBInstance>["DBSubnetGroup"]> {
  return {
    DBSubnetGroupName: name,
    DBSubnetGroupDescription: name,
    VpcId: vpcId,
    SubnetGroupStatus: "Complete",
    Subnets: subnets.map((subnet) => ({
      SubnetIdentifier: subnet.SubnetId,
      SubnetAvailabilityZone: { Name: subnet.AvailabilityZone },
      SubnetStatus: "Active",
    })),
  };
}
