// A rule's identity: equal trees have equal hashes, whatever the order of their fields.
import { createHash } from "node:crypto";
import type { Rule } from "./tree.ts";

// Raise it when an operator comes to mean something else, so that stored verdicts are judged anew.
const semantics = 1;

/** SHA-256 in hex of the canonical JSON of the rule. */
export function ruleHash(rule: Rule): string {
  return createHash("sha256")
    .update(`${semantics}\u0000${canonicalJson(rule)}`)
    .digest("hex");
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(",")}}`;
}
