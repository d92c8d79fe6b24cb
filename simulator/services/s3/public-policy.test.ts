import { describe, expect, test } from "vitest";
import { isPublicPolicy } from "./public-policy.ts";

describe("a policy is public", () => {
  const allow = (more: object) =>
    JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "s3:GetObject", ...more } });
  test.each<[string, string, boolean]>([
    ["for everybody", allow({}), true],
    ["for any account", allow({ Principal: { AWS: "*" } }), true],
    ["for one account: no", allow({ Principal: { AWS: "arn:aws:iam::111122223333:root" } }), false],
    ["a denial: no", allow({ Effect: "Deny" }), false],
    ["from one range: no", allow({ Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } } }), false],
    ["from half of the internet", allow({ Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/1" } } }), true],
    [
      "for one organization: no",
      allow({ Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abc" } } }),
      false,
    ],
    ["for a VPC by wildcard", allow({ Condition: { StringLike: { "aws:SourceVpc": "vpc-*" } } }), true],
    ["by a key that narrows nothing", allow({ Condition: { StringEquals: { "aws:Referer": "x" } } }), true],
    ["except for a few", allow({ Condition: { StringNotEquals: { "aws:SourceVpc": "vpc-1" } } }), true],
  ])("%s", (_, policy, expected) => expect(isPublicPolicy(policy)).toBe(expected));
});
