import type * as aws from "@aws-sdk/client-backup";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { managedKeyArn } from "../kms/stored-key.ts";
import { arnIn, here, records, type Tagged, tagMapOf } from "../records.ts";

type Notifications = Pick<Stored<aws.PutBackupVaultNotificationsInput>, "SNSTopicArn" | "BackupVaultEvents">;
/** Value of "backup:vault" under its name. */
export type StoredVault = Stored<aws.BackupVaultListMember> &
  Tagged & {
    BackupVaultName: string;
    BackupVaultArn: string;
    policy?: string;
    notifications?: Notifications;
  };
/** Value of "backup:recovery-point" under its ARN. */
export type StoredPoint = Stored<aws.RecoveryPointByBackupVault> & {
  RecoveryPointArn: string;
  BackupVaultName: string;
};

export const absent = (message: string) => new AwsFault("ResourceNotFoundException", message);
export const vaults = records<StoredVault>("backup:vault", "BackupVaultName", (name) =>
  absent(`Backup vault ${name} not found`),
);
export const points = records<StoredPoint>("backup:recovery-point", "RecoveryPointArn", (arn) =>
  absent(`Cannot find recovery point ${arn}`),
);
export const vault = (call: Call<{ BackupVaultName?: string | undefined }>) =>
  vaults.need(call, call.input.BackupVaultName);
export const pointsIn = (call: Call, name: string) =>
  points.list(call).filter((each) => each.BackupVaultName === name);
export const dayMs = 86_400_000;

export const showVault = (call: Call, each: StoredVault) => ({
  ...each,
  NumberOfRecoveryPoints: pointsIn(call, each.BackupVaultName).length,
  Locked: each.MinRetentionDays !== undefined || each.MaxRetentionDays !== undefined,
});

export function createVault(call: Call<aws.CreateBackupVaultInput>) {
  const { BackupVaultName: name = "", EncryptionKeyArn, BackupVaultTags } = call.input;
  if (!/^[\w-]{2,50}$/.test(name))
    throw new AwsFault("InvalidParameterValueException", `Invalid vault name: ${name}`);
  if (vaults.find(call, name))
    throw new AwsFault("AlreadyExistsException", `Backup vault with the same name already exists`, 400, {
      details: { CreatorRequestId: "", Arn: arnIn(call, "backup", `backup-vault:${name}`) },
    });
  const made = vaults.put(call, {
    BackupVaultName: name,
    BackupVaultArn: arnIn(call, "backup", `backup-vault:${name}`),
    VaultType: "BACKUP_VAULT",
    VaultState: "AVAILABLE",
    CreationDate: call.now.toISOString(),
    EncryptionKeyArn: EncryptionKeyArn ?? managedKeyArn(call.world, here(call), "backup", call.now),
    tagMap: tagMapOf(BackupVaultTags),
  });
  return { BackupVaultName: name, BackupVaultArn: made.BackupVaultArn, CreationDate: made.CreationDate };
}

/** A lock whose grace time is over can never be taken back. */
export function checkUnlocked({ LockDate }: StoredVault, now: Date): void {
  if (LockDate && Date.parse(LockDate) <= now.getTime())
    throw new AwsFault(
      "InvalidRequestException",
      "Cannot change the lock configuration of a vault that is locked.",
    );
}

export function deleteVault(call: Call<aws.DeleteBackupVaultInput>) {
  const found = vault(call);
  if (pointsIn(call, found.BackupVaultName).length > 0)
    throw new AwsFault(
      "InvalidRequestException",
      "Backup vault cannot be deleted because it contains recovery points.",
    );
  vaults.remove(call, found);
  return {};
}

export function putLock(call: Call<aws.PutBackupVaultLockConfigurationInput>) {
  const found = vault(call);
  checkUnlocked(found, call.now);
  const { MinRetentionDays = 1, MaxRetentionDays, ChangeableForDays } = call.input;
  if (ChangeableForDays !== undefined && ChangeableForDays < 3)
    throw new AwsFault("InvalidParameterValueException", "ChangeableForDays must be at least 3");
  if (MaxRetentionDays !== undefined && MaxRetentionDays < MinRetentionDays)
    throw new AwsFault(
      "InvalidParameterValueException",
      "MaxRetentionDays must not be less than MinRetentionDays",
    );
  vaults.change(call, found, {
    MinRetentionDays,
    ...(MaxRetentionDays === undefined ? {} : { MaxRetentionDays }),
    ...(ChangeableForDays === undefined
      ? {}
      : { LockDate: new Date(call.now.getTime() + ChangeableForDays * dayMs).toISOString() }),
  });
  return {};
}

export function policy(call: Call<{ BackupVaultName?: string | undefined }>) {
  const { BackupVaultName, BackupVaultArn, policy: Policy } = vault(call);
  if (Policy === undefined) throw absent(`No policy is attached to backup vault ${BackupVaultName}`);
  return { BackupVaultName, BackupVaultArn, Policy };
}

/** Whom a vault tells what befalls it. */
export const notificationOperations: Record<string, Operation> = {
  PutBackupVaultNotifications: (call: Call<aws.PutBackupVaultNotificationsInput>) => {
    const { SNSTopicArn = "", BackupVaultEvents = [] } = call.input;
    if (!/^arn:[^:]+:sns:/.test(SNSTopicArn))
      throw new AwsFault("InvalidParameterValueException", `Invalid SNS topic ARN: ${SNSTopicArn}`);
    vaults.change(call, vault(call), { notifications: { SNSTopicArn, BackupVaultEvents } });
    return {};
  },
  GetBackupVaultNotifications: (call: Call<aws.GetBackupVaultNotificationsInput>) => {
    const { BackupVaultName, BackupVaultArn, notifications } = vault(call);
    if (!notifications)
      throw absent(`Failed reading notifications from database for Backup vault ${BackupVaultName}`);
    return { BackupVaultName, BackupVaultArn, ...notifications };
  },
  DeleteBackupVaultNotifications: (call: Call<aws.DeleteBackupVaultNotificationsInput>) => {
    const { notifications: _, ...found } = vault(call);
    vaults.put(call, found);
    return {};
  },
};
