// External ids work like passwords, and trust policies hold them in clear. In a harvested policy a keyed HMAC stands in
// their place, as text: a rule still sees that one is asked for, whether it is a pattern, and where two are the same.
import { createHmac } from "node:crypto";

/** Changes the document. */
export function hideExternalIds(document: unknown, key: Uint8Array): void {
  const { Statement } = (document ?? {}) as { Statement?: unknown };
  for (const statement of [Statement ?? []].flat()) {
    const { Condition } = (statement ?? {}) as { Condition?: unknown };
    if (typeof Condition !== "object" || Condition === null) continue;
    for (const values of Object.values(Condition as Record<string, Record<string, unknown>>))
      for (const name of Object.keys(values ?? {}))
        if (name.toLowerCase() === "sts:externalid") values[name] = hidden(values[name], key);
  }
}

function hidden(value: unknown, key: Uint8Array): unknown {
  if (Array.isArray(value)) return value.map((one) => hidden(one, key));
  if (typeof value !== "string") return value;
  // Of wildcards alone nothing is secret, and a rule must see that any value will do.
  if (/^[*?]*$/.test(value) || isHidden(value)) return value;
  const hmac = createHmac("sha256", key).update(value).digest("hex").slice(0, 32);
  return `${prefix}${hmac}${/[*?]/.test(value) ? "*" : ""}`;
}

const prefix = "hidden-external-id-";
/** Two paths can name one document. */
const isHidden = (value: string) =>
  value.startsWith(prefix) && /^[0-9a-f]{32}\*?$/.test(value.slice(prefix.length));
