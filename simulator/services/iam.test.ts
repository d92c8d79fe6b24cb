// IAM over the wire: entities made, limited, listed in pages and taken away; everything at once; simulation and its blind spots.
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeleteAccountPasswordPolicyCommand,
  DeletePolicyCommand,
  DeleteUserCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountPasswordPolicyCommand,
  GetAccountSummaryCommand,
  GetContextKeysForPrincipalPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListRolesCommand,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  SimulatePrincipalPolicyCommand,
  UpdateAccessKeyCommand,
  UpdateAccountPasswordPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CreatePolicyCommand as CreateScp,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { errorOf, startSmall } from "../small-clients.ts";
import { small } from "../worlds/small.ts";

const wire = startSmall();

function allowing(Action: string | string[], more: object = {}): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource: "*", ...more }],
  });
}

async function member() {
  return wire.client(IAMClient, await wire.asMember(small.devAccountId));
}

test("a user's key signs, through a group's policy, until it is switched off", async () => {
  const iam = await member();
  await iam.send(new CreateGroupCommand({ GroupName: "readers" }));
  const PolicyDocument = allowing("iam:GetUser");
  await iam.send(new PutGroupPolicyCommand({ GroupName: "readers", PolicyName: "read", PolicyDocument }));
  await iam.send(new CreateUserCommand({ UserName: "ann" }));
  await iam.send(new AddUserToGroupCommand({ GroupName: "readers", UserName: "ann" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ann" }));
  const { AccessKeyId = "", SecretAccessKey = "" } = AccessKey ?? {};
  expect(AccessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(SecretAccessKey).toMatch(/^[A-Za-z0-9/+]{40}$/);
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  const own = wire.client(IAMClient, keys);
  expect((await own.send(new GetUserCommand({}))).User?.UserName).toBe("ann");
  expect(await errorOf(own.send(new ListUsersCommand({})))).toMatchObject({ code: "AccessDenied" });
  await iam.send(new UpdateAccessKeyCommand({ UserName: "ann", AccessKeyId, Status: "Inactive" }));
  const asked = wire.client(STSClient, keys).send(new GetCallerIdentityCommand({}));
  expect(await errorOf(asked)).toMatchObject({ code: "InvalidClientTokenId", status: 403 });
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: "ann" }));
  expect(AccessKeyMetadata).toMatchObject([{ AccessKeyId, Status: "Inactive" }]);
  await iam.send(new CreateAccessKeyCommand({ UserName: "ann" }));
  expect(await errorOf(iam.send(new CreateAccessKeyCommand({ UserName: "ann" })))).toMatchObject({
    code: "LimitExceededException",
    status: 409,
  });
  await iam.send(new CreateLoginProfileCommand({ UserName: "ann", Password: "secret-1234" }));
  expect((await iam.send(new ListMFADevicesCommand({ UserName: "ann" }))).MFADevices).toEqual([]);
  expect(await errorOf(iam.send(new DeleteUserCommand({ UserName: "ann" })))).toMatchObject({
    code: "DeleteConflictException",
    status: 409,
  });
  expect(await errorOf(iam.send(new CreateUserCommand({ UserName: "ann" })))).toMatchObject({
    code: "EntityAlreadyExistsException",
    status: 409,
  });
});

test("managed policies keep versions; AWS's are there with their version", async () => {
  const iam = await member();
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: "p", Path: "/team/", PolicyDocument: allowing("s3:Get*") }),
  );
  const PolicyArn = Policy?.Arn ?? "";
  expect(PolicyArn).toBe(`arn:aws:iam::${small.devAccountId}:policy/team/p`);
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allowing("s3:List*") }));
  await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: "v2" }));
  expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.DefaultVersionId).toBe("v2");
  await iam.send(new CreateUserCommand({ UserName: "holder" }));
  await iam.send(new AttachUserPolicyCommand({ UserName: "holder", PolicyArn }));
  expect(await errorOf(iam.send(new DeletePolicyCommand({ PolicyArn })))).toMatchObject({
    code: "DeleteConflictException",
  });
  const aws = { PolicyArn: "arn:aws:iam::aws:policy/SecurityAudit" };
  const { Policy: audit } = await iam.send(new GetPolicyCommand(aws));
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ ...aws, VersionId: audit?.DefaultVersionId }),
  );
  expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "")).Statement.length).toBeGreaterThan(0);
});

test.each([
  ["no JSON", "nonsense", "Syntax errors in policy."],
  ["a principal", allowing("s3:*", { Principal: "*" }), "should not specify a principal"],
  [
    "no resource",
    JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "s3:*" } }),
    "must contain resources",
  ],
  ["an unknown operator", allowing("s3:*", { Condition: { StringMaybe: { a: "b" } } }), "StringMaybe"],
])("a policy with %s is refused", async (_, PolicyDocument, message) => {
  const asked = (await member()).send(new CreatePolicyCommand({ PolicyName: "bad", PolicyDocument }));
  expect(await errorOf(asked)).toMatchObject({
    code: "MalformedPolicyDocumentException",
    status: 400,
    message: expect.stringContaining(message),
  });
});

test("everything at once, in pages, with filters", async () => {
  const iam = await member();
  for (let i = 0; i < 5; i++) await iam.send(new CreateUserCommand({ UserName: `page-${i}` }));
  const users: string[] = [];
  let Marker: string | undefined;
  let pages = 0;
  do {
    const page = await iam.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ["User"], MaxItems: 2, Marker }),
    );
    users.push(...(page.UserDetailList ?? []).map(({ UserName = "" }) => UserName));
    expect(page.IsTruncated).toBe(page.Marker !== undefined);
    expect(page.RoleDetailList).toEqual([]);
    Marker = page.Marker;
    pages++;
  } while (Marker);
  expect(users.filter((name) => name.startsWith("page-"))).toHaveLength(5);
  expect(pages).toBe(Math.ceil(users.length / 2));
  const all = await iam.send(new GetAccountAuthorizationDetailsCommand({}));
  const role = all.RoleDetailList?.find(({ RoleName }) => RoleName === "OrganizationAccountAccessRole");
  expect(role?.AttachedManagedPolicies).toEqual([
    { PolicyName: "AdministratorAccess", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
  ]);
  expect(all.Policies?.map(({ PolicyName }) => PolicyName)).toContain("AdministratorAccess");
  expect((await iam.send(new GetAccountSummaryCommand({}))).SummaryMap).toMatchObject({
    Users: users.length,
    AccountMFAEnabled: 1,
  });
  expect((await iam.send(new ListRolesCommand({ PathPrefix: "/none/" }))).Roles).toEqual([]);
});

test("the password policy: none, set, none again", async () => {
  const iam = await member();
  const read = () => iam.send(new GetAccountPasswordPolicyCommand({}));
  expect(await errorOf(read())).toMatchObject({ code: "NoSuchEntityException", status: 404 });
  await iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 14, MaxPasswordAge: 90 }));
  expect((await read()).PasswordPolicy).toMatchObject({
    MinimumPasswordLength: 14,
    ExpirePasswords: true,
    RequireSymbols: false,
  });
  await iam.send(new DeleteAccountPasswordPolicyCommand({}));
  expect(await errorOf(read())).toMatchObject({ code: "NoSuchEntityException" });
});

test("simulation: SCPs count but never show; their keys come from the context entries only", async () => {
  const iam = await member();
  const organizations = wire.client(OrganizationsClient);
  const guard = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Action: "guardduty:*",
        Resource: "*",
        Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/csp-harvest" } },
      },
    ],
  };
  const scp = await organizations.send(
    new CreateScp({
      Name: "GuardDuty",
      Description: "",
      Content: JSON.stringify(guard),
      Type: "SERVICE_CONTROL_POLICY",
    }),
  );
  await organizations.send(
    new AttachPolicyCommand({ PolicyId: scp.Policy?.PolicySummary?.Id, TargetId: small.devAccountId }),
  );
  const RoleName = "OrganizationAccountAccessRole";
  const PolicySourceArn = `arn:aws:iam::${small.devAccountId}:role/${RoleName}`;
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: "own",
      PolicyDocument: allowing("ec2:*", {
        Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
      }),
    }),
  );
  const ask = async (action: string, entries: Record<string, string> = {}) => {
    const ContextEntries = Object.entries(entries).map(([ContextKeyName, value]) => ({
      ContextKeyName,
      ContextKeyValues: [value],
      ContextKeyType: "string" as const,
    }));
    const { EvaluationResults } = await iam.send(
      new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: [action], ContextEntries }),
    );
    return EvaluationResults?.[0];
  };
  expect(await ask("guardduty:ListDetectors")).toMatchObject({
    EvalDecision: "explicitDeny",
    OrganizationsDecisionDetail: { AllowedByOrganizations: false },
    MatchedStatements: [{ SourcePolicyId: "AdministratorAccess" }],
    MissingContextValues: [],
  });
  const named = await ask("guardduty:ListDetectors", {
    "aws:PrincipalArn": "arn:aws:iam::1:role/csp-harvest",
  });
  expect(named).toMatchObject({
    EvalDecision: "allowed",
    OrganizationsDecisionDetail: { AllowedByOrganizations: true },
  });
  expect((await ask("ec2:DescribeVpcs"))?.MissingContextValues).toEqual(["aws:requestedregion"]);
  const keys = await iam.send(new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn }));
  expect(keys.ContextKeyNames).toEqual(["aws:requestedregion"]);
  const session = `arn:aws:sts::${small.devAccountId}:assumed-role/${RoleName}/x`;
  const wrong = iam.send(
    new SimulatePrincipalPolicyCommand({ PolicySourceArn: session, ActionNames: ["s3:GetObject"] }),
  );
  expect(await errorOf(wrong)).toMatchObject({ code: "InvalidInputException", status: 400 });
});
