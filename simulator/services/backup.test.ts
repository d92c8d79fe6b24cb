import * as aws from "@aws-sdk/client-backup";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.BackupClient, "eu-north-1");
const BackupVaultName = "main";
const ids = { BackupPlanId: "", SelectionId: "" };
const create = (name: string) =>
  client().send(new aws.CreateBackupVaultCommand({ BackupVaultName: name, BackupVaultTags: { a: "1" } }));
const describe = () => client().send(new aws.DescribeBackupVaultCommand({ BackupVaultName }));
const plan = (
  TargetBackupVaultName: string,
  Lifecycle: aws.Lifecycle = { DeleteAfterDays: 35 },
): aws.BackupPlanInput => ({
  BackupPlanName: "daily",
  Rules: [{ RuleName: "daily", TargetBackupVaultName, Lifecycle }],
});
const lock = (more: Partial<aws.PutBackupVaultLockConfigurationCommandInput>) =>
  client().send(new aws.PutBackupVaultLockConfigurationCommand({ BackupVaultName, ...more }));
const Policy =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"backup:DeleteRecoveryPoint","Resource":"*"}]}';

checkCalls([
  ["a name that is none", () => create("a b"), "400 InvalidParameterValueException"],
  [
    "a vault",
    () => create(BackupVaultName),
    { BackupVaultArn: expect.stringMatching(/:backup-vault:main$/) },
  ],
  ["again", () => create(BackupVaultName), "400 AlreadyExistsException"],
  [
    "is encrypted and open",
    describe,
    { Locked: false, NumberOfRecoveryPoints: 0, EncryptionKeyArn: expect.stringContaining(":key/") },
  ],
  [
    "no policy",
    () => client().send(new aws.GetBackupVaultAccessPolicyCommand({ BackupVaultName })),
    "400 ResourceNotFoundException",
  ],
  [
    "a policy",
    () => client().send(new aws.PutBackupVaultAccessPolicyCommand({ BackupVaultName, Policy })),
    {},
  ],
  [
    "is shown",
    () => client().send(new aws.GetBackupVaultAccessPolicyCommand({ BackupVaultName })),
    { Policy },
  ],
  [
    "too hasty a lock",
    () => lock({ MinRetentionDays: 7, ChangeableForDays: 1 }),
    "400 InvalidParameterValueException",
  ],
  ["a lock", () => lock({ MinRetentionDays: 7 }), {}],
  ["is shown", describe, { Locked: true, MinRetentionDays: 7 }],
  [
    "taken off",
    () => client().send(new aws.DeleteBackupVaultLockConfigurationCommand({ BackupVaultName })),
    {},
  ],
  ["is shown", describe, { Locked: false }],
  [
    "a plan to nowhere",
    () => client().send(new aws.CreateBackupPlanCommand({ BackupPlan: plan("none") })),
    "400 ResourceNotFoundException",
  ],
  [
    "too short a life",
    () =>
      client().send(
        new aws.CreateBackupPlanCommand({
          BackupPlan: plan(BackupVaultName, { MoveToColdStorageAfterDays: 30, DeleteAfterDays: 60 }),
        }),
      ),
    "400 InvalidParameterValueException",
  ],
  [
    "a plan",
    async () => {
      const answer = await client().send(
        new aws.CreateBackupPlanCommand({ BackupPlan: plan(BackupVaultName) }),
      );
      ids.BackupPlanId = answer.BackupPlanId ?? "";
      return answer;
    },
    { BackupPlanArn: expect.stringContaining(":backup-plan:") },
  ],
  [
    "longer",
    () =>
      client().send(
        new aws.UpdateBackupPlanCommand({
          ...ids,
          BackupPlan: plan(BackupVaultName, { DeleteAfterDays: 90 }),
        }),
      ),
    {},
  ],
  [
    "is shown",
    () => client().send(new aws.GetBackupPlanCommand(ids)),
    { BackupPlan: { Rules: [{ Lifecycle: { DeleteAfterDays: 90 }, StartWindowMinutes: 480 }] } },
  ],
  [
    "what it backs up",
    async () => {
      const answer = await client().send(
        new aws.CreateBackupSelectionCommand({
          ...ids,
          BackupSelection: {
            SelectionName: "all",
            IamRoleArn: "arn:aws:iam::1:role/backup",
            Resources: ["*"],
          },
        }),
      );
      ids.SelectionId = answer.SelectionId ?? "";
      return client().send(new aws.ListBackupSelectionsCommand(ids));
    },
    { BackupSelectionsList: [{ SelectionName: "all" }] },
  ],
  [
    "holds the plan",
    () => client().send(new aws.DeleteBackupPlanCommand(ids)),
    "400 InvalidRequestException",
  ],
  ["gone", () => client().send(new aws.DeleteBackupSelectionCommand(ids)), {}],
  ["then the plan goes", () => client().send(new aws.DeleteBackupPlanCommand(ids)), {}],
  ["for good", () => client().send(new aws.GetBackupPlanCommand(ids)), "400 ResourceNotFoundException"],
  [
    "tags",
    async () => {
      const ResourceArn = (await describe()).BackupVaultArn;
      await client().send(new aws.TagResourceCommand({ ResourceArn, Tags: { b: "2" } }));
      return client().send(new aws.ListTagsCommand({ ResourceArn }));
    },
    { Tags: { a: "1", b: "2" } },
  ],
  ["deleted", () => client().send(new aws.DeleteBackupVaultCommand({ BackupVaultName })), {}],
  ["for good", describe, "400 ResourceNotFoundException"],
]);

test("pages hold every vault once", async () => {
  for (let index = 0; index < 5; index++) await create(`page-${index}`);
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateListBackupVaults({ client: client(), pageSize: 2 }, {}))
    names.push(...(page.BackupVaultList ?? []).map((each) => each.BackupVaultName));
  expect(names).toEqual(["page-0", "page-1", "page-2", "page-3", "page-4"]);
});
