// CBOR bytes to plain values (RFC 8949), bounded in depth. The SDK's own decoder warns on the console of what a broken
// request holds. Tags are kept: { tag, value }, of which only 1 (epoch seconds) is ever asked for.
import { MalformedRequest } from "./values.ts";

const deepest = 64;

interface Cursor {
  bytes: Buffer;
  at: number;
}

export function decodeCbor(bytes: Buffer): unknown {
  const cursor: Cursor = { bytes, at: 0 };
  const value = item(cursor, 0);
  if (value === stop || cursor.at !== bytes.length) throw broken();
  return value;
}

/** Ends an item of indefinite length. */
const stop = Symbol("stop");

function item(cursor: Cursor, depth: number): unknown {
  if (depth > deepest) throw new MalformedRequest(`nested more than ${deepest} deep`);
  const first = byte(cursor);
  const major = first >> 5;
  const minor = first & 31;
  if (major === 7) return simple(cursor, minor);
  const isIndefinite = minor === 31;
  if (isIndefinite && (major < 2 || major === 6)) throw broken();
  const count = isIndefinite ? Number.POSITIVE_INFINITY : argument(cursor, minor);
  switch (major) {
    case 0:
      return count;
    case 1:
      return -1 - count;
    case 2:
      return isIndefinite ? Buffer.concat(pieces(cursor, major)) : new Uint8Array(take(cursor, count));
    case 3:
      return (isIndefinite ? Buffer.concat(pieces(cursor, major)) : take(cursor, count)).toString("utf8");
    case 4:
      return list(cursor, count, depth);
    case 5:
      return map(cursor, count, depth);
    default:
      return { tag: count, value: whole(cursor, depth) };
  }
}

function list(cursor: Cursor, count: number, depth: number): unknown[] {
  const found: unknown[] = [];
  while (found.length < count) {
    const next = item(cursor, depth + 1);
    if (next === stop && count === Number.POSITIVE_INFINITY) break;
    if (next === stop) throw broken();
    found.push(next);
  }
  return found;
}

function map(cursor: Cursor, count: number, depth: number): Record<string, unknown> {
  const found: [string, unknown][] = [];
  while (found.length < count) {
    const key = item(cursor, depth + 1);
    if (key === stop && count === Number.POSITIVE_INFINITY) break;
    if (typeof key !== "string") throw broken();
    found.push([key, whole(cursor, depth)]);
  }
  return Object.fromEntries(found);
}

function whole(cursor: Cursor, depth: number): unknown {
  const value = item(cursor, depth + 1);
  if (value === stop) throw broken();
  return value;
}

/** The parts of a text or of bytes of indefinite length, all of the same kind. */
function pieces(cursor: Cursor, major: number): Buffer[] {
  const found: Buffer[] = [];
  for (;;) {
    const first = byte(cursor);
    if (first === 0xff) return found;
    if (first >> 5 !== major || (first & 31) === 31) throw broken();
    found.push(take(cursor, argument(cursor, first & 31)));
  }
}

function simple(cursor: Cursor, minor: number): unknown {
  switch (minor) {
    case 20:
    case 21:
      return minor === 21;
    case 22:
    case 23:
      return null;
    case 25:
      return half(take(cursor, 2).readUInt16BE());
    case 26:
      return take(cursor, 4).readFloatBE();
    case 27:
      return take(cursor, 8).readDoubleBE();
    case 31:
      return stop;
    default:
      throw broken();
  }
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction);
}

/** Numbers past 2^53 lose their last digits, as they do in JSON. */
function argument(cursor: Cursor, minor: number): number {
  if (minor < 24) return minor;
  if (minor > 27) throw broken();
  const bytes = take(cursor, 2 ** (minor - 24));
  return minor === 27 ? Number(bytes.readBigUInt64BE()) : bytes.readUIntBE(0, bytes.length);
}

function byte(cursor: Cursor): number {
  return take(cursor, 1)[0] ?? 0;
}

function take(cursor: Cursor, length: number): Buffer {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw broken();
  const taken = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return taken;
}

function broken(): MalformedRequest {
  return new MalformedRequest("the body is not CBOR");
}
