import * as aws from "@aws-sdk/client-s3";
import {
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control";
import { describe } from "vitest";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const Bucket = "bucket-of-the-test";
const s3 = (region = "us-east-1") => wire.client(aws.S3Client, region);

const logDelivery = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"';

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

describe("settings", () => {
  checkCalls([
    ["a bucket", () => s3().send(new aws.CreateBucketCommand({ Bucket })), {}],
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
      () =>
        s3().send(
          new aws.PutBucketAclCommand({ Bucket, GrantWrite: logDelivery, GrantReadACP: logDelivery }),
        ),
      {},
    ],
    [
      "and has its two grants",
      () =>
        s3()
          .send(new aws.GetBucketAclCommand({ Bucket }))
          .then((a) => a.Grants?.map((grant) => grant.Permission) ?? []),
      ["WRITE", "READ_ACP"],
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
