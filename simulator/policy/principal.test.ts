// Whom a resource's policy names, in each of a caller's forms, and what NotPrincipal spares.
import { expect, test } from "vitest";
import type { Principal } from "../operation.ts";
import { resourceVerdict } from "./principal.ts";

const owner = "111122223333";
const roleArn = `arn:aws:iam::${owner}:role/path/app`;
const sessionArn = `arn:aws:sts::${owner}:assumed-role/app/one`;
const userArn = `arn:aws:iam::${owner}:user/ann`;
const root = `arn:aws:iam::${owner}:root`;

const session: Principal = {
  kind: "role-session",
  accountId: owner,
  arn: sessionArn,
  roleArn,
  userId: "AROAEXAMPLE:one",
  accessKeyId: "ASIA",
  tags: {},
};
const user: Principal = {
  ...{ kind: "user", accountId: owner, arn: userArn, userId: "AIDAEXAMPLE", accessKeyId: "AKIA" },
  tags: {},
};
const anonymous: Principal = { ...user, kind: "anonymous", accountId: "anonymous", arn: "", userId: "" };

type Fields = Record<string, unknown>;

function verdict(caller: Principal, fields: Fields, hasBoundary = false) {
  const Statement = [{ Effect: "Allow", Action: "s3:*", Resource: "*", ...fields }];
  const text = JSON.stringify({ Version: "2012-10-17", Statement });
  const asked = { action: "s3:GetObject", resource: "arn:aws:s3:::b/k", context: () => undefined };
  return resourceVerdict({ text, accountId: owner }, caller, asked, hasBoundary);
}

const allowed: [title: string, caller: Principal, fields: Fields, naming: string | undefined][] = [
  ["everyone, past a boundary", session, { Principal: "*" }, "session"],
  ["everyone, unsigned", anonymous, { Principal: "*" }, "principal"],
  ["unsigned callers are in no account", anonymous, { Principal: { AWS: root } }, undefined],
  ["the account", session, { Principal: { AWS: root } }, "account"],
  ["the account's number", user, { Principal: { AWS: owner } }, "account"],
  ["another account", user, { Principal: { AWS: "999999999999" } }, undefined],
  ["the role", session, { Principal: { AWS: roleArn } }, "principal"],
  ["the session, beside the account", session, { Principal: { AWS: [root, sessionArn] } }, "session"],
  ["the role's unique id", session, { Principal: { AWS: "AROAEXAMPLE" } }, "principal"],
  ["the user", user, { Principal: { AWS: userArn } }, "session"],
  ["a service", user, { Principal: { Service: "ec2.amazonaws.com" } }, undefined],
  ["all but another", user, { NotPrincipal: { AWS: roleArn } }, "principal"],
  ["all but this one", user, { NotPrincipal: { AWS: userArn } }, undefined],
];

test.each(allowed)("Allow names %s", (_, caller, fields, naming) => {
  expect(verdict(caller, fields)).toMatchObject({ denies: false, allows: naming });
});

const denied: [title: string, caller: Principal, fields: Fields, denies: boolean][] = [
  ["the role denies its sessions", session, { Principal: { AWS: roleArn } }, true],
  ["another role does not", session, { Principal: { AWS: userArn } }, false],
  ["all but the session alone", session, { NotPrincipal: { AWS: sessionArn } }, true],
  [
    "all but session, role and account",
    session,
    { NotPrincipal: { AWS: [sessionArn, roleArn, root] } },
    false,
  ],
  ["all but the user without its account", user, { NotPrincipal: { AWS: userArn } }, true],
  ["all but the user and its account", user, { NotPrincipal: { AWS: [userArn, root] } }, false],
];

test.each(denied)("Deny: %s", (_, caller, fields, denies) => {
  expect(verdict(caller, { ...fields, Effect: "Deny" }).denies).toBe(denies);
});

test("Deny with NotPrincipal never spares a caller with a boundary", () => {
  const fields = { Effect: "Deny", NotPrincipal: { AWS: [userArn, root] } };
  expect([verdict(user, fields).denies, verdict(user, fields, true).denies]).toEqual([false, true]);
});
