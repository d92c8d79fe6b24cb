// What checkRule refuses and where it says so, and what readsOf finds.
import { describe, expect, test } from "vitest";
import {
  all,
  and,
  any,
  count,
  equals,
  exists,
  isSet,
  isTrue,
  not,
  olderThan,
  policyAllows,
  related,
  tag,
} from "./build.ts";
import { checkRule } from "./check.ts";
import { limits } from "./fields.ts";
import { ruleHash } from "./hash.ts";
import { readsOf } from "./reads.ts";
import type { Rule } from "./tree.ts";
import { needsNeighbours } from "./walk.ts";

function nested(depth: number): Rule {
  return depth === 1 ? isSet("A") : not(nested(depth - 1));
}

function crossing(relations: number): Rule {
  return relations === 1
    ? exists("aws.s3.bucket", "cloud")
    : related("uses", "aws.s3.bucket", { rule: crossing(relations - 1) });
}

const refused: [name: string, rule: unknown, path: string][] = [
  ["nothing", undefined, ""],
  ["null", null, ""],
  ["a list", [], ""],
  ["a text", "and", ""],
  ["no op", { path: "A" }, ""],
  ["an unknown op", { op: "eval", path: "A" }, "/op"],
  ["an op of Object's", { op: "constructor" }, "/op"],
  ["a missing field", { op: "equals", path: "A" }, ""],
  ["an unknown field", { op: "isSet", path: "A", really: true }, ""],
  ["a wrong type", { op: "greaterThan", path: "A", value: "5" }, "/value"],
  ["no number", { op: "greaterThan", path: "A", value: Number.NaN }, "/value"],
  ["an object as scalar", { op: "equals", path: "A", value: {} }, "/value"],
  ["no rules", { op: "and", rules: [] }, "/rules"],
  [
    "a broken child",
    { op: "and", rules: [isSet("A"), { op: "not", rule: { op: "isSet" } }] },
    "/rules/1/rule",
  ],
  ["an empty path", isSet(""), "/path"],
  ["an empty name", isSet("A..B"), "/path"],
  ["a trailing dot", isSet("A."), "/path"],
  ["a list in a path", isSet("A[].B"), "/path"],
  ["an unknown common field", isSet("@tags"), "/path"],
  [
    "a too long path",
    isSet(
      Array(limits.pathSegments + 1)
        .fill("a")
        .join("."),
    ),
    "/path",
  ],
  ["half a character", equals("A", "\ud83d"), "/value"],
  ["a NUL", equals("A", "a\u0000"), "/value"],
  ["a NUL in a list", { op: "in", path: "A", values: ["a", "\u0000"] }, "/values/1"],
  ["a too long text", equals("A", "x".repeat(limits.textLength + 1)), "/value"],
  ["too deep", nested(limits.depth + 1), "/rule".repeat(limits.depth)],
  [
    "too many",
    and(...Array.from({ length: 5 }, () => and(...Array(limits.listLength).fill(isSet("A"))))),
    "/rules/3/rules/497",
  ],
  ["a count without bounds", count("A", {}), ""],
  ["a negative bound", count("A", { atLeast: -1 }), "/atLeast"],
  ["no block", { op: "cidr", path: "A", within: ["10.0.0.0/8", "10.0.0.0/40"] }, "/within/1"],
  ["no port", { op: "portsOpen", path: "A", ports: [70_000], from: "internet" }, "/ports/0"],
  ["no source", { op: "portsOpen", path: "A", ports: "all", from: "everywhere" }, "/from"],
  ["too many days", olderThan("A", 1e9), "/days"],
  ["no type", exists("bucket", "cloud"), "/type"],
  ["neighbours of an element", any("A", exists("aws.s3.bucket", "cloud")), "/rule"],
  ["too many relations", crossing(5), "/rule/rule/rule/rule"],
];

describe("refused", () => {
  test.each(refused)("%s", (_, rule, path) => {
    const checked = checkRule(rule);
    expect(checked.ok ? [] : checked.errors.map((error) => error.path)).toContain(path);
  });
});

describe("taken", () => {
  test.each<[string, Rule]>([
    ["the deepest", nested(limits.depth)],
    ["the widest", and(...Array(limits.listLength).fill(isSet("A")))],
    ["four relations", crossing(4)],
    ["an element itself", any("A", all("", equals("", 1)))],
    ["names that JavaScript knows", isSet("__proto__.constructor.0")],
    [
      "quotes and code in names and texts",
      equals('A"};process@exit();{"', "`$\u007bprocess.exit()}`\u2028'\\"),
    ],
  ])("%s", (_, rule) => {
    expect(checkRule(rule)).toEqual({ ok: true, rule });
  });
});

test("many faults are told at once, but not without end", () => {
  const checked = checkRule(and(...Array(100).fill(isSet(""))));
  expect(checked.ok ? 0 : checked.errors.length).toBe(20);
});

test("what a rule reads", () => {
  const rule = and(
    isTrue("A.B"),
    any("L", and(isTrue("x"), count("M", { rule: isSet(""), atLeast: 1 }), equals("@name", "n"))),
    tag("Owner"),
    policyAllows("P", "anyone"),
    related("uses", "aws.kms.key", { rule: and(isTrue("K"), exists("aws.s3.bucket", "region", isSet("Z"))) }),
  );
  const bucket = {
    type: "aws.s3.bucket",
    where: "region",
    reads: { paths: ["Z"], relations: [], exists: [], types: [] },
  };
  expect(readsOf(rule)).toEqual({
    paths: ["A.B", "L", "L[].x", "L[].M", "L[].M[]", "@name", "@tags", "P"],
    relations: [
      {
        relation: "uses",
        direction: "out",
        type: "aws.kms.key",
        within: "cloud",
        reads: { paths: ["K"], relations: [], exists: [bucket], types: ["aws.s3.bucket"] },
      },
    ],
    exists: [],
    types: ["aws.kms.key", "aws.s3.bucket"],
  });
  expect(needsNeighbours(rule)).toBe(true);
  expect(needsNeighbours(isTrue("A"))).toBe(false);
});

test("a hash depends on meaning, not on the order of fields", () => {
  const hash = ruleHash({ op: "equals", path: "A", value: 1 });
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(ruleHash({ value: 1, path: "A", op: "equals" } as Rule)).toBe(hash);
  expect(ruleHash({ op: "equals", path: "A", value: "1" })).not.toBe(hash);
  expect(ruleHash(and(isSet("A"), isSet("B")))).not.toBe(ruleHash(and(isSet("B"), isSet("A"))));
});
