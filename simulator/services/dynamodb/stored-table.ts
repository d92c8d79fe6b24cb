// A table as the simulator keeps it, found by name or ARN, and how one is made and changed.
import { randomUUID } from "node:crypto";
import type * as aws from "@aws-sdk/client-dynamodb";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { checkedPolicy } from "../checked-policy.ts";
import { arnIn, records, type Tagged, tagMapOf } from "../records.ts";

/** Value of "dynamodb:table" under its name. */
export interface StoredTable extends Tagged, Stored<aws.TableDescription> {
  TableName: string;
  TableArn: string;
  /** Absent = off. */
  recovery?: { days: number; since: string };
  timeToLive?: { AttributeName: string };
  policy?: { text: string; revision: string };
}

export const missingTable = (name: string) =>
  new AwsFault("ResourceNotFoundException", `Requested resource not found: Table: ${name} not found`);
export const tables = records<StoredTable>("dynamodb:table", "TableName", missingTable);
export const nameFrom = (given = "") =>
  given.startsWith("arn:") ? (given.split("table/")[1]?.split("/")[0] ?? "") : given;
export const needed = (call: Call<{ TableName?: string | undefined }>) =>
  tables.need(call, nameFrom(call.input.TableName));

/** Absent means AWS's own key, which DescribeTable does not show. */
export function encryptionOf(call: Call, wish: aws.SSESpecification | undefined) {
  if (!wish?.Enabled) return {};
  const KMSMasterKeyArn = wish.KMSMasterKeyId?.startsWith("arn:")
    ? wish.KMSMasterKeyId
    : arnIn(
        call,
        "kms",
        wish.KMSMasterKeyId?.startsWith("alias/")
          ? wish.KMSMasterKeyId
          : `key/${wish.KMSMasterKeyId ?? "alias/aws/dynamodb"}`,
      );
  return { SSEDescription: { Status: "ENABLED" as const, SSEType: "KMS" as const, KMSMasterKeyArn } };
}

export const billing = (mode: aws.BillingMode | undefined, wish: aws.ProvisionedThroughput | undefined) =>
  mode === "PAY_PER_REQUEST"
    ? {
        BillingModeSummary: { BillingMode: mode },
        ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
      }
    : {
        ProvisionedThroughput: {
          NumberOfDecreasesToday: 0,
          ReadCapacityUnits: wish?.ReadCapacityUnits,
          WriteCapacityUnits: wish?.WriteCapacityUnits,
        },
      };

export function createTable(call: Call<aws.CreateTableInput>) {
  const { input } = call;
  const name = input.TableName ?? "";
  if (!/^[\w.-]{3,255}$/.test(name))
    throw new AwsFault(
      "ValidationException",
      `Invalid table/index name. Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'`,
    );
  if (tables.find(call, name)) throw new AwsFault("ResourceInUseException", `Table already exists: ${name}`);
  if (input.BillingMode !== "PAY_PER_REQUEST" && !input.ProvisionedThroughput)
    throw new AwsFault("ValidationException", "No provisioned throughput specified for the table");
  const table = tables.put(call, {
    TableName: name,
    TableArn: arnIn(call, "dynamodb", `table/${name}`),
    TableId: randomUUID(),
    TableStatus: "ACTIVE",
    CreationDateTime: call.now.toISOString(),
    ...(input.AttributeDefinitions ? { AttributeDefinitions: input.AttributeDefinitions } : {}),
    ...(input.KeySchema ? { KeySchema: input.KeySchema } : {}),
    ...billing(input.BillingMode, input.ProvisionedThroughput),
    TableSizeBytes: 0,
    ItemCount: 0,
    DeletionProtectionEnabled: input.DeletionProtectionEnabled ?? false,
    ...(input.TableClass ? { TableClassSummary: { TableClass: input.TableClass } } : {}),
    ...(input.StreamSpecification?.StreamEnabled ? { StreamSpecification: input.StreamSpecification } : {}),
    ...encryptionOf(call, input.SSESpecification),
    ...(input.ResourcePolicy
      ? {
          policy: {
            text: checkedPolicy(input.ResourcePolicy, "ValidationException"),
            revision: randomUUID(),
          },
        }
      : {}),
    tagMap: tagMapOf(input.Tags),
  });
  return { TableDescription: { ...table, TableStatus: "CREATING" } };
}

export function updateTable(call: Call<aws.UpdateTableInput>) {
  const { DeletionProtectionEnabled, SSESpecification, BillingMode, ProvisionedThroughput, TableClass } =
    call.input;
  const { SSEDescription, ...table } = needed(call);
  const changed: StoredTable = {
    ...table,
    ...(DeletionProtectionEnabled === undefined ? {} : { DeletionProtectionEnabled }),
    ...(SSESpecification ? encryptionOf(call, SSESpecification) : SSEDescription ? { SSEDescription } : {}),
    ...(BillingMode || ProvisionedThroughput ? billing(BillingMode, ProvisionedThroughput) : {}),
    ...(TableClass ? { TableClassSummary: { TableClass } } : {}),
  };
  tables.put(call, changed);
  return { TableDescription: { ...changed, TableStatus: "UPDATING" } };
}
