// Reading and replacing parts of a document by path: "A.B", "List[].Member" ("[]" = each element),
// "Map.*" (each value). Knows nothing of AWS.

export type Json = Record<string, unknown>;

/** One name per segment; `each` = go into every element or value. */
interface Segment {
  name: string;
  each: boolean;
}

const parsed = new Map<string, Segment[]>();

function segmentsOf(path: string): Segment[] {
  let segments = parsed.get(path);
  if (!segments) {
    segments = path
      .split(".")
      .filter((part) => part !== "")
      .flatMap((part) => {
        if (part === "*") return [{ name: "", each: true }];
        const isList = part.endsWith("[]");
        const name = isList ? part.slice(0, -2) : part;
        return [
          ...(name === "" ? [] : [{ name, each: false }]),
          ...(isList ? [{ name: "", each: true }] : []),
        ];
      });
    parsed.set(path, segments);
  }
  return segments;
}

/** Every value at the path that is there; "" is the value itself. */
export function valuesAt(root: unknown, path: string): unknown[] {
  let found: unknown[] = [root];
  for (const { name, each } of segmentsOf(path)) {
    const next: unknown[] = [];
    for (const value of found) {
      if (typeof value !== "object" || value === null) continue;
      if (each) next.push(...(Array.isArray(value) ? value : Object.values(value)));
      else if (Object.hasOwn(value, name)) next.push((value as Json)[name]);
    }
    found = next;
  }
  return found.filter((value) => value !== undefined && value !== null);
}

/** The first value at the path, or undefined. */
export function valueAt(root: unknown, path: string): unknown {
  return valuesAt(root, path)[0];
}

/** Puts what `change` gives in the place of each value at the path. */
export function replaceAt(root: unknown, path: string, change: (value: unknown) => unknown): void {
  const segments = segmentsOf(path);
  const last = segments.at(-1);
  if (!last) return;
  let holders: unknown[] = [root];
  for (const { name, each } of segments.slice(0, -1)) {
    holders = holders.flatMap((value) => {
      if (typeof value !== "object" || value === null) return [];
      if (each) return Array.isArray(value) ? value : Object.values(value);
      return Object.hasOwn(value, name) ? [(value as Json)[name]] : [];
    });
  }
  for (const holder of holders) {
    if (typeof holder !== "object" || holder === null) continue;
    const keys = last.each ? Object.keys(holder) : Object.hasOwn(holder, last.name) ? [last.name] : [];
    for (const key of keys) {
      const value = (holder as Json)[key];
      if (value !== undefined && value !== null) (holder as Json)[key] = change(value);
    }
  }
}

/** Sets a value at a path of plain names, making the objects on the way. */
export function setAt(root: Json, path: string, value: unknown): void {
  const names = path.split(".");
  const last = names.pop() as string;
  let holder = root;
  for (const name of names) {
    const next = Object.hasOwn(holder, name) ? holder[name] : undefined;
    if (typeof next === "object" && next !== null && !Array.isArray(next)) {
      holder = next as Json;
    } else {
      const made: Json = {};
      holder[name] = made;
      holder = made;
    }
  }
  holder[last] = value;
}

/** A path as gaps and rules name it: without marks for lists. */
export function plainPath(path: string): string {
  return path.replaceAll("[]", "").replace(/(\.\*)+$/, "");
}
