// JSON bodies to and from values, by shape.
import type { Shape } from "./shape.ts";
import { base64Of, dateOf, MalformedRequest, malformed, readText, timestampText } from "./values.ts";

const deepest = 64;

/** The value ready for JSON.stringify; members that the schema does not know are left out. */
export function jsonOf(shape: Shape, value: unknown, usesJsonNames: boolean): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case "struct":
      return structOf(shape, value as Record<string, unknown>, usesJsonNames);
    case "list": {
      const { shape: itemShape, isSparse } = shape.item;
      return (value as unknown[]).flatMap((item) => {
        const json = jsonOf(itemShape, item, usesJsonNames);
        return json === undefined ? (isSparse ? [null] : []) : [json];
      });
    }
    case "map": {
      const json: Record<string, unknown> = {};
      for (const [key, item] of Object.entries(value))
        json[key] = jsonOf(shape.item.shape, item, usesJsonNames);
      return json;
    }
    case "timestamp":
      return shape.timestampFormat === undefined || shape.timestampFormat === 7
        ? dateOf(value).getTime() / 1000
        : timestampText(value, shape.timestampFormat);
    case "blob":
      return base64Of(value);
    case "bigint":
      return Number(value);
    default:
      return value;
  }
}

function structOf(
  shape: Shape,
  value: Record<string, unknown>,
  usesJsonNames: boolean,
): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const member of shape.members) {
    const inner = value[member.name];
    if (inner === undefined || inner === null) continue;
    json[(usesJsonNames && member.jsonName) || member.name] = jsonOf(member.shape, inner, usesJsonNames);
  }
  return json;
}

export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new MalformedRequest("the body is not JSON", { cause });
  }
}

export function readJson(
  shape: Shape,
  json: unknown,
  usesJsonNames: boolean,
  where = "",
  depth = 0,
): unknown {
  if (json === null || json === undefined) return undefined;
  if (depth > deepest) throw new MalformedRequest(`nested more than ${deepest} deep`);
  switch (shape.kind) {
    case "struct": {
      if (typeof json !== "object" || Array.isArray(json)) throw malformed(json, "an object", where);
      const fields = json as Record<string, unknown>;
      const value: Record<string, unknown> = {};
      for (const member of shape.members) {
        const name = (usesJsonNames && member.jsonName) || member.name;
        if (!Object.hasOwn(fields, name)) continue;
        const inner = readJson(member.shape, fields[name], usesJsonNames, `${where}.${name}`, depth + 1);
        if (inner !== undefined) value[member.name] = inner;
      }
      return value;
    }
    case "list":
      if (!Array.isArray(json)) throw malformed(json, "a list", where);
      return json.map((item, at) =>
        readJson(shape.item.shape, item, usesJsonNames, `${where}.${at + 1}`, depth + 1),
      );
    case "map": {
      if (typeof json !== "object" || Array.isArray(json)) throw malformed(json, "an object", where);
      return Object.fromEntries(
        Object.entries(json).map(([key, item]) => [
          key,
          readJson(shape.item.shape, item, usesJsonNames, `${where}.${key}`, depth + 1),
        ]),
      );
    }
    default:
      return readSimple(shape, json, where);
  }
}

function readSimple(shape: Shape, json: unknown, where: string): unknown {
  switch (shape.kind) {
    case "string":
      if (typeof json !== "string") throw malformed(json, "a string", where);
      return json;
    case "number":
      if (typeof json === "string" && ["NaN", "Infinity", "-Infinity"].includes(json)) return Number(json);
      if (typeof json !== "number") throw malformed(json, "a number", where);
      return json;
    case "boolean":
      if (typeof json !== "boolean") throw malformed(json, "a boolean", where);
      return json;
    case "timestamp":
      if (typeof json === "number") return new Date(json * 1000);
      if (typeof json === "string") return readText(shape, json, where);
      throw malformed(json, "a timestamp", where);
    case "blob":
      if (typeof json !== "string") throw malformed(json, "base64 text", where);
      return readText(shape, json, where);
    default:
      return json;
  }
}
