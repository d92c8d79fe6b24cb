// Bucket policies, their public status, and the block of public access that may refuse them.
import type {
  PublicAccessBlockConfiguration,
  PutBucketPolicyRequest,
  PutPublicAccessBlockRequest,
} from "@aws-sdk/client-s3";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { MalformedPolicy, policyOf } from "../../policy/document.ts";
import { isPublicPolicy } from "./public-policy.ts";
import { type BucketCall, needBucket, putBucket, without } from "./stored-bucket.ts";

function needPolicy(call: BucketCall): string {
  const { policy } = needBucket(call);
  if (policy === undefined) throw new AwsFault("NoSuchBucketPolicy", "The bucket policy does not exist", 404);
  return policy;
}

/** What holds for a bucket: its own block and its account's, whichever is stricter. */
function blocksPublicPolicy(call: Call, own: PublicAccessBlockConfiguration | undefined): boolean {
  const account = call.world
    .collection<PublicAccessBlockConfiguration>(
      { accountId: call.accountId, region: "global" },
      "s3-control:public-access-block",
    )
    .get("account");
  return own?.BlockPublicPolicy === true || account?.BlockPublicPolicy === true;
}

function putBucketPolicy(call: BucketCall) {
  const bucket = needBucket(call);
  const { Policy = "" } = call.input as unknown as PutBucketPolicyRequest;
  if (Policy.length > 20_480)
    throw new AwsFault("PolicyTooLarge", "Policy exceeds the maximum allowed document size.");
  if (!isPolicyText(Policy))
    throw new AwsFault("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'");
  if (blocksPublicPolicy(call, bucket.publicAccessBlock) && isPublicPolicy(Policy))
    throw new AwsFault(
      "AccessDenied",
      `User: ${call.principal.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:${call.world.partition}:s3:::${bucket.Name}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
      403,
    );
  putBucket(call, { ...bucket, policy: Policy });
  return {};
}

function isPolicyText(text: string): boolean {
  try {
    return policyOf(text).statements.every((statement) => statement.principals && statement.resources);
  } catch (error) {
    if (error instanceof MalformedPolicy) return false;
    throw error;
  }
}

function getPublicAccessBlock(call: BucketCall) {
  const { publicAccessBlock } = needBucket(call);
  if (!publicAccessBlock)
    throw new AwsFault(
      "NoSuchPublicAccessBlockConfiguration",
      "The public access block configuration was not found",
      404,
    );
  return { PublicAccessBlockConfiguration: publicAccessBlock };
}

function putPublicAccessBlock(call: BucketCall) {
  const { PublicAccessBlockConfiguration = {} } = call.input as unknown as PutPublicAccessBlockRequest;
  putBucket(call, { ...needBucket(call), publicAccessBlock: completeBlock(PublicAccessBlockConfiguration) });
  return {};
}

/** A switch that the request leaves out is off. */
export function completeBlock(
  given: PublicAccessBlockConfiguration,
): Required<PublicAccessBlockConfiguration> {
  return {
    BlockPublicAcls: given.BlockPublicAcls ?? false,
    IgnorePublicAcls: given.IgnorePublicAcls ?? false,
    BlockPublicPolicy: given.BlockPublicPolicy ?? false,
    RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
  };
}

export const policyOperations: Record<string, Operation> = {
  GetBucketPolicy: (call: BucketCall) => ({ Policy: needPolicy(call) }),
  GetBucketPolicyStatus: (call: BucketCall) => ({
    PolicyStatus: { IsPublic: isPublicPolicy(needPolicy(call)) },
  }),
  PutBucketPolicy: putBucketPolicy,
  DeleteBucketPolicy: (call: BucketCall) => {
    putBucket(call, without(needBucket(call), "policy"));
    return {};
  },
  GetPublicAccessBlock: getPublicAccessBlock,
  PutPublicAccessBlock: putPublicAccessBlock,
  DeletePublicAccessBlock: (call: BucketCall) => {
    putBucket(call, without(needBucket(call), "publicAccessBlock"));
    return {};
  },
};
