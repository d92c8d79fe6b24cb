// Repairs of settings of whole services and their undo that no test of a single service tries: each is read back.
import * as accessanalyzer from "@aws-sdk/client-accessanalyzer";
import * as backup from "@aws-sdk/client-backup";
import * as cloudtrail from "@aws-sdk/client-cloudtrail";
import * as ecs from "@aws-sdk/client-ecs";
import * as kms from "@aws-sdk/client-kms";
import * as s3 from "@aws-sdk/client-s3";
import { describe, expect } from "vitest";
import { type ClientClass, startSmall } from "../small-clients.ts";
import { small } from "../worlds/small.ts";
import { openIds } from "./network-rows.ts";
import { checkCalls } from "./wire-clients.ts";

const wire = startSmall();
const { keep, id } = openIds();
const open = <T>(Class: ClientClass<T>) => wire.client(Class, undefined, "eu-west-1");

describe("a trail's insights and tags", () => {
  const client = () => open(cloudtrail.CloudTrailClient);
  const TrailName = "all";
  const ResourceId = () => id("trail");
  const tags = () => client().send(new cloudtrail.ListTagsCommand({ ResourceIdList: [ResourceId()] }));
  checkCalls([
    [
      "a trail",
      async () => {
        const bucket = open(s3.S3Client);
        await bucket.send(new s3.CreateBucketCommand({ Bucket: "trail-logs" }));
        const allow = (Action: string, Resource: string, Condition?: object) => ({
          Effect: "Allow",
          Principal: { Service: "cloudtrail.amazonaws.com" },
          Action,
          Resource,
          ...(Condition ? { Condition } : {}),
        });
        const Policy = JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            allow("s3:GetBucketAcl", "arn:aws:s3:::trail-logs"),
            allow("s3:PutObject", `arn:aws:s3:::trail-logs/AWSLogs/${small.managementAccountId}/*`, {
              StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" },
            }),
          ],
        });
        await bucket.send(new s3.PutBucketPolicyCommand({ Bucket: "trail-logs", Policy }));
        const made = await client().send(
          new cloudtrail.CreateTrailCommand({ Name: TrailName, S3BucketName: "trail-logs" }),
        );
        keep("trail", made.TrailARN);
        return made;
      },
      { Name: TrailName },
    ],
    [
      "has no insights",
      () => client().send(new cloudtrail.GetInsightSelectorsCommand({ TrailName })),
      "400 InsightNotEnabledException",
    ],
    [
      "gets them",
      () =>
        client().send(
          new cloudtrail.PutInsightSelectorsCommand({
            TrailName,
            InsightSelectors: [{ InsightType: "ApiCallRateInsight" }],
          }),
        ),
      {},
    ],
    [
      "shows them",
      () => client().send(new cloudtrail.GetInsightSelectorsCommand({ TrailName })),
      { InsightSelectors: [{ InsightType: "ApiCallRateInsight" }] },
    ],
    [
      "and says so",
      () => client().send(new cloudtrail.DescribeTrailsCommand({})),
      { trailList: [{ HasInsightSelectors: true }] },
    ],
    [
      "tagged",
      async () => {
        const TagsList = [
          { Key: "team", Value: "blue" },
          { Key: "env", Value: "prod" },
        ];
        await client().send(new cloudtrail.AddTagsCommand({ ResourceId: ResourceId(), TagsList }));
        return tags();
      },
      { ResourceTagList: [{ TagsList: [{ Key: "team" }, { Key: "env" }] }] },
    ],
    [
      "untagged",
      async () => {
        await client().send(
          new cloudtrail.RemoveTagsCommand({ ResourceId: ResourceId(), TagsList: [{ Key: "team" }] }),
        );
        return tags();
      },
      { ResourceTagList: [{ TagsList: [{ Key: "env", Value: "prod" }] }] },
    ],
  ]);
});

describe("keys, vaults and settings", () => {
  const client = () => open(kms.KMSClient);
  const vault = { BackupVaultName: "main" };
  const SNSTopicArn = "arn:aws:sns:eu-west-1:111111111111:alerts";
  const setting = () =>
    open(ecs.ECSClient).send(
      new ecs.ListAccountSettingsCommand({ name: "containerInsights", effectiveSettings: true }),
    );
  checkCalls([
    [
      "a key is rotated on demand",
      async () => {
        const KeyId = (await client().send(new kms.CreateKeyCommand({}))).KeyMetadata?.KeyId ?? "";
        keep("key", KeyId);
        await client().send(new kms.RotateKeyOnDemandCommand({ KeyId }));
        return client().send(new kms.ListKeyRotationsCommand({ KeyId }));
      },
      { Rotations: [{ RotationType: "ON_DEMAND", RotationDate: expect.any(Date) }], Truncated: false },
    ],
    [
      "25 times at most",
      async () => {
        for (let count = 1; count < 26; count++)
          await client().send(new kms.RotateKeyOnDemandCommand({ KeyId: id("key") }));
      },
      "400 LimitExceededException",
    ],
    [
      "a vault tells nobody",
      async () => {
        await open(backup.BackupClient).send(new backup.CreateBackupVaultCommand(vault));
        return open(backup.BackupClient).send(new backup.GetBackupVaultNotificationsCommand(vault));
      },
      "400 ResourceNotFoundException",
    ],
    [
      "and then a topic",
      async () => {
        const wish = { ...vault, SNSTopicArn, BackupVaultEvents: ["BACKUP_JOB_FAILED" as const] };
        await open(backup.BackupClient).send(new backup.PutBackupVaultNotificationsCommand(wish));
        return open(backup.BackupClient).send(new backup.GetBackupVaultNotificationsCommand(vault));
      },
      { SNSTopicArn, BackupVaultEvents: ["BACKUP_JOB_FAILED"] },
    ],
    [
      "a setting of ECS",
      async () => {
        await open(ecs.ECSClient).send(
          new ecs.PutAccountSettingCommand({ name: "containerInsights", value: "enabled" }),
        );
        return setting();
      },
      { settings: [{ value: "enabled" }] },
    ],
    [
      "is taken back",
      async () => {
        await open(ecs.ECSClient).send(new ecs.DeleteAccountSettingCommand({ name: "containerInsights" }));
        return setting();
      },
      { settings: [{ value: "disabled" }] },
    ],
    [
      "an analyzer of unused access is changed",
      async () => {
        const analyzer = open(accessanalyzer.AccessAnalyzerClient);
        const analyzerName = "unused";
        const days = (unusedAccessAge: number) => ({ unusedAccess: { unusedAccessAge } });
        await analyzer.send(
          new accessanalyzer.CreateAnalyzerCommand({
            analyzerName,
            type: "ACCOUNT_UNUSED_ACCESS",
            configuration: days(90),
          }),
        );
        await analyzer.send(
          new accessanalyzer.UpdateAnalyzerCommand({ analyzerName, configuration: days(30) }),
        );
        return analyzer.send(new accessanalyzer.GetAnalyzerCommand({ analyzerName }));
      },
      { analyzer: { configuration: { unusedAccess: { unusedAccessAge: 30 } } } },
    ],
  ]);
});
