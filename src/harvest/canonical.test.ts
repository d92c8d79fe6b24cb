import { describe, expect, test } from "vitest";
import { canonicalOf, sortedJson } from "./canonical.ts";

describe("the canonical form", () => {
  const cases: [value: unknown, expected: unknown][] = [
    [{ at: new Date("2026-01-02T03:04:05.600Z") }, { at: "2026-01-02T03:04:05.600Z" }],
    [{ bytes: new Uint8Array([1, 2, 255]) }, { bytes: "AQL/" }],
    [{ big: 12345678901234567890n }, { big: "12345678901234567890" }],
    [
      { gone: undefined, kept: null, list: [1, undefined] },
      { kept: null, list: [1, null] },
    ],
    [
      { odd: Number.NaN, text: new String("lazy") },
      { odd: "NaN", text: "lazy" },
    ],
    [{ bad: new Date(Number.NaN) }, { bad: null }],
  ];
  test.each(cases)("%o", (value, expected) => {
    expect(canonicalOf(value)).toEqual(expected);
  });

  test("keeps a key called __proto__ as data", () => {
    const tags = canonicalOf(JSON.parse('{"__proto__": "x"}'));
    expect(JSON.stringify(tags)).toBe('{"__proto__":"x"}');
  });

  test("sorted text does not depend on the order of keys", () => {
    expect(sortedJson({ b: [1, { d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[1,{"c":2,"d":1}]}');
  });
});
