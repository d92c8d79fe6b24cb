// What CloudTrail calls an API call, where it keeps it, and which calls are management events: those that change
// something, and those that read. Data events are kept by neither, as in AWS's event history.
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
  "s3:GetPublicAccessBlock": "GetBucketPublicAccessBlock",
  "s3:GetBucketLifecycleConfiguration": "GetBucketLifecycle",
  "s3:GetBucketNotificationConfiguration": "GetBucketNotification",
  "s3:GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
  "s3:GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
  "s3-control:GetPublicAccessBlock": "GetAccountPublicAccessBlock",
  ...dated("20150331", [
    "ListFunctions",
    "ListAliases",
    "ListVersionsByFunction",
    "ListEventSourceMappings",
    "GetEventSourceMapping",
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
    "GetFunction",
    "GetFunctionConfiguration",
    "GetPolicy",
    "AddPermission",
    "RemovePermission",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
  ]),
  ...dated("20160819", ["GetAccountSettings"]),
  ...dated("20170331", ["ListTags"]),
  ...dated("20170331v2", ["TagResource", "UntagResource"]),
  ...dated("20171031", ["PutFunctionConcurrency", "DeleteFunctionConcurrency"]),
  ...dated("20181031", [
    "PublishLayerVersion",
    "DeleteLayerVersion",
    "AddLayerVersionPermission",
    "RemoveLayerVersionPermission",
    "ListLayers",
    "ListLayerVersions",
    "GetLayerVersion",
    "GetLayerVersionPolicy",
  ]),
};

function dated(version: string, operations: string[]): Record<string, string> {
  return Object.fromEntries(operations.map((name) => [`lambda:${name}`, `${name}${version}`]));
}

/** Operations on what lies in a resource: data events, or events of nobody. */
const unrecorded: Record<string, RegExp> = {
  s3: /Object|Multipart|UploadPart|RestoreObject|WriteGetObjectResponse|^CreateSession$/,
  sqs: /Message/,
  sns: /^Publish/,
  eventbridge: /^(PutEvents|PutPartnerEvents|TestEventPattern)$/,
  cloudwatch: /^(PutMetricData|GetMetric)/,
  "cloudwatch-logs":
    /^(PutLogEvents|GetLogEvents|FilterLogEvents|StartQuery|StopQuery|StartLiveTail|TestMetricFilter)$/,
  lambda: /^Invoke/,
  dynamodb: /Item|^Execute|^Transact|^(Query|Scan)$/,
  kms: /^(Encrypt|Decrypt|ReEncrypt|Generate|Sign|Verify)/,
  "secrets-manager": /^ValidateResourcePolicy$/,
};

/** Configuration of the bucket whose operation speaks of objects. */
const recordedAnyway = new Set(["s3:PutObjectLockConfiguration", "s3:GetObjectLockConfiguration"]);

/** Reads, although their names do not say so: CloudTrail has `readOnly: true` for them. */
const alsoReads: Record<string, RegExp> = { sts: /./, iam: /^Generate/ };

export type EventKind = "change" | "read" | "none";

/** Operations are made once, so they stand for their names. */
const kinds = new WeakMap<ApiOperation, EventKind>();

export function eventKindOf(api: Api, operation: ApiOperation): EventKind {
  let kind = kinds.get(operation);
  if (!kind) {
    const { name, isRead } = operation;
    const isData = unrecorded[api.client]?.test(name) && !recordedAnyway.has(`${api.client}:${name}`);
    kind = isData ? "none" : isRead || alsoReads[api.client]?.test(name) ? "read" : "change";
    kinds.set(operation, kind);
  }
  return kind;
}

/** CloudFront's carry the version of its API (seen in its guide: CreateDistribution2020_05_31). */
export function eventNameOf(api: Api, operation: string): string {
  if (api.client === "cloudfront") return `${operation}${api.version.replaceAll("-", "_") || "2020_05_31"}`;
  return names[`${api.client}:${operation}`] ?? operation;
}

export function eventSourceOf(api: Api): string {
  return `${api.signingName}.amazonaws.com`;
}

/** STS is called in a region, and tells there. */
const globalClients = new Set(["iam", "cloudfront", "route-53", "organizations"]);
const globalRegions: Record<string, string> = { "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1" };

/** Global services tell their changes in one region only. */
export function eventRegionOf(client: string, region: string, partition: string): string {
  return globalClients.has(client) ? (globalRegions[partition] ?? "us-east-1") : region;
}

export function isGlobal(client: string): boolean {
  return globalClients.has(client);
}
