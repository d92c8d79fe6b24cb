import { describe, expect, test } from "vitest";
import { replaceAt, setAt, valuesAt } from "./paths.ts";

describe("paths", () => {
  const document = {
    A: { B: 1, "C.D": 2 },
    List: [{ X: 1, Inner: [{ Y: 1 }, { Y: 2 }] }, { X: null }, "text"],
    Map: { one: { V: 1 }, two: { V: 2 } },
  };
  const cases: [path: string, expected: unknown[]][] = [
    ["A.B", [1]],
    ["A.Z", []],
    ["A.B.C", []],
    ["List[].X", [1]],
    ["List[].Inner[].Y", [1, 2]],
    ["Map.*.V", [1, 2]],
    ["toString", []],
    ["A.constructor", []],
    ["", [document]],
  ];
  test.each(cases)("%s", (path, expected) => {
    expect(valuesAt(document, path)).toEqual(expected);
  });

  test("are replaced and set without touching the rest", () => {
    const copy = structuredClone(document);
    replaceAt(copy, "Map.*.V", (value) => Number(value) + 10);
    replaceAt(copy, "List[].Inner[].Y", () => "y");
    replaceAt(copy, "List[].Nothing.Z", () => "never");
    setAt(copy, "A.E.F", 3);
    expect(copy).toEqual({
      A: { B: 1, "C.D": 2, E: { F: 3 } },
      List: [{ X: 1, Inner: [{ Y: "y" }, { Y: "y" }] }, { X: null }, "text"],
      Map: { one: { V: 11 }, two: { V: 12 } },
    });
  });
});
