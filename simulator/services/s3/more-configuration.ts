// The settings of a bucket that are kept as they were given: nothing else in the simulator depends on them.
import { AwsFault, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import { type BucketCall, needBucket, putBucket, type StoredBucket } from "./stored-bucket.ts";

function withMore(bucket: StoredBucket, name: string, value: unknown): StoredBucket {
  const { [name]: _, ...rest } = bucket.more ?? {};
  return { ...bucket, more: value === undefined ? rest : { ...rest, [name]: value } };
}

const set = (call: BucketCall, name: string, value: unknown) => {
  putBucket(call, withMore(needBucket(call), name, value));
  return {};
};

const given = (call: BucketCall, name: string) => needBucket(call).more?.[name];

function needed(call: BucketCall, name: string, code: string, message: string): unknown {
  const value = given(call, name);
  if (value === undefined) throw new AwsFault(code, message, 404);
  return value;
}

const fields = (value: unknown) => (value ?? {}) as Record<string, unknown>;

function putReplication(call: BucketCall) {
  const bucket = needBucket(call);
  if (bucket.versioning.Status !== "Enabled")
    throw new AwsFault(
      "InvalidRequest",
      "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    );
  putBucket(call, {
    ...bucket,
    replication: call.input.ReplicationConfiguration as NonNullable<StoredBucket["replication"]>,
  });
  return {};
}

function putObjectLock(call: BucketCall) {
  const bucket = needBucket(call);
  if (bucket.versioning.Status !== "Enabled")
    throw new AwsFault(
      "InvalidBucketState",
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      409,
    );
  putBucket(call, {
    ...bucket,
    objectLock: call.input.ObjectLockConfiguration as NonNullable<StoredBucket["objectLock"]>,
  });
  return {};
}

function deleteReplication(call: BucketCall) {
  const { replication: _, ...bucket } = needBucket(call);
  putBucket(call, bucket);
  return {};
}

/** Configurations of which a bucket may have many, each with an id. */
function numbered(kind: string, member: string, list: string, action: string): Record<string, Operation> {
  const name = `${kind}:`;
  const all = (call: BucketCall) =>
    Object.entries(needBucket(call).more ?? {}).flatMap(([key, value]) =>
      key.startsWith(name) ? [value] : [],
    );
  const key = (call: BucketCall) => `${name}${String(call.input.Id)}`;
  const absent = ["NoSuchConfiguration", "The specified configuration does not exist."] as const;
  return {
    [`Put${action}`]: (call: BucketCall) => set(call, key(call), call.input[member]),
    [`Get${action}`]: (call: BucketCall) => ({ [member]: needed(call, key(call), ...absent) }),
    [`Delete${action}`]: (call: BucketCall) => {
      needed(call, key(call), ...absent);
      return set(call, key(call), undefined);
    },
    [`List${action}s`]: (call: BucketCall) => {
      const token = call.input.ContinuationToken as string | undefined;
      const { items, next } = page(all(call), 100, token, "InvalidArgument");
      return { IsTruncated: next !== undefined, NextContinuationToken: next, [list]: items };
    },
  };
}

export const moreConfigurationOperations: Record<string, Operation> = {
  GetBucketCors: (call: BucketCall) =>
    needed(call, "cors", "NoSuchCORSConfiguration", "The CORS configuration does not exist"),
  PutBucketCors: (call: BucketCall) => set(call, "cors", call.input.CORSConfiguration),
  DeleteBucketCors: (call: BucketCall) => set(call, "cors", undefined),
  GetBucketWebsite: (call: BucketCall) =>
    needed(
      call,
      "website",
      "NoSuchWebsiteConfiguration",
      "The specified bucket does not have a website configuration",
    ),
  PutBucketWebsite: (call: BucketCall) => set(call, "website", call.input.WebsiteConfiguration),
  DeleteBucketWebsite: (call: BucketCall) => set(call, "website", undefined),
  GetBucketNotificationConfiguration: (call: BucketCall) => fields(given(call, "notification")),
  PutBucketNotificationConfiguration: (call: BucketCall) =>
    set(call, "notification", call.input.NotificationConfiguration),
  GetBucketAccelerateConfiguration: (call: BucketCall) => fields(given(call, "accelerate")),
  PutBucketAccelerateConfiguration: (call: BucketCall) =>
    set(call, "accelerate", call.input.AccelerateConfiguration),
  GetBucketRequestPayment: (call: BucketCall) => ({
    Payer: "BucketOwner",
    ...fields(given(call, "payment")),
  }),
  PutBucketRequestPayment: (call: BucketCall) => set(call, "payment", call.input.RequestPaymentConfiguration),
  GetBucketAbac: (call: BucketCall) => ({
    AbacStatus: { Status: "Disabled", ...fields(given(call, "abac")) },
  }),
  PutBucketAbac: (call: BucketCall) => set(call, "abac", call.input.AbacStatus),
  PutBucketReplication: putReplication,
  DeleteBucketReplication: deleteReplication,
  PutObjectLockConfiguration: putObjectLock,
  ...numbered(
    "analytics",
    "AnalyticsConfiguration",
    "AnalyticsConfigurationList",
    "BucketAnalyticsConfiguration",
  ),
  ...numbered(
    "inventory",
    "InventoryConfiguration",
    "InventoryConfigurationList",
    "BucketInventoryConfiguration",
  ),
  ...numbered("metrics", "MetricsConfiguration", "MetricsConfigurationList", "BucketMetricsConfiguration"),
  ...numbered(
    "tiering",
    "IntelligentTieringConfiguration",
    "IntelligentTieringConfigurationList",
    "BucketIntelligentTieringConfiguration",
  ),
};
