import { describe, expect, test } from "vitest";
import { applyFilters } from "./describe.ts";

describe("filters", () => {
  const items = [
    { id: "a", Tags: [{ Key: "env", Value: "prod" }], Groups: [{ Id: "1" }, { Id: "2" }] },
    { id: "b", Tags: [{ Key: "env", Value: "p*d" }], Groups: [] },
  ];
  test.each<[string, string, string[], string]>([
    ["a value", "tag:env", ["prod"], "a"],
    ["one of several", "id", ["b", "x"], "b"],
    ["a path through lists", "group-id", ["2"], "a"],
    ["a star", "tag:env", ["p*"], "ab"],
    ["a star that means itself", "tag:env", ["p\\*d"], "b"],
    ["one letter", "tag:env", ["pro?"], "a"],
    ["a key", "tag-key", ["env"], "ab"],
    ["letters case counts", "tag:env", ["Prod"], ""],
    ["dots are dots", "tag:env", ["pr.d"], ""],
  ])("%s", (_, Name, Values, expected) => {
    const found = applyFilters(items, [{ Name, Values }], { id: "id", "group-id": "Groups.Id" });
    expect(found.map((each) => each.id).join("")).toBe(expected);
  });
});
