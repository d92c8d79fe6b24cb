// Objects sent in parts.

import { randomBytes } from "node:crypto";
import type {
  CompleteMultipartUploadRequest,
  CreateMultipartUploadRequest,
  ListMultipartUploadsRequest,
  ListPartsRequest,
  UploadPartRequest,
} from "@aws-sdk/client-s3";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { checkIntegrity, givenChecksums } from "./integrity.ts";
import { checkAcl, checkBeforeWrite, headersOf, tagsFrom, writtenOutput } from "./objects.ts";
import { canonicalId } from "./stored-bucket.ts";
import { md5, newVersionId, nextOrder, type ObjectPlace, placeOf, putObject } from "./stored-object.ts";

interface Part {
  number: number;
  etag: string;
  size: number;
  body: string;
  at: string;
}

/** Value of the collection "s3:upload:<bucket>" (region "global") under its id. */
interface Upload {
  id: string;
  key: string;
  at: string;
  headers: Record<string, unknown>;
  metadata: Record<string, string>;
  tags: { Key: string; Value: string }[];
  parts: Part[];
}

const uploadsIn = (call: Call, { ownerId, bucket }: ObjectPlace) =>
  call.world.collection<Upload>({ accountId: ownerId, region: "global" }, `s3:upload:${bucket.Name}`);

type UploadCall = Call<{ Bucket?: string; Key?: string; UploadId?: string }>;

function needUpload(call: UploadCall): { place: ObjectPlace; upload: Upload } {
  const place = placeOf(call);
  const upload = uploadsIn(call, place).get(call.input.UploadId ?? "");
  if (upload?.key === call.input.Key && upload) return { place, upload };
  throw new AwsFault(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    404,
    { details: { UploadId: call.input.UploadId } },
  );
}

function create(call: Call<CreateMultipartUploadRequest>) {
  const { input } = call;
  const place = placeOf(call);
  checkAcl(place, input.ACL);
  const upload: Upload = {
    id: randomBytes(48).toString("base64url"),
    key: input.Key ?? "",
    at: call.now.toISOString(),
    headers: headersOf(place, input as Parameters<typeof headersOf>[1]),
    metadata: input.Metadata ?? {},
    tags: tagsFrom(input.Tagging),
    parts: [],
  };
  uploadsIn(call, place).put(upload.id, upload);
  const { ServerSideEncryption } = upload.headers;
  return { Bucket: input.Bucket, Key: input.Key, UploadId: upload.id, ServerSideEncryption };
}

function uploadPart(call: Call<UploadPartRequest>) {
  const { PartNumber = 0, Body } = call.input;
  const { place, upload } = needUpload(call as unknown as UploadCall);
  if (PartNumber < 1 || PartNumber > 10_000)
    throw new AwsFault("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
  const bytes = (Body as unknown as Uint8Array | undefined) ?? new Uint8Array();
  checkIntegrity(bytes, call.input);
  const part: Part = {
    number: PartNumber,
    etag: `"${md5(bytes).toString("hex")}"`,
    size: bytes.length,
    body: Buffer.from(bytes).toString("base64"),
    at: call.now.toISOString(),
  };
  const parts = [...upload.parts.filter(({ number }) => number !== PartNumber), part];
  uploadsIn(call, place).put(upload.id, { ...upload, parts: parts.sort((a, b) => a.number - b.number) });
  const { ServerSideEncryption } = upload.headers;
  return { ETag: part.etag, ServerSideEncryption, ...givenChecksums(call.input) };
}

const smallestPartBytes = 5 * 1024 * 1024;

function partsWanted(call: Call<CompleteMultipartUploadRequest>, upload: Upload): Part[] {
  const wanted = call.input.MultipartUpload?.Parts ?? [];
  if (wanted.length === 0)
    throw new AwsFault(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  return wanted.map(({ PartNumber = 0, ETag = "" }, at) => {
    if (at > 0 && PartNumber <= (wanted[at - 1]?.PartNumber ?? 0))
      throw new AwsFault(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
      );
    const part = upload.parts.find(({ number }) => number === PartNumber);
    if (!part || part.etag.replaceAll('"', "") !== ETag.replaceAll('"', ""))
      throw new AwsFault(
        "InvalidPart",
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    if (at < wanted.length - 1 && part.size < smallestPartBytes)
      throw new AwsFault("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
    return part;
  });
}

function complete(call: Call<CompleteMultipartUploadRequest>) {
  const { place, upload } = needUpload(call as unknown as UploadCall);
  const parts = partsWanted(call, upload);
  checkBeforeWrite(call, place, upload.key, call.input);
  const bytes = Buffer.concat(parts.map(({ body }) => Buffer.from(body, "base64")));
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag.replaceAll('"', ""), "hex")));
  const object = {
    key: upload.key,
    versionId: newVersionId(place.bucket),
    order: nextOrder(),
    lastModified: call.now.toISOString(),
    etag: `"${md5(digests).toString("hex")}-${parts.length}"`,
    size: bytes.length,
    body: bytes.toString("base64"),
    headers: upload.headers,
    metadata: upload.metadata,
    tags: upload.tags,
    checksums: {},
    partCount: parts.length,
  };
  putObject(call.world, place, object);
  uploadsIn(call, place).delete(upload.id);
  const Location = `https://${place.bucket.Name}.s3.${place.bucket.region}.amazonaws.com/${encodeURIComponent(upload.key)}`;
  return { Location, Bucket: place.bucket.Name, Key: upload.key, ...writtenOutput(place, object) };
}

function abort(call: UploadCall) {
  const { place, upload } = needUpload(call);
  uploadsIn(call, place).delete(upload.id);
  return {};
}

function listParts(call: Call<ListPartsRequest>) {
  const { Bucket, Key, UploadId, MaxParts = 1000, PartNumberMarker } = call.input;
  const { place, upload } = needUpload(call as unknown as UploadCall);
  const rest = upload.parts.filter(({ number }) => number > Number(PartNumberMarker ?? 0));
  const shown = rest.slice(0, Math.min(MaxParts, 1000));
  const last = shown.at(-1)?.number;
  return {
    Bucket,
    Key,
    UploadId,
    MaxParts,
    PartNumberMarker: PartNumberMarker ?? "0",
    IsTruncated: shown.length < rest.length,
    ...(last === undefined ? {} : { NextPartNumberMarker: String(last) }),
    Owner: { ID: canonicalId(place.ownerId) },
    StorageClass: upload.headers.StorageClass ?? "STANDARD",
    Parts: shown.map(({ number, etag, size, at }) => ({
      PartNumber: number,
      ETag: etag,
      Size: size,
      LastModified: at,
    })),
  };
}

function listUploads(call: Call<ListMultipartUploadsRequest>) {
  const { Bucket, Prefix = "", MaxUploads = 1000, KeyMarker = "", UploadIdMarker = "" } = call.input;
  const place = placeOf(call);
  const rest = uploadsIn(call, place)
    .list()
    .filter(({ key }) => key.startsWith(Prefix))
    .sort((a, b) => (a.key === b.key ? (a.at < b.at ? -1 : 1) : a.key < b.key ? -1 : 1))
    .filter(({ key, id }) => key > KeyMarker || (key === KeyMarker && id > UploadIdMarker));
  const shown = rest.slice(0, Math.min(MaxUploads, 1000));
  const last = shown.at(-1);
  return {
    Bucket,
    Prefix,
    KeyMarker,
    UploadIdMarker,
    MaxUploads,
    IsTruncated: shown.length < rest.length,
    ...(last && shown.length < rest.length ? { NextKeyMarker: last.key, NextUploadIdMarker: last.id } : {}),
    Uploads: shown.map(({ id, key, at, headers }) => ({
      UploadId: id,
      Key: key,
      Initiated: at,
      StorageClass: headers.StorageClass ?? "STANDARD",
      Owner: { ID: canonicalId(place.ownerId) },
      Initiator: { ID: canonicalId(place.ownerId) },
    })),
  };
}

export const multipartOperations: Record<string, Operation> = {
  CreateMultipartUpload: create,
  UploadPart: uploadPart,
  CompleteMultipartUpload: complete,
  AbortMultipartUpload: abort,
  ListParts: listParts,
  ListMultipartUploads: listUploads,
};
