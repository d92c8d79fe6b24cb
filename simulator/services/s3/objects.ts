// Objects: put, read whole or in part, copied, deleted one by one and in batches.
import type {
  CopyObjectRequest,
  DeleteObjectRequest,
  DeleteObjectsRequest,
  GetObjectRequest,
  PutObjectRequest,
} from "@aws-sdk/client-s3";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { checkIntegrity, givenChecksums } from "./integrity.ts";
import {
  latestOf,
  md5,
  needObject,
  newVersionId,
  nextOrder,
  type ObjectPlace,
  objectId,
  objectsIn,
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

const failed = (condition: string) =>
  new AwsFault("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412, {
    details: { Condition: condition },
  });

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

function checkBeforeRead(object: StoredObject, given: GetObjectRequest): void {
  const etag = object.etag.replaceAll('"', "");
  const names = (text: string, etags = text.split(",").map((one) => one.trim().replaceAll('"', ""))) =>
    etags.includes("*") || etags.includes(etag);
  const changed = Math.floor(Date.parse(object.lastModified) / 1000) * 1000;
  if (
    given.IfMatch !== undefined
      ? !names(given.IfMatch)
      : given.IfUnmodifiedSince && changed > given.IfUnmodifiedSince.getTime()
  )
    throw failed(given.IfMatch === undefined ? "If-Unmodified-Since" : "If-Match");
  const isSame =
    given.IfNoneMatch === undefined
      ? given.IfModifiedSince && changed <= given.IfModifiedSince.getTime()
      : names(given.IfNoneMatch);
  if (isSame) throw new AwsFault("NotModified", "Not Modified", 304, { headers: { etag: object.etag } });
}

function partOf(object: StoredObject, range: string | undefined): { start: number; end: number } | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const start = from === "" ? Math.max(0, object.size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? object.size - 1 : Math.min(Number(to), object.size - 1);
  if (start > end)
    throw new AwsFault("InvalidRange", "The requested range is not satisfiable", 416, {
      details: { RangeRequested: range, ActualObjectSize: object.size },
    });
  return { start, end };
}

function readOutput(call: Call<GetObjectRequest>) {
  const { input } = call;
  const place = placeOf(call);
  const object = needObject(call, place, input.Key ?? "", input.VersionId);
  checkBeforeRead(object, input);
  const part = partOf(object, input.Range);
  const size = part ? part.end - part.start + 1 : object.size;
  const { ResponseContentType, ResponseCacheControl, ResponseContentDisposition } = input;
  const output = {
    ...object.headers,
    ...(ResponseContentType ? { ContentType: ResponseContentType } : {}),
    ...(ResponseCacheControl ? { CacheControl: ResponseCacheControl } : {}),
    ...(ResponseContentDisposition ? { ContentDisposition: ResponseContentDisposition } : {}),
    AcceptRanges: "bytes",
    LastModified: object.lastModified,
    ContentLength: size,
    ETag: object.etag,
    VersionId: shownVersion(place, object),
    Metadata: object.metadata,
    PartsCount: input.PartNumber === undefined ? undefined : object.partCount,
    ...(object.tags.length ? { TagCount: object.tags.length } : {}),
    ...(part ? { ContentRange: `bytes ${part.start}-${part.end}/${object.size}` } : {}),
    ...(input.ChecksumMode === "ENABLED" && !part ? object.checksums : {}),
  };
  return { object, part, output };
}

function getObject(call: Call<GetObjectRequest>) {
  const { object, part, output } = readOutput(call);
  const bytes = Buffer.from(object.body, "base64");
  return { ...output, Body: new Uint8Array(part ? bytes.subarray(part.start, part.end + 1) : bytes) };
}

/** What becomes of one key: gone, or hidden under a delete marker. */
function remove(call: Call, place: ObjectPlace, key: string, versionId: string | undefined) {
  const objects = objectsIn(call.world, place);
  const { Status } = place.bucket.versioning;
  if (versionId !== undefined || !Status) {
    const id = objectId(key, versionId ?? "null");
    const isMarker = objects.get(id)?.isDeleteMarker ?? false;
    objects.delete(id);
    return { versionId: Status ? versionId : undefined, isMarker };
  }
  const marker: StoredObject = {
    key,
    versionId: newVersionId(place.bucket),
    order: nextOrder(),
    lastModified: call.now.toISOString(),
    isDeleteMarker: true,
    etag: "",
    size: 0,
    body: "",
    headers: {},
    metadata: {},
    tags: [],
    checksums: {},
  };
  store(call.world, place, marker);
  return { versionId: marker.versionId, isMarker: true };
}

function deleteObject(call: Call<DeleteObjectRequest>) {
  const { Key = "", VersionId } = call.input;
  const { versionId, isMarker } = remove(call, placeOf(call), Key, VersionId);
  return { VersionId: versionId, ...(isMarker ? { DeleteMarker: true } : {}) };
}

/** Each key is asked for on its own; what is not allowed is answered among the errors. */
function deleteObjects(call: Call<DeleteObjectsRequest>) {
  const { Delete } = call.input;
  const place = placeOf(call);
  const keys = Delete?.Objects ?? [];
  if (keys.length === 0 || keys.length > 1000)
    throw new AwsFault(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  const Deleted: object[] = [];
  const Errors: object[] = [];
  for (const { Key = "", VersionId } of keys) {
    try {
      const resource = `arn:${call.world.partition}:s3:::${place.bucket.Name}/${Key}`;
      call.authorize?.({ action: VersionId ? "s3:DeleteObjectVersion" : "s3:DeleteObject", resource });
      const { versionId, isMarker } = remove(call, place, Key, VersionId);
      Deleted.push({
        Key,
        VersionId,
        ...(isMarker ? { DeleteMarker: true, DeleteMarkerVersionId: versionId } : {}),
      });
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
    }
  }
  return { ...(Delete?.Quiet ? {} : { Deleted }), ...(Errors.length ? { Errors } : {}) };
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
  GetObject: getObject,
  HeadObject: (call: Call<GetObjectRequest>) => readOutput(call).output,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  CopyObject: copyObject,
};
