// Simple values between text and the form that operations see: dates, numbers, blobs.
import type { Shape, TimestampFormat } from "./shape.ts";

/** The request does not fit its schema; each protocol has its own code for it. */
export class MalformedRequest extends Error {}

export function dateOf(value: unknown): Date {
  const date =
    value instanceof Date ? value : new Date(typeof value === "number" ? value * 1000 : String(value));
  if (Number.isNaN(date.getTime())) throw new Error(`not a date: ${String(value)}`);
  return date;
}

export function timestampText(value: unknown, format: TimestampFormat): string {
  const date = dateOf(value);
  if (format === 6) return date.toUTCString();
  if (format === 7) return String(date.getTime() / 1000);
  return date.toISOString().replace(".000Z", "Z");
}

export function base64Of(value: unknown): string {
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")
    : Buffer.from(String(value), "utf8").toString("base64");
}

/** Text of a header, query parameter, form field or XML element to a value. */
export function readText(shape: Shape, text: string, where: string): unknown {
  switch (shape.kind) {
    case "number": {
      const number = Number(text);
      if (text.trim() === "" || (Number.isNaN(number) && text !== "NaN"))
        throw malformed(text, "a number", where);
      return number;
    }
    case "boolean":
      if (text !== "true" && text !== "false" && text !== "True" && text !== "False") {
        throw malformed(text, "a boolean", where);
      }
      return text.toLowerCase() === "true";
    case "timestamp": {
      const seconds = Number(text);
      const date = new Date(text.trim() !== "" && !Number.isNaN(seconds) ? seconds * 1000 : text);
      if (Number.isNaN(date.getTime())) throw malformed(text, "a timestamp", where);
      return date;
    }
    case "blob":
      return new Uint8Array(Buffer.from(text, "base64"));
    case "bigint":
      if (!/^-?\d+$/.test(text)) throw malformed(text, "an integer", where);
      return BigInt(text);
    default:
      return text;
  }
}

export function malformed(value: unknown, expected: string, where: string): MalformedRequest {
  return new MalformedRequest(
    `${JSON.stringify(String(value).slice(0, 50))} at '${where}' is not ${expected}`,
  );
}
