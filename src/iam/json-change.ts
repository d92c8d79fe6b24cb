// Changes of a JSON document as RFC 6902 writes them, as far as a proposal needs: add and replace.

export interface JsonOperation {
  op: "add" | "replace";
  /** A JSON pointer; "" is the whole document, "/-" at its end the end of a list. */
  path: string;
  value: unknown;
}

/** The document itself stays as it is. */
export function changedDocument(document: unknown, operations: readonly JsonOperation[]): unknown {
  return operations.reduce(applied, structuredClone(document));
}

function applied(document: unknown, { op, path, value }: JsonOperation): unknown {
  const parts = path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = parts.pop();
  if (last === undefined) return structuredClone(value);
  const parent = parts.reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], document);
  if (Array.isArray(parent) && op === "add")
    parent.splice(last === "-" ? parent.length : Number(last), 0, structuredClone(value));
  else (parent as Record<string, unknown>)[last] = structuredClone(value);
  return document;
}
