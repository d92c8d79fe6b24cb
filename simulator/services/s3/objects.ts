// Objects put and copied, and what is checked before one is written.
import type { CopyObjectRequest, PutObjectRequest } from "@aws-sdk/client-s3";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { checkIntegrity, givenChecksums } from "./integrity.ts";
import {
  failed,
  latestOf,
  md5,
  needObject,
  newVersionId,
  nextOrder,
  type ObjectPlace,
  placeOf,
  type StoredObject,
  shownVersion,
  putObject as store,
} from "./stored-object.ts";

const keptHeaders = [
  "CacheControl",
  "ContentDisposition",
  "ContentEncoding",
  "ContentLanguage",
  "ContentType",
  "Expires",
  "StorageClass",
  "WebsiteRedirectLocation",
  "ObjectLockMode",
  "ObjectLockRetainUntilDate",
  "ObjectLockLegalHoldStatus",
] as const;

type Given = Omit<PutObjectRequest, "Body" | "Bucket"> & { Body?: unknown };

export function headersOf(place: ObjectPlace, given: Given): Record<string, unknown> {
  const headers: Record<string, unknown> = {};
  for (const name of keptHeaders) {
    const value = given[name];
    if (value !== undefined) headers[name] = value instanceof Date ? value.toISOString() : value;
  }
  headers.ContentType ??= "binary/octet-stream";
  const standard = place.bucket.encryption?.Rules?.[0];
  const { SSEAlgorithm = "AES256", KMSMasterKeyID } = standard?.ApplyServerSideEncryptionByDefault ?? {};
  headers.ServerSideEncryption = given.ServerSideEncryption ?? SSEAlgorithm;
  if (headers.ServerSideEncryption !== "AES256") {
    headers.SSEKMSKeyId = given.SSEKMSKeyId ?? KMSMasterKeyID;
    headers.BucketKeyEnabled = given.BucketKeyEnabled ?? standard?.BucketKeyEnabled ?? false;
  }
  return headers;
}

/** Access lists of single objects are refused where they are off, except those that say what holds anyway. */
export function checkAcl({ bucket }: ObjectPlace, acl: string | undefined): void {
  const isOff = bucket.ownership?.Rules?.[0]?.ObjectOwnership === "BucketOwnerEnforced";
  if (isOff && acl && acl !== "bucket-owner-full-control")
    throw new AwsFault("AccessControlListNotSupported", "The bucket does not allow ACLs");
  if (acl?.startsWith("public-") && bucket.publicAccessBlock?.BlockPublicAcls)
    throw new AwsFault("AccessDenied", "Access Denied", 403);
}

export function tagsFrom(text: string | undefined): StoredObject["tags"] {
  return [...new URLSearchParams(text ?? "")].map(([Key, Value]) => ({ Key, Value }));
}

export function checkBeforeWrite(
  call: Call,
  place: ObjectPlace,
  key: string,
  given: { IfMatch?: string | undefined; IfNoneMatch?: string | undefined },
): void {
  if (Buffer.byteLength(key) > 1024) throw new AwsFault("KeyTooLongError", "Your key is too long", 400);
  const known = latestOf(call.world, place, key);
  const exists = known !== undefined && !known.isDeleteMarker;
  if (given.IfNoneMatch === "*" && exists) throw failed("If-None-Match");
  if (given.IfMatch !== undefined) {
    if (!exists)
      throw new AwsFault("NoSuchKey", "The specified key does not exist.", 404, { details: { Key: key } });
    if (given.IfMatch.replaceAll('"', "") !== known.etag.replaceAll('"', "")) throw failed("If-Match");
  }
}

function putObject(call: Call<PutObjectRequest>) {
  const { input } = call;
  const place = placeOf(call);
  const key = input.Key ?? "";
  const bytes = (input.Body as unknown as Uint8Array | undefined) ?? new Uint8Array();
  checkBeforeWrite(call, place, key, input);
  checkAcl(place, input.ACL);
  checkIntegrity(bytes, input);
  const object: StoredObject = {
    key,
    versionId: newVersionId(place.bucket),
    order: nextOrder(),
    lastModified: call.now.toISOString(),
    etag: `"${md5(bytes).toString("hex")}"`,
    size: bytes.length,
    body: Buffer.from(bytes).toString("base64"),
    headers: headersOf(place, input),
    metadata: input.Metadata ?? {},
    tags: tagsFrom(input.Tagging),
    checksums: givenChecksums(input),
  };
  store(call.world, place, object);
  return writtenOutput(place, object);
}

export function writtenOutput(place: ObjectPlace, object: StoredObject) {
  const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled } = object.headers;
  return {
    ETag: object.etag,
    VersionId: shownVersion(place, object),
    ServerSideEncryption,
    SSEKMSKeyId,
    BucketKeyEnabled,
    ...object.checksums,
    ...(Object.keys(object.checksums).length ? { ChecksumType: "FULL_OBJECT" } : {}),
  };
}

/** "/bucket/key?versionId=…", percent-encoded. */
export function sourceOf(text = ""): { bucket: string; key: string; versionId?: string } {
  const [path = "", query] = text.replace(/^\//, "").split("?");
  const decoded = decodeURIComponent(path);
  const slash = decoded.indexOf("/");
  const versionId = new URLSearchParams(query ?? "").get("versionId");
  if (slash < 1)
    throw new AwsFault(
      "InvalidArgument",
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    );
  return {
    bucket: decoded.slice(0, slash),
    key: decoded.slice(slash + 1),
    ...(versionId ? { versionId } : {}),
  };
}

function copyObject(call: Call<CopyObjectRequest>) {
  const { input } = call;
  const { bucket, key, versionId } = sourceOf(input.CopySource);
  const from = placeOf({ ...call, input: { Bucket: bucket } });
  const source = needObject(call, from, key, versionId);
  const place = placeOf(call);
  const isReplacing = input.MetadataDirective === "REPLACE";
  const isSame = from.bucket.Name === place.bucket.Name && key === input.Key;
  if (isSame && !isReplacing && !input.StorageClass && !input.ServerSideEncryption && !versionId)
    throw new AwsFault(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  checkAcl(place, input.ACL);
  const object: StoredObject = {
    ...source,
    key: input.Key ?? "",
    versionId: newVersionId(place.bucket),
    order: nextOrder(),
    lastModified: call.now.toISOString(),
    headers: isReplacing
      ? headersOf(place, input as Given)
      : {
          ...source.headers,
          ...pick(headersOf(place, input as Given), ["ServerSideEncryption", "SSEKMSKeyId"]),
        },
    metadata: isReplacing ? (input.Metadata ?? {}) : source.metadata,
    tags: input.TaggingDirective === "REPLACE" ? tagsFrom(input.Tagging) : source.tags,
  };
  store(call.world, place, object);
  const { ETag: _, ...output } = writtenOutput(place, object);
  return {
    ...output,
    CopyObjectResult: { ETag: object.etag, LastModified: object.lastModified },
    CopySourceVersionId: shownVersion(from, source),
  };
}

function pick(fields: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])),
  );
}

export const objectOperations: Record<string, Operation> = {
  PutObject: putObject,
  CopyObject: copyObject,
};
