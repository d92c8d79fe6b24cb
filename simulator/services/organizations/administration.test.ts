// The organization administered over the wire: accounts that come and go, invitations, delegation, policy types.
import { DescribeKeyCommand, KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import * as org from "@aws-sdk/client-organizations";
import { expect, test } from "vitest";
import { errorOf, startSmall } from "../../small-clients.ts";
import { small } from "../../worlds/small.ts";

let aheadMs = 0;
const wire = startSmall({ now: () => new Date(Date.now() + aheadMs) });
const { client: inTime } = wire;
// AWS's clients sign by their own clock; they go with the simulator's, each for one call.
wire.client = (Class, ...rest) => {
  const client = inTime(Class, ...rest);
  (client as { config: { systemClockOffset: number } }).config.systemClockOffset = aheadMs;
  return client;
};
const management = () => wire.client(org.OrganizationsClient);
async function member(accountId: string) {
  const credentials = await wire.asMember(accountId);
  return () => wire.client(org.OrganizationsClient, credentials);
}
const dayMs = 86_400_000;

function later(days: number): void {
  aheadMs += days * dayMs;
}

test("CreateAccount: asked for, made, its role assumed, and not removed before a week is over", async () => {
  const Email = "new@small.example";
  const create = new org.CreateAccountCommand({ AccountName: "new", Email, RoleName: "Admin" });
  const { CreateAccountStatus: asked } = await management().send(create);
  expect(asked).toMatchObject({ State: "IN_PROGRESS", Id: expect.stringMatching(/^car-[0-9a-f]{32}$/) });
  const { CreateAccountStatus: done } = await management().send(
    new org.DescribeCreateAccountStatusCommand({ CreateAccountRequestId: asked?.Id }),
  );
  expect(done).toMatchObject({ State: "SUCCEEDED", AccountId: expect.stringMatching(/^\d{12}$/) });
  const AccountId = done?.AccountId ?? "";
  const { Account } = await management().send(new org.DescribeAccountCommand({ AccountId }));
  expect(Account).toMatchObject({ Email, State: "ACTIVE", JoinedMethod: "CREATED" });
  const inside = await wire.assume(`arn:aws:iam::${AccountId}:role/Admin`);
  await wire.client(KMSClient, inside).send(new ListKeysCommand({}));

  const again = await management().send(new org.CreateAccountCommand({ AccountName: "twin", Email }));
  const failed = await management().send(
    new org.DescribeCreateAccountStatusCommand({ CreateAccountRequestId: again.CreateAccountStatus?.Id }),
  );
  expect(failed.CreateAccountStatus).toMatchObject({
    State: "FAILED",
    FailureReason: "EMAIL_ALREADY_EXISTS",
  });

  const remove = () => management().send(new org.RemoveAccountFromOrganizationCommand({ AccountId }));
  expect(await errorOf(remove())).toMatchObject({ code: "ConstraintViolationException" });
  later(8);
  await remove();
  const gone = management().send(new org.DescribeAccountCommand({ AccountId }));
  expect(await errorOf(gone)).toMatchObject({ code: "AccountNotFoundException" });
});

test("an invitation is sent once, seen by the account, accepted; and the account leaves again", async () => {
  const Target = { Id: small.hostingAccountId, Type: "ACCOUNT" as const };
  const invite = () =>
    management().send(new org.InviteAccountToOrganizationCommand({ Target, Notes: "join" }));
  const { Handshake: first } = await invite();
  expect(first).toMatchObject({ State: "OPEN", Action: "INVITE", Id: expect.stringMatching(/^h-\w{16}$/) });
  expect(await errorOf(invite())).toMatchObject({ code: "DuplicateHandshakeException" });
  await management().send(new org.CancelHandshakeCommand({ HandshakeId: first?.Id }));
  const { Handshake: second } = await invite();
  later(16);
  const { Handshakes } = await management().send(new org.ListHandshakesForOrganizationCommand({}));
  expect(Handshakes?.map(({ State }) => State)).toEqual(["CANCELED", "EXPIRED"]);
  const late = management().send(new org.CancelHandshakeCommand({ HandshakeId: second?.Id }));
  expect(await errorOf(late)).toMatchObject({ code: "InvalidHandshakeTransitionException" });

  const owner = await outsider();
  const outside = () => wire.client(org.OrganizationsClient, owner);
  const { Handshake: third } = await invite();
  const accept = () => outside().send(new org.AcceptHandshakeCommand({ HandshakeId: third?.Id }));
  expect((await accept()).Handshake?.State).toBe("ACCEPTED");
  expect(await errorOf(accept())).toMatchObject({ code: "HandshakeConstraintViolationException" });
  const joined = new org.DescribeAccountCommand({ AccountId: small.hostingAccountId });
  expect((await management().send(joined)).Account).toMatchObject({
    JoinedMethod: "INVITED",
    State: "ACTIVE",
  });
  await outside().send(new org.LeaveOrganizationCommand({}));
  expect(await errorOf(outside().send(new org.LeaveOrganizationCommand({})))).toMatchObject({
    code: "AWSOrganizationsNotInUseException",
  });
});

/** A user of the hosting account, put there as a world would. */
async function outsider() {
  const { world } = wire.simulator;
  const key = { accessKeyId: "", secretAccessKey: "s".repeat(40) };
  const { accessKeyId, chance } = await import("../../ids.ts");
  key.accessKeyId = accessKeyId("AKIA", small.hostingAccountId, chance);
  const CreateDate = new Date().toISOString();
  world.collection({ accountId: small.hostingAccountId, region: "global" }, "iam:user").put("owner", {
    UserName: "owner",
    UserId: "AIDAOWNER",
    Path: "/",
    CreateDate,
    inlinePolicies: {},
    attachedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"],
    Tags: [],
    groups: [],
    accessKeys: [
      { AccessKeyId: key.accessKeyId, Status: "Active", CreateDate, secretAccessKey: key.secretAccessKey },
    ],
    mfaDevices: [],
  });
  return key;
}

test("a delegated administrator reads the organization and changes only what its resource policy hands over", async () => {
  const ServicePrincipal = "config.amazonaws.com";
  const delegate = { AccountId: small.prodAccountId, ServicePrincipal };
  const register = () => management().send(new org.RegisterDelegatedAdministratorCommand(delegate));
  expect(await errorOf(register())).toMatchObject({ code: "ConstraintViolationException" });
  await management().send(new org.EnableAWSServiceAccessCommand({ ServicePrincipal }));
  const prod = await member(small.prodAccountId);
  expect(await errorOf(prod().send(new org.ListAccountsCommand({})))).toMatchObject({
    code: "AccessDeniedException",
  });
  await register();
  expect(await errorOf(register())).toMatchObject({ code: "AccountAlreadyRegisteredException" });
  await prod().send(new org.ListAccountsCommand({}));
  const make = () =>
    prod().send(new org.CreateOrganizationalUnitCommand({ ParentId: small.rootId, Name: "by-delegate" }));
  expect(await errorOf(make())).toMatchObject({ code: "AccessDeniedException" });
  const statement = {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${small.prodAccountId}:root` },
    Action: "organizations:CreateOrganizationalUnit",
    Resource: "*",
  };
  const Content = JSON.stringify({ Version: "2012-10-17", Statement: statement });
  await management().send(new org.PutResourcePolicyCommand({ Content }));
  await make();
  const { DelegatedServices } = await management().send(
    new org.ListDelegatedServicesForAccountCommand({ AccountId: small.prodAccountId }),
  );
  expect(DelegatedServices?.map((each) => each.ServicePrincipal)).toEqual([ServicePrincipal]);
  const leave = prod().send(new org.LeaveOrganizationCommand({}));
  expect(await errorOf(leave)).toMatchObject({ code: "ConstraintViolationException" });
  await management().send(new org.DisableAWSServiceAccessCommand({ ServicePrincipal }));
  const { DelegatedAdministrators } = await management().send(new org.ListDelegatedAdministratorsCommand({}));
  expect(DelegatedAdministrators).toEqual([]);
});

test("a resource control policy is enabled, attached, binds resources of members, and goes with its type", async () => {
  const PolicyType = "RESOURCE_CONTROL_POLICY";
  const enable = () =>
    management().send(new org.EnablePolicyTypeCommand({ RootId: small.rootId, PolicyType }));
  const content = (fields: object) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "kms:DescribeKey", Resource: "*", ...fields }],
    });
  const create = (fields: object) =>
    management().send(
      new org.CreatePolicyCommand({
        ...{ Name: "edge", Description: "", Type: PolicyType, Content: content(fields) },
      }),
    );
  for (const wrong of [
    { Action: "*" },
    { Action: "ec2:*" },
    { Effect: "Allow" },
    { Principal: { AWS: "*", Service: "x" } },
  ])
    expect(await errorOf(create(wrong))).toMatchObject({ code: "MalformedPolicyDocumentException" });
  const { Policy } = await create({});
  const PolicyId = Policy?.PolicySummary?.Id ?? "";
  const attach = () =>
    management().send(new org.AttachPolicyCommand({ PolicyId, TargetId: small.devUnitId }));
  expect(await errorOf(attach())).toMatchObject({ code: "PolicyTypeNotEnabledException" });
  await enable();
  expect(await errorOf(enable())).toMatchObject({ code: "PolicyTypeAlreadyEnabledException" });
  await attach();
  const full = new org.DetachPolicyCommand({ PolicyId: "p-RCPFullAWSAccess", TargetId: small.rootId });
  expect(await errorOf(management().send(full))).toMatchObject({ code: "InvalidInputException" });

  const describe = async (accountId: string) => {
    const kms = wire.client(KMSClient, await wire.asMember(accountId));
    const KeyId = `arn:aws:kms:us-east-1:${accountId}:key/none`;
    return errorOf(kms.send(new DescribeKeyCommand({ KeyId })));
  };
  expect((await describe(small.devAccountId))?.message).toMatch(
    new RegExp(`with an explicit deny in a resource control policy: ${Policy?.PolicySummary?.Arn}$`),
  );
  expect(await describe(small.prodAccountId)).toMatchObject({ code: "NotFoundException" });
  await management().send(new org.DisablePolicyTypeCommand({ RootId: small.rootId, PolicyType }));
  expect(await describe(small.devAccountId)).toMatchObject({ code: "NotFoundException" });
  await management().send(new org.DeletePolicyCommand({ PolicyId }));
});

test("tag policies are merged from the root down", async () => {
  const PolicyType = "TAG_POLICY";
  await management().send(new org.EnablePolicyTypeCommand({ RootId: small.rootId, PolicyType }));
  const attach = async (TargetId: string, Name: string, tags: object) => {
    const Content = JSON.stringify({ tags });
    const { Policy } = await management().send(
      new org.CreatePolicyCommand({ Name, Description: "", Type: PolicyType, Content }),
    );
    await management().send(new org.AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId }));
  };
  await attach(small.rootId, "above", {
    env: { tag_key: { "@@assign": "Env" }, tag_value: { "@@assign": ["prod"] } },
  });
  await attach(small.devUnitId, "below", { env: { tag_value: { "@@append": ["dev"] } } });
  const effective = async (client: () => org.OrganizationsClient, TargetId?: string) => {
    const command = new org.DescribeEffectivePolicyCommand({ PolicyType, TargetId });
    return JSON.parse((await client().send(command)).EffectivePolicy?.PolicyContent ?? "null");
  };
  expect(await effective(await member(small.devAccountId))).toEqual({
    tags: { env: { tag_key: "Env", tag_value: ["prod", "dev"] } },
  });
  expect(await effective(management, small.prodAccountId)).toEqual({
    tags: { env: { tag_key: "Env", tag_value: ["prod"] } },
  });
});

test("units are renamed, listed as children, and nest five deep", async () => {
  let ParentId: string = small.devUnitId;
  for (const Name of ["two", "three", "four", "five"]) {
    const made = await management().send(new org.CreateOrganizationalUnitCommand({ ParentId, Name }));
    ParentId = made.OrganizationalUnit?.Id ?? "";
  }
  const sixth = management().send(new org.CreateOrganizationalUnitCommand({ ParentId, Name: "six" }));
  expect(await errorOf(sixth)).toMatchObject({ code: "ConstraintViolationException" });
  const rename = new org.UpdateOrganizationalUnitCommand({ OrganizationalUnitId: ParentId, Name: "cinque" });
  expect((await management().send(rename)).OrganizationalUnit?.Name).toBe("cinque");
  const children = await management().send(
    new org.ListChildrenCommand({ ParentId: small.devUnitId, ChildType: "ACCOUNT" }),
  );
  expect(children.Children?.map(({ Id }) => Id)).toEqual([small.devAccountId, small.suspendedAccountId]);
});

test("a closed account is pending, then suspended, then closed", async () => {
  await management().send(new org.CloseAccountCommand({ AccountId: small.devAccountId }));
  const state = async () => {
    const command = new org.DescribeAccountCommand({ AccountId: small.devAccountId });
    return (await management().send(command)).Account?.State;
  };
  const states = [await state()];
  for (const days of [1, 90]) {
    later(days);
    states.push(await state());
  }
  expect(states).toEqual(["PENDING_CLOSURE", "SUSPENDED", "CLOSED"]);
});
