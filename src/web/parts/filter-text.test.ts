import { expect, test } from "vitest";
import { pairQuery, pairToken, parseFilter, printFilter, splitPair } from "./filter-text.ts";

const keys = ["status", "badge"];

test.each<[string, { tokens: [string, string][]; text: string }]>([
  ["", { tokens: [], text: "" }],
  ["status:warning", { tokens: [["status", "warning"]], text: "" }],
  ["web status:warning prod", { tokens: [["status", "warning"]], text: "web prod" }],
  ['badge:"cost center=a b" x', { tokens: [["badge", "cost center=a b"]], text: "x" }],
  ["arn:aws:s3:::logs", { tokens: [], text: "arn:aws:s3:::logs" }],
  ["status:", { tokens: [], text: "status:" }],
  ['"status:warning"', { tokens: [], text: "status:warning" }],
  [String.raw`badge:aws\:stack=web`, { tokens: [["badge", String.raw`aws\:stack=web`]], text: "" }],
])("reads %s", (line, expected) => {
  const { tokens, text } = parseFilter(line, keys);
  expect({ tokens: tokens.map(({ key, value }) => [key, value]), text }).toEqual(expected);
});

test.each([
  "status:warning",
  'badge:"cost center=a b" status:healthy free text',
  String.raw`badge:a\:b=c`,
])("prints what it read: %s", (line) => expect(printFilter(parseFilter(line, keys))).toBe(line));

test.each<[string, string | null]>([
  ["env", "prod"],
  ["aws:cloudformation:stack", "web=1"],
  ["a=b", "c:d"],
  ["back\\slash", ""],
  ["alone", null],
])("a badge %s survives the token", (key, value) => {
  expect(splitPair(pairToken(key, value))).toEqual({ key, value });
});

test.each([
  ["env=prod", "env:prod"],
  ["env:prod", "env:prod"],
  [String.raw`aws\:stack=web:1`, String.raw`aws\:stack:web:1`],
  [String.raw`a\=b=c`, "a=b:c"],
  ["env", "env"],
])("%s is asked for as %s", (token, query) => expect(pairQuery(token)).toBe(query));
