import { expect, test } from "vitest";
import { regionDenials } from "./region-denial.ts";

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const sparing = (operator: string, regions: string | string[], more: object = {}) => ({
  Effect: "Deny",
  NotAction: ["iam:*", "organizations:*", "sts:*"],
  Resource: "*",
  Condition: { [operator]: { "aws:RequestedRegion": regions }, ...more },
});
const exempt = { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/Breakglass" } };

const cases: [title: string, document: string, seen: object[]][] = [
  [
    "all but some regions, global services spared",
    policy(sparing("StringNotEquals", ["eu-west-1", "eu-central-1"])),
    [{ allowed: ["eu-west-1", "eu-central-1"], isNarrowed: false, deploys: false, reads: true, there: true }],
  ],
  [
    "the deployment region is spared",
    policy(sparing("StringNotEqualsIfExists", "us-east-1")),
    [{ allowed: ["us-east-1"], isNarrowed: false, deploys: true, reads: true, there: false }],
  ],
  [
    "by a pattern, and with an exempted role",
    policy(sparing("StringNotLike", "eu-*", exempt)),
    [{ allowed: ["eu-*"], isNarrowed: true, deploys: false, reads: true, there: true }],
  ],
  [
    "some regions, IAM too",
    policy({
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { StringEquals: { "AWS:requestedregion": "us-east-1" } },
    }),
    [{ allowed: null, isNarrowed: false, deploys: false, reads: false, there: true }],
  ],
  ["an allow says nothing", policy({ ...sparing("StringNotEquals", "eu-west-1"), Effect: "Allow" }), []],
  ["a deny of something else", policy({ Effect: "Deny", Action: "s3:*", Resource: "*" }), []],
  ["no policy at all", "not json", []],
];
test.each(cases)("E22: %s", (_, document, seen) => {
  const found = regionDenials(document).map(({ allowed, isNarrowed, denies }) => ({
    allowed,
    isNarrowed,
    deploys: !denies("cloudformation:CreateStack", "us-east-1"),
    reads: !denies("iam:ListRoles", "us-east-1"),
    there: allowed === null || !denies("cloudformation:CreateStack", "eu-west-1"),
  }));
  expect(found).toEqual(seen);
});
