// Plans of Backup with their selections.
import { randomUUID } from "node:crypto";
import type * as aws from "@aws-sdk/client-backup";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, records, type Tagged, tagMapOf } from "../records.ts";
import { absent, vaults } from "./vault.ts";

/** Value of "backup:plan" under its id. */
export type StoredPlan = Stored<aws.BackupPlansListMember> &
  Tagged & {
    BackupPlanId: string;
    BackupPlanArn: string;
    plan: Stored<aws.BackupPlan>;
    selections: (Stored<aws.BackupSelection> & { SelectionId: string; CreationDate: string })[];
  };
export const plans = records<StoredPlan>("backup:plan", "BackupPlanId", (id) =>
  absent(`Cannot find Backup plan with ID ${id}`),
);
export const plan = (call: Call<{ BackupPlanId?: string | undefined }>) =>
  plans.need(call, call.input.BackupPlanId);
export function checkedPlan(call: Call, wish: aws.BackupPlanInput | undefined): Stored<aws.BackupPlan> {
  const Rules = (wish?.Rules ?? []).map((rule) => {
    vaults.need(call, rule.TargetBackupVaultName);
    const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: days } = rule.Lifecycle ?? {};
    if (cold !== undefined && days !== undefined && days < cold + 90)
      throw new AwsFault(
        "InvalidParameterValueException",
        "DeleteAfterDays must be at least 90 days after MoveToColdStorageAfterDays",
      );
    return {
      ScheduleExpression: "cron(0 5 ? * * *)",
      StartWindowMinutes: 480,
      CompletionWindowMinutes: 10_080,
      ...rule,
      RuleId: randomUUID(),
    };
  });
  return { ...wish, BackupPlanName: wish?.BackupPlanName, Rules } as Stored<aws.BackupPlan>;
}

export const planHead = ({ BackupPlanId, BackupPlanArn, VersionId, CreationDate }: StoredPlan) => ({
  BackupPlanId,
  BackupPlanArn,
  VersionId,
  CreationDate,
});

export function createPlan(call: Call<aws.CreateBackupPlanInput>) {
  const wish = checkedPlan(call, call.input.BackupPlan);
  if (plans.list(call).some((each) => each.BackupPlanName === wish.BackupPlanName))
    throw new AwsFault(
      "AlreadyExistsException",
      "Backup plan with the same plan document already exists.",
      400,
      { details: { CreatorRequestId: "" } },
    );
  const BackupPlanId = randomUUID();
  const made = plans.put(call, {
    BackupPlanId,
    BackupPlanArn: arnIn(call, "backup", `backup-plan:${BackupPlanId}`),
    BackupPlanName: wish.BackupPlanName,
    VersionId: Buffer.from(randomUUID()).toString("base64url"),
    CreationDate: call.now.toISOString(),
    plan: wish,
    selections: [],
    tagMap: tagMapOf(call.input.BackupPlanTags),
  });
  return planHead(made);
}

export function updatePlan(call: Call<aws.UpdateBackupPlanInput>) {
  const old = plan(call);
  const wish = checkedPlan(call, call.input.BackupPlan);
  return planHead(
    plans.change(call, old, {
      plan: wish,
      BackupPlanName: wish.BackupPlanName,
      VersionId: Buffer.from(randomUUID()).toString("base64url"),
    }),
  );
}

export function deletePlan(call: Call<aws.DeleteBackupPlanInput>) {
  const old = plan(call);
  if (old.selections.length > 0)
    throw new AwsFault(
      "InvalidRequestException",
      "Related backup plan selections must be deleted prior to backup plan deletion",
    );
  return { ...planHead(plans.remove(call, old)), DeletionDate: call.now.toISOString() };
}

export function createSelection(call: Call<aws.CreateBackupSelectionInput>) {
  const old = plan(call);
  const wish = call.input.BackupSelection as Stored<aws.BackupSelection>;
  if (!wish.IamRoleArn?.includes(":role/"))
    throw new AwsFault("InvalidParameterValueException", "Invalid IAM role ARN");
  const selection = { ...wish, SelectionId: randomUUID(), CreationDate: call.now.toISOString() };
  plans.change(call, old, { selections: [...old.selections, selection] });
  return {
    SelectionId: selection.SelectionId,
    BackupPlanId: old.BackupPlanId,
    CreationDate: selection.CreationDate,
  };
}

export function selectionOf(
  call: Call<{ BackupPlanId?: string | undefined; SelectionId?: string | undefined }>,
) {
  const found = plan(call).selections.find((each) => each.SelectionId === call.input.SelectionId);
  if (!found) throw absent(`Cannot find selection ${call.input.SelectionId}`);
  return found;
}
