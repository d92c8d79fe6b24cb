// Memory of a pure function of one text of a request's head, bounded: it is dropped whole when it is full.

const kept = 4_000;

/** Texts are Latin-1, as on the wire. */
export function remember<Value>(work: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined || known.has(text)) return found as Value;
    // A text cut out of a request would keep the whole of it.
    const own = Buffer.from(text, "latin1").toString("latin1");
    const value = work(own);
    if (known.size >= kept) known.clear();
    known.set(own, value);
    return value;
  };
}
