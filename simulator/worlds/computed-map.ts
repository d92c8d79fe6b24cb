// A map that keeps nothing: its keys and values are worked out each time they are asked for.

export interface Computed<Value> {
  keyAt(index: number): string;
  get(key: string): Value | undefined;
}

export function computedMap<Value>(
  size: number,
  { keyAt, get }: Computed<Value>,
): ReadonlyMap<string, Value> {
  function* entries(): MapIterator<[string, Value]> {
    for (let index = 0; index < size; index++) {
      const key = keyAt(index);
      const value = get(key);
      if (value !== undefined) yield [key, value];
    }
  }
  function* keys(): MapIterator<string> {
    for (const [key] of entries()) yield key;
  }
  function* values(): MapIterator<Value> {
    for (const [, value] of entries()) yield value;
  }
  const map: ReadonlyMap<string, Value> = {
    size,
    get,
    has: (key) => get(key) !== undefined,
    keys,
    values,
    entries,
    [Symbol.iterator]: entries,
    forEach: (visit, self) => {
      for (const [key, value] of entries()) visit.call(self, value, key, map);
    },
  };
  return map;
}
