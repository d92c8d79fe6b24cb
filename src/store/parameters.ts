// The parameters of a statement that is put together from parts.

export interface Parameters {
  readonly values: unknown[];
  /** Adds a value and returns its place: "$3". Equal strings share one. */
  of(value: unknown): string;
}

export function openParameters(): Parameters {
  const values: unknown[] = [];
  return {
    values,
    of(value) {
      const known = typeof value === "string" ? values.indexOf(value) : -1;
      return `$${known >= 0 ? known + 1 : values.push(value)}`;
    },
  };
}
