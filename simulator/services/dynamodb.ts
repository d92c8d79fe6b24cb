// DynamoDB: tables with their settings (encryption, recovery, protection, policy) and backups. Items are not kept.
import { randomUUID } from "node:crypto";
import type * as aws from "@aws-sdk/client-dynamodb";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import type { World } from "../world.ts";
import { checkedPolicy } from "./checked-policy.ts";
import {
  createTable,
  missingTable,
  nameFrom,
  needed,
  type StoredTable,
  tables,
  updateTable,
} from "./dynamodb/stored-table.ts";
import { arnIn, here, pageAs, permissionsOn, records, taggedAmong, tagOperations } from "./records.ts";

/** Value of "dynamodb:backup" under its ARN. */
export interface StoredBackup extends Stored<aws.BackupDetails> {
  BackupArn: string;
  table: StoredTable;
}

const backups = records<StoredBackup>(
  "dynamodb:backup",
  "BackupArn",
  (arn) => new AwsFault("BackupNotFoundException", `Backup not found: ${arn}`),
);

/** DynamoDB's pages start after a name, not at a token. */
function listTables(call: Call<aws.ListTablesInput>) {
  const { ExclusiveStartTableName: after, Limit = 100 } = call.input;
  if (Limit < 1 || Limit > 100)
    throw new AwsFault(
      "ValidationException",
      `1 validation error detected: Value '${Limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100`,
    );
  const names = tables
    .list(call)
    .map((each) => each.TableName)
    .sort()
    .filter((name) => after === undefined || name > after);
  const TableNames = names.slice(0, Limit);
  return { TableNames, ...(names.length > Limit ? { LastEvaluatedTableName: TableNames.at(-1) } : {}) };
}

function deleteTable(call: Call<aws.DeleteTableInput>) {
  const table = needed(call);
  if (table.DeletionProtectionEnabled)
    throw new AwsFault(
      "ValidationException",
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    );
  tables.remove(call, table);
  return { TableDescription: { ...table, TableStatus: "DELETING" } };
}

/** AWS's is five minutes old; here as seen from the world's birth, so that two runs answer the same. */
function recoveryOf({ recovery }: StoredTable, { bornAt }: World) {
  const latestMs = Math.max(bornAt.getTime() - 300_000, Date.parse(recovery?.since ?? ""));
  return {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: recovery
      ? {
          PointInTimeRecoveryStatus: "ENABLED",
          RecoveryPeriodInDays: recovery.days,
          EarliestRestorableDateTime: recovery.since,
          LatestRestorableDateTime: new Date(latestMs).toISOString(),
        }
      : { PointInTimeRecoveryStatus: "DISABLED" },
  };
}

const needTable = (call: Call<{ TableName?: string | undefined }>) => {
  const name = nameFrom(call.input.TableName);
  const found = tables.find(call, name);
  if (!found) throw new AwsFault("TableNotFoundException", `Table not found: ${name}`);
  return found;
};

function updateBackups(call: Call<aws.UpdateContinuousBackupsInput>) {
  const { PointInTimeRecoveryEnabled, RecoveryPeriodInDays = 35 } =
    call.input.PointInTimeRecoverySpecification ?? {};
  const { recovery, ...table } = needTable(call);
  const changed = PointInTimeRecoveryEnabled
    ? { ...table, recovery: { days: RecoveryPeriodInDays, since: recovery?.since ?? call.now.toISOString() } }
    : table;
  return { ContinuousBackupsDescription: recoveryOf(tables.put(call, changed), call.world) };
}

function updateTimeToLive(call: Call<aws.UpdateTimeToLiveInput>) {
  const { timeToLive, ...table } = needed(call);
  const { Enabled, AttributeName = "" } = call.input.TimeToLiveSpecification ?? {};
  if (Enabled === Boolean(timeToLive))
    throw new AwsFault("ValidationException", `TimeToLive is already ${Enabled ? "enabled" : "disabled"}`);
  tables.put(call, Enabled ? { ...table, timeToLive: { AttributeName } } : table);
  return { TimeToLiveSpecification: call.input.TimeToLiveSpecification };
}

function createBackup(call: Call<aws.CreateBackupInput>) {
  const table = needTable(call);
  const backup = backups.put(call, {
    BackupArn: `${table.TableArn}/backup/${String(call.now.getTime()).padStart(14, "0")}-${randomUUID().slice(0, 8)}`,
    BackupName: call.input.BackupName,
    BackupStatus: "AVAILABLE",
    BackupType: "USER",
    BackupSizeBytes: 0,
    BackupCreationDateTime: call.now.toISOString(),
    table,
  });
  return { BackupDetails: { ...backup, BackupStatus: "CREATING" } };
}

const tableTarget = taggedAmong([tables as never], "TableArn", (arn) => missingTable(nameFrom(arn)));
const policyTarget = (call: Call<{ ResourceArn?: string | undefined }>) =>
  tables.need(call, nameFrom(call.input.ResourceArn));
function policyOfTable(table: StoredTable): { text: string; revision: string } {
  if (table.policy) return table.policy;
  throw new AwsFault(
    "PolicyNotFoundException",
    `Resource-based policy not found for the provided ResourceArn: ${table.TableArn}`,
  );
}

const onTable =
  "DescribeTable UpdateTable DeleteTable CreateTable DescribeContinuousBackups UpdateContinuousBackups DescribeTimeToLive UpdateTimeToLive CreateBackup".split(
    " ",
  );
const onArn =
  "TagResource UntagResource ListTagsOfResource GetResourcePolicy PutResourcePolicy DeleteResourcePolicy".split(
    " ",
  );

export const dynamodb: ServiceDefinition = {
  client: "dynamodb",
  operations: {
    ListTables: listTables,
    DescribeTable: (call: Call<aws.DescribeTableInput>) => ({ Table: needed(call) }),
    CreateTable: createTable,
    UpdateTable: updateTable,
    DeleteTable: deleteTable,
    DescribeContinuousBackups: (call: Call<aws.DescribeContinuousBackupsInput>) => ({
      ContinuousBackupsDescription: recoveryOf(needTable(call), call.world),
    }),
    UpdateContinuousBackups: updateBackups,
    DescribeTimeToLive: (call: Call<aws.DescribeTimeToLiveInput>) => {
      const { timeToLive } = needed(call);
      return {
        TimeToLiveDescription: { TimeToLiveStatus: timeToLive ? "ENABLED" : "DISABLED", ...timeToLive },
      };
    },
    UpdateTimeToLive: updateTimeToLive,
    CreateBackup: createBackup,
    ListBackups: (call: Call<aws.ListBackupsInput>) => {
      const name = nameFrom(call.input.TableName);
      const found = backups.list(call).filter((each) => !name || each.table.TableName === name);
      const summaries = found.map(({ table, ...backup }) => ({
        ...backup,
        TableName: table.TableName,
        TableArn: table.TableArn,
      }));
      const paging = {
        limit: "Limit",
        token: "ExclusiveStartBackupArn",
        standard: 100,
        most: 100,
        next: "LastEvaluatedBackupArn",
        code: "ValidationException",
      };
      return pageAs(call, "BackupSummaries", summaries, paging);
    },
    DeleteBackup: (call: Call<aws.DeleteBackupInput>) => {
      const BackupDetails = backups.remove(call, backups.need(call, call.input.BackupArn));
      return { BackupDescription: { BackupDetails: { ...BackupDetails, BackupStatus: "DELETED" } } };
    },
    GetResourcePolicy: (call: Call<aws.GetResourcePolicyInput>) => {
      const { text, revision } = policyOfTable(policyTarget(call));
      return { Policy: text, RevisionId: revision };
    },
    PutResourcePolicy: (call: Call<aws.PutResourcePolicyInput>) => {
      const policy = {
        text: checkedPolicy(call.input.Policy ?? "", "ValidationException"),
        revision: randomUUID(),
      };
      tables.change(call, policyTarget(call), { policy });
      return { RevisionId: policy.revision };
    },
    DeleteResourcePolicy: (call: Call<aws.DeleteResourcePolicyInput>) => {
      const { policy, ...table } = policyTarget(call);
      tables.put(call, table);
      return policy ? { RevisionId: policy.revision } : {};
    },
    ...tagOperations(
      { tag: "TagResource", untag: "UntagResource", list: "ListTagsOfResource", arn: "ResourceArn" },
      tableTarget,
    ),
  },
  permissions: {
    ...permissionsOn("dynamodb", onTable, (call: Call<{ TableName: string }>) =>
      arnIn(call, "dynamodb", `table/${nameFrom(call.input.TableName)}`),
    ),
    ...permissionsOn("dynamodb", onArn, (call: Call<{ ResourceArn: string }>) => call.input.ResourceArn),
  },
  resourcePolicy: (call: Call, { resource }) => {
    const found = call.world.collection<StoredTable>(here(call), "dynamodb:table").get(nameFrom(resource));
    return found?.policy && { text: found.policy.text, accountId: call.accountId };
  },
};
