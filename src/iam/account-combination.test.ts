// Within one account: identity, boundary, session, endpoint; NotPrincipal; a bucket whose public access is restricted.
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
  user,
} from "#iam/testing/cases.ts";
import { check } from "#iam/testing/check-combination.ts";

const denying = attached(document({ Effect: "Deny", Action: "ec2:*" }));
const orgLevels = (unit: Parameters<typeof level>[2][], account = [everything]) => [
  level("root", "r-ab12", everything),
  level("unit", "ou-ab12-prod", ...unit),
  level("account", accountId, ...account),
];
const bucket = { action: "s3:GetObject", resource: "arn:aws:s3:::bucket/key", resourceAccountId: accountId };
const naming = (...principals: unknown[]) =>
  resourcePolicy(...principals.map((Principal) => ({ Principal, Action: "s3:*", Resource: "*" })));

describe("within one account", () => {
  check([
    { name: "nothing attached", layers: {}, answer: "implicit" },
    { name: "an identity policy allows", layers: { identity: [everything] }, answer: "allowed" },
    { name: "a deny anywhere wins", layers: { identity: [everything, denying] }, answer: "explicit" },
    {
      name: "a deny in the boundary wins",
      layers: { identity: [everything], boundary: denying },
      answer: "explicit",
    },
    {
      name: "a deny in the session wins",
      layers: { identity: [everything], session: [denying] },
      answer: "explicit",
    },
    {
      name: "a deny of the endpoint wins",
      layers: {
        identity: [everything],
        endpoint: resourcePolicy({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }),
      },
      answer: "explicit",
    },
    {
      name: "the boundary does not allow",
      layers: { identity: [everything], boundary: allowing("s3:*") },
      answer: "implicit",
    },
    { name: "a boundary alone allows nothing", layers: { boundary: everything }, answer: "implicit" },
    {
      name: "the session policy does not allow",
      layers: { identity: [everything], session: [allowing("s3:*")] },
      answer: "implicit",
    },
    {
      name: "one of several session policies allows",
      layers: { identity: [everything], session: [allowing("s3:*"), allowing("ec2:*")] },
      answer: "allowed",
    },
    { name: "no session policy allows", layers: { identity: [everything], session: [] }, answer: "implicit" },
    {
      name: "the endpoint does not allow",
      layers: {
        identity: [everything],
        endpoint: resourcePolicy({ Principal: "*", Action: "s3:*", Resource: "*" }),
      },
      answer: "implicit",
    },
    {
      name: "the endpoint allows",
      layers: {
        identity: [everything],
        endpoint: resourcePolicy({ Principal: "*", Action: "*", Resource: "*" }),
      },
      answer: "allowed",
    },
    { name: "root may everything", request: { principal: root }, layers: {}, answer: "allowed" },
    {
      name: "root is bound by SCPs",
      request: { principal: root },
      layers: { scp: orgLevels([everything, denying]) },
      answer: "explicit",
    },
    {
      name: "nobody needs a permission for GetCallerIdentity",
      request: { action: "sts:GetCallerIdentity" },
      layers: { identity: [attached(document({ Effect: "Deny", Action: "*" }))], scp: "unread" },
      answer: "allowed",
    },
    {
      name: "a Principal in an identity policy means nothing certain",
      layers: { identity: [attached(document({ Action: "*", Principal: "*" }))] },
      answer: "conditional",
    },
  ]);
});

describe("NotPrincipal with Deny", () => {
  const sparing = (...arns: string[]) =>
    resourcePolicy({ Effect: "Deny", NotPrincipal: { AWS: arns }, Action: "s3:*", Resource: "*" });
  const identity = [everything];
  const account = `arn:aws:iam::${accountId}:root`;
  check([
    {
      name: "spares session, role and account",
      request: bucket,
      layers: { identity, resource: sparing(sessionArn, roleArn, account) },
      answer: "allowed",
    },
    {
      name: "spares another",
      request: bucket,
      layers: { identity, resource: sparing("arn:aws:iam::999999999999:root") },
      answer: "explicit",
    },
    {
      name: "without the session AWS might deny",
      request: bucket,
      layers: { identity, resource: sparing(roleArn, account) },
      answer: "conditional",
    },
    {
      name: "without the account AWS might deny",
      request: { ...bucket, principal: user },
      layers: { identity, resource: sparing(`arn:aws:iam::${accountId}:user/eve`) },
      answer: "conditional",
    },
    {
      name: "always denies whoever has a boundary",
      request: bucket,
      layers: { identity, boundary: everything, resource: sparing(sessionArn, roleArn, account) },
      answer: "explicit",
    },
  ]);
});

describe("a bucket whose public access is restricted", () => {
  const anonymous = { ...bucket, principal: { kind: "anonymous" } as const };
  const foreign = { ...bucket, resourceAccountId: otherAccountId };
  const resource = naming("*");
  const publicAccess = { isRestricted: true, isPolicyPublic: true };
  check([
    {
      name: "answers nobody outside",
      request: anonymous,
      layers: { resource, publicAccess },
      answer: "implicit",
    },
    {
      name: "answers no other account",
      request: foreign,
      layers: { identity: [everything], resource, publicAccess },
      answer: "implicit",
    },
    { name: "answers its account", request: bucket, layers: { resource, publicAccess }, answer: "allowed" },
    {
      name: "answers a service",
      request: { ...bucket, principal: { kind: "service", name: "logging.s3.amazonaws.com" } },
      layers: { resource, publicAccess },
      answer: "allowed",
    },
    {
      name: "a policy that is not public stays",
      request: foreign,
      layers: {
        identity: [everything],
        resource: naming({ AWS: accountId }),
        publicAccess: { isRestricted: true, isPolicyPublic: false },
      },
      answer: "allowed",
    },
    {
      name: "not restricted",
      request: anonymous,
      layers: { resource, publicAccess: { isRestricted: false, isPolicyPublic: true } },
      answer: "allowed",
    },
    {
      name: "whether it is restricted was not read",
      request: anonymous,
      layers: { resource, publicAccess: { isRestricted: "unread", isPolicyPublic: true } },
      answer: "unknown",
    },
  ]);
});
