// Keys that stand twice in one object of a JSON text. JSON.parse keeps the last without a word; AWS refuses them
// ("elements must not contain multiple instances of the same key"), so a document with them was not read right.

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** JSON pointers. The text must be JSON. */
export function duplicateKeys(text: string): string[] {
  const open: { keys: Set<string> | null; at: string | number }[] = [];
  const found: string[] = [];
  let last = "";
  for (const [word] of text.matchAll(token)) {
    const inner = open.at(-1);
    if (word === "{" || word === "[")
      open.push({ keys: word === "{" ? new Set() : null, at: word === "{" ? "" : 0 });
    else if (word === "}" || word === "]") open.pop();
    else if (word === ":" && inner?.keys) {
      inner.at = JSON.parse(last) as string;
      if (inner.keys.has(inner.at)) found.push(pointer(open.map(({ at }) => at)));
      inner.keys.add(inner.at);
    } else if (word === "," && inner && typeof inner.at === "number") inner.at++;
    last = word;
  }
  return found;
}

export function pointer(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
