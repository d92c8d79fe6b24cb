// The check values of the CRC catalogue (https://reveng.sourceforge.io/crc-catalogue/) and RFCs, of "123456789".
import { expect, test } from "vitest";
import { type ChecksumName, checksumOf } from "./checksum.ts";

const checks: [ChecksumName, string][] = [
  ["crc32", "cbf43926"],
  ["crc32c", "e3069283"],
  ["crc64nvme", "ae8b14860a799888"],
  ["md5", "25f9e794323b453885f5181f1b624d0b"],
  ["sha1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"],
  ["sha256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"],
];

test.each(checks)("%s", (name, hex) => {
  expect(checksumOf(name, Buffer.from("123456789"))).toBe(Buffer.from(hex, "hex").toString("base64"));
});
