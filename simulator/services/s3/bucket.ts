// Buckets themselves: listed, made with the defaults of April 2023, deleted, found.
import type { CreateBucketRequest, Grant, ListBucketsRequest } from "@aws-sdk/client-s3";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import type { Stored } from "../../stored.ts";
import { cannedGrants } from "./access-list.ts";
import {
  type BucketCall,
  buckets,
  canonicalId,
  freeName,
  needBucket,
  ownerGrant,
  ownerOf,
  type StoredBucket,
  takeName,
} from "./stored-bucket.ts";
import { objectsIn, placeOf } from "./stored-object.ts";

/** The region of each bucket is shown only if the request has at least one parameter. */
function listBuckets(call: Call<ListBucketsRequest>) {
  const { Prefix = "", BucketRegion, MaxBuckets, ContinuationToken } = call.input;
  if (BucketRegion && BucketRegion !== call.region)
    throw new AwsFault(
      "InvalidArgument",
      "Requests made to a Regional endpoint that is different from the bucket-region parameter are not supported",
    );
  const found = buckets(call.world, call.accountId)
    .list()
    .filter((bucket) => bucket.Name.startsWith(Prefix) && (!BucketRegion || bucket.region === BucketRegion))
    .sort((one, other) => (one.Name < other.Name ? -1 : 1));
  const { items, next } = page(
    found,
    Math.min(MaxBuckets ?? 10_000, 10_000),
    ContinuationToken,
    "InvalidArgument",
  );
  const showRegion = Boolean(Prefix || BucketRegion || MaxBuckets || ContinuationToken);
  return {
    Buckets: items.map(({ Name, CreationDate, region }) => ({
      Name,
      CreationDate,
      ...(showRegion ? { BucketRegion: region, BucketArn: arnOf(call, Name) } : {}),
    })),
    Owner: { ID: canonicalId(call.accountId) },
    ContinuationToken: next,
    Prefix: Prefix || undefined,
  };
}

const arnOf = (call: Call, name: string) => `arn:${call.world.partition}:s3:::${name}`;

/** What a bucket is when nothing was asked for: encrypted, closed to the public, access lists off. */
export function newBucket(name: string, region: string, accountId: string, createdAt: string): StoredBucket {
  return {
    Name: name,
    CreationDate: createdAt,
    region,
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    grants: [ownerGrant(accountId)],
    ownership: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
    encryption: defaultEncryption,
    versioning: {},
    tags: [],
  };
}

export const defaultEncryption = {
  Rules: [
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const }, BucketKeyEnabled: false },
  ],
};

/** The region that the request names, if it is the one that was asked. */
function regionAsked({ input, region }: Call<CreateBucketRequest>): string {
  const constraint: string | undefined = input.CreateBucketConfiguration?.LocationConstraint;
  const asked = constraint === "EU" ? "eu-west-1" : (constraint ?? "us-east-1");
  if (asked === region) return asked;
  throw new AwsFault(
    "IllegalLocationConstraintException",
    `The ${constraint ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

function nameTaken(owner: string, accountId: string): AwsFault {
  return owner === accountId
    ? new AwsFault(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
        409,
      )
    : new AwsFault(
        "BucketAlreadyExists",
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
        409,
      );
}

function checkNew({ Bucket = "", ACL, ObjectOwnership = "BucketOwnerEnforced" }: CreateBucketRequest): void {
  const form = /^(?!xn--)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
  if (!form.test(Bucket) || Bucket.includes(".."))
    throw new AwsFault("InvalidBucketName", "The specified bucket is not valid.");
  if (ACL && ACL !== "private" && ObjectOwnership === "BucketOwnerEnforced")
    throw new AwsFault(
      "InvalidBucketAclWithObjectOwnership",
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    );
}

function createBucket(call: Call<CreateBucketRequest>) {
  const { Bucket = "", CreateBucketConfiguration, ACL, ObjectOwnership } = call.input;
  checkNew(call.input);
  const region = regionAsked(call);
  const BucketArn = arnOf(call, Bucket);
  const own = buckets(call.world, call.accountId);
  const owner = ownerOf(call.world, Bucket);
  const known = owner === call.accountId ? own.get(Bucket) : undefined;
  // In us-east-1 making one's own bucket again succeeds and resets its access list (S3's API reference).
  if (known?.region === "us-east-1" && region === "us-east-1") {
    own.put(Bucket, { ...known, grants: [ownerGrant(call.accountId)] });
    return { Location: `/${Bucket}`, BucketArn };
  }
  if (owner) throw nameTaken(owner, call.accountId);
  own.put(Bucket, {
    ...newBucket(Bucket, region, call.accountId, call.now.toISOString()),
    grants: cannedGrants(ACL ?? "private", call.accountId) as Stored<Grant>[],
    ...(ObjectOwnership ? { ownership: { Rules: [{ ObjectOwnership }] } } : {}),
    ...(call.input.ObjectLockEnabledForBucket
      ? { objectLock: { ObjectLockEnabled: "Enabled" as const }, versioning: { Status: "Enabled" as const } }
      : {}),
    tags: CreateBucketConfiguration?.Tags ?? [],
  });
  takeName(call.world, Bucket, call.accountId);
  return {
    Location: region === "us-east-1" ? `/${Bucket}` : `http://${Bucket}.s3.amazonaws.com/`,
    BucketArn,
  };
}

/** Every version must be gone, delete markers too. */
function deleteBucket(call: BucketCall) {
  const { Name } = needBucket(call);
  if (objectsIn(call.world, placeOf(call)).list().length > 0)
    throw new AwsFault("BucketNotEmpty", "The bucket you tried to delete is not empty", 409, {
      details: { BucketName: Name },
    });
  buckets(call.world, ownerOf(call.world, Name) ?? call.accountId).delete(Name);
  freeName(call.world, Name);
  return {};
}

/** us-east-1 answers for buckets of every region; other regions only for their own. */
function getBucketLocation(call: BucketCall) {
  const { Bucket } = call.input;
  const bucket =
    (call.region === "us-east-1" && buckets(call.world, call.accountId).get(Bucket)) || needBucket(call);
  return { LocationConstraint: bucket.region === "us-east-1" ? undefined : bucket.region };
}

function headBucket(call: BucketCall) {
  const { region, Name } = needBucket(call);
  return { BucketRegion: region, BucketArn: arnOf(call, Name), AccessPointAlias: false };
}

export const bucketOperations: Record<string, Operation> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
  HeadBucket: headBucket,
};
