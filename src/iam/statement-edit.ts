// Where things stand in a policy's JSON, in which a list of one may be no list.
import { pointer } from "#iam/duplicate-keys.ts";
import type { JsonOperation } from "#iam/json-change.ts";

export type Path = readonly (string | number)[];

export function statementPath(document: unknown, index: number): Path {
  return Array.isArray(at(document, ["Statement"])) ? ["Statement", index] : ["Statement"];
}

export function at(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, part) => (node as Record<string | number, unknown> | undefined)?.[part],
    document,
  );
}

/** One more value where there is one or a list. */
export function withValue(document: unknown, path: Path, value: unknown): JsonOperation {
  const before = at(document, path);
  return Array.isArray(before)
    ? { op: "add", path: `${pointer(path)}/-`, value }
    : { op: "replace", path: pointer(path), value: [before, value] };
}
