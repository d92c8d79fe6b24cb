// How the layers go together: the combination part of the semantics checklist (reference/iam.md §2).
import { describe, expect, test } from "vitest";
import { evaluate } from "#iam/evaluate.ts";
import type { Layers } from "#iam/layers.ts";
import type { Request } from "#iam/request.ts";
import {
  accountId,
  allowing,
  attached,
  document,
  everything,
  layersOf,
  level,
  otherAccountId,
  requestOf,
  resourcePolicy,
  role,
  roleArn,
  roleSession,
  root,
  sessionArn,
  user,
} from "#iam/testing/cases.ts";

type Answer = "allowed" | "explicit" | "implicit" | "conditional" | "unknown";
interface Case {
  name: string;
  request?: Partial<Request>;
  layers: Partial<Layers>;
  answer: Answer;
}

function answerOf({ request = {}, layers }: Case): string {
  const { verdict, denial } = evaluate(requestOf(request), layersOf(layers));
  return denial ?? verdict;
}

function check(cases: Case[]) {
  test.each(cases)("$name: $answer", (one) => {
    expect(answerOf(one)).toBe(one.answer);
  });
}

const denying = attached(document({ Effect: "Deny", Action: "ec2:*" }));
const orgLevels = (unit: Parameters<typeof level>[2][], account = [everything]) => [
  level("root", "r-ab12", everything),
  level("unit", "ou-ab12-prod", ...unit),
  level("account", accountId, ...account),
];

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

const naming = (...principals: unknown[]) =>
  resourcePolicy(...principals.map((Principal) => ({ Principal, Action: "s3:*", Resource: "*" })));

describe("a resource's policy in the same account", () => {
  const nothing = allowing("ec2:*");
  check([
    {
      name: "names the role",
      request: bucket,
      layers: { resource: naming({ AWS: roleArn }) },
      answer: "allowed",
    },
    {
      name: "names the role, and the boundary does not allow",
      request: bucket,
      layers: { resource: naming({ AWS: roleArn }), boundary: nothing },
      answer: "implicit",
    },
    {
      name: "names the role, and the session does not allow",
      request: bucket,
      layers: { resource: naming({ AWS: roleArn }), session: [nothing] },
      answer: "implicit",
    },
    {
      name: "names the session, past the boundary and the session policy",
      request: bucket,
      layers: { resource: naming({ AWS: sessionArn }), boundary: nothing, session: [nothing] },
      answer: "allowed",
    },
    {
      name: "names the session, and the boundary denies",
      request: bucket,
      layers: {
        resource: naming({ AWS: sessionArn }),
        boundary: attached(document({ Effect: "Deny", Action: "s3:*" })),
      },
      answer: "explicit",
    },
    {
      name: "names another session",
      request: bucket,
      layers: { resource: naming({ AWS: sessionArn.replace(/[^/]+$/, "Other") }) },
      answer: "implicit",
    },
    {
      name: "names the user, past the boundary",
      request: { ...bucket, principal: user },
      layers: { resource: naming({ AWS: `arn:aws:iam::${accountId}:user/eve` }), boundary: nothing },
      answer: "allowed",
    },
    {
      name: "names everyone, past the boundary",
      request: bucket,
      layers: { resource: naming("*"), boundary: nothing },
      answer: "allowed",
    },
    {
      name: "names the account, which hands on to identity policies",
      request: bucket,
      layers: { resource: naming({ AWS: accountId }) },
      answer: "implicit",
    },
    {
      name: "names a federated session",
      request: {
        ...bucket,
        principal: {
          kind: "federated-user",
          partition: "aws",
          accountId,
          name: "ann",
          userArn: `arn:aws:iam::${accountId}:user/eve`,
          uniqueId: null,
        },
      },
      layers: {
        resource: naming({ AWS: `arn:aws:sts::${accountId}:federated-user/ann` }),
        session: [nothing],
      },
      answer: "allowed",
    },
    {
      name: "names the user behind a federated session, whose session policy limits",
      request: {
        ...bucket,
        principal: {
          kind: "federated-user",
          partition: "aws",
          accountId,
          name: "ann",
          userArn: `arn:aws:iam::${accountId}:user/eve`,
          uniqueId: null,
        },
      },
      layers: { resource: naming({ AWS: `arn:aws:iam::${accountId}:user/eve` }), session: [nothing] },
      answer: "implicit",
    },
    {
      name: "the wildcard is no part of a name",
      request: bucket,
      layers: { resource: naming({ AWS: `arn:aws:iam::${accountId}:role/*` }) },
      answer: "implicit",
    },
    {
      name: "the id of this role",
      request: bucket,
      layers: { resource: naming({ AWS: "AROAHARVEST" }) },
      answer: "allowed",
    },
    {
      name: "the id of a role that is gone",
      request: bucket,
      layers: { resource: naming({ AWS: "AROAGONE" }) },
      answer: "implicit",
    },
    {
      name: "an id, and this role's is not known",
      request: { ...bucket, principal: { ...role, uniqueId: null } as Request["principal"] },
      layers: { resource: naming({ AWS: "AROAGONE" }) },
      answer: "conditional",
    },
    {
      name: "a canonical user may be the account",
      request: bucket,
      layers: { resource: naming({ CanonicalUser: "79a59df9" }), identity: [] },
      answer: "implicit",
    },
    {
      name: "not read",
      request: bucket,
      layers: { resource: "unread", identity: [everything] },
      answer: "unknown",
    },
    {
      name: "denies",
      request: bucket,
      layers: { resource: denyingAll, identity: [everything] },
      answer: "explicit",
    },
    {
      name: "a service",
      request: { ...bucket, principal: { kind: "service", name: "logging.s3.amazonaws.com" } },
      layers: { resource: naming({ Service: "logging.s3.amazonaws.com" }) },
      answer: "allowed",
    },
    {
      name: "another service",
      request: { ...bucket, principal: { kind: "service", name: "logging.s3.amazonaws.com" } },
      layers: { resource: naming({ Service: "config.amazonaws.com" }) },
      answer: "implicit",
    },
    {
      name: "anonymous, and everyone is named",
      request: { ...bucket, principal: { kind: "anonymous" } },
      layers: { resource: naming({ AWS: "*" }) },
      answer: "allowed",
    },
    {
      name: "anonymous, and an account is named",
      request: { ...bucket, principal: { kind: "anonymous" } },
      layers: { resource: naming({ AWS: accountId }) },
      answer: "implicit",
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

const key = {
  action: "kms:Decrypt",
  resource: `arn:aws:kms:eu-west-1:${accountId}:key/1234`,
  resourceAccountId: accountId,
};
const keyPolicy = (Principal: unknown) => resourcePolicy({ Principal, Action: "kms:*", Resource: "*" });
const trusted = {
  action: "sts:AssumeRole",
  resource: `arn:aws:iam::${accountId}:role/target`,
  resourceAccountId: accountId,
};
const trust = (Principal: unknown, Condition?: unknown) =>
  resourcePolicy({ Principal, Action: "sts:AssumeRole", Condition });

describe("keys and roles, whose own policy must allow", () => {
  const identity = [everything];
  check([
    { name: "a key without a policy", request: key, layers: { identity }, answer: "implicit" },
    {
      name: "a key that trusts the account, and an identity policy",
      request: key,
      layers: { identity, resource: keyPolicy({ AWS: `arn:aws:iam::${accountId}:root` }) },
      answer: "allowed",
    },
    {
      name: "a key that trusts the account, and no identity policy",
      request: key,
      layers: { resource: keyPolicy({ AWS: accountId }) },
      answer: "implicit",
    },
    {
      name: "a key that names the role",
      request: key,
      layers: { resource: keyPolicy({ AWS: roleArn }) },
      answer: "allowed",
    },
    {
      name: "a key that names somebody else",
      request: key,
      layers: { identity, resource: keyPolicy({ AWS: `arn:aws:iam::${accountId}:role/admin` }) },
      answer: "implicit",
    },
    {
      name: "root, and a key that names somebody else",
      request: { ...key, principal: root },
      layers: { resource: keyPolicy({ AWS: roleArn }) },
      answer: "implicit",
    },
    {
      name: "an action on no key needs no key policy",
      request: { action: "kms:ListKeys" },
      layers: { identity },
      answer: "allowed",
    },
    {
      name: "a role that trusts the caller needs no identity policy",
      request: trusted,
      layers: { resource: trust({ AWS: roleArn }) },
      answer: "allowed",
    },
    {
      name: "a role that trusts the account needs one",
      request: trusted,
      layers: { resource: trust({ AWS: accountId }) },
      answer: "implicit",
    },
    {
      name: "a role that trusts the account, and an identity policy",
      request: trusted,
      layers: { identity, resource: trust({ AWS: accountId }) },
      answer: "allowed",
    },
    {
      name: "an administrator without trust",
      request: trusted,
      layers: { identity, resource: trust({ Service: "ec2.amazonaws.com" }) },
      answer: "implicit",
    },
    {
      name: "trust with the wrong external id",
      request: { ...trusted, context: requestOf({ keys: { "sts:ExternalId": "b" } }).context },
      layers: { resource: trust({ AWS: roleArn }, { StringEquals: { "sts:ExternalId": "a" } }) },
      answer: "implicit",
    },
    {
      name: "another account's role needs both sides",
      request: { ...trusted, resourceAccountId: otherAccountId },
      layers: { resource: trust({ AWS: roleArn }) },
      answer: "implicit",
    },
    {
      name: "a service that is trusted",
      request: { ...trusted, principal: { kind: "service", name: "ec2.amazonaws.com" } },
      layers: { resource: trust({ Service: "ec2.amazonaws.com" }) },
      answer: "allowed",
    },
    {
      name: "a web identity of the provider that is trusted",
      request: {
        ...trusted,
        action: "sts:AssumeRoleWithWebIdentity",
        principal: { kind: "federated", provider: "accounts.google.com" },
      },
      layers: {
        resource: resourcePolicy({
          Principal: { Federated: "accounts.google.com" },
          Action: "sts:AssumeRoleWithWebIdentity",
        }),
      },
      answer: "allowed",
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
