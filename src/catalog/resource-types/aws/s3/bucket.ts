// BucketRegion is only in the answer if the request has a parameter: the page size is one. The detail
// GetBucketLocation is the fallback for partitions that leave it out.
import { call, defineResourceType } from "#catalog/define.ts";
import { isSet, not } from "#rules/build.ts";

const bucket = { input: { Bucket: "Name" } };

export default defineResourceType({
  type: "aws.s3.bucket",
  title: "S3 bucket",
  category: "storage container",
  client: "s3",
  scope: "global",
  list: call("ListBuckets", { items: "Buckets" }),
  details: [
    call("GetBucketLocation", {
      ...bucket,
      take: "LocationConstraint",
      into: "LocationConstraint",
      when: not(isSet("BucketRegion")),
    }),
    call("GetPublicAccessBlock", {
      ...bucket,
      take: "PublicAccessBlockConfiguration",
      into: "PublicAccessBlock",
      absentOn: ["NoSuchPublicAccessBlockConfiguration"],
    }),
    call("GetBucketPolicyStatus", {
      ...bucket,
      take: "PolicyStatus",
      into: "PolicyStatus",
      absentOn: ["NoSuchBucketPolicy"],
    }),
    call("GetBucketPolicy", { ...bucket, take: "Policy", into: "Policy", absentOn: ["NoSuchBucketPolicy"] }),
    call("GetBucketAcl", { ...bucket, into: "Acl" }),
    call("GetBucketOwnershipControls", {
      ...bucket,
      take: "OwnershipControls",
      into: "OwnershipControls",
      absentOn: ["OwnershipControlsNotFoundError"],
    }),
    call("GetBucketEncryption", {
      ...bucket,
      take: "ServerSideEncryptionConfiguration",
      into: "Encryption",
      absentOn: ["ServerSideEncryptionConfigurationNotFoundError"],
    }),
    call("GetBucketVersioning", { ...bucket, into: "Versioning" }),
    call("GetBucketLogging", { ...bucket, take: "LoggingEnabled", into: "Logging" }),
    call("GetBucketTagging", { ...bucket, take: "TagSet", into: "TagSet", absentOn: ["NoSuchTagSet"] }),
    call("GetBucketLifecycleConfiguration", {
      ...bucket,
      into: "Lifecycle",
      absentOn: ["NoSuchLifecycleConfiguration"],
    }),
  ],
  id: "Name",
  name: "Name",
  arn: "arn:{partition}:s3:::{Name}",
  createdAt: "CreationDate",
  tags: "TagSet",
  region: ["BucketRegion", "LocationConstraint"],
  json: ["Policy"],
  relations: {
    encryptedBy: {
      to: "aws.kms.key",
      by: "Encryption.Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID",
    },
    logsTo: { to: "aws.s3.bucket", by: "Logging.TargetBucket", anywhere: true },
  },
  events: {
    CreateBucket: "requestParameters.bucketName",
    DeleteBucket: "requestParameters.bucketName",
    PutBucketAcl: "requestParameters.bucketName",
    PutBucketPolicy: "requestParameters.bucketName",
    DeleteBucketPolicy: "requestParameters.bucketName",
    PutBucketPublicAccessBlock: "requestParameters.bucketName",
    DeleteBucketPublicAccessBlock: "requestParameters.bucketName",
    PutBucketOwnershipControls: "requestParameters.bucketName",
    DeleteBucketOwnershipControls: "requestParameters.bucketName",
    PutBucketEncryption: "requestParameters.bucketName",
    DeleteBucketEncryption: "requestParameters.bucketName",
    PutBucketVersioning: "requestParameters.bucketName",
    PutBucketLogging: "requestParameters.bucketName",
    PutBucketTagging: "requestParameters.bucketName",
    DeleteBucketTagging: "requestParameters.bucketName",
    PutBucketLifecycle: "requestParameters.bucketName",
    DeleteBucketLifecycle: "requestParameters.bucketName",
  },
});
