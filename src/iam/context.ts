// The request context: what is known of each condition key. It must not know policies.

/** `values` of a key that the request carries; a key is "absent" when the request is known not to carry it. */
export type KeyState = { values: readonly string[]; isMultivalued: boolean } | "absent" | "unknown";

export interface Context {
  /** By key in lower case. */
  keys: ReadonlyMap<string, KeyState>;
  /** For families such as `aws:requesttag/`: the state of every key that begins so and is not in `keys`. */
  families: readonly { prefix: string; state: "absent" | "unknown" }[];
  /** For every other key. "absent" only where the whole request is known, as in a test. */
  otherwise: "absent" | "unknown";
}

export function stateOf(context: Context, lowerCaseKey: string): KeyState {
  const known = context.keys.get(lowerCaseKey);
  if (known !== undefined) return known;
  for (const { prefix, state } of context.families) if (lowerCaseKey.startsWith(prefix)) return state;
  return context.otherwise;
}

export function single(value: string): KeyState {
  return { values: [value], isMultivalued: false };
}

export function multiple(values: readonly string[]): KeyState {
  return { values, isMultivalued: true };
}
