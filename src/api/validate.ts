// Checks a request against the contract and names every wrong field at once, in words that say what to do.
import type { TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { Settings } from "typebox/system";
import type { FieldError } from "#model/problem.ts";

// TypeBox stops after eight errors unless told otherwise; a form may have more wrong fields.
Settings.Set({ maxErrors: 1000 });

export type Check = (value: unknown) => FieldError[];

/** Errors are sorted as the fields stand in the schema; each wrong place is named once. */
export function compileCheck(schema: TSchema): Check {
  const validator: Validator = Compile(schema);
  return (value) => {
    const unstorable = unstorableTexts(value, "");
    if (validator.Check(value)) return unstorable;
    const found = new Map<string, FieldError>(unstorable.map((error) => [error.path, error]));
    for (const error of validator.Errors(value) as SchemaError[])
      for (const field of fieldErrors(error, schema))
        if (!found.has(field.path)) found.set(field.path, field);
    return [...found.values()];
  };
}

interface SchemaError {
  keyword: string;
  schemaPath: string;
  instancePath: string;
  params: Record<string, unknown>;
}

const typeWords: Record<string, string> = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
};

function fieldErrors(
  { keyword, schemaPath, instancePath, params }: SchemaError,
  schema: TSchema,
): FieldError[] {
  const at = (code: string, detail: string): FieldError[] => [{ path: instancePath, code, detail }];
  const limit = Number(params.limit ?? params.comparison);
  switch (keyword) {
    case "additionalProperties":
      return (params.additionalProperties as string[]).map((name) => ({
        path: `${instancePath}/${pointerPart(name)}`,
        code: "unknown-field",
        detail: `There is no "${name}" here. ${knownNames(schema, schemaPath)}`,
      }));
    case "required":
      return (params.requiredProperties as string[]).map((name) => ({
        path: `${instancePath}/${pointerPart(name)}`,
        code: "required",
        detail: "Give a value.",
      }));
    // Named by additionalProperties, or the other side of a "… or null".
    case "boolean":
    case "anyOf":
      return [];
    case "type":
      if (params.type === "null" && isBranch(schemaPath)) return [];
      if (params.type === "null") return at("unexpected-body", "Send no body.");
      return at("wrong-type", `Give ${typeWords[String(params.type)] ?? params.type}.`);
    case "minLength":
      if (limit === 1) return at("required", "Give a value.");
      return at("too-short", `Give at least ${limit} characters.`);
    case "maxLength":
      return at("too-long", `Give at most ${limit} characters.`);
    case "minimum":
    case "maximum":
      return at("out-of-range", `Give ${rangeWords(schema, schemaPath)}.`);
    case "maxItems":
      return at("too-many", `Give at most ${limit} entries.`);
    case "enum":
      return at("not-allowed-value", `Give one of: ${(params.allowedValues as unknown[]).join(", ")}.`);
    case "pattern":
      return at(
        "wrong-format",
        `Give ${describe(schema, schemaPath) ?? `a value of the form ${params.pattern}`}.`,
      );
    case "format":
      return at("wrong-format", "Give an instant such as 2026-11-22T08:30:00Z.");
    default:
      return at("wrong-value", "Give another value.");
  }
}

export function pointerPart(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function isBranch(schemaPath: string): boolean {
  return /\/anyOf\/\d+$/.test(schemaPath);
}

/** The part of the schema that a "#/properties/x" path names. */
function schemaAt(schema: TSchema, path: string): Record<string, unknown> {
  let at: unknown = schema;
  for (const part of path.split("/").slice(1))
    at = (at as Record<string, unknown> | undefined)?.[part.replaceAll("~1", "/").replaceAll("~0", "~")];
  return (at ?? {}) as Record<string, unknown>;
}

function describe(schema: TSchema, path: string): string | undefined {
  const { description } = schemaAt(schema, path);
  return typeof description === "string" ? description : undefined;
}

function rangeWords(schema: TSchema, path: string): string {
  const { minimum, maximum } = schemaAt(schema, path);
  if (minimum === undefined) return `at most ${maximum}`;
  return maximum === undefined ? `at least ${minimum}` : `a number from ${minimum} to ${maximum}`;
}

function knownNames(schema: TSchema, path: string): string {
  const names = Object.keys((schemaAt(schema, path).properties as object | undefined) ?? {});
  return names.length === 0 ? "Leave it out." : `Known are: ${names.join(", ")}.`;
}

/** PostgreSQL's text cannot hold the character NUL, its JSON no half of a surrogate pair. */
function unstorableTexts(value: unknown, path: string): FieldError[] {
  if (typeof value === "string") return unstorable(value, path);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, member]) => [
    ...unstorable(name, path),
    ...unstorableTexts(member, `${path}/${pointerPart(name)}`),
  ]);
}

function unstorable(text: string, path: string): FieldError[] {
  if (text.includes("\u0000"))
    return [{ path, code: "wrong-format", detail: "Leave out the character NUL." }];
  if (text.isWellFormed()) return [];
  return [{ path, code: "wrong-format", detail: "Mend the text: it holds half of a surrogate pair." }];
}

/** A query is text; numbers, booleans and repeatable parameters become what the schema says. */
export function readQuery(schema: TSchema, raw: Record<string, unknown>): Record<string, unknown> {
  const properties = (schema as { properties?: Record<string, QueryProperty> }).properties ?? {};
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, readParameter(properties[name], value)]),
  );
}

interface QueryProperty {
  type?: string;
}

function readParameter(property: QueryProperty | undefined, value: unknown): unknown {
  if (property?.type === "array") return Array.isArray(value) ? value : [value];
  if (typeof value !== "string") return value;
  if (property?.type === "integer" && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (property?.type === "boolean" && (value === "true" || value === "false")) return value === "true";
  return value;
}
