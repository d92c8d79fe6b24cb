// Bodies of S3 as clients stream them, and buckets in the path and in the host.
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AwsFault } from "../operation.ts";
import { type Api, apiOf } from "./api.ts";
import { s3BodyOf } from "./aws-chunked.ts";
import { operationOf } from "./choose.ts";
import { type FuzzWire, openFuzzWire } from "./fuzz-wire.ts";

let wire: FuzzWire;
beforeAll(async () => {
  wire = await openFuzzWire();
});
afterAll(() => wire.close());

test.each([
  "CRC32",
  "CRC32C",
  "CRC64NVME",
  "SHA1",
  "SHA256",
])("a stream with a trailing %s arrives whole", async (ChecksumAlgorithm) => {
  const bytes = Buffer.alloc(200_000, "skywarden ");
  const Body = Readable.from([bytes.subarray(0, 70_001), bytes.subarray(70_001)]);
  const sent = { Bucket: "streamed", Key: "a/b c", Body, ContentLength: bytes.length, ChecksumAlgorithm };
  await wire.send("s3", "PutObject", sent);
  const { input } = wire.arrived() ?? {};
  expect(input).toMatchObject({ Bucket: "streamed", Key: "a/b c" });
  expect(input?.ContentEncoding).toBeUndefined();
  expect(Buffer.compare(input?.Body as Uint8Array, bytes)).toBe(0);
});

const streaming = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
const cases: [title: string, body: string, headers: Record<string, string>, outcome: string][] = [
  ["what is not chunked", "abc", {}, "abc"],
  [
    "as boto3 sends it",
    "3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n",
    { "x-amz-content-sha256": streaming, "x-amz-decoded-content-length": "3" },
    "abc",
  ],
  [
    "chunks with signatures",
    "3;chunk-signature=00ff\r\nabc\r\n0;chunk-signature=ff00\r\n\r\n",
    { "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" },
    "abc",
  ],
  [
    "another checksum behind it",
    "3\r\nabd\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n",
    { "x-amz-content-sha256": streaming },
    "BadDigest",
  ],
  [
    "another length",
    "3\r\nabc\r\n0\r\n\r\n",
    { "x-amz-content-sha256": streaming, "x-amz-decoded-content-length": "4" },
    "IncompleteBody",
  ],
  ["a chunk cut off", "5\r\nabc", { "x-amz-content-sha256": streaming }, "IncompleteBody"],
  ["no size", "zz\r\nabc\r\n0\r\n\r\n", { "x-amz-content-sha256": streaming }, "IncompleteBody"],
  ["no last chunk", "3\r\nabc\r\n", { "x-amz-content-sha256": streaming }, "IncompleteBody"],
  [
    "a trailer that is none",
    "0\r\nnonsense\r\n\r\n",
    { "x-amz-content-sha256": streaming },
    "MalformedTrailerError",
  ],
  ["the right MD5", "abc", { "content-md5": "kAFQmDzST7DWlj99KOF/cg==" }, "abc"],
  ["another MD5", "abd", { "content-md5": "kAFQmDzST7DWlj99KOF/cg==" }, "BadDigest"],
  ["an MD5 that is none", "abc", { "content-md5": "abc" }, "InvalidDigest"],
  ["a checksum in the header", "abc", { "x-amz-checksum-crc32": "NSRBwg==" }, "abc"],
  ["a checksum of another length", "abc", { "x-amz-checksum-sha256": "NSRBwg==" }, "InvalidRequest"],
];

test.each(cases)("%s", (_, text, headers, outcome) => {
  expect(outcomeOf(text, headers)).toBe(outcome);
});

function outcomeOf(text: string, headers: Record<string, string>): string {
  try {
    return s3BodyOf({ body: Buffer.from(text), headers }).toString();
  } catch (error) {
    if (error instanceof AwsFault) return error.code;
    throw error;
  }
}

const hosts: [host: string, path: string, found: Record<string, string>][] = [
  ["127.0.0.1:4566", "/bucket/a/b", { Bucket: "bucket", Key: "a/b" }],
  ["localhost:4566", "/bucket/a", { Bucket: "bucket", Key: "a" }],
  ["bucket.localhost:4566", "/a/b", { Bucket: "bucket", Key: "a/b" }],
  ["my.dotted.bucket.s3.eu-west-1.amazonaws.com", "/a", { Bucket: "my.dotted.bucket", Key: "a" }],
  ["bucket.s3-eu-west-1.amazonaws.com", "/a", { Bucket: "bucket", Key: "a" }],
  ["s3.amazonaws.com", "/bucket/a", { Bucket: "bucket", Key: "a" }],
];

test.each(hosts)("the bucket of %s%s", (host, path, found) => {
  const request = {
    method: "GET",
    path,
    query: new URLSearchParams(),
    headers: { host },
    body: Buffer.alloc(0),
  };
  expect(operationOf(apiOf("s3") as Api, request)).toMatchObject({
    operation: { name: "GetObject" },
    labels: found,
  });
});
