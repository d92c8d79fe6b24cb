// The two sides of a request from one account to another.
// Of the semantics checklist (reference/iam.md §2).
import { describe } from "vitest";
import {
  accountId,
  allowing,
  attached,
  document,
  everything,
  level,
  otherAccountId,
  resourcePolicy,
  roleArn,
  root,
  sessionArn,
} from "#iam/testing/cases.ts";
import { check } from "#iam/testing/check-combination.ts";

const orgLevels = (unit: Parameters<typeof level>[2][], account = [everything]) => [
  level("root", "r-ab12", everything),
  level("unit", "ou-ab12-prod", ...unit),
  level("account", accountId, ...account),
];
const bucket = { action: "s3:GetObject", resource: "arn:aws:s3:::bucket/key", resourceAccountId: accountId };
const denyingOthers = resourcePolicy({
  Effect: "Deny",
  Principal: "*",
  Action: "*",
  Resource: "*",
  Condition: {
    StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-ours" },
    BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
  },
});
const naming = (...principals: unknown[]) =>
  resourcePolicy(...principals.map((Principal) => ({ Principal, Action: "s3:*", Resource: "*" })));

describe("across accounts", () => {
  const foreign = { ...bucket, resourceAccountId: otherAccountId };
  const identity = [everything];
  check([
    {
      name: "both sides allow",
      request: foreign,
      layers: { identity, resource: naming({ AWS: accountId }) },
      answer: "allowed",
    },
    { name: "the caller's side only", request: foreign, layers: { identity }, answer: "implicit" },
    {
      name: "the resource's side only",
      request: foreign,
      layers: { resource: naming({ AWS: roleArn }) },
      answer: "implicit",
    },
    {
      name: "everyone is named, and the caller's side is missing",
      request: foreign,
      layers: { resource: naming("*") },
      answer: "implicit",
    },
    {
      name: "the session is named, and the boundary limits",
      request: foreign,
      layers: { identity, boundary: allowing("ec2:*"), resource: naming({ AWS: sessionArn }) },
      answer: "implicit",
    },
    {
      name: "the caller's SCP denies",
      request: foreign,
      layers: {
        identity,
        resource: naming({ AWS: roleArn }),
        scp: orgLevels([attached(document({ Effect: "Deny", Action: "s3:*" }))]),
      },
      answer: "explicit",
    },
    {
      name: "the resource's RCP denies",
      request: foreign,
      layers: { identity, resource: naming({ AWS: roleArn }), rcp: [level("root", "r-zz", denyingOthers)] },
      answer: "explicit",
    },
    {
      name: "a foreign root that is allowed",
      request: { ...foreign, principal: root },
      layers: { resource: naming({ AWS: accountId }) },
      answer: "allowed",
    },
    {
      name: "the resource's policy is not read",
      request: foreign,
      layers: { identity, resource: "unread" },
      answer: "unknown",
    },
  ]);
});
