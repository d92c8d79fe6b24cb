import * as aws from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.DynamoDBClient, "eu-north-1");
const TableName = "orders";
let arn = "";
const table = (name = TableName): aws.CreateTableCommandInput => ({
  TableName: name,
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
});
const describe = () => client().send(new aws.DescribeTableCommand({ TableName }));
const recovery = (PointInTimeRecoveryEnabled: boolean) =>
  client().send(
    new aws.UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
    }),
  );

checkCalls([
  [
    "a name that is none",
    () => client().send(new aws.CreateTableCommand(table("a b"))),
    "400 ValidationException",
  ],
  [
    "a table",
    async () => {
      const { TableDescription } = await client().send(
        new aws.CreateTableCommand({ ...table(), Tags: [{ Key: "a", Value: "1" }] }),
      );
      arn = TableDescription?.TableArn ?? "";
      return TableDescription;
    },
    { TableStatus: "CREATING", DeletionProtectionEnabled: false },
  ],
  ["again", () => client().send(new aws.CreateTableCommand(table())), "400 ResourceInUseException"],
  [
    "is there",
    describe,
    { Table: { TableStatus: "ACTIVE", BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" } } },
  ],
  [
    "cannot be restored to a point in time",
    () => client().send(new aws.DescribeContinuousBackupsCommand({ TableName })),
    {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: "ENABLED",
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
      },
    },
  ],
  [
    "now it can",
    () => recovery(true),
    {
      ContinuousBackupsDescription: {
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "ENABLED", RecoveryPeriodInDays: 35 },
      },
    },
  ],
  [
    "encrypted and protected",
    () =>
      client().send(
        new aws.UpdateTableCommand({
          TableName,
          DeletionProtectionEnabled: true,
          SSESpecification: { Enabled: true, SSEType: "KMS" },
        }),
      ),
    { TableDescription: { TableStatus: "UPDATING" } },
  ],
  [
    "is shown",
    describe,
    { Table: { DeletionProtectionEnabled: true, SSEDescription: { Status: "ENABLED" } } },
  ],
  ["stays", () => client().send(new aws.DeleteTableCommand({ TableName })), "400 ValidationException"],
  [
    "items go when old",
    () =>
      client().send(
        new aws.UpdateTimeToLiveCommand({
          TableName,
          TimeToLiveSpecification: { Enabled: true, AttributeName: "until" },
        }),
      ),
    {},
  ],
  [
    "is shown",
    () => client().send(new aws.DescribeTimeToLiveCommand({ TableName })),
    { TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "until" } },
  ],
  [
    "a policy is missing",
    () => client().send(new aws.GetResourcePolicyCommand({ ResourceArn: arn })),
    "400 PolicyNotFoundException",
  ],
  [
    "tags",
    () => client().send(new aws.TagResourceCommand({ ResourceArn: arn, Tags: [{ Key: "b", Value: "2" }] })),
    {},
  ],
  [
    "are shown",
    () => client().send(new aws.ListTagsOfResourceCommand({ ResourceArn: arn })),
    { Tags: [{ Key: "a" }, { Key: "b" }] },
  ],
  [
    "a backup",
    () => client().send(new aws.CreateBackupCommand({ TableName, BackupName: "before" })),
    {
      BackupDetails: {
        BackupStatus: "CREATING",
        BackupArn: expect.stringMatching(/table\/orders\/backup\/\d{14}-/),
      },
    },
  ],
  [
    "is listed",
    () => client().send(new aws.ListBackupsCommand({ TableName })),
    { BackupSummaries: [{ BackupName: "before", BackupStatus: "AVAILABLE" }] },
  ],
  [
    "unprotected",
    () => client().send(new aws.UpdateTableCommand({ TableName, DeletionProtectionEnabled: false })),
    {},
  ],
  ["deleted", () => client().send(new aws.DeleteTableCommand({ TableName })), {}],
  ["for good", describe, "400 ResourceNotFoundException"],
]);

test("pages hold every table once", async () => {
  for (let index = 0; index < 5; index++)
    await client().send(new aws.CreateTableCommand(table(`page-${index}`)));
  const names: string[] = [];
  for await (const page of aws.paginateListTables({ client: client(), pageSize: 2 }, {}))
    names.push(...(page.TableNames ?? []));
  expect(names).toEqual(["page-0", "page-1", "page-2", "page-3", "page-4"]);
});
