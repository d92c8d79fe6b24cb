// Clusters and their snapshots: made, shared, changed and taken away.
import * as aws from "@aws-sdk/client-rds";
import { twoSubnets } from "../network-rows.ts";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.RDSClient, "eu-north-1");
const DBClusterIdentifier = "app";
const subnets: string[] = [];

checkCalls([
  twoSubnets(wire, subnets),
  [
    "a group in one zone",
    () =>
      client().send(
        new aws.CreateDBSubnetGroupCommand({
          DBSubnetGroupName: "private",
          DBSubnetGroupDescription: "d",
          SubnetIds: subnets.slice(0, 1),
        }),
      ),
    "400 DBSubnetGroupDoesNotCoverEnoughAZs",
  ],
  [
    "a subnet group",
    () =>
      client().send(
        new aws.CreateDBSubnetGroupCommand({
          DBSubnetGroupName: "private",
          DBSubnetGroupDescription: "d",
          SubnetIds: subnets,
        }),
      ),
    { DBSubnetGroup: { SubnetGroupStatus: "Complete" } },
  ],
  [
    "a cluster",
    () =>
      client().send(
        new aws.CreateDBClusterCommand({
          DBClusterIdentifier,
          Engine: "aurora-postgresql",
          MasterUsername: "root",
          MasterUserPassword: "password1",
          DBSubnetGroupName: "private",
        }),
      ),
    { DBCluster: { Status: "creating", StorageEncrypted: false, DeletionProtection: false } },
  ],
  [
    "holds the subnet group",
    () => client().send(new aws.DeleteDBSubnetGroupCommand({ DBSubnetGroupName: "private" })),
    "400 InvalidDBSubnetGroupStateFault",
  ],
  [
    "too short backups",
    () => client().send(new aws.ModifyDBClusterCommand({ DBClusterIdentifier, BackupRetentionPeriod: 0 })),
    "400 InvalidParameterValue",
  ],
  [
    "changed",
    () =>
      client().send(
        new aws.ModifyDBClusterCommand({
          DBClusterIdentifier,
          DeletionProtection: true,
          BackupRetentionPeriod: 14,
          EnableIAMDatabaseAuthentication: true,
        }),
      ),
    {},
  ],
  [
    "is shown",
    () => client().send(new aws.DescribeDBClustersCommand({ DBClusterIdentifier })),
    {
      DBClusters: [
        { DeletionProtection: true, BackupRetentionPeriod: 14, IAMDatabaseAuthenticationEnabled: true },
      ],
    },
  ],
  [
    "protected",
    () => client().send(new aws.DeleteDBClusterCommand({ DBClusterIdentifier, SkipFinalSnapshot: true })),
    "400 InvalidParameterCombination",
  ],
  [
    "a snapshot of it",
    () =>
      client().send(
        new aws.CreateDBClusterSnapshotCommand({ DBClusterIdentifier, DBClusterSnapshotIdentifier: "c" }),
      ),
    { DBClusterSnapshot: { SnapshotType: "manual" } },
  ],
  [
    "shared",
    () =>
      client().send(
        new aws.ModifyDBClusterSnapshotAttributeCommand({
          DBClusterSnapshotIdentifier: "c",
          AttributeName: "restore",
          ValuesToAdd: ["all"],
        }),
      ),
    { DBClusterSnapshotAttributesResult: { DBClusterSnapshotAttributes: [{ AttributeValues: ["all"] }] } },
  ],
  [
    "unprotected it goes",
    async () => {
      await client().send(new aws.ModifyDBClusterCommand({ DBClusterIdentifier, DeletionProtection: false }));
      return client().send(new aws.DeleteDBClusterCommand({ DBClusterIdentifier, SkipFinalSnapshot: true }));
    },
    { DBCluster: { Status: "deleting" } },
  ],
  [
    "for good",
    () => client().send(new aws.DescribeDBClustersCommand({ DBClusterIdentifier })),
    "404 DBClusterNotFoundFault",
  ],
]);
