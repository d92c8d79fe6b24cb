// S3: buckets and their settings; objects are not simulated. IAM knows many of its operations under other names.
import type { Call, NeededPermission, Operation, ServiceDefinition } from "../operation.ts";
import { accessListOperations } from "./s3/access-list.ts";
import { bucketOperations } from "./s3/bucket.ts";
import { configurationOperations } from "./s3/configuration.ts";
import { policyOperations } from "./s3/policy.ts";
import { buckets, ownerOf } from "./s3/stored-bucket.ts";

const operations: Record<string, Operation> = {
  ...accessListOperations,
  ...bucketOperations,
  ...configurationOperations,
  ...policyOperations,
};

/** Actions that are not named after their operation. */
const actions: Record<string, string> = {
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
  GetBucketReplication: "GetReplicationConfiguration",
  DeleteBucketOwnershipControls: "PutBucketOwnershipControls",
  DeleteBucketTagging: "PutBucketTagging",
  HeadBucket: "ListBucket",
};

function onBucket(operation: string) {
  const action = `s3:${actions[operation] ?? operation}`;
  return ({ input, world }: Call<Record<string, unknown>>): NeededPermission[] => [
    { action, resource: `arn:${world.partition}:s3:::${String(input.Bucket)}` },
  ];
}

export const s3: ServiceDefinition = {
  client: "s3",
  operations,
  permissions: {
    ...Object.fromEntries(Object.keys(operations).map((operation) => [operation, onBucket(operation)])),
    ListBuckets: () => [{ action: "s3:ListAllMyBuckets", resource: "*" }],
  },
  resourcePolicy: (call: Call, { action, resource }) => {
    // Who asks to make a bucket is told that the name is taken, whoever has it.
    if (action === "s3:CreateBucket") return undefined;
    const name = resource.split(":::")[1] ?? "";
    const accountId = ownerOf(call.world, name);
    if (!accountId) return undefined;
    const text = buckets(call.world, accountId).get(name)?.policy;
    if (text !== undefined) return { accountId, text };
    return accountId === call.accountId ? undefined : { accountId, text: silentPolicy };
  },
};

/** Says nothing of any call: what another account's bucket without a policy answers by. */
const silentPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "none:None", Resource: "*" }],
});
