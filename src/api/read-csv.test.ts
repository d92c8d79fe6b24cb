import { expect, test } from "vitest";
import { csvLine, unguarded } from "./csv.ts";
import { readCsv } from "./read-csv.ts";

test.each<[string, string, [number, string[]][]]>([
  [
    "cells and rows",
    "a,b\n1,2\n",
    [
      [1, ["a", "b"]],
      [2, ["1", "2"]],
    ],
  ],
  [
    "no line break at the end",
    "a,b\n1,2",
    [
      [1, ["a", "b"]],
      [2, ["1", "2"]],
    ],
  ],
  [
    "CRLF and a byte order mark",
    "\ufeffa,b\r\n1,2\r\n",
    [
      [1, ["a", "b"]],
      [2, ["1", "2"]],
    ],
  ],
  [
    "quotes, commas and line breaks",
    '"a ""b""","c,d","e\r\nf"\nnext\n',
    [
      [1, ['a "b"', "c,d", "e\r\nf"]],
      [3, ["next"]],
    ],
  ],
  [
    "empty cells",
    'a,,""\n,\n',
    [
      [1, ["a", "", ""]],
      [2, ["", ""]],
    ],
  ],
  [
    "empty lines",
    "a\n\n\r\nb\n",
    [
      [1, ["a"]],
      [4, ["b"]],
    ],
  ],
  ["a lone carriage return is text", "a\rb,c", [[1, ["a\rb", "c"]]]],
  ["nothing", "", []],
])("reads %s", (_, text, rows) => {
  expect(readCsv(text, 100)).toEqual({ ok: true, rows: rows.map(([line, cells]) => ({ line, cells })) });
});

test.each([
  ["a quote that is not closed", 'a\n"b,c\nd', 2, /does not end/],
  ["text after a quote", 'a,"b"c\n', 1, /follows a closing quote/],
  ["a quote within a plain cell", 'a\nb,c"d\n', 2, /not quoted/],
])("refuses %s with its line", (_, text, line, detail) => {
  expect(readCsv(text, 100)).toMatchObject({ ok: false, line, detail: expect.stringMatching(detail) });
});

test("reads no further than it must", () => {
  const answer = readCsv("a\n".repeat(100_000), 10);
  expect(answer.ok && answer.rows.length).toBe(11);
});

test.each([
  "=1+1",
  "+49",
  "-5",
  "@x",
  "\tx",
  "'=1",
  "''-",
  "plain",
  "'plain",
  "",
  'say "hi", now',
  "a\r\nb",
])("%j is no formula in a spreadsheet, and comes back as it was", (value) => {
  const line = csvLine([value, "next"]);
  expect(line).not.toMatch(/^"?[=+\-@\t\r]/);
  const answer = readCsv(line, 10);
  expect(answer.ok && answer.rows[0]?.cells.map(unguarded)).toEqual([value, "next"]);
});
