// What an organization forbids: SCPs at every level, RCPs by the resource's account.
// Of the semantics checklist (reference/iam.md §2).
import { describe } from "vitest";
import {
  accountId,
  allowing,
  attached,
  document,
  everything,
  level,
  requestOf,
  resourcePolicy,
  roleSession,
} from "#iam/testing/cases.ts";
import { check } from "#iam/testing/check-combination.ts";

const denying = attached(document({ Effect: "Deny", Action: "ec2:*" }));
const orgLevels = (unit: Parameters<typeof level>[2][], account = [everything]) => [
  level("root", "r-ab12", everything),
  level("unit", "ou-ab12-prod", ...unit),
  level("account", accountId, ...account),
];
const bucket = { action: "s3:GetObject", resource: "arn:aws:s3:::bucket/key", resourceAccountId: accountId };
const denyingAll = resourcePolicy({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" });
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

describe("service control policies", () => {
  const identity = [everything];
  check([
    { name: "each level allows", layers: { identity, scp: orgLevels([everything]) }, answer: "allowed" },
    {
      name: "a unit allows other things",
      layers: { identity, scp: orgLevels([allowing("s3:*")]) },
      answer: "implicit",
    },
    {
      name: "two policies of one level add up",
      layers: { identity, scp: orgLevels([allowing("s3:*"), allowing("ec2:Describe*")]) },
      answer: "allowed",
    },
    {
      name: "the account's level has no policy",
      layers: { identity, scp: orgLevels([everything], []) },
      answer: "implicit",
    },
    {
      name: "a level denies",
      layers: { identity, scp: orgLevels([everything, denying]) },
      answer: "explicit",
    },
    {
      name: "they allow nothing by themselves",
      layers: { scp: orgLevels([everything]) },
      answer: "implicit",
    },
    { name: "the management account is exempt", layers: { identity, scp: "exempt" }, answer: "allowed" },
    {
      name: "a service-linked role is exempt",
      request: {
        principal: roleSession(
          `arn:aws:iam::${accountId}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
        ),
      },
      layers: { identity, scp: orgLevels([denying]), rcp: orgLevels([denying]) },
      answer: "allowed",
    },
    {
      name: "a delegated administrator is a member like any",
      layers: { identity, scp: orgLevels([everything], [everything, denying]) },
      answer: "explicit",
    },
    { name: "not read", layers: { identity, scp: "unread" }, answer: "unknown" },
    { name: "not read, and nothing allows anyway", layers: { scp: "unread" }, answer: "implicit" },
    {
      name: "one policy is not understood",
      layers: { identity, scp: orgLevels([everything, attached("{")]) },
      answer: "unknown",
    },
  ]);
});

describe("resource control policies", () => {
  const identity = [everything];
  const rcp = (policy: typeof denyingAll) => [level("root", "r-ab12", policy)];
  check([
    {
      name: "a supported service",
      request: bucket,
      layers: { identity, rcp: rcp(denyingAll) },
      answer: "explicit",
    },
    {
      name: "they need not allow: RCPFullAWSAccess cannot be detached",
      request: bucket,
      layers: { identity, rcp: [level("root", "r-ab12")] },
      answer: "allowed",
    },
    { name: "EC2 has no support", layers: { identity, rcp: rcp(denyingAll) }, answer: "allowed" },
    {
      name: "a service of which AWS's pages at hand say nothing",
      request: { action: "logs:DescribeLogGroups" },
      layers: { identity, rcp: rcp(denyingAll) },
      answer: "conditional",
    },
    {
      name: "retiring a grant is exempt",
      request: { action: "kms:RetireGrant" },
      layers: { identity, rcp: rcp(denyingAll) },
      answer: "allowed",
    },
    {
      name: "listing grants is not",
      request: { action: "kms:ListAliases" },
      layers: { identity, rcp: rcp(denyingAll) },
      answer: "explicit",
    },
    {
      name: "a principal of the organization",
      request: { ...bucket, context: requestOf({ keys: { "aws:PrincipalOrgID": "o-ours" } }).context },
      layers: { identity, rcp: rcp(denyingOthers) },
      answer: "allowed",
    },
    {
      name: "the management account's resources are exempt",
      request: bucket,
      layers: { identity, rcp: "exempt" },
      answer: "allowed",
    },
    { name: "not read", request: bucket, layers: { identity, rcp: "unread" }, answer: "unknown" },
    {
      name: "not read, for a service without support",
      layers: { identity, rcp: "unread" },
      answer: "allowed",
    },
    {
      name: "they bind anonymous callers",
      request: { ...bucket, principal: { kind: "anonymous" } },
      layers: {
        resource: resourcePolicy({ Principal: "*", Action: "s3:*", Resource: "*" }),
        rcp: rcp(denyingAll),
      },
      answer: "explicit",
    },
  ]);
});
