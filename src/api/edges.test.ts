// The small parts at the edge: CSV cells, cursors, field errors, pairs, progress, passwords.
import Type from "typebox";
import { describe, expect, test } from "vitest";
import { progressOf } from "#store/jobs.ts";
import { hashPassword, verifyPassword } from "#store/passwords.ts";
import { attentionOf } from "./attention.ts";
import { csvLine } from "./csv.ts";
import { pageOf, readCursor, writeCursor } from "./cursor.ts";
import { splitPair } from "./filters.ts";
import { compileCheck, readQuery } from "./validate.ts";

test.each([
  [["a", 1, true, null, undefined], "a,1,true,,\r\n"],
  [['say "hi"', "a,b", "a\r\nb"], '"say ""hi""","a,b","a\r\nb"\r\n'],
  [["=1+1", "+1", "-1", "@x", "\tx"], "'=1+1,'+1,'-1,'@x,'\tx\r\n"],
  [[-1], "-1\r\n"],
])("a line of CSV: %j", (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});

test.each([
  ["env:prod", { key: "env", value: "prod" }],
  ["env", { key: "env", value: null }],
  ["env:", { key: "env", value: "" }],
  ["aws\\:created:by:me", { key: "aws:created", value: "by:me" }],
  ["a\\\\:b", { key: "a\\", value: "b" }],
  ["a=b", { key: "a=b", value: null }],
  ["a\\", { key: "a\\", value: null }],
])("a pair: %s", (text, pair) => {
  expect(splitPair(text)).toEqual(pair);
});

describe("cursors", () => {
  test("come back as they went", () => {
    const { items, nextCursor } = pageOf([1, 2, 3], 2, (n) => [n, `id ${n}`]);
    expect(items).toEqual([1, 2]);
    expect(readCursor(nextCursor ?? "", ["rank", "text"])).toEqual([2, "id 2"]);
    expect(pageOf([1, 2], 2, () => []).nextCursor).toBeNull();
    expect(readCursor(undefined, ["text"])).toBeNull();
  });

  test.each([
    ["", ["text"]],
    [writeCursor(["a"]), ["text", "text"]],
    [writeCursor([1]), ["text"]],
    [writeCursor(["a\u0000"]), ["text"]],
    [writeCursor(["1; drop"]), ["integer"]],
    [writeCursor(["2026"]), ["instant"]],
    [writeCursor([1.5]), ["rank"]],
    [writeCursor([null]), ["text"]],
  ] as const)("that were made up are refused: %s", (text, shape) => {
    expect(() => readCursor(text, shape)).toThrow(/without a cursor/);
  });
});

describe("field errors", () => {
  const schema = Type.Object(
    {
      name: Type.String({ minLength: 2, maxLength: 4 }),
      count: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 9 }), Type.Null()])),
      list: Type.Optional(Type.Array(Type.Object({ "a/b": Type.Boolean() }), { maxItems: 1 })),
      mail: Type.Optional(Type.String({ pattern: "@", description: "an address" })),
    },
    { additionalProperties: false },
  );
  const check = compileCheck(schema);
  const cases: [string, unknown, [string, string, string?][]][] = [
    ["right", { name: "abc", count: null }, []],
    ["missing", {}, [["/name", "required"]]],
    ["too short and too long", { name: "a" }, [["/name", "too-short", "Give at least 2 characters."]]],
    ["null where none is allowed", { name: null }, [["/name", "wrong-type", "Give a text."]]],
    ["out of range", { name: "abc", count: 10 }, [["/count", "out-of-range", "Give a number from 1 to 9."]]],
    [
      "of a wrong type beside null",
      { name: "abc", count: "x" },
      [["/count", "wrong-type", "Give a whole number."]],
    ],
    ["with a slash in its name", { name: "abc", list: [{ "a/b": 1 }] }, [["/list/0/a~1b", "wrong-type"]]],
    ["too many", { name: "abc", list: [{ "a/b": true }, { "a/b": true }] }, [["/list", "too-many"]]],
    ["a described form", { name: "abc", mail: "x" }, [["/mail", "wrong-format", "Give an address."]]],
    [
      "unknown",
      { name: "abc", nmae: 1 },
      [["/nmae", "unknown-field", 'There is no "nmae" here. Known are: name, count, list, mail.']],
    ],
    ["NUL", { name: "a\u0000b" }, [["/name", "wrong-format"]]],
    ["half of a surrogate pair", { name: "a\ud800" }, [["/name", "wrong-format"]]],
    [
      "half of one in a name",
      { name: "abc", "b\udc00": 1 },
      [
        ["", "wrong-format"],
        ["/b\udc00", "unknown-field"],
      ],
    ],
    ["no object", "text", [["", "wrong-type", "Give an object."]]],
  ];
  test.each(cases)("%s", (_, value, errors) => {
    const found = check(value);
    expect(found.map(({ path, code }) => [path, code])).toEqual(errors.map(([path, code]) => [path, code]));
    for (const [path, , detail] of errors)
      if (detail) expect(found.find((error) => error.path === path)?.detail).toBe(detail);
  });

  test("a query becomes what the schema says, and what it is not stays", () => {
    const query = Type.Object({
      n: Type.Integer(),
      flag: Type.Boolean(),
      all: Type.Array(Type.String()),
      text: Type.String(),
    });
    expect(readQuery(query, { n: "12", flag: "true", all: "one", text: "12" })).toEqual({
      n: 12,
      flag: true,
      all: ["one"],
      text: "12",
    });
    expect(readQuery(query, { n: "1e3", flag: "yes", all: ["a", "b"], other: "x" })).toEqual({
      n: "1e3",
      flag: "yes",
      all: ["a", "b"],
      other: "x",
    });
  });
});

test.each([
  [0, 100, true, 10, { rate: null, secondsLeft: null }],
  [40, 100, true, 20, { rate: 2, secondsLeft: 30 }],
  [40, null, true, 20, { rate: 2, secondsLeft: null }],
  [100, 100, false, 20, { rate: 5, secondsLeft: null }],
  [120, 100, true, 20, { rate: 6, secondsLeft: 0 }],
  [5, 10, true, null, { rate: null, secondsLeft: null }],
])("progress of %d of %s", (done, total, isRunning, seconds, progress) => {
  expect(progressOf(done, total, isRunning, seconds)).toEqual(progress);
});

test("a password is known by its hash alone, and nobody's takes as long", async () => {
  const stored = await hashPassword("correct horse battery");
  expect(stored).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  expect(await verifyPassword("correct horse battery", stored)).toBe(true);
  expect(await verifyPassword("correct horse batterz", stored)).toBe(false);
  expect(await verifyPassword("correct horse battery", null)).toBe(false);
  expect(await hashPassword("correct horse battery")).not.toBe(stored);
});

test("attention: causes that are there, the largest first, at most five", () => {
  const none = { healthy: 1, pending: 0, paused: 0, suspended: 0, "out-of-scope": 0, removing: 0 };
  const findings = { critical: 1, high: 9, medium: 0, low: 0, info: 0 };
  const states = { "awaiting-role": 1, "assume-role-failed": 2, "invalid-credentials": 3, warning: 0 };
  const syncs = [{ id: "org_1", nickname: "acme", state: "needs-confirmation" as const }];
  const causes = attentionOf({ byStatus: { ...none, ...states }, findings, scopesInGap: 1200, syncs });
  expect(causes.map(({ code, count }) => [code, count])).toEqual([
    ["scopes-in-gap", 1200],
    ["invalid-credentials", 3],
    ["assume-role-failed", 2],
    ["awaiting-role", 1],
    ["sync-needs-confirmation", 1],
  ]);
  expect(causes.map(({ title }) => title)).toContain("1 cloud has no member role yet");
  expect(causes[0]?.title).toBe("1,200 harvest scopes could not be read");
});
