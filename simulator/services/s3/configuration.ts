// The remaining settings of a bucket: encryption, versioning, logging, lifecycle, object lock,
// replication, tags. Each answers AWS's own error where it was never set.
import type {
  PutBucketEncryptionRequest,
  PutBucketLifecycleConfigurationRequest,
  PutBucketLoggingRequest,
  PutBucketTaggingRequest,
  PutBucketVersioningRequest,
} from "@aws-sdk/client-s3";
import { AwsFault, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { defaultEncryption } from "./bucket.ts";
import {
  type BucketCall,
  buckets,
  needBucket,
  putBucket,
  type StoredBucket,
  without,
} from "./stored-bucket.ts";

const absent = (code: string, message: string) => new AwsFault(code, message, 404);

function getEncryption(call: BucketCall) {
  const { encryption } = needBucket(call);
  if (!encryption)
    throw absent(
      "ServerSideEncryptionConfigurationNotFoundError",
      "The server side encryption configuration was not found",
    );
  return { ServerSideEncryptionConfiguration: encryption };
}

function putEncryption(call: BucketCall) {
  const { ServerSideEncryptionConfiguration: encryption = { Rules: [] } } =
    call.input as unknown as Stored<PutBucketEncryptionRequest>;
  const rule = encryption.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  if (encryption.Rules?.length !== 1 || !rule)
    throw new AwsFault(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  if (rule.SSEAlgorithm === "AES256" && rule.KMSMasterKeyID)
    throw new AwsFault(
      "InvalidArgument",
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
    );
  putBucket(call, { ...needBucket(call), encryption });
  return {};
}

function putVersioning(call: BucketCall) {
  const bucket = needBucket(call);
  const { VersioningConfiguration } = call.input as unknown as PutBucketVersioningRequest;
  const { Status, MFADelete } = VersioningConfiguration ?? {};
  if (Status !== "Enabled" && Status !== "Suspended")
    throw new AwsFault("IllegalVersioningConfigurationException", "The Versioning element must be specified");
  if (bucket.objectLock && Status === "Suspended")
    throw new AwsFault(
      "InvalidBucketState",
      "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
      409,
    );
  putBucket(call, {
    ...bucket,
    versioning: { ...bucket.versioning, Status, ...(MFADelete ? { MFADelete } : {}) },
  });
  return {};
}

function putLogging(call: BucketCall) {
  const bucket = needBucket(call);
  const { BucketLoggingStatus } = call.input as unknown as Stored<PutBucketLoggingRequest>;
  const logging = BucketLoggingStatus?.LoggingEnabled;
  if (!logging) {
    putBucket(call, without(bucket, "logging"));
    return {};
  }
  const target = buckets(call.world, call.accountId).get(logging.TargetBucket ?? "");
  if (!target || target.region !== bucket.region)
    throw new AwsFault("InvalidTargetBucketForLogging", "The target bucket for logging does not exist");
  putBucket(call, { ...bucket, logging });
  return {};
}

function getLifecycle(call: BucketCall) {
  const { lifecycle } = needBucket(call);
  if (!lifecycle) throw absent("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist");
  return { Rules: lifecycle, TransitionDefaultMinimumObjectSize: "all_storage_classes_128K" };
}

function putLifecycle(call: BucketCall) {
  const { LifecycleConfiguration } = call.input as unknown as Stored<PutBucketLifecycleConfigurationRequest>;
  putBucket(call, { ...needBucket(call), lifecycle: LifecycleConfiguration?.Rules ?? [] });
  return {};
}

function getObjectLock(call: BucketCall) {
  const { objectLock } = needBucket(call);
  if (!objectLock)
    throw absent(
      "ObjectLockConfigurationNotFoundError",
      "Object Lock configuration does not exist for this bucket",
    );
  return { ObjectLockConfiguration: objectLock };
}

function getReplication(call: BucketCall) {
  const { replication } = needBucket(call);
  if (!replication)
    throw absent("ReplicationConfigurationNotFoundError", "The replication configuration was not found");
  return { ReplicationConfiguration: replication };
}

function getTagging(call: BucketCall) {
  const { tags } = needBucket(call);
  if (tags.length === 0) throw absent("NoSuchTagSet", "The TagSet does not exist");
  return { TagSet: tags };
}

function putTagging(call: BucketCall) {
  const { Tagging } = call.input as unknown as PutBucketTaggingRequest;
  const tags = Tagging?.TagSet ?? [];
  const keys = new Set(tags.map((tag) => tag.Key));
  if (keys.size !== tags.length)
    throw new AwsFault("InvalidTag", "Cannot provide multiple Tags with the same key");
  if (tags.length > 50) throw new AwsFault("BadRequest", "Bucket tag count cannot be greater than 50");
  putBucket(call, { ...needBucket(call), tags });
  return {};
}

const removing =
  (change: (bucket: StoredBucket) => StoredBucket): Operation =>
  (call: BucketCall) => {
    putBucket(call, change(needBucket(call)));
    return {};
  };

export const configurationOperations: Record<string, Operation> = {
  GetBucketEncryption: getEncryption,
  PutBucketEncryption: putEncryption,
  // Since 2023 a bucket is never without encryption: deleting brings the default back.
  DeleteBucketEncryption: removing((bucket) => ({ ...bucket, encryption: defaultEncryption })),
  GetBucketVersioning: (call: BucketCall) => needBucket(call).versioning,
  PutBucketVersioning: putVersioning,
  GetBucketLogging: (call: BucketCall) => ({ LoggingEnabled: needBucket(call).logging }),
  PutBucketLogging: putLogging,
  GetBucketLifecycleConfiguration: getLifecycle,
  PutBucketLifecycleConfiguration: putLifecycle,
  DeleteBucketLifecycle: removing((bucket) => without(bucket, "lifecycle")),
  GetObjectLockConfiguration: getObjectLock,
  GetBucketReplication: getReplication,
  GetBucketTagging: getTagging,
  PutBucketTagging: putTagging,
  DeleteBucketTagging: removing((bucket) => ({ ...bucket, tags: [] })),
};
