// Checks of values that were read from JSON: each says what is wrong at a path, or nothing.

export type Check = (value: unknown, path: string) => string | undefined;

export const atLeast =
  (least: number): Check =>
  (value, path) => {
    if (typeof value === "number" && Number.isFinite(value) && value >= least) return undefined;
    return `${path} is a number ${least === Number.MIN_VALUE ? "above 0" : `of at least ${least}`}`;
  };

export const share: Check = (value, path) =>
  typeof value === "number" && value >= 0 && value <= 1 ? undefined : `${path} is a share from 0 to 1`;

export const flag: Check = (value, path) =>
  typeof value === "boolean" ? undefined : `${path} is true or false`;

export const text: Check = (value, path) =>
  typeof value === "string" && value !== "" ? undefined : `${path} is a text`;

export const instant: Check = (value, path) =>
  typeof value === "string" && !Number.isNaN(Date.parse(value))
    ? undefined
    : `${path} is an instant such as 2026-11-22T00:00:00Z`;

export const oneOf =
  (values: readonly string[]): Check =>
  (value, path) =>
    values.includes(value as string) ? undefined : `${path} is one of ${values.join(", ")}`;

/** The field may be left out; see `shape`. */
export const optional = (check: Check): Check =>
  Object.assign((value: unknown, path: string) => check(value, path), { isOptional: true });

export const listOf =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return `${path} is a list`;
    return first(value.map((item, at) => check(item, `${path}[${at}]`)));
  };

export const mapOf =
  (check: Check): Check =>
  (value, path) => {
    if (!isObject(value)) return `${path} is an object`;
    return first(Object.entries(value).map(([key, item]) => check(item, `${path}.${key}`)));
  };

/** An object of these fields and no others. */
export const shape =
  (fields: Record<string, Check>): Check =>
  (value, path) => {
    if (!isObject(value)) return `${path} is an object of ${Object.keys(fields).join(", ")}`;
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
    if (unknown) return `${path} has no field ${unknown}`;
    return first(
      Object.entries(fields).map(([name, check]) => {
        if (value[name] === undefined && "isOptional" in check) return undefined;
        return check(value[name], `${path}.${name}`);
      }),
    );
  };

function first(problems: (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
