import * as aws from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const Bucket = "bucket-of-the-test";
const s3 = (region = "us-east-1") => wire.client(aws.S3Client, region);

const block = (on: boolean) => ({
  BlockPublicAcls: on,
  IgnorePublicAcls: on,
  BlockPublicPolicy: on,
  RestrictPublicBuckets: on,
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
      "is made twice, as only us-east-1 allows",
      () => s3().send(new aws.CreateBucketCommand({ Bucket })),
      { Location: `/${Bucket}` },
    ],
    [
      "needs a name of S3's form",
      () => s3().send(new aws.CreateBucketCommand({ Bucket: "Not_A_Name" })),
      "400 InvalidBucketName",
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
      "not twice",
      () =>
        s3("eu-central-1").send(
          new aws.CreateBucketCommand({
            Bucket: elsewhere,
            CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
          }),
        ),
      "409 BucketAlreadyOwnedByYou",
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
