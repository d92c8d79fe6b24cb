// Lists of a bucket's objects and versions, by prefix and delimiter, in UTF-8 order, page by page.
import type { ListObjectsRequest, ListObjectsV2Request, ListObjectVersionsRequest } from "@aws-sdk/client-s3";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { canonicalId } from "./stored-bucket.ts";
import { type ObjectPlace, objectsIn, placeOf, type StoredObject } from "./stored-object.ts";

const inOrder = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

interface Listed {
  objects: StoredObject[];
  prefixes: string[];
  /** The last key or prefix of the page, when there is more. */
  last?: string;
}

interface Wanted {
  prefix: string;
  delimiter: string;
  after: string;
  most: number;
}

function list(objects: StoredObject[], { prefix, delimiter, after, most }: Wanted): Listed {
  const found: Listed = { objects: [], prefixes: [] };
  let last = "";
  let count = 0;
  for (const object of objects) {
    const { key } = object;
    if (!key.startsWith(prefix)) continue;
    const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const common = at < 0 ? undefined : key.slice(0, at + delimiter.length);
    const name = common ?? key;
    if (after && (inOrder(name, after) <= 0 || (common === undefined && inOrder(key, after) <= 0))) continue;
    if (common !== undefined && common === found.prefixes.at(-1)) continue;
    if (count === most) return most === 0 ? found : { ...found, last };
    if (common === undefined) found.objects.push(object);
    else found.prefixes.push(common);
    last = name;
    count++;
  }
  return found;
}

/** The newest version of each key, unless it is a delete marker. */
function current(call: Call, place: ObjectPlace): StoredObject[] {
  const newest = new Map<string, StoredObject>();
  for (const object of objectsIn(call.world, place).list())
    if (object.order > (newest.get(object.key)?.order ?? -1)) newest.set(object.key, object);
  return [...newest.values()]
    .filter((object) => !object.isDeleteMarker)
    .sort((a, b) => inOrder(a.key, b.key));
}

const encoder = (type: string | undefined) => (text: string) =>
  type === "url" ? encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%20", "+") : text;

function mostOf(given: number | undefined): number {
  if (given !== undefined && given < 0)
    throw new AwsFault("InvalidArgument", "Argument maxKeys must be an integer between 0 and 2147483647");
  return Math.min(given ?? 1000, 1000);
}

function shown(
  { key, lastModified, etag, size, headers, checksums }: StoredObject,
  encode: (text: string) => string,
) {
  return {
    Key: encode(key),
    LastModified: lastModified,
    ETag: etag,
    Size: size,
    StorageClass: headers.StorageClass ?? "STANDARD",
    ...(Object.keys(checksums).length
      ? {
          ChecksumAlgorithm: Object.keys(checksums).map((name) => name.slice("Checksum".length)),
          ChecksumType: "FULL_OBJECT",
        }
      : {}),
  };
}

function listV1(call: Call<ListObjectsRequest>) {
  const { Bucket, Prefix = "", Delimiter = "", Marker = "", MaxKeys, EncodingType } = call.input;
  const place = placeOf(call);
  const most = mostOf(MaxKeys);
  const encode = encoder(EncodingType);
  const { objects, prefixes, last } = list(current(call, place), {
    prefix: Prefix,
    delimiter: Delimiter,
    after: Marker,
    most,
  });
  const Owner = { ID: canonicalId(place.ownerId) };
  return {
    Name: Bucket,
    Prefix: encode(Prefix),
    Marker: encode(Marker),
    MaxKeys: MaxKeys ?? 1000,
    IsTruncated: last !== undefined,
    EncodingType,
    ...(Delimiter ? { Delimiter: encode(Delimiter) } : {}),
    // Only a list with a delimiter says where to go on.
    ...(last !== undefined && Delimiter ? { NextMarker: encode(last) } : {}),
    Contents: objects.map((object) => ({ ...shown(object, encode), Owner })),
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

const tokenFor = (last: string) => Buffer.from(`1${last}`).toString("base64");

function lastOf(token: string): string {
  const text = Buffer.from(token, "base64").toString("utf8");
  if (!text.startsWith("1"))
    throw new AwsFault("InvalidArgument", "The continuation token provided is incorrect");
  return text.slice(1);
}

function listV2(call: Call<ListObjectsV2Request>) {
  const {
    Bucket,
    Prefix = "",
    Delimiter = "",
    StartAfter = "",
    ContinuationToken,
    MaxKeys,
    EncodingType,
    FetchOwner,
  } = call.input;
  const place = placeOf(call);
  const most = mostOf(MaxKeys);
  const encode = encoder(EncodingType);
  const after = ContinuationToken ? lastOf(ContinuationToken) : StartAfter;
  const { objects, prefixes, last } = list(current(call, place), {
    prefix: Prefix,
    delimiter: Delimiter,
    after,
    most,
  });
  const Owner = FetchOwner ? { ID: canonicalId(place.ownerId) } : undefined;
  return {
    Name: Bucket,
    Prefix: encode(Prefix),
    MaxKeys: MaxKeys ?? 1000,
    KeyCount: objects.length + prefixes.length,
    IsTruncated: last !== undefined,
    EncodingType,
    ContinuationToken,
    ...(StartAfter ? { StartAfter: encode(StartAfter) } : {}),
    ...(Delimiter ? { Delimiter: encode(Delimiter) } : {}),
    ...(last === undefined ? {} : { NextContinuationToken: tokenFor(last) }),
    Contents: objects.map((object) => ({ ...shown(object, encode), Owner })),
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

/** What lies behind a version, or behind a key or folder when no version is named. */
function behind(
  all: StoredObject[],
  marker: string,
  versionMarker: string | undefined,
  delimiter: string,
): StoredObject[] {
  if (!marker) return all;
  const start = all.findIndex(({ key, versionId }) => key === marker && versionId === versionMarker);
  if (start >= 0) return all.slice(start + 1);
  const isFolder = delimiter !== "" && marker.endsWith(delimiter);
  return all.filter(({ key }) => inOrder(key, marker) > 0 && !(isFolder && key.startsWith(marker)));
}

/** Key by key, newest first; a page goes on behind the key and version at which it ended. */
function listVersions(call: Call<ListObjectVersionsRequest>) {
  const {
    Bucket,
    Prefix = "",
    Delimiter = "",
    KeyMarker = "",
    VersionIdMarker,
    MaxKeys,
    EncodingType,
  } = call.input;
  const place = placeOf(call);
  const most = mostOf(MaxKeys);
  const encode = encoder(EncodingType);
  const all = objectsIn(call.world, place)
    .list()
    .sort((a, b) => inOrder(a.key, b.key) || b.order - a.order);
  const isLatest = new Set(all.filter((object, at) => object.key !== all[at - 1]?.key));
  const rest = behind(all, KeyMarker, VersionIdMarker, Delimiter);
  const { objects, prefixes, last } = list(rest, { prefix: Prefix, delimiter: Delimiter, after: "", most });
  const end = objects.at(-1);
  const entry = (object: StoredObject) => ({
    Key: encode(object.key),
    VersionId: object.versionId,
    IsLatest: isLatest.has(object),
    LastModified: object.lastModified,
    Owner: { ID: canonicalId(place.ownerId) },
  });
  return {
    Name: Bucket,
    Prefix: encode(Prefix),
    KeyMarker: encode(KeyMarker),
    VersionIdMarker: VersionIdMarker ?? "",
    MaxKeys: MaxKeys ?? 1000,
    IsTruncated: last !== undefined,
    EncodingType,
    ...(Delimiter ? { Delimiter: encode(Delimiter) } : {}),
    ...(last === undefined
      ? {}
      : { NextKeyMarker: encode(last), NextVersionIdMarker: end?.key === last ? end.versionId : undefined }),
    Versions: objects
      .filter((object) => !object.isDeleteMarker)
      .map((object) => ({ ...shown(object, encode), ...entry(object) })),
    DeleteMarkers: objects.filter((object) => object.isDeleteMarker).map(entry),
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

export const listOperations: Record<string, Operation> = {
  ListObjects: listV1,
  ListObjectsV2: listV2,
  ListObjectVersions: listVersions,
};
