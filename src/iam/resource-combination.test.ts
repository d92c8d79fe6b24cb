// A resource's own policy in its account, and the two sides of a request across accounts.
// Of the semantics checklist (reference/iam.md §2).
import { describe } from "vitest";
import type { Request } from "#iam/request.ts";
import {
  accountId,
  allowing,
  attached,
  document,
  everything,
  resourcePolicy,
  role,
  roleArn,
  sessionArn,
  user,
} from "#iam/testing/cases.ts";
import { check } from "#iam/testing/check-combination.ts";

const bucket = { action: "s3:GetObject", resource: "arn:aws:s3:::bucket/key", resourceAccountId: accountId };
const denyingAll = resourcePolicy({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" });
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
