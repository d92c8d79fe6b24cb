import * as aws from "@aws-sdk/client-rds";
import { describe, expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const DBInstanceIdentifier = "orders";
/** The demo's accounts have their default VPC in the second region: us-west-2 for one that lives in us-east-1. */
const rds = (region = "us-west-2") => wire.client(aws.RDSClient, region);
const show = () =>
  rds()
    .send(new aws.DescribeDBInstancesCommand({ DBInstanceIdentifier }))
    .then((a) => a.DBInstances?.[0] ?? {});
const create = (more: Partial<aws.CreateDBInstanceCommandInput> = {}) =>
  rds().send(
    new aws.CreateDBInstanceCommand({
      DBInstanceIdentifier,
      DBInstanceClass: "db.t4g.micro",
      Engine: "postgres",
      ...more,
    }),
  );
const modify = (more: Partial<aws.ModifyDBInstanceCommandInput>) =>
  rds().send(new aws.ModifyDBInstanceCommand({ DBInstanceIdentifier, ...more }));
const ResourceName = () =>
  `arn:aws:rds:us-west-2:${wire.simulator.managementAccountId}:db:${DBInstanceIdentifier}`;

describe("databases", () => {
  checkCalls([
    ["no such one", show, "404 DBInstanceNotFoundFault"],
    ["an engine that is none", () => create({ Engine: "abacus" }), "400 InvalidParameterValue"],
    [
      "one is made",
      () => create({ Tags: [{ Key: "a", Value: "1" }] }),
      { DBInstance: { DBInstanceStatus: "creating" } },
    ],
    [
      "as RDS makes it",
      show,
      {
        DBInstanceStatus: "available",
        StorageEncrypted: false,
        BackupRetentionPeriod: 1,
        DeletionProtection: false,
        MultiAZ: false,
        TagList: [{ Key: "a", Value: "1" }],
      },
    ],
    [
      "in the default VPC",
      () =>
        show().then((a) => ({
          subnets: a.DBSubnetGroup?.Subnets?.length,
          groups: a.VpcSecurityGroups?.length,
        })),
      { subnets: 3, groups: 1 },
    ],
    ["twice is once too often", () => create(), "400 DBInstanceAlreadyExistsFault"],
    [
      "protected",
      () => modify({ DeletionProtection: true, BackupRetentionPeriod: 7 }),
      { DBInstance: { DeletionProtection: true, BackupRetentionPeriod: 7 } },
    ],
    [
      "a larger class waits",
      () => modify({ DBInstanceClass: "db.m7g.large" }),
      {
        DBInstance: {
          DBInstanceClass: "db.t4g.micro",
          PendingModifiedValues: { DBInstanceClass: "db.m7g.large" },
        },
      },
    ],
    ["or not", () => modify({ MultiAZ: true, ApplyImmediately: true }), { DBInstance: { MultiAZ: true } }],
    [
      "logs",
      () => modify({ CloudwatchLogsExportConfiguration: { EnableLogTypes: ["postgresql"] } }),
      { DBInstance: { EnabledCloudwatchLogsExports: ["postgresql"] } },
    ],
    ["backups have a limit", () => modify({ BackupRetentionPeriod: 36 }), "400 InvalidParameterValue"],
    [
      "more tags",
      () =>
        rds().send(
          new aws.AddTagsToResourceCommand({
            ResourceName: ResourceName(),
            Tags: [{ Key: "b", Value: "2" }],
          }),
        ),
      {},
    ],
    [
      "are listed",
      () => rds().send(new aws.ListTagsForResourceCommand({ ResourceName: ResourceName() })),
      { TagList: [{ Key: "a" }, { Key: "b" }] },
    ],
    [
      "fewer tags",
      () =>
        rds().send(new aws.RemoveTagsFromResourceCommand({ ResourceName: ResourceName(), TagKeys: ["a"] })),
      {},
    ],
    ["are inline", show, { TagList: [{ Key: "b", Value: "2" }] }],
    [
      "protection holds",
      () => rds().send(new aws.DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true })),
      "400 InvalidParameterCombination",
    ],
    ["until it is off", () => modify({ DeletionProtection: false }), {}],
    [
      "a last snapshot is asked for",
      () => rds().send(new aws.DeleteDBInstanceCommand({ DBInstanceIdentifier })),
      "400 InvalidParameterCombination",
    ],
    [
      "it goes",
      () => rds().send(new aws.DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true })),
      { DBInstance: { DBInstanceStatus: "deleting" } },
    ],
    ["and is gone", show, "404 DBInstanceNotFoundFault"],
    [
      "a filter that is none",
      () =>
        rds().send(new aws.DescribeDBInstancesCommand({ Filters: [{ Name: "colour", Values: ["red"] }] })),
      "400 InvalidParameterValue",
    ],
    [
      "pages have a least length",
      () => rds().send(new aws.DescribeDBInstancesCommand({ MaxRecords: 5 })),
      "400 InvalidParameterValue",
    ],
  ]);

  test("pages hold every one once", async () => {
    const names = Array.from({ length: 25 }, (_, index) => `many-${index}`);
    for (const name of names) await create({ DBInstanceIdentifier: name });
    const found: (string | undefined)[] = [];
    for await (const page of aws.paginateDescribeDBInstances({ client: rds(), pageSize: 20 }, {}))
      found.push(...(page.DBInstances ?? []).map((each) => each.DBInstanceIdentifier));
    expect(found).toEqual(names);
  });
});
