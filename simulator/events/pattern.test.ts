import { describe, expect, test } from "vitest";
import { matchesPattern, patternProblem } from "./pattern.ts";
import { inputFor } from "./transform.ts";

const event = {
  source: "aws.ec2",
  count: 5,
  address: "10.1.2.3",
  name: "Prod-web.PNG",
  none: null,
  flag: true,
  tags: ["a", "b"],
  nested: {
    deep: "x",
    items: [
      { k: "1", v: "2" },
      { k: "3", v: "4" },
    ],
  },
};

describe("a pattern fits", () => {
  test.each<[string, object, boolean]>([
    ["a value", { source: ["aws.ec2"] }, true],
    ["one of several", { source: ["aws.s3", "aws.ec2"] }, true],
    ["no other", { source: ["aws.s3"] }, false],
    ["null", { none: [null] }, true],
    ["a boolean", { flag: [true] }, true],
    ["a number, not its text", { count: ["5"] }, false],
    ["any of a list", { tags: ["b", "c"] }, true],
    ["deeper", { nested: { deep: ["x"] } }, true],
    ["fields of one element", { nested: { items: { k: ["1"], v: ["2"] } } }, true],
    ["not fields of two", { nested: { items: { k: ["1"], v: ["4"] } } }, false],
    ["a beginning", { name: [{ prefix: "Prod" }] }, true],
    ["a beginning in any case", { name: [{ prefix: { "equals-ignore-case": "prod" } }] }, true],
    ["an end", { name: [{ suffix: ".png" }] }, false],
    ["an end in any case", { name: [{ suffix: { "equals-ignore-case": ".png" } }] }, true],
    ["equal in any case", { name: [{ "equals-ignore-case": "prod-WEB.png" }] }, true],
    ["wild", { name: [{ wildcard: "P*-*.PNG" }] }, true],
    ["a star that is one", { name: [{ wildcard: "P\\*" }] }, false],
    ["anything but it", { source: [{ "anything-but": "aws.ec2" }] }, false],
    ["anything but these", { source: [{ "anything-but": ["aws.s3", "aws.iam"] }] }, true],
    ["anything that begins otherwise", { source: [{ "anything-but": { prefix: "aws." } }] }, false],
    ["anything that ends otherwise", { name: [{ "anything-but": { suffix: [".gif"] } }] }, true],
    [
      "anything but in any case",
      { name: [{ "anything-but": { "equals-ignore-case": "PROD-WEB.PNG" } }] },
      false,
    ],
    ["anything but wild", { name: [{ "anything-but": { wildcard: "P*" } }] }, false],
    ["anything but, of nothing", { absent: [{ "anything-but": "x" }] }, false],
    ["a range", { count: [{ numeric: [">", 4, "<=", 5] }] }, true],
    ["outside", { count: [{ numeric: ["<", 5] }] }, false],
    ["equal", { count: [{ numeric: ["=", 5] }] }, true],
    ["there", { source: [{ exists: true }] }, true],
    ["not there", { absent: [{ exists: false }] }, true],
    ["not there, deeper", { absent: { deeper: [{ exists: false }] } }, true],
    ["there only as a leaf", { nested: [{ exists: true }] }, false],
    ["a network", { address: [{ cidr: "10.0.0.0/8" }] }, true],
    ["another network", { address: [{ cidr: "192.168.0.0/16" }] }, false],
    ["either", { $or: [{ source: ["x"] }, { count: [5] }] }, true],
    ["neither", { $or: [{ source: ["x"] }, { count: [6] }] }, false],
    ["both kinds", { source: ["aws.ec2"], $or: [{ count: [5] }, { count: [6] }] }, true],
  ])("%s", (_, pattern, expected) => {
    expect(patternProblem(pattern)).toBeUndefined();
    expect(matchesPattern(pattern, event)).toBe(expected);
  });
});

describe("a pattern is refused", () => {
  test.each<[string, unknown]>([
    ["without fields", {}],
    ["with a bare value", { source: "aws.ec2" }],
    ["with an empty list", { source: [] }],
    ["with an unknown operator", { source: [{ like: "x" }] }],
    ["with two operators", { source: [{ prefix: "x", suffix: "y" }] }],
    ["with a broken range", { count: [{ numeric: ["<"] }] }],
    ["with a broken network", { address: [{ cidr: "10.0.0.0" }] }],
    ["with one alternative", { $or: [{ a: [1] }] }],
  ])("%s", (_, pattern) => expect(patternProblem(pattern)).toEqual(expect.any(String)));
});

describe("a target is sent", () => {
  const rule = { arn: "arn:rule", name: "rule", ingestedAt: "2026-11-22T00:00:00Z" };
  const paths = { source: "$.source", deep: "$.nested.deep", items: "$.nested.items[0]", gone: "$.gone" };
  test.each<[string, Parameters<typeof inputFor>[0], string]>([
    ["a constant", { Input: '{"a":1}' }, '{"a":1}'],
    ["a part", { InputPath: "$.nested.items[1].v" }, '"4"'],
    ["the event", {}, JSON.stringify(event)],
    [
      "a template",
      { InputTransformer: { InputPathsMap: paths, InputTemplate: '{"s":<source>,"i":<items>}' } },
      '{"s":"aws.ec2","i":{"k":"1","v":"2"}}',
    ],
    [
      "a text",
      {
        InputTransformer: {
          InputPathsMap: paths,
          InputTemplate: '"<source> said <deep><gone> by <aws.events.rule-name>"',
        },
      },
      '"aws.ec2 said x by rule"',
    ],
  ])("%s", (_, target, expected) => expect(inputFor(target, event, rule)).toBe(expected));
});
