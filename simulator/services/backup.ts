import type * as aws from "@aws-sdk/client-backup";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import {
  createPlan,
  createSelection,
  deletePlan,
  plan,
  planHead,
  plans,
  selectionOf,
  updatePlan,
} from "./backup/plan.ts";
import {
  absent,
  checkUnlocked,
  createVault,
  dayMs,
  deleteVault,
  notificationOperations,
  points,
  pointsIn,
  policy,
  putLock,
  showVault,
  vault,
  vaults,
} from "./backup/vault.ts";
import { checkedPolicy } from "./checked-policy.ts";
import { arnIn, here, pageAs, permissionsOn, taggedAmong, tagOperations } from "./records.ts";

const paging = {
  limit: "MaxResults",
  token: "NextToken",
  standard: 1000,
  most: 1000,
  code: "InvalidParameterValueException",
};
/** Services that Backup looks after in a new account; the others must be opted in (from memory). */
const standardOptIns = {
  Aurora: true,
  DynamoDB: true,
  EBS: true,
  EC2: true,
  EFS: true,
  FSx: true,
  RDS: true,
  S3: false,
  Redshift: false,
  VirtualMachine: true,
};

const onVault =
  "PutBackupVaultNotifications GetBackupVaultNotifications DeleteBackupVaultNotifications DescribeBackupVault CreateBackupVault DeleteBackupVault GetBackupVaultAccessPolicy PutBackupVaultAccessPolicy DeleteBackupVaultAccessPolicy PutBackupVaultLockConfiguration DeleteBackupVaultLockConfiguration ListRecoveryPointsByBackupVault".split(
    " ",
  );

export const backup: ServiceDefinition = {
  client: "backup",
  operations: {
    ListBackupVaults: (call) =>
      pageAs(
        call,
        "BackupVaultList",
        vaults.list(call).map((each) => showVault(call, each)),
        paging,
      ),
    DescribeBackupVault: (call: Call<aws.DescribeBackupVaultInput>) => showVault(call, vault(call)),
    CreateBackupVault: createVault,
    DeleteBackupVault: deleteVault,
    GetBackupVaultAccessPolicy: policy,
    PutBackupVaultAccessPolicy: (call: Call<aws.PutBackupVaultAccessPolicyInput>) => {
      vaults.change(call, vault(call), {
        policy: checkedPolicy(call.input.Policy ?? "", "InvalidParameterValueException"),
      });
      return {};
    },
    DeleteBackupVaultAccessPolicy: (call: Call<aws.DeleteBackupVaultAccessPolicyInput>) => {
      const { policy: _, ...found } = vault(call);
      vaults.put(call, found);
      return {};
    },
    ...notificationOperations,
    PutBackupVaultLockConfiguration: putLock,
    DeleteBackupVaultLockConfiguration: (call: Call<aws.DeleteBackupVaultLockConfigurationInput>) => {
      const { MinRetentionDays: _min, MaxRetentionDays: _max, LockDate: _date, ...found } = vault(call);
      checkUnlocked(vault(call), call.now);
      vaults.put(call, found);
      return {};
    },
    ListRecoveryPointsByBackupVault: (call: Call<aws.ListRecoveryPointsByBackupVaultInput>) =>
      pageAs(call, "RecoveryPoints", pointsIn(call, vault(call).BackupVaultName), paging),
    DeleteRecoveryPoint: (call: Call<aws.DeleteRecoveryPointInput>) => {
      const { MinRetentionDays } = vault(call);
      const point = points.need(call, call.input.RecoveryPointArn);
      const ageDays = (call.now.getTime() - Date.parse(String(point.CreationDate))) / dayMs;
      if (MinRetentionDays !== undefined && ageDays < MinRetentionDays)
        throw new AwsFault(
          "InvalidRequestException",
          "Recovery point cannot be deleted: the vault is locked.",
        );
      points.remove(call, point);
      return {};
    },
    ListBackupPlans: (call) => pageAs(call, "BackupPlansList", plans.list(call), paging),
    GetBackupPlan: (call: Call<aws.GetBackupPlanInput>) => ({
      ...planHead(plan(call)),
      BackupPlan: plan(call).plan,
    }),
    CreateBackupPlan: createPlan,
    UpdateBackupPlan: updatePlan,
    DeleteBackupPlan: deletePlan,
    ListBackupSelections: (call: Call<aws.ListBackupSelectionsInput>) => {
      const { BackupPlanId, selections } = plan(call);
      return pageAs(
        call,
        "BackupSelectionsList",
        selections.map((each) => ({ ...each, BackupPlanId })),
        paging,
      );
    },
    GetBackupSelection: (call: Call<aws.GetBackupSelectionInput>) => {
      const { SelectionId, CreationDate, ...BackupSelection } = selectionOf(call);
      return { BackupSelection, SelectionId, BackupPlanId: call.input.BackupPlanId, CreationDate };
    },
    CreateBackupSelection: createSelection,
    DeleteBackupSelection: (call: Call<aws.DeleteBackupSelectionInput>) => {
      const gone = selectionOf(call);
      const old = plan(call);
      plans.change(call, old, {
        selections: old.selections.filter((each) => each.SelectionId !== gone.SelectionId),
      });
      return {};
    },
    ListProtectedResources: (call) => {
      const found = new Map(
        points.list(call).map((each) => [
          each.ResourceArn,
          {
            ResourceArn: each.ResourceArn,
            ResourceType: each.ResourceType,
            LastBackupTime: each.CreationDate,
          },
        ]),
      );
      return pageAs(call, "Results", [...found.values()], paging);
    },
    DescribeRegionSettings: (call) => ({
      ResourceTypeOptInPreference:
        call.world.collection<Record<string, boolean>>(here(call), "backup:region").get("opt-in") ??
        standardOptIns,
      ResourceTypeManagementPreference: {},
    }),
    UpdateRegionSettings: (call: Call<aws.UpdateRegionSettingsInput>) => {
      const kept = call.world.collection<Record<string, boolean>>(here(call), "backup:region");
      kept.put("opt-in", {
        ...(kept.get("opt-in") ?? standardOptIns),
        ...call.input.ResourceTypeOptInPreference,
      });
      return {};
    },
    ...tagOperations(
      {
        tag: "TagResource",
        untag: "UntagResource",
        list: "ListTags",
        arn: "ResourceArn",
        keys: "TagKeyList",
        form: "map",
        invalid: "InvalidParameterValueException",
      },
      (call, arn) =>
        taggedAmong(
          [vaults as never, plans as never],
          arn.includes(":backup-plan:") ? "BackupPlanArn" : "BackupVaultArn",
          () => absent(`Cannot find resource ${arn}`),
        )(call, arn),
    ),
  },
  permissions: permissionsOn("backup", onVault, (call: Call<{ BackupVaultName: string }>) =>
    arnIn(call, "backup", `backup-vault:${call.input.BackupVaultName}`),
  ),
};
