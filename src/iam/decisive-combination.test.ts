// Keys and roles, whose own policy must allow even in their account.
// Of the semantics checklist (reference/iam.md §2).
import { describe } from "vitest";
import {
  accountId,
  everything,
  otherAccountId,
  requestOf,
  resourcePolicy,
  roleArn,
  root,
} from "#iam/testing/cases.ts";
import { check } from "#iam/testing/check-combination.ts";

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
