// Sessions over the wire: who may make them, for how long, what they carry on, where their tokens are good.

import { Agent } from "node:http";
import { AccountClient, EnableRegionCommand } from "@aws-sdk/client-account";
import { DescribeVpcsCommand, EC2Client, RunInstancesCommand } from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { issuerOf } from "../metadata/web-identity.ts";
import { type Credentials, errorOf, startSmall } from "../small-clients.ts";
import { small } from "../worlds/small.ts";

let aheadMs = 0;
const wire = startSmall({ now: () => new Date(Date.now() + aheadMs), settings: { settleMs: 0 } });
const accountId = small.managementAccountId;
const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
const root = `arn:aws:iam::${accountId}:root`;

function policy(...statements: object[]): string {
  const Statement = statements.map((fields) => ({ Effect: "Allow", ...fields }));
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

function credentialsIn({ Credentials: made }: { Credentials?: sts.Credentials | undefined }): Credentials {
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = made ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

async function makeRole(RoleName: string, trust: object[], allow = policy({ Action: "*", Resource: "*" })) {
  const client = wire.client(iam.IAMClient);
  await client.send(
    new iam.CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: policy(...trust),
      MaxSessionDuration: 7200,
    }),
  );
  await client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument: allow }));
}

async function makeUser(UserName: string): Promise<Credentials> {
  const client = wire.client(iam.IAMClient);
  await client.send(new iam.CreateUserCommand({ UserName }));
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  await client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }));
  const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
}

const assume = (name: string, more: Partial<sts.AssumeRoleCommandInput> = {}, as?: Credentials) =>
  wire
    .client(sts.STSClient, as)
    .send(new sts.AssumeRoleCommand({ RoleArn: role(name), RoleSessionName: "one", ...more }));

const trustsRoot = {
  Principal: { AWS: root },
  Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
};

test("durations: the role's own limit, one hour when chained, AWS's bounds", async () => {
  await makeRole("Timed", [trustsRoot]);
  const refusals: [seconds: number, message: string][] = [
    [600, "Member must have value greater than or equal to 900"],
    [50_000, "Member must have value less than or equal to 43200"],
    [7201, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."],
  ];
  for (const [DurationSeconds, message] of refusals) {
    expect(await errorOf(assume("Timed", { DurationSeconds }))).toMatchObject({
      code: "ValidationError",
      message: expect.stringContaining(message),
    });
  }
  const first = credentialsIn(await assume("Timed", { DurationSeconds: 7200 }));
  expect(await errorOf(assume("Timed", { DurationSeconds: 3601 }, first))).toMatchObject({
    message:
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
  });
});

test("transitive tags and the source identity go with every further session", async () => {
  await makeRole("First", [trustsRoot]);
  const tagged = { StringEquals: { "aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ann" } };
  await makeRole("Second", [{ ...trustsRoot, Condition: tagged }]);
  await makeRole("Third", [{ ...trustsRoot, Condition: tagged }]);
  const Tags = [
    { Key: "team", Value: "blue" },
    { Key: "mood", Value: "calm" },
  ];
  const first = credentialsIn(
    await assume("First", { Tags, TransitiveTagKeys: ["team"], SourceIdentity: "ann" }),
  );
  const second = credentialsIn(await assume("Second", {}, first));
  await assume("Third", {}, second);
  const plain = credentialsIn(await assume("First", { Tags, SourceIdentity: "ann" }));
  const middle = credentialsIn(await assume("Second", {}, plain));
  expect(await errorOf(assume("Third", {}, middle))).toMatchObject({ code: "AccessDenied" });
  const clash = assume("Third", { Tags: [{ Key: "Team", Value: "red" }] }, second);
  expect(await errorOf(clash)).toMatchObject({ code: "InvalidParameterValue" });
});

test("session policies by text and by ARN cut together what the role may", async () => {
  await makeRole("Wide", [trustsRoot]);
  const ec2 = credentialsIn(await assume("Wide", { Policy: policy({ Action: "ec2:*", Resource: "*" }) }));
  await wire.client(EC2Client, ec2).send(new DescribeVpcsCommand({}));
  const list = (as: Credentials) =>
    errorOf(wire.client(iam.IAMClient, as).send(new iam.ListUsersCommand({})));
  expect((await list(ec2))?.message).toContain("because no session policy allows the iam:ListUsers action");
  const PolicyArns = [{ arn: "arn:aws:iam::aws:policy/SecurityAudit" }];
  expect(await list(credentialsIn(await assume("Wide", { PolicyArns })))).toBeUndefined();
  expect(await errorOf(assume("Wide", { Policy: "{" }))).toMatchObject({
    code: "MalformedPolicyDocumentException",
  });
});

test("a federated user may do what its user and its session policies allow, and neither IAM nor STS", async () => {
  const key = await makeUser("voucher");
  const federate = (Policy?: string) =>
    wire.client(sts.STSClient, key).send(new sts.GetFederationTokenCommand({ Name: "bob", Policy }));
  const bob = credentialsIn(await federate(policy({ Action: ["ec2:*", "iam:*"], Resource: "*" })));
  const who = await wire.client(sts.STSClient, bob).send(new sts.GetCallerIdentityCommand({}));
  expect(who).toMatchObject({
    Arn: `arn:aws:sts::${accountId}:federated-user/bob`,
    UserId: `${accountId}:bob`,
  });
  await wire.client(EC2Client, bob).send(new DescribeVpcsCommand({}));
  const users = wire.client(iam.IAMClient, bob).send(new iam.ListUsersCommand({}));
  expect(await errorOf(users)).toMatchObject({ code: "InvalidClientTokenId" });
  const bare = credentialsIn(await federate());
  const vpcs = wire.client(EC2Client, bare).send(new DescribeVpcsCommand({}));
  expect(await errorOf(vpcs)).toMatchObject({ code: "UnauthorizedOperation" });
  const again = wire.client(sts.STSClient, bob).send(new sts.GetSessionTokenCommand({}));
  expect(await errorOf(again)).toMatchObject({
    message: "Cannot call GetSessionToken with session credentials",
  });
});

test("a web identity is taken for its provider, subject and audience only", async () => {
  const { world } = wire.simulator;
  const issuer = issuerOf(world);
  const client = wire.client(iam.IAMClient);
  const created = await client.send(
    new iam.CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: ["sts.amazonaws.com"] }),
  );
  const Federated = created.OpenIDConnectProviderArn ?? "";
  const Condition = { StringEquals: { [`${issuer.slice(8)}:sub`]: "system:serviceaccount:a:b" } };
  await makeRole("Pod", [{ Principal: { Federated }, Action: "sts:AssumeRoleWithWebIdentity", Condition }]);
  const subject = "system:serviceaccount:a:b";
  const become = async (WebIdentityToken: string) =>
    wire.client(sts.STSClient, { accessKeyId: "", secretAccessKey: "" }).send(
      new sts.AssumeRoleWithWebIdentityCommand({
        ...{ RoleArn: role("Pod"), RoleSessionName: "pod" },
        WebIdentityToken,
      }),
    );
  const good = await token({ subject });
  const made = await become(good);
  expect(made).toMatchObject({
    ...{ Provider: Federated, Audience: "sts.amazonaws.com", SubjectFromWebIdentityToken: subject },
  });
  await wire.client(EC2Client, credentialsIn(made)).send(new DescribeVpcsCommand({}));
  const [head, , signature] = good.split(".");
  const forged = Buffer.from(JSON.stringify({ iss: issuer, sub: subject, aud: "x", exp: 4e9 })).toString(
    "base64url",
  );
  const refusals: [title: string, given: string, code: string][] = [
    ["another subject", await token({ subject: "system:serviceaccount:a:c" }), "AccessDenied"],
    ["another audience", await token({ subject, audience: "else" }), "InvalidIdentityToken"],
    ["forged claims", `${head}.${forged}.${signature}`, "InvalidIdentityToken"],
    ["no token", "nothing", "InvalidIdentityToken"],
  ];
  for (const [title, given, code] of refusals)
    expect([title, (await errorOf(become(given)))?.code]).toEqual([title, expect.stringContaining(code)]);
  aheadMs = 3_601_000;
  expect((await errorOf(become(good)))?.code).toBe("ExpiredTokenException");
  aheadMs = 0;
});

async function token(wish: { subject: string; audience?: string }): Promise<string> {
  const { adminUrl, adminToken } = wire.simulator;
  const answer = await fetch(`${adminUrl}/web-identity-tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
    body: JSON.stringify(wish),
  });
  return ((await answer.json()) as { token: string }).token;
}

test("tokens of the global endpoint are unknown in opt-in regions, unless the account prefers version 2", async () => {
  await makeRole("Global", [trustsRoot]);
  await wire.client(AccountClient).send(new EnableRegionCommand({ RegionName: "eu-south-1" }));
  const { port } = new URL(wire.simulator.endpoint);
  const key = { accessKeyId: wire.simulator.accessKeyId, secretAccessKey: wire.simulator.secretAccessKey };
  const lookup: NonNullable<ConstructorParameters<typeof Agent>[0]>["lookup"] = (_, options, done) =>
    options.all ? done(null, [{ address: "127.0.0.1", family: 4 }] as never) : done(null, "127.0.0.1", 4);
  const globally = new sts.STSClient({
    ...{ endpoint: `http://sts.amazonaws.com:${port}`, region: "us-east-1", credentials: key },
    requestHandler: { httpAgent: new Agent({ lookup }) },
  });
  const session = async (client: sts.STSClient) =>
    credentialsIn(
      await client.send(new sts.AssumeRoleCommand({ RoleArn: role("Global"), RoleSessionName: "global" })),
    );
  const vpcs = (as: Credentials, region: string) =>
    errorOf(wire.client(EC2Client, as, region).send(new DescribeVpcsCommand({})));
  const old = await session(globally);
  expect(await vpcs(old, "eu-west-1")).toBeUndefined();
  expect(await vpcs(old, "eu-south-1")).toMatchObject({ code: "AuthFailure", status: 401 });
  expect(await vpcs(await session(wire.client(sts.STSClient)), "eu-south-1")).toBeUndefined();
  await wire
    .client(iam.IAMClient)
    .send(new iam.SetSecurityTokenServicePreferencesCommand({ GlobalEndpointTokenVersion: "v2Token" }));
  expect(await vpcs(await session(globally), "eu-south-1")).toBeUndefined();
  globally.destroy();
});

test("a key tells its account; a sealed denial is opened by STS", async () => {
  const AccessKeyId = wire.simulator.accessKeyId;
  const client = wire.client(sts.STSClient);
  const found = await client.send(new sts.GetAccessKeyInfoCommand({ AccessKeyId }));
  expect(found.Account).toBe(accountId);
  await makeRole("Reader", [trustsRoot], policy({ Action: "ec2:Describe*", Resource: "*" }));
  const reader = wire.client(EC2Client, credentialsIn(await assume("Reader")));
  const run = reader.send(new RunInstancesCommand({ ImageId: "ami-0", MinCount: 1, MaxCount: 1 }));
  const denied = await errorOf(run);
  const [, EncodedMessage] =
    /Encoded authorization failure message: (\S+)$/.exec(denied?.message ?? "") ?? [];
  const { DecodedMessage } = await client.send(new sts.DecodeAuthorizationMessageCommand({ EncodedMessage }));
  expect(JSON.parse(DecodedMessage ?? "")).toMatchObject({
    allowed: false,
    explicitDeny: false,
    context: {
      principal: { arn: `arn:aws:sts::${accountId}:assumed-role/Reader/one` },
      action: "ec2:RunInstances",
    },
  });
  const wrong = client.send(new sts.DecodeAuthorizationMessageCommand({ EncodedMessage: "AAAA" }));
  expect(await errorOf(wrong)).toMatchObject({ code: "InvalidAuthorizationMessageException" });
});
