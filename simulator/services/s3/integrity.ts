// Digests that a client sends with a body, checked as far as Node knows the algorithm.
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { AwsFault } from "../../operation.ts";
import { md5 } from "./stored-object.ts";

const known: Record<string, ((bytes: Uint8Array) => Buffer) | undefined> = {
  ChecksumCRC32: (bytes) => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(bytes));
    return sum;
  },
  ChecksumSHA1: (bytes) => createHash("sha1").update(bytes).digest(),
  ChecksumSHA256: (bytes) => createHash("sha256").update(bytes).digest(),
  ChecksumCRC32C: undefined,
  ChecksumCRC64NVME: undefined,
};

export function givenChecksums(input: object): Record<string, string> {
  const fields = input as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(known).flatMap((name) => (typeof fields[name] === "string" ? [[name, fields[name]]] : [])),
  );
}

export function checkIntegrity(bytes: Uint8Array, input: { ContentMD5?: string | undefined }): void {
  const { ContentMD5 } = input;
  if (ContentMD5 !== undefined) {
    if (Buffer.from(ContentMD5, "base64").length !== 16)
      throw new AwsFault("InvalidDigest", "The Content-MD5 you specified was invalid.");
    if (md5(bytes).toString("base64") !== ContentMD5)
      throw new AwsFault("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  for (const [name, given] of Object.entries(givenChecksums(input))) {
    const expected = known[name]?.(bytes).toString("base64");
    if (expected !== undefined && expected !== given)
      throw new AwsFault(
        "BadDigest",
        `The ${name.slice("Checksum".length)} you specified did not match the calculated checksum.`,
      );
  }
}
