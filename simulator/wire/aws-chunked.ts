// S3 bodies as clients stream them: chunks with an optional signature each, and checksums behind the last one
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html). Signatures of single chunks are not checked.
import { AwsFault } from "../operation.ts";
import { type ChecksumName, checksumOf, isChecksumName } from "./checksum.ts";

export interface SentBody {
  body: Buffer;
  headers: Record<string, string | string[] | undefined>;
}

/** The object's own bytes, their length and checksums as the client promised. */
export function s3BodyOf({ body, headers }: SentBody): Buffer {
  const isChunked = String(headers["x-amz-content-sha256"] ?? "").startsWith("STREAMING-");
  if (!isChunked) {
    checkAll(body, headers);
    return body;
  }
  const { content, trailers } = unchunk(body);
  const promised = headers["x-amz-decoded-content-length"];
  if (promised !== undefined && Number(promised) !== content.length) throw incomplete();
  checkAll(content, { ...headers, ...trailers, "content-md5": undefined });
  return content;
}

function unchunk(body: Buffer): { content: Buffer; trailers: Record<string, string> } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf("\r\n", at);
    const size =
      end < 0 ? undefined : /^([0-9a-fA-F]{1,8})(?:;.*)?$/.exec(body.toString("latin1", at, end))?.[1];
    if (size === undefined) throw incomplete();
    const length = Number.parseInt(size, 16);
    at = end + 2;
    if (length === 0) break;
    if (body.length < at + length + 2) throw incomplete();
    parts.push(body.subarray(at, at + length));
    at += length + 2;
  }
  return { content: Buffer.concat(parts), trailers: trailersOf(body.toString("latin1", at)) };
}

function trailersOf(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split(/\r\n|\n/)) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    if (colon < 1) {
      throw new AwsFault(
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our published schema.",
      );
    }
    trailers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

const prefix = "x-amz-checksum-";

function checkAll(content: Buffer, headers: SentBody["headers"]): void {
  for (const [header, value] of Object.entries(headers)) {
    const name = header.startsWith(prefix) ? header.slice(prefix.length) : undefined;
    if (name !== undefined && isChecksumName(name)) check(name, content, String(value));
  }
  const md5 = headers["content-md5"];
  if (md5 === undefined) return;
  if (!/^[A-Za-z0-9+/]{22}==$/.test(String(md5))) {
    throw new AwsFault("InvalidDigest", "The Content-MD5 you specified was invalid.");
  }
  if (checksumOf("md5", content) !== md5) {
    throw new AwsFault("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
}

/** The messages are from memory. */
function check(name: ChecksumName, content: Buffer, given: string): void {
  const expected = checksumOf(name, content);
  if (Buffer.from(given, "base64").length !== Buffer.from(expected, "base64").length) {
    throw new AwsFault("InvalidRequest", `Value for ${prefix}${name} header is invalid.`);
  }
  if (given !== expected) {
    const title = name.toUpperCase();
    throw new AwsFault("BadDigest", `The ${title} you specified did not match the calculated checksum.`);
  }
}

function incomplete(): AwsFault {
  return new AwsFault(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header.",
  );
}
