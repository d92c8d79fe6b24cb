import * as aws from "@aws-sdk/client-s3";
import {
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control";
import { describe, expect, test } from "vitest";
import { isPublicPolicy } from "./s3/public-policy.ts";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const Bucket = "bucket-of-the-test";
const s3 = (region = "us-east-1") => wire.client(aws.S3Client, region);

const everybodyReads = (bucket: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/*` },
    ],
  });

const block = (on: boolean) => ({
  BlockPublicAcls: on,
  IgnorePublicAcls: on,
  BlockPublicPolicy: on,
  RestrictPublicBuckets: on,
});

describe("the account's block of public access", () => {
  const control = () => wire.client(S3ControlClient);
  const account = () => ({ AccountId: wire.simulator.managementAccountId });
  const block = { BlockPublicAcls: true, BlockPublicPolicy: true };
  checkCalls([
    [
      "is set",
      () =>
        control().send(
          new PutPublicAccessBlockCommand({ ...account(), PublicAccessBlockConfiguration: block }),
        ),
      {},
    ],
    [
      "reads back, the rest off",
      () => control().send(new GetPublicAccessBlockCommand(account())),
      { PublicAccessBlockConfiguration: { ...block, IgnorePublicAcls: false, RestrictPublicBuckets: false } },
    ],
    [
      "is nobody else's",
      () => control().send(new GetPublicAccessBlockCommand({ AccountId: "000000000001" })),
      "403 AccessDenied",
    ],
    ["goes", () => control().send(new DeletePublicAccessBlockCommand(account())), {}],
    [
      "and is gone",
      () => control().send(new GetPublicAccessBlockCommand(account())),
      "404 NoSuchPublicAccessBlockConfiguration",
    ],
  ]);
});

describe("a new bucket", () => {
  checkCalls([
    ["is made", () => s3().send(new aws.CreateBucketCommand({ Bucket })), { Location: `/${Bucket}` }],
    [
      "blocks the public",
      () => s3().send(new aws.GetPublicAccessBlockCommand({ Bucket })),
      { PublicAccessBlockConfiguration: block(true) },
    ],
    [
      "is encrypted",
      () => s3().send(new aws.GetBucketEncryptionCommand({ Bucket })),
      {
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
      },
    ],
    [
      "has access lists off",
      () => s3().send(new aws.GetBucketOwnershipControlsCommand({ Bucket })),
      { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } },
    ],
    [
      "is its owner's alone",
      () => s3().send(new aws.GetBucketAclCommand({ Bucket })),
      { Grants: [{ Permission: "FULL_CONTROL" }] },
    ],
    ["has no policy", () => s3().send(new aws.GetBucketPolicyCommand({ Bucket })), "404 NoSuchBucketPolicy"],
    [
      "has no policy status",
      () => s3().send(new aws.GetBucketPolicyStatusCommand({ Bucket })),
      "404 NoSuchBucketPolicy",
    ],
    ["has no tags", () => s3().send(new aws.GetBucketTaggingCommand({ Bucket })), "404 NoSuchTagSet"],
    [
      "has no lifecycle",
      () => s3().send(new aws.GetBucketLifecycleConfigurationCommand({ Bucket })),
      "404 NoSuchLifecycleConfiguration",
    ],
    [
      "has no object lock",
      () => s3().send(new aws.GetObjectLockConfigurationCommand({ Bucket })),
      "404 ObjectLockConfigurationNotFoundError",
    ],
    [
      "has no replication",
      () => s3().send(new aws.GetBucketReplicationCommand({ Bucket })),
      "404 ReplicationConfigurationNotFoundError",
    ],
    [
      "was never versioned",
      () =>
        s3()
          .send(new aws.GetBucketVersioningCommand({ Bucket }))
          .then(({ Status }) => ({ Status })),
      { Status: undefined },
    ],
    [
      "does not log",
      () =>
        s3()
          .send(new aws.GetBucketLoggingCommand({ Bucket }))
          .then((a) => ({ on: a.LoggingEnabled })),
      { on: undefined },
    ],
    [
      "is in us-east-1",
      () =>
        s3()
          .send(new aws.GetBucketLocationCommand({ Bucket }))
          .then((a) => ({ at: a.LocationConstraint })),
      { at: undefined },
    ],
    ["is found", () => s3().send(new aws.HeadBucketCommand({ Bucket })), { BucketRegion: "us-east-1" }],
    [
      "cannot be made twice",
      () => s3().send(new aws.CreateBucketCommand({ Bucket })),
      "409 BucketAlreadyOwnedByYou",
    ],
    [
      "needs a name of S3's form",
      () => s3().send(new aws.CreateBucketCommand({ Bucket: "Not_A_Name" })),
      "400 InvalidBucketName",
    ],
  ]);
});

describe("settings", () => {
  checkCalls([
    [
      "a public policy is refused",
      () => s3().send(new aws.PutBucketPolicyCommand({ Bucket, Policy: everybodyReads(Bucket) })),
      "403 AccessDenied",
    ],
    [
      "text that is no policy too",
      () => s3().send(new aws.PutBucketPolicyCommand({ Bucket, Policy: "{" })),
      "400 MalformedPolicy",
    ],
    [
      "a public list is refused",
      () => s3().send(new aws.PutBucketAclCommand({ Bucket, ACL: "public-read" })),
      "400 AccessControlListNotSupported",
    ],
    ["the block goes", () => s3().send(new aws.DeletePublicAccessBlockCommand({ Bucket })), {}],
    [
      "and is gone",
      () => s3().send(new aws.GetPublicAccessBlockCommand({ Bucket })),
      "404 NoSuchPublicAccessBlockConfiguration",
    ],
    [
      "now the policy is taken",
      () => s3().send(new aws.PutBucketPolicyCommand({ Bucket, Policy: everybodyReads(Bucket) })),
      {},
    ],
    [
      "and public",
      () => s3().send(new aws.GetBucketPolicyStatusCommand({ Bucket })),
      { PolicyStatus: { IsPublic: true } },
    ],
    [
      "it reads back",
      () => s3().send(new aws.GetBucketPolicyCommand({ Bucket })),
      { Policy: everybodyReads(Bucket) },
    ],
    ["it goes", () => s3().send(new aws.DeleteBucketPolicyCommand({ Bucket })), {}],
    [
      "the block comes back",
      () =>
        s3().send(
          new aws.PutPublicAccessBlockCommand({
            Bucket,
            PublicAccessBlockConfiguration: { BlockPublicAcls: true },
          }),
        ),
      {},
    ],
    [
      "what it left out is off",
      () => s3().send(new aws.GetPublicAccessBlockCommand({ Bucket })),
      { PublicAccessBlockConfiguration: { ...block(false), BlockPublicAcls: true } },
    ],
    [
      "owners change",
      () =>
        s3().send(
          new aws.PutBucketOwnershipControlsCommand({
            Bucket,
            OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
          }),
        ),
      {},
    ],
    [
      "a blocked public list is refused",
      () => s3().send(new aws.PutBucketAclCommand({ Bucket, ACL: "public-read" })),
      "403 AccessDenied",
    ],
    [
      "a list for logs is taken",
      () => s3().send(new aws.PutBucketAclCommand({ Bucket, ACL: "log-delivery-write" })),
      {},
    ],
    [
      "and has three grants",
      () =>
        s3()
          .send(new aws.GetBucketAclCommand({ Bucket }))
          .then((a) => ({ count: a.Grants?.length })),
      { count: 3 },
    ],
    [
      "versions are kept",
      () =>
        s3().send(
          new aws.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
        ),
      {},
    ],
    ["and shown", () => s3().send(new aws.GetBucketVersioningCommand({ Bucket })), { Status: "Enabled" }],
    [
      "tags are set",
      () =>
        s3().send(
          new aws.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: "a", Value: "ü & <b>" }] } }),
        ),
      {},
    ],
    [
      "and shown",
      () => s3().send(new aws.GetBucketTaggingCommand({ Bucket })),
      { TagSet: [{ Key: "a", Value: "ü & <b>" }] },
    ],
    ["tags go", () => s3().send(new aws.DeleteBucketTaggingCommand({ Bucket })), {}],
    [
      "a key encrypts",
      () =>
        s3().send(
          new aws.PutBucketEncryptionCommand({
            Bucket,
            ServerSideEncryptionConfiguration: {
              Rules: [
                { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" }, BucketKeyEnabled: true },
              ],
            },
          }),
        ),
      {},
    ],
    [
      "deleting it brings the default back",
      () => s3().send(new aws.DeleteBucketEncryptionCommand({ Bucket })),
      {},
    ],
    [
      "which is AES256",
      () => s3().send(new aws.GetBucketEncryptionCommand({ Bucket })),
      {
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
      },
    ],
    [
      "logs need a bucket",
      () =>
        s3().send(
          new aws.PutBucketLoggingCommand({
            Bucket,
            BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "nowhere-at-all", TargetPrefix: "" } },
          }),
        ),
      "400 InvalidTargetBucketForLogging",
    ],
    [
      "logs are kept",
      () =>
        s3().send(
          new aws.PutBucketLoggingCommand({
            Bucket,
            BucketLoggingStatus: { LoggingEnabled: { TargetBucket: Bucket, TargetPrefix: "log/" } },
          }),
        ),
      {},
    ],
    [
      "and shown",
      () => s3().send(new aws.GetBucketLoggingCommand({ Bucket })),
      { LoggingEnabled: { TargetBucket: Bucket, TargetPrefix: "log/" } },
    ],
    [
      "rules of life are taken",
      () =>
        s3().send(
          new aws.PutBucketLifecycleConfigurationCommand({
            Bucket,
            LifecycleConfiguration: {
              Rules: [{ ID: "r", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 3 } }],
            },
          }),
        ),
      {},
    ],
    [
      "and shown",
      () => s3().send(new aws.GetBucketLifecycleConfigurationCommand({ Bucket })),
      { Rules: [{ ID: "r", Expiration: { Days: 3 } }] },
    ],
  ]);
});

describe("places", () => {
  const elsewhere = "bucket-in-frankfurt";
  checkCalls([
    [
      "another region's name is refused",
      () =>
        s3("eu-central-1").send(
          new aws.CreateBucketCommand({
            Bucket: elsewhere,
            CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
          }),
        ),
      "400 IllegalLocationConstraintException",
    ],
    [
      "its own is taken",
      () =>
        s3("eu-central-1").send(
          new aws.CreateBucketCommand({
            Bucket: elsewhere,
            CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
          }),
        ),
      {},
    ],
    [
      "it is there",
      () => s3("eu-central-1").send(new aws.GetBucketLocationCommand({ Bucket: elsewhere })),
      { LocationConstraint: "eu-central-1" },
    ],
    [
      "us-east-1 knows where",
      () => s3().send(new aws.GetBucketLocationCommand({ Bucket: elsewhere })),
      { LocationConstraint: "eu-central-1" },
    ],
    [
      "but sends on for the rest",
      () => s3().send(new aws.GetBucketTaggingCommand({ Bucket: elsewhere })),
      "301 PermanentRedirect",
    ],
    [
      "what nobody has",
      () => s3().send(new aws.GetBucketTaggingCommand({ Bucket: "nobodys-bucket-at-all" })),
      "404 NoSuchBucket",
    ],
    [
      "by region",
      () =>
        s3("eu-central-1")
          .send(new aws.ListBucketsCommand({ BucketRegion: "eu-central-1", Prefix: "bucket-" }))
          .then((a) => a.Buckets?.map((b) => [b.Name, b.BucketRegion]) ?? []),
      [[elsewhere, "eu-central-1"]],
    ],
    [
      "without parameters no region is shown",
      () =>
        s3()
          .send(new aws.ListBucketsCommand({}))
          .then((a) => ({ regions: a.Buckets?.filter((b) => b.BucketRegion).length })),
      { regions: 0 },
    ],
    ["it goes", () => s3("eu-central-1").send(new aws.DeleteBucketCommand({ Bucket: elsewhere })), {}],
    [
      "and is gone",
      () => s3("eu-central-1").send(new aws.DeleteBucketCommand({ Bucket: elsewhere })),
      "404 NoSuchBucket",
    ],
  ]);

  test("pages hold every bucket once", async () => {
    const whole = await s3().send(new aws.ListBucketsCommand({}));
    const names: (string | undefined)[] = [];
    for await (const page of aws.paginateListBuckets({ client: s3(), pageSize: 2 }, {}))
      names.push(...(page.Buckets ?? []).map((b) => b.Name));
    expect(names.length).toBeGreaterThan(3);
    expect(names).toEqual(whole.Buckets?.map((b) => b.Name));
  });

  test("another account's bucket is closed, and its name taken", async () => {
    const other = [...wire.simulator.world.accounts.keys()][1] ?? "";
    const member = wire.client(aws.S3Client, "us-east-1", await wire.asMember(other));
    await expect(member.send(new aws.GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
    await expect(member.send(new aws.CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: "BucketAlreadyExists",
    });
  });
});

describe("a policy is public", () => {
  const allow = (more: object) =>
    JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "s3:GetObject", ...more } });
  test.each<[string, string, boolean]>([
    ["for everybody", allow({}), true],
    ["for any account", allow({ Principal: { AWS: "*" } }), true],
    ["for one account: no", allow({ Principal: { AWS: "arn:aws:iam::111122223333:root" } }), false],
    ["a denial: no", allow({ Effect: "Deny" }), false],
    ["from one range: no", allow({ Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } } }), false],
    ["from half of the internet", allow({ Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/1" } } }), true],
    [
      "for one organization: no",
      allow({ Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abc" } } }),
      false,
    ],
    ["for a VPC by wildcard", allow({ Condition: { StringLike: { "aws:SourceVpc": "vpc-*" } } }), true],
    ["by a key that narrows nothing", allow({ Condition: { StringEquals: { "aws:Referer": "x" } } }), true],
    ["except for a few", allow({ Condition: { StringNotEquals: { "aws:SourceVpc": "vpc-1" } } }), true],
  ])("%s", (_, policy, expected) => expect(isPublicPolicy(policy)).toBe(expected));
});
