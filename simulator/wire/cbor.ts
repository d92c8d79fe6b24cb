// CBOR bodies (RPC v2) to and from values, by shape. The bytes that go out are the SDK's own codec's.
import { cbor, dateToTag } from "@smithy/core/cbor";
import { decodeCbor } from "./cbor-decode.ts";
import type { Shape } from "./shape.ts";
import { dateOf, malformed } from "./values.ts";

/** Members by shape, then what stands beside them as it is. */
export function writeCbor(shape: Shape | undefined, value: object, beside: object = {}): Uint8Array {
  const members = shape?.kind === "struct" ? (cborOf(shape, value) as object) : value;
  return cbor.serialize({ ...beside, ...members });
}

function cborOf(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case "struct": {
      const fields = value as Record<string, unknown>;
      const written: Record<string, unknown> = {};
      for (const { name, shape: inner } of shape.members) {
        const field = cborOf(inner, fields[name]);
        if (field !== undefined) written[name] = field;
      }
      return written;
    }
    case "list":
      return (value as unknown[]).map((item) => cborOf(shape.item.shape, item) ?? null);
    case "map":
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, cborOf(shape.item.shape, item) ?? null]),
      );
    case "timestamp":
      return dateToTag(dateOf(value));
    case "blob":
      return value instanceof Uint8Array ? value : Buffer.from(String(value), "utf8");
    default:
      return value;
  }
}

export function parseCbor(body: Buffer): unknown {
  return body.length === 0 ? {} : decodeCbor(body);
}

export function readCbor(shape: Shape, value: unknown, where = ""): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case "struct": {
      const fields = mapOf(value, where);
      const read: Record<string, unknown> = {};
      for (const { name, shape: inner } of shape.members) {
        const field = readCbor(inner, fields[name], `${where}.${name}`);
        if (field !== undefined) read[name] = field;
      }
      return read;
    }
    case "list":
      if (!Array.isArray(value)) throw malformed(value, "a list", where);
      return value.map((item, at) => readCbor(shape.item.shape, item, `${where}.${at + 1}`));
    case "map":
      return Object.fromEntries(
        Object.entries(mapOf(value, where)).map(([key, item]) => [
          key,
          readCbor(shape.item.shape, item, `${where}.${key}`),
        ]),
      );
    default:
      return readSimple(shape, value, where);
  }
}

function readSimple(shape: Shape, value: unknown, where: string): unknown {
  switch (shape.kind) {
    case "timestamp": {
      const { tag, value: seconds } = mapOf(value, where);
      const date = new Date(Math.round(Number(seconds) * 1000));
      if (Number(tag) !== 1 || Number.isNaN(date.getTime())) throw malformed(value, "a timestamp", where);
      return date;
    }
    case "blob":
      if (!(value instanceof Uint8Array)) throw malformed(value, "bytes", where);
      return value;
    case "number":
      if (typeof value !== "number" && typeof value !== "bigint") throw malformed(value, "a number", where);
      return Number(value);
    case "string":
    case "boolean":
      if (typeof value !== shape.kind) throw malformed(value, `a ${shape.kind}`, where);
      return value;
    default:
      return value;
  }
}

function mapOf(value: unknown, where: string): Record<string, unknown> {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap || value instanceof Uint8Array) throw malformed(value, "a map", where);
  return value as Record<string, unknown>;
}
