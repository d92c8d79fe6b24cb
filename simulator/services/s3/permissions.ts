// Which actions S3's operations need, on which resource and with which context, where they are not named alike.
import type { Call, NeededPermission } from "../../operation.ts";
import { sourceOf } from "./objects.ts";

/** Actions on the bucket that are not named after their operation (S3's API reference, "Permissions"). */
const bucketActions: Record<string, string> = {
  GetPublicAccessBlock: "GetBucketPublicAccessBlock",
  PutPublicAccessBlock: "PutBucketPublicAccessBlock",
  DeletePublicAccessBlock: "PutBucketPublicAccessBlock",
  GetBucketEncryption: "GetEncryptionConfiguration",
  PutBucketEncryption: "PutEncryptionConfiguration",
  DeleteBucketEncryption: "PutEncryptionConfiguration",
  GetBucketLifecycleConfiguration: "GetLifecycleConfiguration",
  PutBucketLifecycleConfiguration: "PutLifecycleConfiguration",
  DeleteBucketLifecycle: "PutLifecycleConfiguration",
  GetObjectLockConfiguration: "GetBucketObjectLockConfiguration",
  PutObjectLockConfiguration: "PutBucketObjectLockConfiguration",
  GetBucketReplication: "GetReplicationConfiguration",
  PutBucketReplication: "PutReplicationConfiguration",
  DeleteBucketReplication: "PutReplicationConfiguration",
  DeleteBucketOwnershipControls: "PutBucketOwnershipControls",
  DeleteBucketTagging: "PutBucketTagging",
  GetBucketCors: "GetBucketCORS",
  PutBucketCors: "PutBucketCORS",
  DeleteBucketCors: "PutBucketCORS",
  GetBucketNotificationConfiguration: "GetBucketNotification",
  PutBucketNotificationConfiguration: "PutBucketNotification",
  GetBucketAccelerateConfiguration: "GetAccelerateConfiguration",
  PutBucketAccelerateConfiguration: "PutAccelerateConfiguration",
  HeadBucket: "ListBucket",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
  ListObjectVersions: "ListBucketVersions",
  ListMultipartUploads: "ListBucketMultipartUploads",
};

/** Actions on the object; the second for a certain version of it. */
const objectActions: Record<string, [action: string, ofVersion?: string]> = {
  PutObject: ["PutObject"],
  GetObject: ["GetObject", "GetObjectVersion"],
  HeadObject: ["GetObject", "GetObjectVersion"],
  DeleteObject: ["DeleteObject", "DeleteObjectVersion"],
  CreateMultipartUpload: ["PutObject"],
  UploadPart: ["PutObject"],
  CompleteMultipartUpload: ["PutObject"],
  AbortMultipartUpload: ["AbortMultipartUpload"],
  ListParts: ["ListMultipartUploadParts"],
  GetObjectTagging: ["GetObjectTagging", "GetObjectVersionTagging"],
  PutObjectTagging: ["PutObjectTagging", "PutObjectVersionTagging"],
  DeleteObjectTagging: ["DeleteObjectTagging", "DeleteObjectVersionTagging"],
  GetObjectAcl: ["GetObjectAcl", "GetObjectVersionAcl"],
  PutObjectAcl: ["PutObjectAcl", "PutObjectVersionAcl"],
  GetObjectAttributes: ["GetObject", "GetObjectVersion"],
  CopyObject: ["PutObject"],
};

type S3Call = Call<Record<string, unknown>>;

const arnOf = ({ world }: S3Call, path: string) => `arn:${world.partition}:s3:::${path}`;

/** What bucket policies ask of a request (S3's condition keys). */
const contextMembers: [member: string, key: string][] = [
  ["ACL", "s3:x-amz-acl"],
  ["ServerSideEncryption", "s3:x-amz-server-side-encryption"],
  ["SSEKMSKeyId", "s3:x-amz-server-side-encryption-aws-kms-key-id"],
  ["StorageClass", "s3:x-amz-storage-class"],
  ["CopySource", "s3:x-amz-copy-source"],
  ["Prefix", "s3:prefix"],
  ["Delimiter", "s3:delimiter"],
  ["MaxKeys", "s3:max-keys"],
  ["VersionId", "s3:VersionId"],
];

function contextOf({ input }: S3Call): Record<string, string> {
  return Object.fromEntries(
    contextMembers.flatMap(([member, key]) =>
      input[member] === undefined ? [] : [[key, String(input[member])]],
    ),
  );
}

function onObject(operation: string, [action, ofVersion]: [string, string?]) {
  return (call: S3Call): NeededPermission[] => {
    const { Bucket, Key, VersionId, Tagging, CopySource } = call.input;
    const resource = arnOf(call, `${String(Bucket)}/${String(Key)}`);
    const context = contextOf(call);
    const needed = [{ action: `s3:${VersionId && ofVersion ? ofVersion : action}`, resource, context }];
    if (operation === "PutObject" && Tagging)
      needed.push({ action: "s3:PutObjectTagging", resource, context });
    if (operation === "CopyObject") {
      const { bucket, key, versionId } = sourceOf(String(CopySource));
      const read = versionId ? "s3:GetObjectVersion" : "s3:GetObject";
      needed.push({ action: read, resource: arnOf(call, `${bucket}/${key}`), context: {} });
    }
    return needed;
  };
}

/** `Get…Configuration` of analytics, inventory, metrics and tiering; their deletion and listing alike. */
function numberedAction(operation: string): string | undefined {
  const [, verb, rest] =
    /^(Get|Put|Delete|List)Bucket((?:Analytics|Inventory|Metrics|IntelligentTiering)Configuration)s?$/.exec(
      operation,
    ) ?? [];
  return verb && rest && `${verb === "Get" || verb === "List" ? "Get" : "Put"}${rest}`;
}

function onBucket(operation: string) {
  const action = `s3:${bucketActions[operation] ?? numberedAction(operation) ?? operation}`;
  return (call: S3Call): NeededPermission[] => [
    { action, resource: arnOf(call, String(call.input.Bucket)), context: contextOf(call) },
  ];
}

export function permissionsOf(operations: string[]): Record<string, (call: S3Call) => NeededPermission[]> {
  return {
    ...Object.fromEntries(
      operations.map((operation) => {
        const onOne = objectActions[operation];
        return [operation, onOne ? onObject(operation, onOne) : onBucket(operation)];
      }),
    ),
    ListBuckets: () => [{ action: "s3:ListAllMyBuckets", resource: "*" }],
    // Each key is asked for when its turn comes.
    DeleteObjects: () => [],
  };
}
