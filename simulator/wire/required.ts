// Finds what a request leaves out although the schema requires it.
import type { Shape } from "./shape.ts";

/** Path of the first missing member, like "Tags.1.Key"; undefined when nothing is missing. */
export function missingMember(shape: Shape, value: unknown, where = ""): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (shape.kind === "list") {
    const items = value as unknown[];
    for (let at = 0; at < items.length; at++) {
      const missing = missingMember(shape.item.shape, items[at], `${where}.${at + 1}`);
      if (missing) return missing;
    }
  }
  if (shape.kind !== "struct" || typeof value !== "object") return undefined;
  const fields = value as Record<string, unknown>;
  for (const member of shape.members) {
    const path = where ? `${where}.${member.name}` : member.name;
    const given = fields[member.name];
    if (given === undefined || given === null) {
      if (member.isRequired && !member.isIdempotencyToken) return path;
      continue;
    }
    const missing = missingMember(member.shape, given, path);
    if (missing) return missing;
  }
  return undefined;
}
