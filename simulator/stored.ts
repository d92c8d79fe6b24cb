// How the simulator keeps AWS's shapes: the SDK's own types with dates as ISO strings, because
// collections hold JSON. Types only.

export type Stored<T> = T extends Date
  ? string
  : T extends Uint8Array
    ? string
    : T extends (infer Item)[]
      ? Stored<Item>[]
      : T extends object
        ? { [Key in keyof T]: Stored<T[Key]> }
        : T;
