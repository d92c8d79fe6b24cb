// Whether a resource is as it was: a hash of its document without what changes by itself, and of
// what could not be read. Equal fingerprints mean nothing has to be written or judged again.
import { createHash } from "node:crypto";
import type { HarvestedResource } from "#model/resource.ts";
import { sortedJson } from "./canonical.ts";

type Fingerprinted = Pick<
  HarvestedResource,
  "properties" | "gaps" | "tags" | "name" | "arn" | "region" | "createdAt"
>;

interface FingerprintRules {
  volatile: readonly string[];
  /** Path of the tags in the properties: they count once, sorted, since AWS orders them as it likes. */
  tags?: string;
}

/** 128 bits of SHA-256 as hexadecimal text. */
export function fingerprintOf(resource: Fingerprinted, rules: FingerprintRules): string {
  const { name, arn, region, createdAt, gaps } = resource;
  const left = [...rules.volatile, ...(rules.tags === undefined ? [] : [rules.tags])].map(patternOf);
  const tags = resource.tags.map(({ key, value }) => [key, value]).sort(byText);
  // Not the messages: AWS writes request ids into them.
  const missing = gaps
    .map(({ path, operation, code, reason }) => [path, operation, code, reason])
    .sort(byText);
  const document = [without(resource.properties, left), name, arn, region, createdAt, tags, missing];
  return createHash("sha256").update(sortedJson(document)).digest("hex").slice(0, 32);
}

const byText = (a: unknown, b: unknown) => {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};

const patterns = new Map<string, string[]>();

/** "A[].B" → A, [], B; "*" stands for every key. */
function patternOf(path: string): string[] {
  let pattern = patterns.get(path);
  if (!pattern) {
    pattern = path
      .replaceAll("[]", ".[]")
      .split(".")
      .filter((part) => part !== "");
    patterns.set(path, pattern);
  }
  return pattern;
}

/** The value without what the patterns name; untouched parts are shared, not copied. */
function without(value: unknown, left: string[][]): unknown {
  if (left.length === 0 || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    // A path that does not mark the list goes through it all the same.
    const inner = left.map((pattern) =>
      pattern[0] === "[]" || pattern[0] === "*" ? pattern.slice(1) : pattern,
    );
    if (inner.some((pattern) => pattern.length === 0)) return [];
    return value.map((item) => without(item, inner));
  }
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, member] of Object.entries(value)) {
    const inner = left.filter(([first]) => first === key || first === "*").map((pattern) => pattern.slice(1));
    if (!inner.some((pattern) => pattern.length === 0)) result[key] = without(member, inner);
  }
  return result;
}
