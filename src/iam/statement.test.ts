// The statement part of the semantics checklist (reference/iam.md §2): actions, resources, variables.
import { describe, expect, test } from "vitest";
import { evaluate } from "#iam/evaluate.ts";
import { unknownPart } from "#iam/glob.ts";
import { attached, document, type Keys, layersOf, type RawStatement, requestOf } from "#iam/testing/cases.ts";

interface Case {
  name: string;
  statement: RawStatement;
  action?: string;
  resource?: string;
  keys?: Keys;
  version?: string;
  verdict?: "allowed" | "denied" | "conditional";
}

function verdictOf({ statement, action, resource = "*", keys, version = "2012-10-17" }: Case) {
  const policy = attached({ ...document(statement), Version: version });
  return evaluate(
    requestOf({ action: action ?? "s3:GetObject", resource, keys }),
    layersOf({ identity: [policy] }),
  ).verdict;
}

const object = "arn:aws:s3:::bucket/home/eve/notes.txt";
const queue = "arn:aws:sqs:eu-west-1:111122223333:orders";

const actions: Case[] = [
  { name: "the same action", statement: { Action: "s3:GetObject" } },
  { name: "case does not matter", statement: { Action: "S3:getobject" } },
  { name: "a star in the name", statement: { Action: "s3:Get*" } },
  { name: "a star for all", statement: { Action: "*" } },
  { name: "a question mark is one character", statement: { Action: "s3:GetObjec?" } },
  { name: "a question mark is not none", statement: { Action: "s3:GetObject?" }, verdict: "denied" },
  { name: "a comma is a comma", statement: { Action: "s3:PutObject,s3:GetObject" }, verdict: "denied" },
  { name: "a name without its service", statement: { Action: "GetObject" }, verdict: "denied" },
  { name: "any of a list", statement: { Action: ["s3:PutObject", "s3:GetObject"] } },
  { name: "an empty list has no effect", statement: { Action: [] }, verdict: "denied" },
  { name: "no part of a word", statement: { Action: "s3:GetObjectAcl" }, verdict: "denied" },
  { name: "NotAction covers the others", statement: { NotAction: "iam:*" } },
  {
    name: "NotAction spares its own",
    statement: { NotAction: "S3:get*" },
    verdict: "denied",
  },
];

describe("an action fits", () => {
  test.each(actions)("$name", (one) => {
    expect(verdictOf(one)).toBe(one.verdict ?? "allowed");
  });
});

const onObject = (Resource: unknown, rest: Partial<Case> = {}): Omit<Case, "name"> => ({
  statement: { Action: "*", Resource },
  resource: object,
  ...rest,
});

const resources: Case[] = [
  { name: "everything", ...onObject("*") },
  { name: "the same ARN", ...onObject(object) },
  { name: "case matters", ...onObject(object.toUpperCase()), verdict: "denied" },
  { name: "a star in the name", ...onObject("arn:aws:s3:::bucket/*") },
  { name: "a star within the name crosses slashes", ...onObject("arn:aws:s3:::buck*notes.txt") },
  { name: "another bucket", ...onObject("arn:aws:s3:::other/*"), verdict: "denied" },
  {
    name: "a star within a part stays in it",
    ...onObject("arn:aws:sqs:eu*1:orders", { resource: queue }),
    verdict: "denied",
  },
  {
    name: "a star that ends a part reaches beyond it",
    ...onObject("arn:aws:sqs:*:orders", { resource: queue }),
  },
  { name: "a star per part", ...onObject("arn:aws:sqs:*:*:orders", { resource: queue }) },
  {
    name: "a question mark is no colon",
    ...onObject("arn:aws:sqs?eu-west-1:111122223333:orders", { resource: queue }),
    verdict: "denied",
  },
  {
    name: "a name with colons",
    ...onObject("arn:aws:logs:*:*:log-group:*:log-stream:x", {
      resource: "arn:aws:logs:eu-west-1:111122223333:log-group:/a/b:log-stream:x",
    }),
  },
  {
    name: "a request without a resource needs *",
    ...onObject("arn:aws:s3:::*", { resource: "*" }),
    verdict: "denied",
  },
  {
    name: "NotResource without a resource applies",
    statement: { Action: "*", NotResource: object },
  },
  {
    name: "NotResource spares its own",
    statement: { Action: "*", NotResource: "arn:aws:s3:::bucket/*" },
    resource: object,
    verdict: "denied",
  },
  {
    name: "NotResource covers others",
    statement: { Action: "*", NotResource: "arn:aws:s3:::other/*" },
    resource: object,
  },
  { name: "an empty list has no effect", ...onObject([]), verdict: "denied" },
  {
    name: "a name that is not known, and any is meant",
    ...onObject("arn:aws:s3:::*", { resource: `arn:aws:s3:::${unknownPart}` }),
  },
  {
    name: "a name that is not known, and one is meant",
    ...onObject("arn:aws:s3:::bucket", { resource: `arn:aws:s3:::${unknownPart}` }),
    verdict: "conditional",
  },
  {
    name: "a name that is not known, of another account",
    ...onObject("arn:aws:sqs:*:999999999999:*", {
      resource: `arn:aws:sqs:eu-west-1:111122223333:${unknownPart}`,
    }),
    verdict: "denied",
  },
];

describe("a resource fits", () => {
  test.each(resources)("$name", (one) => {
    expect(verdictOf(one)).toBe(one.verdict ?? "allowed");
  });
});

const own = "arn:aws:s3:::bucket/home/${aws:username}/*";
const like = (value: string) => ({ Action: "*", Condition: { StringLike: { "s3:prefix": value } } });

const variables: Case[] = [
  { name: "the value of the request", ...onObject(own, { keys: { "aws:username": "eve" } }) },
  { name: "another value", ...onObject(own, { keys: { "aws:username": "bob" } }), verdict: "denied" },
  { name: "no value fits nothing", ...onObject(own), verdict: "denied" },
  { name: "a default stands in", ...onObject("arn:aws:s3:::bucket/home/${aws:username, 'eve'}/*") },
  {
    name: "a value before its default",
    ...onObject("arn:aws:s3:::bucket/home/${aws:username, 'eve'}/*", { keys: { "aws:username": "bob" } }),
    verdict: "denied",
  },
  {
    name: "a value that is not known leaves it open",
    ...onObject(own, { keys: { "aws:username": "unknown" } }),
    verdict: "conditional",
  },
  {
    name: "a value that is not known cannot mend another bucket",
    ...onObject("arn:aws:s3:::other/${aws:username}", { keys: { "aws:username": "unknown" } }),
    verdict: "denied",
  },
  {
    name: "the older version knows no variables",
    ...onObject(own, { keys: { "aws:username": "eve" }, version: "2008-10-17" }),
    verdict: "denied",
  },
  {
    name: "the older version takes them as text",
    ...onObject(own, { resource: "arn:aws:s3:::bucket/home/${aws:username}/x", version: "2008-10-17" }),
  },
  {
    name: "a key with several values cannot be one",
    ...onObject(own, { keys: { "aws:username": ["eve"] } }),
    verdict: "denied",
  },
  {
    name: "case of a key does not matter",
    ...onObject("arn:aws:s3:::bucket/home/${AWS:UserName}/*", { keys: { "aws:username": "eve" } }),
  },
  {
    name: "a tag's key",
    ...onObject("arn:aws:s3:::bucket/home/${aws:PrincipalTag/team}/*", {
      keys: { "aws:PrincipalTag/team": "eve" },
    }),
  },
  { name: "an asterisk that is one", statement: like("a${*}b"), keys: { "s3:prefix": "a*b" } },
  {
    name: "an asterisk that is one is no wildcard",
    statement: like("a${*}b"),
    keys: { "s3:prefix": "axb" },
    verdict: "denied",
  },
  {
    name: "a question mark that is one",
    statement: like("a${?}b"),
    keys: { "s3:prefix": "axb" },
    verdict: "denied",
  },
  {
    name: "a dollar that is one",
    statement: like("${$}{aws:username}"),
    keys: { "s3:prefix": "${aws:username}" },
  },
  {
    name: "in a condition",
    statement: like("home/${aws:username}/*"),
    keys: { "s3:prefix": "home/eve/a", "aws:username": "eve" },
  },
  {
    name: "the value is compared with its case",
    statement: like("home/${aws:username}/*"),
    keys: { "s3:prefix": "home/Eve/a", "aws:username": "eve" },
    verdict: "denied",
  },
];

describe("a variable", () => {
  test.each(variables)("$name", (one) => {
    expect(verdictOf(one)).toBe(one.verdict ?? "allowed");
  });
});
