// Objects read, whole or in part, under the conditions of the request.
import type { GetObjectRequest } from "@aws-sdk/client-s3";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { failed, needObject, placeOf, type StoredObject, shownVersion } from "./stored-object.ts";

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

export const readOperations: Record<string, Operation> = {
  GetObject: getObject,
  HeadObject: (call: Call<GetObjectRequest>) => readOutput(call).output,
};
