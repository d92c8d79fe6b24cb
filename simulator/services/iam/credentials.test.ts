// IAM's lesser objects over the wire: MFA devices, certificates, providers, service-linked roles, the credential
// report, simulations of given policies, and who is refused.
import * as iam from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { errorOf, startSmall } from "../../small-clients.ts";
import { codeOf } from "./mfa.ts";

// A clock that stands until told: codes of MFA devices follow from it.
let nowMs = Date.now();
const wire = startSmall({ now: () => new Date(nowMs), settings: { settleMs: 1000 } });
const client = () => wire.client(iam.IAMClient);
const document = (fields: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*", ...fields }],
  });

async function userWithKey(UserName: string) {
  await client().send(new iam.CreateUserCommand({ UserName }));
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  await client().send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }));
  const { AccessKey } = await client().send(new iam.CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
}

test("a virtual MFA device is enabled by its codes, proves the factor, and goes when deactivated", async () => {
  const key = await userWithKey("factor");
  const made = await client().send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "factor" }));
  const { SerialNumber = "", Base32StringSeed } = made.VirtualMFADevice ?? {};
  expect(SerialNumber).toBe("arn:aws:iam::111111111111:mfa/factor");
  const seed = Buffer.from(Base32StringSeed ?? []).toString();
  const unassigned = new iam.ListVirtualMFADevicesCommand({ AssignmentStatus: "Unassigned" });
  expect((await client().send(unassigned)).VirtualMFADevices?.map((each) => each.SerialNumber)).toEqual([
    SerialNumber,
  ]);
  const code = (step = 0) => codeOf(seed, new Date(nowMs), step);
  const enable = (AuthenticationCode1: string, AuthenticationCode2: string) =>
    client().send(
      new iam.EnableMFADeviceCommand({
        UserName: "factor",
        SerialNumber,
        AuthenticationCode1,
        AuthenticationCode2,
      }),
    );
  expect(await errorOf(enable("123456", "654321"))).toMatchObject({
    code: "InvalidAuthenticationCodeException",
  });
  await enable(code(-1), code(0));
  expect(await errorOf(enable(code(-1), code(0)))).toMatchObject({ code: "EntityAlreadyExistsException" });

  // Temporary credentials reach IAM only with the factor.
  const session = async (more: object) => {
    const sts = wire.client(STSClient, key);
    const { Credentials } = await sts.send(new GetSessionTokenCommand(more));
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  };
  const list = async (more: object) =>
    errorOf(wire.client(iam.IAMClient, await session(more)).send(new iam.ListUsersCommand({})));
  expect(await list({})).toMatchObject({ code: "InvalidClientTokenId" });
  expect(await errorOf(session({ SerialNumber, TokenCode: "000000" }))).toMatchObject({
    code: "AccessDenied",
  });
  expect(await list({ SerialNumber, TokenCode: code() })).toBeUndefined();

  const remove = () => client().send(new iam.DeleteVirtualMFADeviceCommand({ SerialNumber }));
  expect(await errorOf(remove())).toMatchObject({ code: "DeleteConflictException" });
  await client().send(new iam.DeactivateMFADeviceCommand({ UserName: "factor", SerialNumber }));
  await remove();
  expect(await errorOf(remove())).toMatchObject({ code: "NoSuchEntityException" });
});

test("a role that asks for a second factor is assumed with it", async () => {
  const key = await userWithKey("prover");
  const made = await client().send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "prover" }));
  const { SerialNumber = "", Base32StringSeed } = made.VirtualMFADevice ?? {};
  const code = (step = 0) => codeOf(Buffer.from(Base32StringSeed ?? []).toString(), new Date(nowMs), step);
  const codes = { AuthenticationCode1: code(-1), AuthenticationCode2: code() };
  await client().send(new iam.EnableMFADeviceCommand({ UserName: "prover", SerialNumber, ...codes }));
  const AssumeRolePolicyDocument = document({
    Resource: undefined,
    Principal: { AWS: "arn:aws:iam::111111111111:root" },
    Action: "sts:AssumeRole",
    Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
  });
  await client().send(new iam.CreateRoleCommand({ RoleName: "Careful", AssumeRolePolicyDocument }));
  const assume = (more: object) =>
    wire.client(STSClient, key).send(
      new AssumeRoleCommand({
        ...{ RoleArn: "arn:aws:iam::111111111111:role/Careful", RoleSessionName: "prover" },
        ...more,
      }),
    );
  expect(await errorOf(assume({}))).toMatchObject({ code: "AccessDenied" });
  await assume({ SerialNumber, TokenCode: code() });
});

test("users are renamed with what is theirs, and not deleted before it is gone", async () => {
  await client().send(new iam.CreateUserCommand({ UserName: "old" }));
  await client().send(new iam.CreateGroupCommand({ GroupName: "team" }));
  await client().send(new iam.AddUserToGroupCommand({ UserName: "old", GroupName: "team" }));
  const SSHPublicKeyBody = `ssh-rsa ${Buffer.from("key").toString("base64")} me`;
  const { SSHPublicKey } = await client().send(
    new iam.UploadSSHPublicKeyCommand({ UserName: "old", SSHPublicKeyBody }),
  );
  expect(SSHPublicKey).toMatchObject({
    SSHPublicKeyId: expect.stringMatching(/^APKA[A-Z2-7]{17}$/),
    Fingerprint: expect.stringMatching(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/),
  });
  await client().send(new iam.UpdateUserCommand({ UserName: "old", NewUserName: "new" }));
  await client().send(new iam.UpdateGroupCommand({ GroupName: "team", NewGroupName: "crew" }));
  const { Groups } = await client().send(new iam.ListGroupsForUserCommand({ UserName: "new" }));
  expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(["crew"]);
  const { SSHPublicKeys } = await client().send(new iam.ListSSHPublicKeysCommand({ UserName: "new" }));
  expect(SSHPublicKeys).toHaveLength(1);
  expect(await errorOf(client().send(new iam.DeleteUserCommand({ UserName: "new" })))).toMatchObject({
    code: "DeleteConflictException",
    message: "Cannot delete entity, must delete SSH public keys first.",
  });
});

test("the credential report is asked for, made, and a table of the users", async () => {
  await userWithKey("reported");
  const Password = "correct-Horse-1";
  await client().send(new iam.CreateLoginProfileCommand({ UserName: "reported", Password }));
  const get = () => client().send(new iam.GetCredentialReportCommand({}));
  expect(await errorOf(get())).toMatchObject({ code: "CredentialReportNotPresentException", status: 410 });
  const generate = async () => (await client().send(new iam.GenerateCredentialReportCommand({}))).State;
  expect(await generate()).toBe("STARTED");
  expect(await errorOf(get())).toMatchObject({ code: "CredentialReportNotReadyException" });
  expect(await generate()).toBe("INPROGRESS");
  nowMs += 1000;
  expect(await generate()).toBe("COMPLETE");
  const { Content, ReportFormat } = await get();
  expect(ReportFormat).toBe("text/csv");
  const [header = "", root = "", ...users] = Buffer.from(Content ?? [])
    .toString()
    .split("\n");
  expect(header.split(",")).toHaveLength(22);
  expect(root).toMatch(/^<root_account>,arn:aws:iam::111111111111:root,.*,not_supported,/);
  const row = users.find((line) => line.startsWith("reported,"))?.split(",") ?? [];
  expect(row).toHaveLength(22);
  expect([row[3], row[4], row[7], row[8], row[13]]).toEqual([
    "true",
    "no_information",
    "false",
    "true",
    "false",
  ]);
});

test("passwords are held against the account's policy", async () => {
  await client().send(new iam.CreateUserCommand({ UserName: "login" }));
  const login = (Password: string) =>
    errorOf(client().send(new iam.CreateLoginProfileCommand({ UserName: "login", Password })));
  expect(await login("short")).toMatchObject({ code: "PasswordPolicyViolationException" });
  await client().send(new iam.UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 20 }));
  expect(await login("correct-Horse-1")).toMatchObject({ code: "PasswordPolicyViolationException" });
  expect(await login("correct-Horse-battery-1")).toBeUndefined();
});

test("OIDC providers are kept by address", async () => {
  const Url = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC";
  const create = () =>
    client().send(new iam.CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ["sts.amazonaws.com"] }));
  const { OpenIDConnectProviderArn } = await create();
  expect(OpenIDConnectProviderArn).toBe(
    "arn:aws:iam::111111111111:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC",
  );
  expect(await errorOf(create())).toMatchObject({ code: "EntityAlreadyExistsException" });
  const found = await client().send(new iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
  expect(found).toMatchObject({ Url: Url.slice(8), ClientIDList: ["sts.amazonaws.com"] });
  const { SummaryMap } = await client().send(new iam.GetAccountSummaryCommand({}));
  expect(SummaryMap?.Providers).toBe(1);
});

test("a service-linked role is its service's alone", async () => {
  const create = () =>
    client().send(new iam.CreateServiceLinkedRoleCommand({ AWSServiceName: "guardduty.amazonaws.com" }));
  const { Role } = await create();
  expect(Role).toMatchObject({
    RoleName: "AWSServiceRoleForAmazonGuardDuty",
    Path: "/aws-service-role/guardduty.amazonaws.com/",
  });
  expect(await errorOf(create())).toMatchObject({ code: "InvalidInputException" });
  const RoleName = Role?.RoleName;
  const change = new iam.PutRolePolicyCommand({ RoleName, PolicyName: "x", PolicyDocument: document({}) });
  expect(await errorOf(client().send(change))).toMatchObject({ code: "UnmodifiableEntityException" });
  expect(await errorOf(client().send(new iam.DeleteRoleCommand({ RoleName })))).toMatchObject({
    code: "UnmodifiableEntityException",
  });
  const { DeletionTaskId } = await client().send(new iam.DeleteServiceLinkedRoleCommand({ RoleName }));
  const status = new iam.GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId });
  expect((await client().send(status)).Status).toBe("SUCCEEDED");
});

const only = (Action: string) => document({ Action });
const simulations: [title: string, input: Partial<iam.SimulateCustomPolicyCommandInput>, decision: string][] =
  [
    ["a policy that allows", {}, "allowed"],
    ["a boundary that does not", { PermissionsBoundaryPolicyInputList: [only("s3:*")] }, "implicitDeny"],
    [
      "levels that all allow",
      { OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [only("*")] }] },
      "allowed",
    ],
    [
      "a level that is silent",
      {
        OrderedOrganizationPolicyInputList: [
          { ServiceControlPolicyInputList: [only("*")] },
          { ServiceControlPolicyInputList: [only("s3:*")] },
        ],
      },
      "implicitDeny",
    ],
  ];

test.each(simulations)("SimulateCustomPolicy: %s", async (_, input, decision) => {
  const { EvaluationResults } = await client().send(
    new iam.SimulateCustomPolicyCommand({
      PolicyInputList: [only("ec2:*")],
      ActionNames: ["ec2:RunInstances"],
      ...input,
    }),
  );
  expect(EvaluationResults?.map(({ EvalDecision }) => EvalDecision)).toEqual([decision]);
});
