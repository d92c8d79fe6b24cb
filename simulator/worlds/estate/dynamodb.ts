// Tables of a drawn estate: with and without recovery, protection and keys of their own.
import type { StoredTable } from "../../services/dynamodb/stored-table.ts";
import type { Place, World } from "../../world.ts";
import { derived, keyArnOf } from "./draws.ts";

export const deriveTables = (world: World, place: Place): Iterable<[string, StoredTable]> =>
  derived(world, place, "dynamodb:table", 3, (draw) => {
    const { random, isGood } = draw;
    const isOnDemand = random.chance(0.7);
    const created = draw.daysAgo(60, 1200);
    const table: StoredTable = {
      TableName: draw.name,
      TableArn: draw.arn("dynamodb", `table/${draw.name}`),
      TableId: `${random.hex(8)}-0000-4000-a000-${random.hex(12)}`,
      TableStatus: "ACTIVE",
      CreationDateTime: created,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      ...(isOnDemand ? { BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" as const } } : {}),
      ProvisionedThroughput: {
        NumberOfDecreasesToday: 0,
        ReadCapacityUnits: isOnDemand ? 0 : 5,
        WriteCapacityUnits: isOnDemand ? 0 : 5,
      },
      TableSizeBytes: random.int(10_000_000),
      ItemCount: random.int(100_000),
      DeletionProtectionEnabled: isGood(),
      ...(isGood()
        ? {
            SSEDescription: {
              Status: "ENABLED" as const,
              SSEType: "KMS" as const,
              KMSMasterKeyArn: keyArnOf(draw),
            },
          }
        : {}),
      ...(isGood() ? { recovery: { days: 35, since: created } } : {}),
      tagMap: draw.tagMap,
    };
    return [draw.name, table];
  });
