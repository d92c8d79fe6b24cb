// Objects and their versions as the simulator keeps them, with their bytes, beside the bucket of their name.
import { createHash, randomBytes } from "node:crypto";
import { AwsFault, type Call } from "../../operation.ts";
import type { World } from "../../world.ts";
import { type BucketCall, needBucket, ownerOf, type StoredBucket } from "./stored-bucket.ts";

/** Value of the collection "s3:object:<bucket>" (region "global") under "<version>/<key>". */
export interface StoredObject {
  key: string;
  /** "null" where the bucket was not versioned. */
  versionId: string;
  /** Grows with every version of the world. */
  order: number;
  lastModified: string;
  isDeleteMarker?: boolean;
  /** Quoted. */
  etag: string;
  size: number;
  /** Base64. */
  body: string;
  /** Header members as they were given: ContentType, CacheControl, StorageClass, ServerSideEncryption … */
  headers: Record<string, unknown>;
  metadata: Record<string, string>;
  tags: { Key: string; Value: string }[];
  /** ChecksumCRC32 … as far as it was given. */
  checksums: Record<string, string>;
  partCount?: number;
}

export interface ObjectPlace {
  ownerId: string;
  bucket: StoredBucket;
}

export const objectsIn = (world: World, { ownerId, bucket }: ObjectPlace) =>
  world.collection<StoredObject>({ accountId: ownerId, region: "global" }, `s3:object:${bucket.Name}`);

export const objectId = (key: string, versionId: string) => `${versionId}/${key}`;

/** The bucket of a call on objects, and whose it is. */
export function placeOf(call: Call): ObjectPlace {
  const bucket = needBucket(call as BucketCall);
  return { bucket, ownerId: ownerOf(call.world, bucket.Name) ?? call.accountId };
}

/** Versions of a key, newest first. */
export function versionsOf(world: World, place: ObjectPlace, key: string): StoredObject[] {
  const objects = objectsIn(world, place);
  if (!place.bucket.versioning.Status) {
    const only = objects.get(objectId(key, "null"));
    return only ? [only] : [];
  }
  return objects
    .list()
    .filter((object) => object.key === key)
    .sort((one, other) => other.order - one.order);
}

export function latestOf(world: World, place: ObjectPlace, key: string): StoredObject | undefined {
  return versionsOf(world, place, key)[0];
}

let lastOrder = 0;

export function nextOrder(): number {
  lastOrder = Math.max(lastOrder + 1, Date.now() * 1000);
  return lastOrder;
}

export function newVersionId({ versioning }: StoredBucket): string {
  return versioning.Status === "Enabled" ? randomBytes(24).toString("base64url") : "null";
}

export function putObject(world: World, place: ObjectPlace, object: StoredObject): void {
  objectsIn(world, place).put(objectId(object.key, object.versionId), object);
}

export const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();

/** What a bucket without versions does not say. */
export const shownVersion = ({ bucket }: ObjectPlace, { versionId }: StoredObject) =>
  bucket.versioning.Status ? versionId : undefined;

export const noSuchKey = (key: string) =>
  new AwsFault("NoSuchKey", "The specified key does not exist.", 404, { details: { Key: key } });

/** The version asked for; who may not list the bucket is not told that a key is missing. */
export function needObject(call: Call, place: ObjectPlace, key: string, versionId?: string): StoredObject {
  const found = versionId
    ? objectsIn(call.world, place).get(objectId(key, versionId))
    : latestOf(call.world, place, key);
  if (found && !found.isDeleteMarker) return found;
  const marker = { "x-amz-delete-marker": "true", "x-amz-version-id": found?.versionId ?? "" };
  if (found && versionId)
    throw new AwsFault(
      "MethodNotAllowed",
      "The specified method is not allowed against this resource.",
      405,
      {
        headers: marker,
      },
    );
  call.authorize?.({
    action: "s3:ListBucket",
    resource: `arn:${call.world.partition}:s3:::${place.bucket.Name}`,
  });
  if (versionId)
    throw new AwsFault("NoSuchVersion", "The specified version does not exist.", 404, {
      details: { Key: key, VersionId: versionId },
    });
  if (!found) throw noSuchKey(key);
  throw new AwsFault("NoSuchKey", "The specified key does not exist.", 404, {
    details: { Key: key },
    headers: marker,
  });
}

/** A condition of the request does not hold. */
export const failed = (condition: string) =>
  new AwsFault("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412, {
    details: { Condition: condition },
  });
