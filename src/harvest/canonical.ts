// One JSON form for whatever the SDK reads: dates as ISO text, bytes as base64, big integers as
// text, nothing undefined. What is stored, compared and judged is this form.
import type { Json } from "./paths.ts";

export function canonicalOf(value: unknown): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "bigint":
      return value.toString();
    case "object":
      return value === null ? null : canonicalObject(value);
    default:
      return undefined;
  }
}

function canonicalObject(value: object): unknown {
  if (Array.isArray(value)) return value.map((item) => canonicalOf(item) ?? null);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  // The SDK's lazy JSON strings are String objects, its big decimals have their text in `string`.
  if (value instanceof String) return value.toString();
  if ("string" in value && "type" in value && value.type === "bigDecimal") return String(value.string);
  const result: Json = {};
  for (const key of Object.keys(value)) {
    const member = canonicalOf((value as Json)[key]);
    // As an own property even if it is called __proto__ (a tag key can be).
    if (member !== undefined) Object.defineProperty(result, key, { value: member, ...ordinary });
  }
  return result;
}

const ordinary = { enumerable: true, writable: true, configurable: true };

/** JSON text with sorted keys: equal values give equal text. Takes canonical values only. */
export function sortedJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sortedJson((value as Json)[key])}`);
  return `{${members.join(",")}}`;
}
