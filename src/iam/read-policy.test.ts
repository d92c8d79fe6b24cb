// Odd JSON is read as AWS reads it, or reported: never guessed.
import { describe, expect, test } from "vitest";
import { readPolicy } from "#iam/read-policy.ts";
import { accountId, document } from "#iam/testing/cases.ts";

const allow = { Effect: "Allow", Action: "s3:Get*", Resource: "*" };

function read(given: unknown) {
  const { policy } = readPolicy(given);
  if ("problems" in policy) throw new Error(JSON.stringify(policy.problems));
  return policy;
}

test.each<[name: string, given: unknown, expected: object]>([
  ["a single statement", { Statement: allow }, { statements: [{ effect: "Allow" }] }],
  ["no version is the older one", { Statement: allow }, { version: "2008-10-17" }],
  ["text", JSON.stringify(document(allow)), { version: "2012-10-17" }],
  [
    "percent-encoded text, as IAM sends it",
    encodeURIComponent(JSON.stringify(document(allow))),
    { version: "2012-10-17" },
  ],
  ["an Id", { Id: "x", Statement: [] }, { statements: [] }],
  [
    "one action without a list",
    { Statement: allow },
    { statements: [{ actions: { isNegated: false, values: ["s3:Get*"] } }] },
  ],
  [
    "everyone",
    { Statement: { ...allow, Principal: "*" } },
    { statements: [{ principals: { named: [{ kind: "AWS", value: "*" }] } }] },
  ],
  ["an empty Sid is none", { Statement: { ...allow, Sid: "" } }, { statements: [{ sid: null }] }],
  [
    "numbers and booleans without quotation marks",
    {
      Statement: {
        ...allow,
        Condition: { NumericLessThan: { "s3:max-keys": 10 }, Bool: { "aws:SecureTransport": [true] } },
      },
    },
    { statements: [{ conditions: [{ values: ["10"] }, { values: ["true"] }] }] },
  ],
  [
    "operators in any case",
    { Statement: { ...allow, Condition: { "forallvalues:stringnotlikeIFEXISTS": { k: "v" } } } },
    {
      statements: [
        { conditions: [{ operator: "StringNotLike", quantifier: "ForAllValues", ifExists: true }] },
      ],
    },
  ],
])("%s is read", (_, given, expected) => {
  expect(read(given)).toMatchObject(expected);
});

test.each<[name: string, given: unknown, path: string]>([
  ["no JSON", "{", ""],
  ["no object", "[]", ""],
  ["no statement", {}, "/Statement"],
  ["a version that is none", { Version: "2012-10-18", Statement: allow }, "/Version"],
  ["an element in another case", { Statement: { ...allow, action: "s3:*" } }, "/Statement/action"],
  ["an element that AWS does not know", { Statement: [], Comment: "x" }, "/Comment"],
  ["an effect in another case", { Statement: { ...allow, Effect: "allow" } }, "/Statement/Effect"],
  ["no action", { Statement: [{ Effect: "Allow", Resource: "*" }] }, "/Statement/0/Action"],
  ["Action and NotAction", { Statement: { ...allow, NotAction: "*" } }, "/Statement/NotAction"],
  [
    "an empty NotAction",
    { Statement: { Effect: "Allow", NotAction: [], Resource: "*" } },
    "/Statement/NotAction",
  ],
  ["a number for an action", { Statement: { ...allow, Action: ["s3:Get*", 1] } }, "/Statement/Action/1"],
  [
    "an operator that is none",
    { Statement: { ...allow, Condition: { StringIs: { k: "v" } } } },
    "/Statement/Condition/StringIs",
  ],
  [
    "NullIfExists",
    { Statement: { ...allow, Condition: { NullIfExists: { k: "true" } } } },
    "/Statement/Condition/NullIfExists",
  ],
  [
    "an operator without keys",
    { Statement: { ...allow, Condition: { StringEquals: "x" } } },
    "/Statement/Condition/StringEquals",
  ],
  ["a list for a condition", { Statement: { ...allow, Condition: [] } }, "/Statement/Condition"],
  [
    "an object for a value",
    { Statement: { ...allow, Condition: { StringEquals: { "a/b": {} } } } },
    "/Statement/Condition/StringEquals/a~1b",
  ],
  [
    "a number that is not exact",
    { Statement: { ...allow, Condition: { NumericEquals: { k: 1e21 } } } },
    "/Statement/Condition/NumericEquals/k",
  ],
  [
    "a kind of principal that is none",
    { Statement: { ...allow, Principal: { Aws: accountId } } },
    "/Statement/Principal/Aws",
  ],
  ["a principal that is text", { Statement: { ...allow, Principal: accountId } }, "/Statement/Principal"],
  [
    "a key that stands twice",
    '{"Statement": {"Effect": "Deny", "Effect": "Allow", "Action": "*"}}',
    "/Statement/Effect",
  ],
  [
    "a key that stands twice in a list",
    '{"Statement": [{}, {"Sid": "a:\\"{", "Sid": "b"}]}',
    "/Statement/1/Sid",
  ],
  ["control characters", { Statement: { ...allow, Action: "s3:\u0001" } }, "/Statement/Action"],
])("%s is reported", (_, given, path) => {
  const { policy } = readPolicy(given);
  expect("problems" in policy && policy.problems.map((problem) => problem.path)).toContain(path);
});

describe("one document", () => {
  test("is compiled once, however often it is attached", () => {
    const text = JSON.stringify(document({ Action: "ec2:*" }));
    expect(readPolicy(text).policy).toBe(readPolicy(text).policy);
  });

  test("has a hash of its own", () => {
    expect(readPolicy(document({ Action: "a:b" })).hash).not.toBe(
      readPolicy(document({ Action: "a:c" })).hash,
    );
  });
});
