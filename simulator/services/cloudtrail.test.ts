import * as aws from "@aws-sdk/client-cloudtrail";
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const Name = "own-trail";
const S3BucketName = "bucket-of-the-trail";
const cloudtrail = (where = region) => wire.client(aws.CloudTrailClient, where);
const ownArn = () => `arn:aws:cloudtrail:${region}:${wire.simulator.managementAccountId}:trail/${Name}`;
const organizationArn = () =>
  `arn:aws:cloudtrail:us-east-1:${wire.simulator.managementAccountId}:trail/meridian-organization`;
/** The policy that CloudTrail's guide gives a bucket for logs. */
function letIn() {
  const Principal = { Service: "cloudtrail.amazonaws.com" };
  const own = { Effect: "Allow", Principal, Condition: { StringEquals: { "aws:SourceArn": ownArn() } } };
  const acl = { StringEquals: { "aws:SourceArn": ownArn(), "s3:x-amz-acl": "bucket-owner-full-control" } };
  const bucket = `arn:aws:s3:::${S3BucketName}`;
  const logs = `${bucket}/AWSLogs/${wire.simulator.managementAccountId}/*`;
  const Statement = [
    { ...own, Action: "s3:GetBucketAcl", Resource: bucket },
    { ...own, Action: "s3:PutObject", Resource: logs, Condition: acl },
  ];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  return new PutBucketPolicyCommand({ Bucket: S3BucketName, Policy });
}

const names = (found: Promise<aws.DescribeTrailsCommandOutput>) =>
  found.then((a) => a.trailList?.map((trail) => trail.Name) ?? []);
const describeTrails = (input: aws.DescribeTrailsCommandInput, where = region) =>
  names(cloudtrail(where).send(new aws.DescribeTrailsCommand(input)));
const status = (trail = Name, where = region) =>
  cloudtrail(where).send(new aws.GetTrailStatusCommand({ Name: trail }));

describe("trails", () => {
  checkCalls([
    [
      "a bucket that is none",
      () => cloudtrail().send(new aws.CreateTrailCommand({ Name, S3BucketName: "nobodys-bucket" })),
      "400 S3BucketDoesNotExistException",
    ],
    ["a bucket", () => wire.client(S3Client).send(new CreateBucketCommand({ Bucket: S3BucketName })), {}],
    [
      "which lets nobody in",
      () => cloudtrail().send(new aws.CreateTrailCommand({ Name, S3BucketName })),
      "400 InsufficientS3BucketPolicyException",
    ],
    ["then CloudTrail", () => wire.client(S3Client).send(letIn()), {}],
    [
      "a name that is none",
      () => cloudtrail().send(new aws.CreateTrailCommand({ Name: "a..b", S3BucketName })),
      "400 InvalidTrailNameException",
    ],
    [
      "a trail",
      () =>
        cloudtrail().send(
          new aws.CreateTrailCommand({ Name, S3BucketName, TagsList: [{ Key: "a", Value: "1" }] }),
        ),
      { Name, IsMultiRegionTrail: false, LogFileValidationEnabled: false },
    ],
    [
      "twice is once too often",
      () => cloudtrail().send(new aws.CreateTrailCommand({ Name, S3BucketName })),
      "400 TrailAlreadyExistsException",
    ],
    ["does not log yet", () => status(), { IsLogging: false }],
    ["starts", () => cloudtrail().send(new aws.StartLoggingCommand({ Name })), {}],
    ["logs", () => status(), { IsLogging: true, StartLoggingTime: expect.any(Date) }],
    ["stops", () => cloudtrail().send(new aws.StopLoggingCommand({ Name })), {}],
    ["logs no more", () => status(), { IsLogging: false, StopLoggingTime: expect.any(Date) }],
    [
      "selects management events",
      () => cloudtrail().send(new aws.GetEventSelectorsCommand({ TrailName: Name })),
      { EventSelectors: [{ ReadWriteType: "All", IncludeManagementEvents: true }] },
    ],
    [
      "selects others",
      () =>
        cloudtrail().send(
          new aws.PutEventSelectorsCommand({
            TrailName: Name,
            EventSelectors: [{ ReadWriteType: "WriteOnly" }],
          }),
        ),
      { TrailARN: expect.any(String) },
    ],
    [
      "as asked",
      () => cloudtrail().send(new aws.GetEventSelectorsCommand({ TrailName: ownArn() })),
      { EventSelectors: [{ ReadWriteType: "WriteOnly" }] },
    ],
    [
      "selects nothing",
      () => cloudtrail().send(new aws.PutEventSelectorsCommand({ TrailName: Name })),
      "400 InvalidEventSelectorsException",
    ],
    [
      "has tags",
      () => cloudtrail().send(new aws.ListTagsCommand({ ResourceIdList: [ownArn()] })),
      { ResourceTagList: [{ TagsList: [{ Key: "a", Value: "1" }] }] },
    ],
    [
      "what is no trail",
      () => cloudtrail().send(new aws.ListTagsCommand({ ResourceIdList: ["trail"] })),
      "400 CloudTrailARNInvalidException",
    ],
    [
      "validates",
      () => cloudtrail().send(new aws.UpdateTrailCommand({ Name, EnableLogFileValidation: true })),
      { LogFileValidationEnabled: true, S3BucketName },
    ],
    [
      "is seen at home beside the organization's",
      () => describeTrails({}).then((a) => a.sort()),
      ["meridian-organization", Name],
    ],
    ["alone, without shadows", () => describeTrails({ includeShadowTrails: false }), [Name]],
    ["not elsewhere", () => describeTrails({}, "us-west-2"), ["meridian-organization"]],
    ["but by ARN", () => describeTrails({ trailNameList: [ownArn()] }, "us-west-2"), [Name]],
    ["not by name", () => describeTrails({ trailNameList: [Name] }, "us-west-2"), []],
    [
      "spans regions",
      () => cloudtrail().send(new aws.UpdateTrailCommand({ Name, IsMultiRegionTrail: true })),
      { IsMultiRegionTrail: true },
    ],
    [
      "and casts a shadow",
      () => describeTrails({}, "us-west-2").then((a) => a.sort()),
      ["meridian-organization", Name],
    ],
    [
      "which cannot be changed",
      () => cloudtrail("us-west-2").send(new aws.StartLoggingCommand({ Name: ownArn() })),
      "400 InvalidHomeRegionException",
    ],
    ["nor is known by name", () => status(Name, "us-west-2"), "400 TrailNotFoundException"],
    ["but by ARN", () => status(ownArn(), "us-west-2"), { IsLogging: false }],
    ["it goes", () => cloudtrail().send(new aws.DeleteTrailCommand({ Name })), {}],
    ["and is gone", () => status(), "400 TrailNotFoundException"],
  ]);

  test("a member sees the organization's trail and cannot change it", async () => {
    const member = [...wire.simulator.world.accounts.keys()][2] ?? "";
    const client = wire.client(aws.CloudTrailClient, "us-east-1", await wire.asMember(member));
    const seen = await client.send(new aws.DescribeTrailsCommand({}));
    expect(seen.trailList).toContainEqual(
      expect.objectContaining({ TrailARN: organizationArn(), IsOrganizationTrail: true }),
    );
    const own = await client.send(new aws.DescribeTrailsCommand({ includeShadowTrails: false }));
    expect(own.trailList).not.toContainEqual(expect.objectContaining({ TrailARN: organizationArn() }));
    expect(await client.send(new aws.GetTrailStatusCommand({ Name: organizationArn() }))).toMatchObject({
      IsLogging: true,
    });
    await expect(client.send(new aws.StopLoggingCommand({ Name: organizationArn() }))).rejects.toMatchObject({
      name: "NotOrganizationMasterAccountException",
    });
  });
});
