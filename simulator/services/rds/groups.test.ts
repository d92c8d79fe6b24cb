// Parameter groups with a database in them, its snapshots, and event subscriptions.
import * as aws from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { twoSubnets } from "../network-rows.ts";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.RDSClient, "eu-north-1");
const DBSnapshotIdentifier = "before";
const subnets: string[] = [];
const arn = (type: string, name: string) =>
  `arn:aws:rds:eu-north-1:${wire.simulator.managementAccountId}:${type}:${name}`;
const share = (change: { ValuesToAdd?: string[]; ValuesToRemove?: string[] }) =>
  client().send(
    new aws.ModifyDBSnapshotAttributeCommand({ DBSnapshotIdentifier, AttributeName: "restore", ...change }),
  );
const attributes = () => client().send(new aws.DescribeDBSnapshotAttributesCommand({ DBSnapshotIdentifier }));
const group = { DBParameterGroupName: "strict" };
const parameter = (ParameterName: string) =>
  client().send(
    new aws.ModifyDBParameterGroupCommand({
      ...group,
      Parameters: [{ ParameterName, ParameterValue: "1", ApplyMethod: "immediate" }],
    }),
  );

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
    "a parameter group",
    () =>
      client().send(
        new aws.CreateDBParameterGroupCommand({
          ...group,
          DBParameterGroupFamily: "postgres17",
          Description: "d",
        }),
      ),
    { DBParameterGroup: { DBParameterGroupArn: expect.stringMatching(/:pg:strict$/) } },
  ],
  ["a parameter that is none", () => parameter("colour"), "400 InvalidParameterValue"],
  ["a parameter", () => parameter("log_connections"), group],
  [
    "is shown",
    () => client().send(new aws.DescribeDBParametersCommand({ ...group, Source: "user" })),
    { Parameters: [{ ParameterName: "log_connections", ParameterValue: "1" }] },
  ],
  [
    "a database that uses it",
    () =>
      client().send(
        new aws.CreateDBInstanceCommand({
          ...group,
          DBInstanceIdentifier: "db",
          DBInstanceClass: "db.t4g.micro",
          Engine: "postgres",
          MasterUsername: "root",
          MasterUserPassword: "password1",
          DBSubnetGroupName: "private",
        }),
      ),
    { DBInstance: { DBSubnetGroup: { DBSubnetGroupName: "private" } } },
  ],
  [
    "holds the group",
    () => client().send(new aws.DeleteDBParameterGroupCommand(group)),
    "400 InvalidDBParameterGroupStateFault",
  ],
  [
    "a snapshot of it",
    () =>
      client().send(new aws.CreateDBSnapshotCommand({ DBInstanceIdentifier: "db", DBSnapshotIdentifier })),
    { DBSnapshot: { Status: "creating", Encrypted: false, SnapshotType: "manual" } },
  ],
  [
    "shared with nobody",
    attributes,
    { DBSnapshotAttributesResult: { DBSnapshotAttributes: [{ AttributeValues: [] }] } },
  ],
  ["with a wrong account", () => share({ ValuesToAdd: ["me"] }), "400 InvalidParameterValue"],
  ["with all", () => share({ ValuesToAdd: ["all"] }), {}],
  [
    "is shown",
    attributes,
    { DBSnapshotAttributesResult: { DBSnapshotAttributes: [{ AttributeValues: ["all"] }] } },
  ],
  [
    "with nobody again",
    () => share({ ValuesToRemove: ["all"] }),
    { DBSnapshotAttributesResult: { DBSnapshotAttributes: [{ AttributeValues: [] }] } },
  ],
  [
    "tags",
    async () => {
      const ResourceName = arn("snapshot", DBSnapshotIdentifier);
      await client().send(
        new aws.AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: "a", Value: "1" }] }),
      );
      return client().send(new aws.ListTagsForResourceCommand({ ResourceName }));
    },
    { TagList: [{ Key: "a", Value: "1" }] },
  ],
  [
    "the snapshot goes",
    () => client().send(new aws.DeleteDBSnapshotCommand({ DBSnapshotIdentifier })),
    { DBSnapshot: { Status: "deleted" } },
  ],
  ["for good", attributes, "404 DBSnapshotNotFoundFault"],
  [
    "the database goes, leaving a last one",
    () =>
      client().send(
        new aws.DeleteDBInstanceCommand({ DBInstanceIdentifier: "db", FinalDBSnapshotIdentifier: "last" }),
      ),
    {},
  ],
  [
    "which is there",
    () => client().send(new aws.DescribeDBSnapshotsCommand({ DBInstanceIdentifier: "db" })),
    { DBSnapshots: [{ DBSnapshotIdentifier: "last" }] },
  ],
  ["deleted", () => client().send(new aws.DeleteDBParameterGroupCommand(group)), {}],
  [
    "for good",
    () => client().send(new aws.DescribeDBParametersCommand(group)),
    "404 DBParameterGroupNotFoundFault",
  ],
  [
    "a subscription",
    () =>
      client().send(
        new aws.CreateEventSubscriptionCommand({
          SubscriptionName: "alarms",
          SnsTopicArn: arn("topic", "x"),
          SourceType: "db-instance",
          EventCategories: ["failure"],
        }),
      ),
    { EventSubscription: { Enabled: true } },
  ],
  [
    "off",
    () =>
      client().send(new aws.ModifyEventSubscriptionCommand({ SubscriptionName: "alarms", Enabled: false })),
    { EventSubscription: { Enabled: false, EventCategoriesList: ["failure"] } },
  ],
  [
    "deleted",
    () => client().send(new aws.DeleteEventSubscriptionCommand({ SubscriptionName: "alarms" })),
    {},
  ],
  [
    "for good",
    () => client().send(new aws.DescribeEventSubscriptionsCommand({ SubscriptionName: "alarms" })),
    "404 SubscriptionNotFoundFault",
  ],
]);

test("pages hold every group once", async () => {
  for (let index = 0; index < 23; index++)
    await client().send(
      new aws.CreateDBParameterGroupCommand({
        DBParameterGroupName: `page-${index}`,
        DBParameterGroupFamily: "mysql8.4",
        Description: "d",
      }),
    );
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateDescribeDBParameterGroups({ client: client(), pageSize: 20 }, {}))
    names.push(...(page.DBParameterGroups ?? []).map((each) => each.DBParameterGroupName));
  expect(names.length).toBe(23);
  expect(new Set(names).size).toBe(23);
});
