// A bucket as the simulator keeps it, who owns a name, and the errors that every bucket call shares.
import { createHash } from "node:crypto";
import type {
  Grant,
  LifecycleRule,
  LoggingEnabled,
  ObjectLockConfiguration,
  OwnershipControls,
  PublicAccessBlockConfiguration,
  ReplicationConfiguration,
  ServerSideEncryptionConfiguration,
  Tag,
} from "@aws-sdk/client-s3";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import type { World } from "../../world.ts";

/** Value of the collection "s3:bucket" (region "global") under the bucket's name. Absent = not configured. */
export interface StoredBucket {
  Name: string;
  CreationDate: string;
  region: string;
  publicAccessBlock?: PublicAccessBlockConfiguration;
  policy?: string;
  grants: Stored<Grant>[];
  ownership?: Stored<OwnershipControls>;
  encryption?: Stored<ServerSideEncryptionConfiguration>;
  versioning: { Status?: "Enabled" | "Suspended"; MFADelete?: "Enabled" | "Disabled" };
  logging?: Stored<LoggingEnabled>;
  lifecycle?: Stored<LifecycleRule>[];
  objectLock?: Stored<ObjectLockConfiguration>;
  replication?: Stored<ReplicationConfiguration>;
  tags: Stored<Tag>[];
  /** CORS, website, notifications and the like, as they were given. */
  more?: Record<string, unknown>;
}

interface BucketInput {
  Bucket: string;
  ExpectedBucketOwner?: string;
}

export type BucketCall = Call<BucketInput & Record<string, unknown>>;

export const buckets = (world: World, accountId: string) =>
  world.collection<StoredBucket>({ accountId, region: "global" }, "s3:bucket");

/** Owners of the names taken by API: names are unique in the whole partition. */
const takenNames = (world: World) =>
  world.collection<{ accountId: string }>(
    { accountId: world.managementAccountId, region: "global" },
    "s3:taken-name",
  );

/**
 * The account that owns the name. Derived buckets carry their account's number in the name, so that
 * 10,000 accounts need not be derived to find one.
 */
export function ownerOf(world: World, name: string): string | undefined {
  const taken = takenNames(world).get(name);
  if (taken) return taken.accountId;
  const derived = /(?<!\d)\d{12}(?!\d)/.exec(name)?.[0];
  return derived && world.accounts.has(derived) && buckets(world, derived).get(name) ? derived : undefined;
}

export function takeName(world: World, name: string, accountId: string): void {
  takenNames(world).put(name, { accountId });
}

export function freeName(world: World, name: string): void {
  takenNames(world).delete(name);
}

/** The bucket, if it exists and was asked in its own region. Another account's comes here only if its policy allows. */
export function needBucket(call: BucketCall): StoredBucket {
  const { Bucket, ExpectedBucketOwner } = call.input;
  const owner = ownerOf(call.world, Bucket);
  const found = owner ? buckets(call.world, owner).get(Bucket) : undefined;
  if (!owner || !found) throw new AwsFault("NoSuchBucket", "The specified bucket does not exist", 404);
  if (found.region !== call.region)
    throw new AwsFault(
      "PermanentRedirect",
      "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
      301,
      { headers: { "x-amz-bucket-region": found.region } },
    );
  if (ExpectedBucketOwner && ExpectedBucketOwner !== owner)
    throw new AwsFault("AccessDenied", "Access Denied", 403);
  return found;
}

export function putBucket(call: BucketCall, bucket: StoredBucket): void {
  buckets(call.world, ownerOf(call.world, bucket.Name) ?? call.accountId).put(bucket.Name, bucket);
}

/** The bucket without one of its settings. */
export function without(bucket: StoredBucket, member: keyof StoredBucket): StoredBucket {
  const { [member]: _, ...rest } = bucket;
  return rest as StoredBucket;
}

/** The 64 hex digits by which access lists know an account. */
export function canonicalId(accountId: string): string {
  return createHash("sha256").update(`canonical user ${accountId}`).digest("hex");
}

export function ownerGrant(accountId: string): Stored<Grant> {
  return { Grantee: { ID: canonicalId(accountId), Type: "CanonicalUser" }, Permission: "FULL_CONTROL" };
}
