// The rows of AWS's documentation on condition operators, quantifiers, missing keys, variables and patterns.
import { expect, test } from "vitest";
import { authorize, memo } from "../authorize.ts";

type Given = Record<string, string | string[]>;

function allows(
  fields: object,
  given: Given = {},
  action = "s3:GetObject",
  resource = "arn:aws:s3:::b/k",
): boolean {
  const text = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*", ...fields }],
  });
  const lower = new Map(Object.entries(given).map(([key, value]) => [key.toLowerCase(), [value].flat()]));
  const layers = { identity: [{ text }], boundary: undefined, session: undefined, serviceControl: undefined };
  const asked = { action, resource, context: (key: string) => lower.get(key) };
  const decision = authorize(layers, asked);
  // The memo must say the same.
  expect(authorize(layers, asked)).toEqual(decision);
  memo.isOn = false;
  expect(authorize(layers, asked)).toEqual(decision);
  memo.isOn = true;
  return decision.allowed;
}

const conditions: [condition: object, given: Given, holds: boolean][] = [
  [{ StringEquals: { k: "a" } }, { k: "a" }, true],
  [{ StringEquals: { k: ["a", "b"] } }, { k: "b" }, true],
  [{ StringEquals: { k: "a" } }, { k: "A" }, false],
  [{ stringequals: { K: "a" } }, { k: "a" }, true],
  [{ StringEquals: { k: "a" } }, {}, false],
  [{ StringEqualsIfExists: { k: "a" } }, {}, true],
  [{ StringEqualsIfExists: { k: "a" } }, { k: "b" }, false],
  [{ StringNotEquals: { k: "a" } }, {}, true],
  [{ StringNotEquals: { k: ["a", "b"] } }, { k: "b" }, false],
  [{ StringEqualsIgnoreCase: { k: "AbC" } }, { k: "aBc" }, true],
  [{ StringLike: { k: "a*c?" } }, { k: "abbcd" }, true],
  [{ StringNotLike: { k: "a*" } }, { k: "abc" }, false],
  [{ StringEquals: { a: "1", b: "2" } }, { a: "1" }, false],
  [{ StringEquals: { a: "1" }, Bool: { b: "true" } }, { a: "1", b: "true" }, true],
  [{ "ForAllValues:StringEquals": { k: ["a", "b"] } }, { k: ["a", "b"] }, true],
  [{ "ForAllValues:StringEquals": { k: ["a", "b"] } }, { k: ["a", "c"] }, false],
  [{ "ForAllValues:StringEquals": { k: "a" } }, {}, true],
  [{ "ForAllValues:StringEquals": { k: "a" } }, { k: [""] }, true],
  [{ "ForAnyValue:StringNotEquals": { k: "a" } }, { k: [""] }, false],
  [{ "ForAnyValue:StringEquals": { k: "a" } }, { k: ["a", "c"] }, true],
  [{ "ForAnyValue:StringEquals": { k: "a" } }, {}, false],
  [{ Null: { k: "true" } }, {}, true],
  [{ Null: { k: "true" } }, { k: "x" }, false],
  [{ Null: { k: "false" } }, { k: "x" }, true],
  [{ Bool: { k: "true" } }, {}, false],
  [{ BoolIfExists: { k: "true" } }, {}, true],
  [{ NumericLessThan: { k: "10" } }, { k: "9" }, true],
  [{ NumericGreaterThanEquals: { k: "10" } }, { k: "9" }, false],
  [{ DateGreaterThan: { k: "2026-01-01T00:00:00Z" } }, { k: "2026-01-02T00:00:00Z" }, true],
  [{ DateGreaterThan: { k: "2027" } }, { k: "2026-01-02T00:00:00Z" }, false],
  [{ IpAddress: { k: ["10.0.0.0/8", "2001:db8::/32"] } }, { k: "10.1.2.3" }, true],
  [{ IpAddress: { k: ["10.0.0.0/8", "2001:db8::/32"] } }, { k: "2001:db8::1" }, true],
  [{ NotIpAddress: { k: "10.0.0.0/8" } }, {}, true],
  [{ NotIpAddress: { k: "10.0.0.0/8" } }, { k: "10.1.2.3" }, false],
  [
    { ArnLike: { k: "arn:aws:iam::*:role/csp-*" } },
    { k: "arn:aws:iam::111122223333:role/csp-harvest" },
    true,
  ],
  [
    { ArnNotLike: { k: "arn:aws:iam::*:role/csp-harvest" } },
    { k: "arn:aws:iam::1:role/path/csp-harvest" },
    true,
  ],
  [{ StringEquals: { k: "${aws:PrincipalTag/team}" } }, { k: "x", "aws:PrincipalTag/team": "x" }, true],
  [{ StringEquals: { k: "${aws:PrincipalTag/team}" } }, { k: "" }, false],
  [{ StringEquals: { k: "${aws:PrincipalTag/team, 'none'}" } }, { k: "none" }, true],
  [{ StringLike: { k: "a${*}" } }, { k: "a*" }, true],
  [{ StringLike: { k: "a${*}" } }, { k: "abc" }, false],
  [{ StringLike: { k: "${aws:username}" } }, { k: "ab", "aws:username": "a*" }, false],
  [{ StringEquals: { k: "${aws:username}" } }, { k: "a*", "aws:username": "a*" }, true],
  [{ "ForAllValues:StringNotEquals": { k: ["a"] } }, { k: ["b", "c"] }, true],
  [{ "ForAnyValue:StringNotLike": { k: ["a*"] } }, { k: ["ab", "c"] }, true],
  [{ "ForAnyValue:StringNotLike": { k: ["a*"] } }, {}, false],
  [{ NumericNotEquals: { k: "10" } }, { k: "10" }, false],
  [{ NumericLessThanEquals: { k: "10" } }, { k: "10" }, true],
  [{ DateLessThanEquals: { k: "2026-01-01T00:00:00Z" } }, { k: "1767225600" }, true],
  [{ DateNotEquals: { k: "2026-01-01T00:00:00Z" } }, { k: "2026-01-01T00:00:00.000Z" }, false],
  [{ BinaryEquals: { k: "QmluYXJ5" } }, { k: "QmluYXJ5" }, true],
  [{ StringNotEqualsIgnoreCase: { k: "abc" } }, { k: "ABC" }, false],
  [{ ArnNotEquals: { k: "arn:aws:s3:::b" } }, { k: "arn:aws:s3:::c" }, true],
  [{ BoolIfExists: { k: "false" } }, { k: "true" }, false],
];

test.each(conditions)("condition %j with %j: %s", (Condition, given, holds) => {
  expect(allows({ Condition }, given)).toBe(holds);
});

const resources: [resource: string | string[], asked: string, covers: boolean][] = [
  ["arn:aws:sqs:*:orders", "arn:aws:sqs:eu-west-1:111122223333:orders", true],
  ["arn:aws:sqs:eu*1:orders", "arn:aws:sqs:eu-west-1:111122223333:orders", false],
  ["arn:aws:s3*", "arn:aws:s3:::b/k", true],
  ["*", "*", true],
  ["arn:aws:s3:::b/*", "*", false],
  ["arn:aws:s3:::b/*", "arn:aws:s3:::b/k/l", true],
  ["arn:aws:s3:::b", "arn:aws:s3:::b/k", false],
  ["arn:aws:iam::*:role/x", "arn:aws:iam::1:user/role/x", false],
  ["arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::ann/k", true],
  ["arn:*:s3:::b?/k", "arn:aws-cn:s3:::bb/k", true],
  ["arn:aws:s3:::b/${*}", "arn:aws:s3:::b/k", false],
];

test.each(resources)("resource %j covers %s: %s", (Resource, asked, covers) => {
  expect(allows({ Resource }, { "aws:username": "ann" }, "s3:GetObject", asked)).toBe(covers);
});

const actions: [fields: object, action: string, covers: boolean][] = [
  [{ Action: "s3:getobject" }, "s3:GetObject", true],
  [{ Action: "s3:Get*" }, "s3:GetObject", true],
  [{ Action: "s3:Get*" }, "s3:PutObject", false],
  [{ Action: ["ec2:*", "s3:?etObject"] }, "s3:GetObject", true],
  [{ Action: undefined, NotAction: "iam:*" }, "s3:GetObject", true],
  [{ Action: undefined, NotAction: "s3:*" }, "s3:GetObject", false],
  [{ Action: "s3:GetObject,s3:PutObject" }, "s3:GetObject", false],
];

test.each(actions)("%j covers %s: %s", (fields, action, covers) => {
  expect(allows(fields, {}, action)).toBe(covers);
});
