import * as aws from "@aws-sdk/client-s3";
import * as control from "@aws-sdk/client-s3-control";
import { describe, expect, test } from "vitest";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const Bucket = "objects-of-the-test";
const s3 = () => wire.client(aws.S3Client);
const put = (Key: string, Body: string, more: Partial<aws.PutObjectCommandInput> = {}) =>
  s3().send(new aws.PutObjectCommand({ Bucket, Key, Body, ...more }));
const read = (Key: string, more: Partial<aws.GetObjectCommandInput> = {}) =>
  s3()
    .send(new aws.GetObjectCommand({ Bucket, Key, ...more }))
    .then(async (a) => ({ ...a, text: await a.Body?.transformToString() }));
const list = (more: Partial<aws.ListObjectsV2CommandInput> = {}) =>
  s3().send(new aws.ListObjectsV2Command({ Bucket, ...more }));
const keys = (found: aws.ListObjectsV2CommandOutput) => found.Contents?.map(({ Key }) => Key) ?? [];

describe("objects", () => {
  checkCalls([
    ["a bucket", () => s3().send(new aws.CreateBucketCommand({ Bucket })), {}],
    [
      "one is put",
      () => put("a/ü b.json", "{}", { ContentType: "application/json", Metadata: { who: "me" } }),
      { ETag: '"99914b932bd37a50b983c5e7c90ae93b"', ServerSideEncryption: "AES256" },
    ],
    [
      "read",
      () => read("a/ü b.json"),
      { text: "{}", ContentType: "application/json", Metadata: { who: "me" }, ContentLength: 2 },
    ],
    [
      "its head",
      () => s3().send(new aws.HeadObjectCommand({ Bucket, Key: "a/ü b.json" })),
      { ContentLength: 2, ETag: '"99914b932bd37a50b983c5e7c90ae93b"' },
    ],
    ["a part", () => put("a/long", "0123456789"), {}],
    [
      "of it",
      () => read("a/long", { Range: "bytes=2-4" }),
      { text: "234", ContentRange: "bytes 2-4/10", $metadata: { httpStatusCode: 206 } },
    ],
    ["past its end", () => read("a/long", { Range: "bytes=20-" }), "416 InvalidRange"],
    ["none there", () => read("none"), "404 NoSuchKey"],
    ["not over another", () => put("a/long", "x", { IfNoneMatch: "*" }), "412 PreconditionFailed"],
    ["spoiled on its way", () => put("b", "x", { ContentMD5: "1B2M2Y8AsgTpgAmY7PhCfg==" }), "400 BadDigest"],
    [
      "with a list of its own",
      () => put("b", "x", { ACL: "public-read" }),
      "400 AccessControlListNotSupported",
    ],
    ["tagged", () => put("b", "x", { Tagging: "k=v" }), {}],
    [
      "as shown",
      () => s3().send(new aws.GetObjectTaggingCommand({ Bucket, Key: "b" })),
      { TagSet: [{ Key: "k", Value: "v" }] },
    ],
    [
      "copied",
      () => s3().send(new aws.CopyObjectCommand({ Bucket, Key: "c", CopySource: `${Bucket}/a/long` })),
      { CopyObjectResult: { ETag: expect.any(String) } },
    ],
    ["the same", () => read("c"), { text: "0123456789" }],
    ["all", () => list().then(keys), ["a/long", "a/ü b.json", "b", "c"]],
    [
      "by folder",
      () => list({ Delimiter: "/" }).then((a) => [keys(a), a.CommonPrefixes]),
      [["b", "c"], [{ Prefix: "a/" }]],
    ],
    ["a full bucket stays", () => s3().send(new aws.DeleteBucketCommand({ Bucket })), "409 BucketNotEmpty"],
    [
      "several go",
      () =>
        s3().send(
          new aws.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "b" }, { Key: "none" }] } }),
        ),
      { Deleted: [{ Key: "b" }, { Key: "none" }] },
    ],
    ["and are gone", () => list().then(keys), ["a/long", "a/ü b.json", "c"]],
  ]);

  test("pages hold every key once", async () => {
    const found: (string | undefined)[] = [];
    for await (const page of aws.paginateListObjectsV2({ client: s3(), pageSize: 1 }, { Bucket }))
      found.push(...keys(page));
    expect(found).toEqual(["a/long", "a/ü b.json", "c"]);
  });

  test("parts become one", async () => {
    const { UploadId } = await s3().send(new aws.CreateMultipartUploadCommand({ Bucket, Key: "big" }));
    const part = { Bucket, Key: "big", UploadId };
    const { ETag } = await s3().send(new aws.UploadPartCommand({ ...part, PartNumber: 1, Body: "only" }));
    expect(await s3().send(new aws.ListPartsCommand(part))).toMatchObject({
      Parts: [{ PartNumber: 1, Size: 4 }],
    });
    const whole = { ...part, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
    expect(await s3().send(new aws.CompleteMultipartUploadCommand(whole))).toMatchObject({
      ETag: expect.stringMatching(/-1"$/),
    });
    expect((await read("big")).text).toBe("only");
    await expect(s3().send(new aws.AbortMultipartUploadCommand(part))).rejects.toMatchObject({
      name: "NoSuchUpload",
    });
  });

  test("versions hide and come back", async () => {
    const VersioningConfiguration = { Status: "Enabled" as const };
    await s3().send(new aws.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const { VersionId } = await put("v", "1");
    await put("v", "2");
    expect((await read("v")).text).toBe("2");
    expect((await read("v", { VersionId })).text).toBe("1");
    const marker = await s3().send(new aws.DeleteObjectCommand({ Bucket, Key: "v" }));
    expect(marker).toMatchObject({ DeleteMarker: true });
    await expect(read("v")).rejects.toMatchObject({ name: "NoSuchKey" });
    const versions = await s3().send(new aws.ListObjectVersionsCommand({ Bucket, Prefix: "v" }));
    expect(versions.Versions).toHaveLength(2);
    expect(versions.DeleteMarkers).toMatchObject([{ Key: "v", IsLatest: true }]);
    await s3().send(new aws.DeleteObjectCommand({ Bucket, Key: "v", VersionId: marker.VersionId }));
    expect((await read("v")).text).toBe("2");
  });

  test("another account reads by policy only, and is not told what is missing", async () => {
    const own = wire.simulator.managementAccountId;
    const member = [...wire.simulator.world.accounts.keys()].find((id) => id !== own) ?? "";
    const client = wire.client(aws.S3Client, "us-east-1", await wire.asMember(member));
    const get = (Key: string) => client.send(new aws.GetObjectCommand({ Bucket, Key }));
    await expect(get("c")).rejects.toMatchObject({ name: "AccessDenied" });
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: member },
          Action: "s3:GetObject",
          Resource: `arn:aws:s3:::${Bucket}/*`,
        },
      ],
    });
    await s3().send(new aws.PutBucketPolicyCommand({ Bucket, Policy }));
    expect(await (await get("c")).Body?.transformToString()).toBe("0123456789");
    await expect(get("none")).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

describe("settings kept as given", () => {
  const CORSConfiguration = { CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }] };
  checkCalls([
    ["no CORS", () => s3().send(new aws.GetBucketCorsCommand({ Bucket })), "404 NoSuchCORSConfiguration"],
    ["some", () => s3().send(new aws.PutBucketCorsCommand({ Bucket, CORSConfiguration })), {}],
    ["shown", () => s3().send(new aws.GetBucketCorsCommand({ Bucket })), CORSConfiguration],
    [
      "no website",
      () => s3().send(new aws.GetBucketWebsiteCommand({ Bucket })),
      "404 NoSuchWebsiteConfiguration",
    ],
    ["no notification", () => s3().send(new aws.GetBucketNotificationConfigurationCommand({ Bucket })), {}],
    [
      "who pays",
      () => s3().send(new aws.GetBucketRequestPaymentCommand({ Bucket })),
      { Payer: "BucketOwner" },
    ],
    [
      "metrics",
      () =>
        s3().send(
          new aws.PutBucketMetricsConfigurationCommand({
            Bucket,
            Id: "m",
            MetricsConfiguration: { Id: "m" },
          }),
        ),
      {},
    ],
    [
      "listed",
      () => s3().send(new aws.ListBucketMetricsConfigurationsCommand({ Bucket })),
      { MetricsConfigurationList: [{ Id: "m" }] },
    ],
  ]);
});

test("access points are made, listed and deleted", async () => {
  const client = wire.client(control.S3ControlClient);
  const AccountId = wire.simulator.managementAccountId;
  await client.send(new control.CreateAccessPointCommand({ AccountId, Name: "point", Bucket }));
  expect(await client.send(new control.ListAccessPointsCommand({ AccountId }))).toMatchObject({
    AccessPointList: [{ Name: "point", Bucket, NetworkOrigin: "Internet" }],
  });
  expect(await client.send(new control.GetAccessPointCommand({ AccountId, Name: "point" }))).toMatchObject({
    PublicAccessBlockConfiguration: { BlockPublicAcls: true },
  });
  await client.send(new control.DeleteAccessPointCommand({ AccountId, Name: "point" }));
  await expect(
    client.send(new control.GetAccessPointCommand({ AccountId, Name: "point" })),
  ).rejects.toMatchObject({
    name: "NoSuchAccessPoint",
  });
});
