// What CloudTrail calls an API call, where it keeps it, and which calls are management events that change something.
// Reads, sign-ins and data events are not kept: AWS's event history has the reads of management calls too.
import type { Api, ApiOperation } from "../wire/api.ts";

/** By "client:Operation". S3's and S3 Control's from the S3 user guide's list of bucket and account operations, Lambda's from its guide. */
const names: Record<string, string> = {
  "s3:PutPublicAccessBlock": "PutBucketPublicAccessBlock",
  "s3:DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
  "s3:PutBucketLifecycleConfiguration": "PutBucketLifecycle",
  "s3:PutBucketNotificationConfiguration": "PutBucketNotification",
  "s3:PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
  "s3:PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
  "s3-control:PutPublicAccessBlock": "PutAccountPublicAccessBlock",
  "s3-control:DeletePublicAccessBlock": "DeleteAccountPublicAccessBlock",
  ...dated("20150331", [
    "CreateFunction",
    "DeleteFunction",
    "PublishVersion",
    "CreateAlias",
    "UpdateAlias",
    "DeleteAlias",
    "CreateEventSourceMapping",
    "UpdateEventSourceMapping",
    "DeleteEventSourceMapping",
  ]),
  ...dated("20150331v2", [
    "AddPermission",
    "RemovePermission",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
  ]),
  ...dated("20170331v2", ["TagResource", "UntagResource"]),
  ...dated("20171031", ["PutFunctionConcurrency", "DeleteFunctionConcurrency"]),
  ...dated("20181031", [
    "PublishLayerVersion",
    "DeleteLayerVersion",
    "AddLayerVersionPermission",
    "RemoveLayerVersionPermission",
  ]),
};

function dated(version: string, operations: string[]): Record<string, string> {
  return Object.fromEntries(operations.map((name) => [`lambda:${name}`, `${name}${version}`]));
}

/** Operations on what lies in a resource, or that change nothing although their name does not say so. */
const unrecorded: Record<string, RegExp> = {
  s3: /Object|Multipart|UploadPart|RestoreObject|WriteGetObjectResponse|^CreateSession$/,
  sqs: /Message/,
  sns: /^Publish/,
  sts: /./,
  eventbridge: /^(PutEvents|PutPartnerEvents|TestEventPattern)$/,
  cloudwatch: /^PutMetricData$/,
  "cloudwatch-logs": /^(PutLogEvents|StartQuery|StopQuery|StartLiveTail|TestMetricFilter)$/,
  lambda: /^Invoke/,
  dynamodb: /Item|^Execute|^Transact/,
  kms: /^(Encrypt|Decrypt|ReEncrypt|Generate|Sign|Verify)/,
  "secrets-manager": /^ValidateResourcePolicy$/,
  iam: /^Generate/,
};

/** Configuration of the bucket whose operation speaks of objects. */
const recordedAnyway = new Set(["s3:PutObjectLockConfiguration"]);

export function isRecorded(api: Api, { name, isRead }: ApiOperation): boolean {
  if (isRead) return false;
  return recordedAnyway.has(`${api.client}:${name}`) || !unrecorded[api.client]?.test(name);
}

/** CloudFront's carry the version of its API (seen in its guide: CreateDistribution2020_05_31). */
export function eventNameOf(api: Api, operation: string): string {
  if (api.client === "cloudfront") return `${operation}${api.version.replaceAll("-", "_") || "2020_05_31"}`;
  return names[`${api.client}:${operation}`] ?? operation;
}

export function eventSourceOf(api: Api): string {
  return `${api.signingName}.amazonaws.com`;
}

const globalClients = new Set(["iam", "sts", "cloudfront", "route-53", "organizations"]);
const globalRegions: Record<string, string> = { "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1" };

/** Global services tell their changes in one region only. */
export function eventRegionOf(client: string, region: string, partition: string): string {
  return globalClients.has(client) ? (globalRegions[partition] ?? "us-east-1") : region;
}

export function isGlobal(client: string): boolean {
  return globalClients.has(client);
}
