// The checksums that S3's clients send, in base64 as they send them.
import { hash } from "node:crypto";
import { crc32 } from "node:zlib";

const names = ["crc32", "crc32c", "crc64nvme", "md5", "sha1", "sha256", "sha512"] as const;
export type ChecksumName = (typeof names)[number];

export function isChecksumName(name: string): name is ChecksumName {
  return (names as readonly string[]).includes(name);
}

export function checksumOf(name: ChecksumName, content: Buffer): string {
  switch (name) {
    case "crc32":
      return base64OfWords(crc32(content));
    case "crc32c":
      return base64OfWords(crc32c(content));
    case "crc64nvme":
      return base64OfWords(...crc64nvme(content));
    default:
      return hash(name, content, "base64");
  }
}

function base64OfWords(...words: number[]): string {
  const bytes = Buffer.alloc(words.length * 4);
  for (const [at, word] of words.entries()) bytes.writeUInt32BE(word >>> 0, at * 4);
  return bytes.toString("base64");
}

/** Castagnoli's polynomial, reflected. */
const table32 = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function crc32c(content: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of content) crc = (crc >>> 8) ^ (table32[(crc ^ byte) & 0xff] ?? 0);
  return ~crc;
}

/** NVMe's polynomial, reflected, in two halves: BigInt would take a second per megabyte. */
const polynomialHigh = 0x9a6c9329;
const polynomialLow = 0xac4bc9b5;
const tableHigh = new Uint32Array(256);
const tableLow = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (isOdd) {
      high ^= polynomialHigh;
      low ^= polynomialLow;
    }
  }
  tableHigh[byte] = high;
  tableLow[byte] = low;
}

function crc64nvme(content: Buffer): [high: number, low: number] {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of content) {
    const at = (low ^ byte) & 0xff;
    low = (((low >>> 8) | (high << 24)) ^ (tableLow[at] ?? 0)) >>> 0;
    high = ((high >>> 8) ^ (tableHigh[at] ?? 0)) >>> 0;
  }
  return [~high, ~low];
}
