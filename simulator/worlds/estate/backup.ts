// Backup of a drawn estate: a vault and a plan in most places, locked by the careful, with recovery points old and new.
import type { StoredPlan } from "../../services/backup/plan.ts";
import type { StoredPoint, StoredVault } from "../../services/backup/vault.ts";
import type { Place, World } from "../../world.ts";
import { derived, drawOf, keyArnOf } from "./draws.ts";

const BackupVaultName = "main";

export function* deriveVaults(world: World, place: Place): Iterable<[string, StoredVault]> {
  for (const [, draw] of derived(world, place, "backup:vault", 1, (each) => ["", each])) {
    if (!draw.isGood()) continue;
    const vault: StoredVault = {
      BackupVaultName,
      BackupVaultArn: draw.arn("backup", `backup-vault:${BackupVaultName}`),
      VaultType: "BACKUP_VAULT",
      VaultState: "AVAILABLE",
      CreationDate: draw.daysAgo(100, 900),
      EncryptionKeyArn: keyArnOf(draw),
      ...(draw.isGood() ? { MinRetentionDays: 7, MaxRetentionDays: 365 } : {}),
      tagMap: draw.tagMap,
    };
    yield [BackupVaultName, vault];
  }
}

export function* derivePlans(world: World, place: Place): Iterable<[string, StoredPlan]> {
  for (const _ of deriveVaults(world, place)) {
    const draw = drawOf(world, place, "backup:plan", 0);
    const uuid = () => `${draw.random.hex(8)}-0000-4000-a000-${draw.random.hex(12)}`;
    const BackupPlanId = uuid();
    const created = draw.daysAgo(50, 500);
    const plan: StoredPlan = {
      BackupPlanId,
      BackupPlanArn: draw.arn("backup", `backup-plan:${BackupPlanId}`),
      BackupPlanName: "daily",
      VersionId: draw.random.hex(48),
      CreationDate: created,
      plan: {
        BackupPlanName: "daily",
        Rules: [
          {
            RuleName: "daily",
            RuleId: uuid(),
            TargetBackupVaultName: BackupVaultName,
            ScheduleExpression: "cron(0 5 ? * * *)",
            StartWindowMinutes: 480,
            CompletionWindowMinutes: 10_080,
            Lifecycle: { DeleteAfterDays: draw.isGood() ? 35 : 3 },
          },
        ],
      },
      selections: draw.isGood()
        ? [
            {
              SelectionName: "all",
              IamRoleArn: `arn:${world.partition}:iam::${place.accountId}:role/service-role/AWSBackupDefaultServiceRole`,
              Resources: ["*"],
              SelectionId: uuid(),
              CreationDate: created,
            },
          ]
        : [],
      tagMap: draw.tagMap,
    };
    yield [BackupPlanId, plan];
  }
}

export function* derivePoints(world: World, place: Place): Iterable<[string, StoredPoint]> {
  for (const [, vault] of deriveVaults(world, place))
    yield* derived(world, place, "backup:recovery-point", 5, (draw): [string, StoredPoint] => {
      const RecoveryPointArn = draw.arn(
        "backup",
        `recovery-point:${draw.random.hex(8)}-0000-4000-a000-${draw.random.hex(12)}`,
      );
      const IsEncrypted = draw.isGood();
      const at = draw.daysAgo(1, 90);
      return [
        RecoveryPointArn,
        {
          RecoveryPointArn,
          BackupVaultName,
          BackupVaultArn: vault.BackupVaultArn,
          ResourceArn: draw.arn("dynamodb", `table/${draw.name}`),
          ResourceType: "DynamoDB",
          CreationDate: at,
          CompletionDate: at,
          Status: "COMPLETED",
          IsEncrypted,
          ...(IsEncrypted ? { EncryptionKeyArn: vault.EncryptionKeyArn } : {}),
          BackupSizeInBytes: draw.random.int(1_000_000_000),
        },
      ];
    });
}
