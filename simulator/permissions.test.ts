// Who may do what, over the wire: trust, external id, SCPs, boundaries, session policies, regions, suspended accounts.
import { CloudTrailClient, StopLoggingCommand } from "@aws-sdk/client-cloudtrail";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { type Credentials, errorOf, startSmall } from "./small-clients.ts";
import { small } from "./worlds/small.ts";

const wire = startSmall();
const hostRole = `arn:aws:iam::${small.hostingAccountId}:role/${small.installRoleName}`;

function statement(fields: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...fields }] });
}

function trusting(AWS: string, Condition?: object): string {
  return statement({ Principal: { AWS }, Action: "sts:AssumeRole", ...(Condition ? { Condition } : {}) });
}

async function makeRole(
  as: Credentials,
  RoleName: string,
  trust: string,
  more: { allow?: string; PermissionsBoundary?: string } = {},
) {
  const iam = wire.client(IAMClient, as);
  const { PermissionsBoundary, allow } = more;
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, PermissionsBoundary }));
  if (allow) await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument: allow }));
}

test("trust: external id, and a role made again under its name is not trusted", async () => {
  const member = await wire.asMember(small.prodAccountId);
  const host = await wire.asHost();
  const arn = `arn:aws:iam::${small.prodAccountId}:role/Skywarden-Harvest-Test`;
  await makeRole(
    member,
    "Skywarden-Harvest-Test",
    trusting(hostRole, { StringEquals: { "sts:ExternalId": "right" } }),
  );
  for (const externalId of [undefined, "wrong"]) {
    const error = await errorOf(wire.assume(arn, { as: host, ...(externalId ? { externalId } : {}) }));
    expect(error).toEqual({
      code: "AccessDenied",
      status: 403,
      message: `User: arn:aws:sts::${small.hostingAccountId}:assumed-role/${small.installRoleName}/container is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    });
  }
  await expect(wire.assume(arn, { as: host, externalId: "right" })).resolves.toHaveProperty("sessionToken");
});

test("trust by ARN is pinned to the unique id: re-creating the role breaks it and GetRole shows the old id", async () => {
  const [prod, dev] = [await wire.asMember(small.prodAccountId), await wire.asMember(small.devAccountId)];
  const root = `arn:aws:iam::${small.managementAccountId}:root`;
  const anySts = statement({ Action: "sts:AssumeRole", Resource: "*" });
  await makeRole(dev, "Caller", trusting(root), { allow: anySts });
  const callerArn = `arn:aws:iam::${small.devAccountId}:role/Caller`;
  await makeRole(prod, "Pinned", trusting(callerArn));
  const pinned = `arn:aws:iam::${small.prodAccountId}:role/Pinned`;
  await expect(wire.assume(pinned, { as: await wire.assume(callerArn) })).resolves.toBeDefined();

  const devIam = wire.client(IAMClient, dev);
  const { Role: old } = await devIam.send(new GetRoleCommand({ RoleName: "Caller" }));
  await devIam.send(new DeleteRolePolicyCommand({ RoleName: "Caller", PolicyName: "own" }));
  await devIam.send(new DeleteRoleCommand({ RoleName: "Caller" }));
  await makeRole(dev, "Caller", trusting(root), { allow: anySts });
  const again = await wire.assume(callerArn);
  expect(await errorOf(wire.assume(pinned, { as: again }))).toMatchObject({ code: "AccessDenied" });
  const shown = await wire.client(IAMClient, prod).send(new GetRoleCommand({ RoleName: "Pinned" }));
  expect(decodeURIComponent(shown.Role?.AssumeRolePolicyDocument ?? "")).toContain(old?.RoleId);
});

test("a trust policy that names nobody there is refused", async () => {
  const iam = wire.client(IAMClient, await wire.asMember(small.prodAccountId));
  const AssumeRolePolicyDocument = trusting(`arn:aws:iam::${small.devAccountId}:role/Nobody`);
  expect(
    await errorOf(iam.send(new CreateRoleCommand({ RoleName: "X", AssumeRolePolicyDocument }))),
  ).toMatchObject({
    code: "MalformedPolicyDocumentException",
    message: expect.stringContaining("Invalid principal in policy"),
  });
});

test("ArnEquals on aws:PrincipalArn in a trust policy sees the role, not the session", async () => {
  const member = await wire.asMember(small.prodAccountId);
  const host = await wire.asHost();
  const root = `arn:aws:iam::${small.hostingAccountId}:root`;
  await makeRole(
    member,
    "Skywarden-Harvest-By-Arn",
    trusting(root, { ArnEquals: { "aws:PrincipalArn": hostRole } }),
  );
  await makeRole(
    member,
    "Skywarden-Harvest-Other",
    trusting(root, { ArnEquals: { "aws:PrincipalArn": `${hostRole}-2` } }),
  );
  const arn = (name: string) => `arn:aws:iam::${small.prodAccountId}:role/${name}`;
  await expect(wire.assume(arn("Skywarden-Harvest-By-Arn"), { as: host })).resolves.toBeDefined();
  expect(await errorOf(wire.assume(arn("Skywarden-Harvest-Other"), { as: host }))).toMatchObject({
    code: "AccessDenied",
  });
});

test("an explicit deny of an SCP names the policy, in the account it is above and not in its neighbour", async () => {
  const stop = async (accountId: string) => {
    const trail = wire.client(CloudTrailClient, await wire.asMember(accountId));
    return errorOf(trail.send(new StopLoggingCommand({ Name: "none" })));
  };
  const scp = `arn:aws:organizations::${small.managementAccountId}:policy/${small.organizationId}/service_control_policy/${small.guardPolicyId}`;
  const denied = await stop(small.prodAccountId);
  expect(denied).toMatchObject({ code: "AccessDeniedException", status: 400 });
  expect(denied?.message).toMatch(
    /is not authorized to perform: cloudtrail:StopLogging on resource: \S+ with an explicit deny/,
  );
  expect(denied?.message.endsWith(`with an explicit deny in a service control policy: ${scp}`)).toBe(true);
  expect((await stop(small.devAccountId))?.code).toBe("TrailNotFoundException");
});

test("what no identity policy allows is denied in each protocol's form", async () => {
  const host = await wire.asHost();
  const who = `User: arn:aws:sts::${small.hostingAccountId}:assumed-role/${small.installRoleName}/container`;
  expect(await errorOf(wire.client(IAMClient, host).send(new ListUsersCommand({})))).toEqual({
    code: "AccessDenied",
    status: 403,
    message: `${who} is not authorized to perform: iam:ListUsers on resource: * because no identity-based policy allows the iam:ListUsers action`,
  });
  expect(await errorOf(wire.client(EC2Client, host).send(new DescribeVpcsCommand({})))).toEqual({
    code: "UnauthorizedOperation",
    status: 403,
    message: `You are not authorized to perform this operation. ${who} is not authorized to perform: ec2:DescribeVpcs because no identity-based policy allows the ec2:DescribeVpcs action`,
  });
  expect(await errorOf(wire.client(S3Client, host).send(new ListBucketsCommand({})))).toMatchObject({
    code: "AccessDenied",
    status: 403,
  });
  const accounts = wire.client(OrganizationsClient, host).send(new ListAccountsCommand({}));
  expect(await errorOf(accounts)).toMatchObject({ code: "AccessDeniedException", status: 400 });
});

test("a boundary and a session policy each cut what identity policies allow", async () => {
  const member = await wire.asMember(small.devAccountId);
  const iam = wire.client(IAMClient, member);
  const onlyEc2 = statement({ Action: "ec2:*", Resource: "*" });
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: "Edge", PolicyDocument: onlyEc2 }));
  const root = `arn:aws:iam::${small.managementAccountId}:root`;
  await makeRole(member, "Bounded", trusting(root), { PermissionsBoundary: Policy?.Arn ?? "" });
  const admin = "arn:aws:iam::aws:policy/AdministratorAccess";
  await iam.send(new AttachRolePolicyCommand({ RoleName: "Bounded", PolicyArn: admin }));
  const bounded = await wire.assume(`arn:aws:iam::${small.devAccountId}:role/Bounded`);
  await wire.client(EC2Client, bounded).send(new DescribeVpcsCommand({}));
  const cut = await errorOf(wire.client(IAMClient, bounded).send(new ListUsersCommand({})));
  expect(cut?.message).toContain("because no permissions boundary allows the iam:ListUsers action");

  const session = await wire.assume(`arn:aws:iam::${small.devAccountId}:role/OrganizationAccountAccessRole`, {
    policy: onlyEc2,
  });
  await wire.client(EC2Client, session).send(new DescribeVpcsCommand({}));
  const narrow = await errorOf(wire.client(IAMClient, session).send(new ListUsersCommand({})));
  expect(narrow?.message).toContain("because no session policy allows the iam:ListUsers action");
});

test("a suspended account's role cannot be assumed; a member may not read the organization", async () => {
  expect(await errorOf(wire.asMember(small.suspendedAccountId))).toMatchObject({ code: "AccessDenied" });
  const organizations = wire.client(OrganizationsClient, await wire.asMember(small.devAccountId));
  expect(await errorOf(organizations.send(new ListAccountsCommand({})))).toMatchObject({
    code: "AccessDeniedException",
  });
});

test("a region that the account has not enabled knows none of its credentials", async () => {
  const session = await wire.asMember(small.devAccountId);
  const ec2 = wire.client(EC2Client, session, "af-south-1");
  expect(await errorOf(ec2.send(new DescribeVpcsCommand({})))).toMatchObject({
    code: "AuthFailure",
    status: 401,
  });
});

test.each([
  ["a short session name", { RoleSessionName: "x" }],
  ["a long life", { DurationSeconds: 43_201 }],
  ["more life than the role gives", { DurationSeconds: 7200 }],
  ["a role ARN that is none", { RoleArn: "arn:aws:iam::222222222222:user/x-y-z-abcdefgh" }],
])("AssumeRole refuses %s", async (_, change) => {
  const RoleArn = `arn:aws:iam::${small.devAccountId}:role/OrganizationAccountAccessRole`;
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: "test", ...change });
  expect(await errorOf(wire.client(STSClient).send(command))).toMatchObject({
    code: "ValidationError",
    status: 400,
  });
});
