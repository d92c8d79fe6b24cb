// Memory of a pure function of one text, bounded: it is dropped whole when it is full.

const kept = 4_000;

/** What `work` returns must not be changed by whoever gets it. */
export function remember<Value>(work: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined || known.has(text)) return found as Value;
    const value = work(text);
    if (known.size >= kept) known.clear();
    known.set(text, value);
    return value;
  };
}
