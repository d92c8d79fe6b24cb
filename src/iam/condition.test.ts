// The conditions of the semantics checklist (reference/iam.md §2): every operator, absent, unknown, many values.
import { describe, expect, test } from "vitest";
import { evaluate } from "#iam/evaluate.ts";
import { attached, document, type Keys, layersOf, requestOf } from "#iam/testing/cases.ts";

type Verdict = "allowed" | "denied" | "conditional";

/** Of a statement that allows under the condition. */
function verdictOf(condition: unknown, keys: Keys): string {
  const policy = attached(document({ Action: "*", Condition: condition }));
  return evaluate(requestOf({ keys }), layersOf({ identity: [policy] })).verdict;
}

/** [operator, value or values of the policy, value or values of the request, what follows] */
type Row = [operator: string, expected: unknown, actual: Keys[string], verdict: Verdict];

const text: Row[] = [
  ["StringEquals", "a", "a", "allowed"],
  ["StringEquals", "a", "A", "denied"],
  ["StringEquals", ["a", "b"], "b", "allowed"],
  ["StringEquals", "a*", "ab", "denied"],
  ["StringNotEquals", "a", "b", "allowed"],
  ["StringNotEquals", ["a", "b"], "b", "denied"],
  ["StringEqualsIgnoreCase", "aB", "Ab", "allowed"],
  ["StringNotEqualsIgnoreCase", "aB", "Ab", "denied"],
  ["StringLike", "a*c", "abbc", "allowed"],
  ["StringLike", "a?c", "abc", "allowed"],
  ["StringLike", "a?c", "ac", "denied"],
  ["StringLike", "A*", "ab", "denied"],
  ["StringNotLike", "a*", "ab", "denied"],
  ["StringNotLike", "a*", "b", "allowed"],
  ["stringequals", "a", "a", "allowed"],
];
const numbers: Row[] = [
  ["NumericEquals", 10, "10.0", "allowed"],
  ["NumericNotEquals", "10", "11", "allowed"],
  ["NumericLessThan", "10", "10", "denied"],
  ["NumericLessThanEquals", "10", "10", "allowed"],
  ["NumericGreaterThan", "9", "10", "allowed"],
  ["NumericGreaterThanEquals", "-1.5", "-1.5", "allowed"],
  ["NumericLessThan", "many", "1", "conditional"],
];
const dates: Row[] = [
  ["DateEquals", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000Z", "allowed"],
  ["DateNotEquals", "2026-11-22T10:00:00Z", "2026-11-22T11:00:00+01:00", "denied"],
  ["DateLessThan", "2027", "2026-11-22T10:00:00Z", "allowed"],
  ["DateLessThanEquals", "1795341600", "1795341600", "allowed"],
  ["DateGreaterThan", "2026-11-22", "2026-11-22T10:00:00Z", "allowed"],
  ["DateGreaterThanEquals", "2026-11-23", "2026-11-22T10:00:00Z", "denied"],
  ["DateGreaterThan", "soon", "2026-11-22T10:00:00Z", "conditional"],
];
const others: Row[] = [
  ["Bool", true, "true", "allowed"],
  ["Bool", "TRUE", "true", "allowed"],
  ["Bool", "false", "true", "denied"],
  ["BinaryEquals", "QmluYXJ5", "QmluYXJ5", "allowed"],
  ["BinaryEquals", "QmluYXJ5", "QmluYXJ6", "denied"],
];
const addresses: Row[] = [
  ["IpAddress", "203.0.113.0/24", "203.0.113.77", "allowed"],
  ["IpAddress", "203.0.113.0/24", "203.0.114.1", "denied"],
  ["IpAddress", "203.0.113.7", "203.0.113.7", "allowed"],
  ["IpAddress", "203.0.113.9/24", "203.0.113.1", "allowed"],
  ["IpAddress", "0.0.0.0/0", "2001:db8::1", "denied"],
  ["IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5678:0:0:0:1", "allowed"],
  ["IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db9::", "denied"],
  ["IpAddress", "::ffff:192.0.2.0/120", "::ffff:192.0.2.9", "allowed"],
  ["NotIpAddress", "203.0.113.0/24", "203.0.113.77", "denied"],
  ["NotIpAddress", "203.0.113.0/24", "198.51.100.1", "allowed"],
  ["IpAddress", "300.0.0.0/8", "10.0.0.1", "conditional"],
];
const arns: Row[] = [
  ["ArnEquals", "arn:aws:iam::*:role/csp-*", "arn:aws:iam::111122223333:role/csp-harvest", "allowed"],
  ["ArnLike", "arn:aws:iam::*:role/csp-harvest", "arn:aws:iam::111122223333:role/path/csp-harvest", "denied"],
  ["ArnLike", "arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:role/path/x", "allowed"],
  // The example of the user guide: each of the six parts is checked separately.
  [
    "ArnLike",
    "arn:aws:someservice:*:111122223333:finance/*",
    "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
    "denied",
  ],
  [
    "StringLike",
    "arn:aws:someservice:*:111122223333:finance/*",
    "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
    "allowed",
  ],
  ["ArnNotEquals", "arn:aws:iam::*:role/a", "arn:aws:iam::111122223333:role/a", "denied"],
  ["ArnNotLike", "arn:aws:iam::*:role/a", "arn:aws:iam::111122223333:role/b", "allowed"],
];

describe.each(Object.entries({ text, numbers, dates, others, addresses, arns }))("%s", (_, rows) => {
  test.each(rows)("%s %j against %j: %s", (operator, expected, actual, verdict) => {
    expect(verdictOf({ [operator]: { "ex:key": expected } }, { "ex:key": actual })).toBe(verdict);
  });
});

const absent: Row[] = [
  ["StringEquals", "a", null, "denied"],
  ["StringNotEquals", "a", null, "allowed"],
  ["StringNotLike", "a", null, "allowed"],
  ["ArnNotLike", "arn:aws:iam::*:role/a", null, "allowed"],
  ["NotIpAddress", "10.0.0.0/8", null, "allowed"],
  ["NumericNotEquals", "1", null, "allowed"],
  ["DateNotEquals", "2026", null, "allowed"],
  ["NumericLessThan", "1", null, "denied"],
  ["Bool", "false", null, "denied"],
  ["BoolIfExists", "false", null, "allowed"],
  ["StringEqualsIfExists", "a", null, "allowed"],
  ["StringNotEqualsIfExists", "a", null, "allowed"],
  ["StringEqualsIfExists", "a", "b", "denied"],
  ["ForAllValues:StringEquals", "a", null, "allowed"],
  ["ForAnyValue:StringEquals", "a", null, "denied"],
  ["ForAnyValue:StringNotEquals", "a", null, "denied"],
  ["ForAnyValue:StringEqualsIfExists", "a", null, "allowed"],
  ["Null", "true", null, "allowed"],
  ["Null", true, null, "allowed"],
  ["Null", "false", null, "denied"],
  ["Null", "false", "x", "allowed"],
  ["Null", "true", "x", "denied"],
  ["Null", "true", [], "allowed"],
];

describe("a key that is absent", () => {
  test.each(absent)("%s %j against %j: %s", (operator, expected, actual, verdict) => {
    expect(verdictOf({ [operator]: { "ex:key": expected } }, { "ex:key": actual })).toBe(verdict);
  });
});

const unknown: Row[] = [
  ["StringEquals", "a", "unknown", "conditional"],
  ["StringNotEquals", "a", "unknown", "conditional"],
  ["StringEqualsIfExists", "a", "unknown", "conditional"],
  ["ForAllValues:StringEquals", "a", "unknown", "conditional"],
  ["Null", "true", "unknown", "conditional"],
  ["Null", ["true", "false"], "unknown", "allowed"],
];

describe("a key that is not known", () => {
  test.each(unknown)("%s %j against %j: %s", (operator, expected, actual, verdict) => {
    expect(verdictOf({ [operator]: { "ex:key": expected } }, { "ex:key": actual })).toBe(verdict);
  });
});

const many: Row[] = [
  ["ForAllValues:StringEquals", ["a", "b"], ["a", "b"], "allowed"],
  ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], "denied"],
  ["ForAllValues:StringEquals", "a", [], "allowed"],
  ["ForAllValues:StringEquals", "a", [""], "allowed"],
  ["ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], "allowed"],
  ["ForAnyValue:StringEquals", ["a", "b"], ["c", "d"], "denied"],
  ["ForAnyValue:StringEquals", "a", [], "denied"],
  ["ForAllValues:StringNotEquals", "a", ["b", "c"], "allowed"],
  ["ForAllValues:StringNotEquals", "a", ["b", "a"], "denied"],
  ["ForAnyValue:StringNotEquals", "a", ["b", "a"], "allowed"],
  ["ForAnyValue:StringNotEquals", "a", ["a"], "denied"],
  ["foranyvalue:stringlike", "a*", ["ab"], "allowed"],
  ["StringEquals", "a", ["a"], "allowed"],
  ["StringEquals", "a", ["a", "b"], "conditional"],
];

describe("several values in the request", () => {
  test.each(many)("%s %j against %j: %s", (operator, expected, actual, verdict) => {
    expect(verdictOf({ [operator]: { "ex:key": expected } }, { "ex:key": actual })).toBe(verdict);
  });
});

test.each<[name: string, condition: unknown, keys: Keys, verdict: Verdict]>([
  ["all keys must hold", { StringEquals: { "ex:a": "1", "ex:b": "2" } }, { "ex:a": "1" }, "denied"],
  [
    "all operators must hold",
    { StringEquals: { "ex:a": "1" }, Bool: { "ex:b": "true" } },
    { "ex:a": "1", "ex:b": "false" },
    "denied",
  ],
  [
    "one that fails decides over one that is not known",
    { StringEquals: { "ex:a": "1", "ex:b": "2" } },
    { "ex:a": "unknown", "ex:b": "3" },
    "denied",
  ],
  [
    "case of a key does not matter",
    { StringEquals: { "AWS:SourceVPC": "vpc-1" } },
    { "aws:sourceVpc": "vpc-1" },
    "allowed",
  ],
  ["an empty block asks nothing", {}, {}, "allowed"],
  ["an operator without keys asks nothing", { StringEquals: {} }, {}, "allowed"],
  ["an empty list says nothing certain", { StringEquals: { "ex:a": [] } }, { "ex:a": "1" }, "conditional"],
  [
    "a variable without a value fits nothing",
    { StringEquals: { "ex:a": "${ex:b}" } },
    { "ex:a": "1" },
    "denied",
  ],
  [
    "a negated one with a variable without a value is open",
    { StringNotEquals: { "ex:a": "${ex:b}" } },
    { "ex:a": "1" },
    "conditional",
  ],
  [
    "IgnoreCase fills variables in",
    { StringEqualsIgnoreCase: { "ex:a": "X-${ex:b}" } },
    { "ex:a": "x-EVE", "ex:b": "eve" },
    "allowed",
  ],
])("%s", (_, condition, keys, verdict) => {
  expect(verdictOf(condition, keys)).toBe(verdict);
});
