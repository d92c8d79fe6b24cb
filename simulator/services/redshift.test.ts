import * as aws from "@aws-sdk/client-redshift";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.RedshiftClient, "eu-north-1");
const ClusterIdentifier = "reports";
const group = { ParameterGroupName: "strict" };
const create = (more: Partial<aws.CreateClusterCommandInput> = {}) =>
  client().send(
    new aws.CreateClusterCommand({
      ClusterIdentifier,
      NodeType: "ra3.large",
      MasterUsername: "awsuser",
      MasterUserPassword: "Password1",
      ...more,
    }),
  );
const describe = () => client().send(new aws.DescribeClustersCommand({ ClusterIdentifier }));
const modify = (more: Partial<aws.ModifyClusterCommandInput>) =>
  client().send(new aws.ModifyClusterCommand({ ClusterIdentifier, ...more }));
const ResourceName = () =>
  `arn:aws:redshift:eu-north-1:${wire.simulator.managementAccountId}:cluster:reports`;

checkCalls([
  ["a name that is none", () => create({ ClusterIdentifier: "1-" }), "400 InvalidParameterValue"],
  ["a cluster", () => create({ PubliclyAccessible: true }), { Cluster: { ClusterStatus: "creating" } }],
  ["again", () => create(), "400 ClusterAlreadyExistsFault"],
  [
    "is shown",
    describe,
    {
      Clusters: [
        {
          Encrypted: true,
          PubliclyAccessible: true,
          AllowVersionUpgrade: true,
          EnhancedVpcRouting: false,
          AutomatedSnapshotRetentionPeriod: 1,
        },
      ],
    },
  ],
  ["too long backups", () => modify({ AutomatedSnapshotRetentionPeriod: 40 }), "400 InvalidParameterValue"],
  [
    "mended",
    () =>
      modify({ PubliclyAccessible: false, EnhancedVpcRouting: true, AutomatedSnapshotRetentionPeriod: 7 }),
    {},
  ],
  [
    "is shown",
    describe,
    {
      Clusters: [
        { PubliclyAccessible: false, EnhancedVpcRouting: true, AutomatedSnapshotRetentionPeriod: 7 },
      ],
    },
  ],
  [
    "no logs",
    () => client().send(new aws.DescribeLoggingStatusCommand({ ClusterIdentifier })),
    { LoggingEnabled: false },
  ],
  [
    "logs to nowhere",
    () => client().send(new aws.EnableLoggingCommand({ ClusterIdentifier })),
    "400 InvalidParameterValue",
  ],
  ["logs", () => client().send(new aws.EnableLoggingCommand({ ClusterIdentifier, BucketName: "logs" })), {}],
  [
    "are written",
    () => client().send(new aws.DescribeLoggingStatusCommand({ ClusterIdentifier })),
    { LoggingEnabled: true, BucketName: "logs" },
  ],
  [
    "a group",
    () =>
      client().send(
        new aws.CreateClusterParameterGroupCommand({
          ...group,
          ParameterGroupFamily: "redshift-2.0",
          Description: "d",
        }),
      ),
    { ClusterParameterGroup: group },
  ],
  [
    "with activity logging",
    () =>
      client().send(
        new aws.ModifyClusterParameterGroupCommand({
          ...group,
          Parameters: [{ ParameterName: "enable_user_activity_logging", ParameterValue: "true" }],
        }),
      ),
    group,
  ],
  ["used", () => modify({ ClusterParameterGroupName: "strict" }), {}],
  [
    "stays",
    () => client().send(new aws.DeleteClusterParameterGroupCommand(group)),
    "400 InvalidClusterParameterGroupStateFault",
  ],
  [
    "tags",
    async () => {
      await client().send(
        new aws.CreateTagsCommand({ ResourceName: ResourceName(), Tags: [{ Key: "a", Value: "1" }] }),
      );
      return describe();
    },
    { Clusters: [{ Tags: [{ Key: "a", Value: "1" }] }] },
  ],
  [
    "goes, leaving a snapshot",
    () =>
      client().send(
        new aws.DeleteClusterCommand({ ClusterIdentifier, FinalClusterSnapshotIdentifier: "last" }),
      ),
    { Cluster: { ClusterStatus: "deleting" } },
  ],
  ["for good", describe, "404 ClusterNotFoundFault"],
  [
    "the snapshot is there",
    () => client().send(new aws.DescribeClusterSnapshotsCommand({ ClusterIdentifier })),
    { Snapshots: [{ SnapshotIdentifier: "last", Encrypted: true }] },
  ],
  ["then the group goes", () => client().send(new aws.DeleteClusterParameterGroupCommand(group)), {}],
]);

test("pages hold every cluster once", async () => {
  for (let index = 0; index < 22; index++) await create({ ClusterIdentifier: `page-${index}` });
  const ids: (string | undefined)[] = [];
  for await (const page of aws.paginateDescribeClusters({ client: client(), pageSize: 20 }, {}))
    ids.push(...(page.Clusters ?? []).map((each) => each.ClusterIdentifier));
  expect(ids.length).toBe(22);
  expect(new Set(ids).size).toBe(22);
});
