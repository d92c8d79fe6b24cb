// Stack sets over the wire: by roles and by the organization, what fails in one account, who follows whom.
import * as cfn from "@aws-sdk/client-cloudformation";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import * as org from "@aws-sdk/client-organizations";
import { expect, test } from "vitest";
import { errorOf, startSmall } from "../../small-clients.ts";
import { small } from "../../worlds/small.ts";

// A clock that stands until told: what is in progress stays so.
let nowMs = Date.now();
const wire = startSmall({ now: () => new Date(nowMs), settings: { settleMs: 1000 } });
const cloudformation = () => wire.client(cfn.CloudFormationClient);
const organizations = () => wire.client(org.OrganizationsClient);
const Capabilities = ["CAPABILITY_NAMED_IAM" as const];
const administration = "AWSCloudFormationStackSetAdministrationRole";
const execution = "AWSCloudFormationStackSetExecutionRole";

function policy(fields: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...fields }] });
}

function template(RoleName: string, MaxSessionDuration = 3600): string {
  const AssumeRolePolicyDocument = JSON.parse(
    policy({ Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }),
  );
  const Properties = { RoleName, AssumeRolePolicyDocument, MaxSessionDuration };
  return JSON.stringify({ Resources: { Role: { Type: "AWS::IAM::Role", Properties } } });
}

/** Of the operation: its outcome and its results by account, when it is over. */
async function outcomeOf(StackSetName: string, OperationId: string | undefined) {
  nowMs += 1000;
  const asked = { StackSetName, OperationId };
  const { StackSetOperation } = await cloudformation().send(new cfn.DescribeStackSetOperationCommand(asked));
  const { Summaries = [] } = await cloudformation().send(new cfn.ListStackSetOperationResultsCommand(asked));
  const results = Summaries.map(({ Account, Status }) => `${Account} ${Status}`);
  return { status: StackSetOperation?.Status, results, reasons: Summaries.map((each) => each.StatusReason) };
}

const maxSession = async (accountId: string, RoleName: string) => {
  const iam = wire.client(IAMClient, await wire.asMember(accountId));
  return (await iam.send(new GetRoleCommand({ RoleName }))).Role?.MaxSessionDuration;
};

test("self-managed: both roles are needed, and an account without fails alone", async () => {
  const StackSetName = "by-roles";
  const iam = wire.client(IAMClient);
  const create = new cfn.CreateStackSetCommand({
    StackSetName,
    TemplateBody: template("ByRoles"),
    Capabilities,
  });
  await cloudformation().send(create);
  expect(await errorOf(cloudformation().send(create))).toMatchObject({ code: "NameAlreadyExistsException" });
  const deploy = async (more: Partial<cfn.CreateStackInstancesCommandInput> = {}) => {
    const { OperationId } = await cloudformation().send(
      new cfn.CreateStackInstancesCommand({
        ...{ StackSetName, Accounts: [small.prodAccountId, small.devAccountId], Regions: ["us-east-1"] },
        ...more,
      }),
    );
    return outcomeOf(StackSetName, OperationId);
  };
  expect((await deploy()).reasons[0]).toBe(
    `Account ${small.managementAccountId} should have '${administration}' role with trust relationship to CloudFormation service.`,
  );
  const service = policy({
    Principal: { Service: "cloudformation.amazonaws.com" },
    Action: "sts:AssumeRole",
  });
  await iam.send(new CreateRoleCommand({ RoleName: administration, AssumeRolePolicyDocument: service }));
  const assume = policy({ Action: "sts:AssumeRole", Resource: `arn:aws:iam::*:role/${execution}` });
  const named = { RoleName: administration, PolicyName: "assume" };
  await iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: assume }));
  const member = wire.client(IAMClient, await wire.asMember(small.devAccountId));
  const administrator = `arn:aws:iam::${small.managementAccountId}:role/${administration}`;
  const AssumeRolePolicyDocument = policy({ Principal: { AWS: administrator }, Action: "sts:AssumeRole" });
  await member.send(new CreateRoleCommand({ RoleName: execution, AssumeRolePolicyDocument }));
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  await member.send(new AttachRolePolicyCommand({ RoleName: execution, PolicyArn }));

  const prodFailed = `${small.prodAccountId} FAILED`;
  expect(await deploy()).toMatchObject({
    status: "FAILED",
    results: [prodFailed, `${small.devAccountId} CANCELLED`],
  });
  const tolerant = await deploy({ OperationPreferences: { FailureToleranceCount: 1 } });
  expect(tolerant).toMatchObject({
    status: "SUCCEEDED",
    results: [prodFailed, `${small.devAccountId} SUCCEEDED`],
    reasons: [
      `Account ${small.prodAccountId} should have '${execution}' role with trust relationship to Role '${administration}'.`,
      undefined,
    ],
  });
  expect(await maxSession(small.devAccountId, "ByRoles")).toBe(3600);
  const { Summaries = [] } = await cloudformation().send(new cfn.ListStackInstancesCommand({ StackSetName }));
  expect(
    Summaries.map(({ Status, StackInstanceStatus }) => [Status, StackInstanceStatus?.DetailedStatus]),
  ).toEqual([
    ["OUTDATED", "FAILED"],
    ["CURRENT", "SUCCEEDED"],
  ]);

  const update = new cfn.UpdateStackSetCommand({
    ...{ StackSetName, TemplateBody: template("ByRoles", 7200), Capabilities },
    OperationPreferences: { FailureToleranceCount: 1 },
  });
  const { OperationId } = await cloudformation().send(update);
  expect(await errorOf(cloudformation().send(update))).toMatchObject({
    code: "OperationInProgressException",
  });
  await outcomeOf(StackSetName, OperationId);
  expect(await maxSession(small.devAccountId, "ByRoles")).toBe(7200);

  const remove = new cfn.DeleteStackSetCommand({ StackSetName });
  expect(await errorOf(cloudformation().send(remove))).toMatchObject({ code: "StackSetNotEmptyException" });
  const instances = {
    StackSetName,
    Accounts: [small.devAccountId],
    Regions: ["us-east-1"],
    RetainStacks: false,
  };
  const gone = await cloudformation().send(new cfn.DeleteStackInstancesCommand(instances));
  expect((await outcomeOf(StackSetName, gone.OperationId)).status).toBe("SUCCEEDED");
  expect(await errorOf(maxSession(small.devAccountId, "ByRoles"))).toMatchObject({
    code: "NoSuchEntityException",
  });
});

test("service-managed: trusted access, OUs, an SCP that denies, and accounts that move", async () => {
  const StackSetName = "by-organization";
  const create = () =>
    cloudformation().send(
      new cfn.CreateStackSetCommand({
        ...{ StackSetName, TemplateBody: template("ByOrganization"), Capabilities },
        PermissionModel: "SERVICE_MANAGED",
        AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      }),
    );
  expect(await errorOf(create())).toMatchObject({
    code: "ValidationError",
    message: "You must enable organizations access to operate a service managed stack set",
  });
  await cloudformation().send(new cfn.ActivateOrganizationsAccessCommand({}));
  const access = await cloudformation().send(new cfn.DescribeOrganizationsAccessCommand({}));
  expect(access.Status).toBe("ENABLED");
  await create();
  const deploy = async (unitId: string) => {
    const { OperationId } = await cloudformation().send(
      new cfn.CreateStackInstancesCommand({
        ...{ StackSetName, Regions: ["us-east-1"] },
        DeploymentTargets: { OrganizationalUnitIds: [unitId] },
      }),
    );
    return outcomeOf(StackSetName, OperationId);
  };
  const byAccount = new cfn.CreateStackInstancesCommand({
    StackSetName,
    Accounts: [small.devAccountId],
    Regions: ["us-east-1"],
  });
  expect(await errorOf(cloudformation().send(byAccount))).toMatchObject({
    message: "StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target",
  });
  // The suspended account of the OU is left out.
  expect(await deploy(small.devUnitId)).toMatchObject({
    status: "SUCCEEDED",
    results: [`${small.devAccountId} SUCCEEDED`],
  });
  const move = (from: string, to: string) =>
    organizations().send(
      new org.MoveAccountCommand({
        AccountId: small.devAccountId,
        SourceParentId: from,
        DestinationParentId: to,
      }),
    );
  await move(small.devUnitId, small.rootId);
  expect(await errorOf(maxSession(small.devAccountId, "ByOrganization"))).toBeDefined();
  await move(small.rootId, small.devUnitId);
  expect(await maxSession(small.devAccountId, "ByOrganization")).toBe(3600);

  const Content = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Action: "iam:CreateRole", Resource: "*" }],
  });
  const { Policy } = await organizations().send(
    new org.CreatePolicyCommand({
      Name: "no-roles",
      Description: "",
      Type: "SERVICE_CONTROL_POLICY",
      Content,
    }),
  );
  const PolicyId = Policy?.PolicySummary?.Id;
  await organizations().send(new org.AttachPolicyCommand({ PolicyId, TargetId: small.prodUnitId }));
  nowMs += 1000;
  const denied = await deploy(small.prodUnitId);
  expect(denied).toMatchObject({ status: "FAILED", results: [`${small.prodAccountId} FAILED`] });
  expect(denied.reasons[0]).toContain(
    `with an explicit deny in a service control policy: ${Policy?.PolicySummary?.Arn}`,
  );
});

test("a region that the account has not enabled fails there", async () => {
  const StackSetName = "far";
  const wish = { StackSetName, TemplateBody: template("Far"), Capabilities };
  await cloudformation().send(
    new cfn.CreateStackSetCommand({
      ...wish,
      PermissionModel: "SERVICE_MANAGED",
      AutoDeployment: { Enabled: false },
    }),
  );
  const { OperationId } = await cloudformation().send(
    new cfn.CreateStackInstancesCommand({
      ...{ StackSetName, Regions: ["us-east-1", "eu-south-1"] },
      DeploymentTargets: { OrganizationalUnitIds: [small.devUnitId] },
      OperationPreferences: { RegionOrder: ["eu-south-1", "us-east-1"] },
    }),
  );
  const { Summaries } = await cloudformation().send(
    new cfn.ListStackSetOperationResultsCommand({ StackSetName, OperationId }),
  );
  expect(Summaries?.map(({ Region }) => Region)).toEqual(["eu-south-1", "us-east-1"]);
  expect((await outcomeOf(StackSetName, OperationId)).results).toEqual([
    `${small.devAccountId} FAILED`,
    `${small.devAccountId} CANCELLED`,
  ]);
});
