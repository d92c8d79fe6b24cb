// An administrator deploys to the small world: what is checked first, what is made, what a second run finds.
import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { iam } from "../../../simulator/iam-lookup.ts";
import { small } from "../../../simulator/worlds/small.ts";
import { externalId, memberRole, startDeployments } from "../testing/deployments.ts";
import { makeRole, type SimulatedAws } from "../testing/simulated-aws.ts";
import { stackSetsPrincipal } from "./administrator.ts";
import type { WantedDeployment, WantedStack } from "./wanted.ts";

const { managementAccountId, prodAccountId, devAccountId, suspendedAccountId, hostingAccountId } = small;

let aws: SimulatedAws;
const deployments = startDeployments();
const { wantedOf, plan, run, outcomes, rolesOf } = deployments;
beforeEach(async () => {
  const close = await deployments.start();
  aws = deployments.aws;
  return close;
});

async function denyRegions(target: string, allowed: string[], condition: object = {}): Promise<void> {
  const statement = {
    Effect: "Deny",
    NotAction: ["iam:*", "sts:*"],
    Resource: "*",
    Condition: { StringNotEquals: { "aws:RequestedRegion": allowed }, ...condition },
  };
  const { Policy } = await aws.must<{ Policy: { PolicySummary: { Id: string } } }>(
    managementAccountId,
    "organizations",
    "CreatePolicy",
    {
      Name: `Regions-${randomUUID().slice(0, 6)}`,
      Description: "Only some regions",
      Type: "SERVICE_CONTROL_POLICY",
      Content: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    },
  );
  await aws.must(managementAccountId, "organizations", "AttachPolicy", {
    PolicyId: Policy.PolicySummary.Id,
    TargetId: target,
  });
}

test("one run makes every role, a second one changes nothing (S31, S32, S33, E22)", async () => {
  const first = await plan(wantedOf());
  expect(first.isDone).toBe(false);
  expect(first.scope.accounts.map(({ id }) => id)).toEqual([prodAccountId, devAccountId]);
  expect(first.scope.leftOut.map(({ accountId }) => accountId)).toEqual([
    managementAccountId,
    suspendedAccountId,
  ]);
  expect(await run(wantedOf())).toEqual({
    isChanged: true,
    instances: { isChanged: true, succeeded: 2, failed: [] },
  });
  expect(rolesOf(managementAccountId)).toEqual(
    expect.arrayContaining(["Skywarden-Harvest-Org-Role", memberRole]),
  );
  for (const accountId of [prodAccountId, devAccountId]) expect(rolesOf(accountId)).toContain(memberRole);
  expect((await plan(wantedOf())).isDone).toBe(true);
  expect((await run(wantedOf())).isChanged).toBe(false);
});

test("a template that is longer than CloudFormation takes is refused with the way by S3, and nothing is written", async () => {
  const wanted = wantedOf();
  wanted.memberStack.template += `# ${"long ".repeat(11_000)}`;
  const { checks } = await plan(wanted);
  expect(checks.find(({ name }) => name === "template-size")).toMatchObject({
    outcome: "fail",
    detail: expect.stringMatching(/^The template of .* has \d{5} bytes;.*--template-bucket/),
  });
  expect((await plan(wantedOf())).checks.map(({ name }) => name)).not.toContain("template-size");
});

test("a changed template and other tags are brought to what is there", async () => {
  await run(wantedOf());
  const wanted = wantedOf({ tags: [{ key: "owner", value: "security" }] });
  wanted.memberStack.template = wanted.memberStack.template.replaceAll(
    "Lets Skywarden read",
    "Lets Skywarden see",
  );
  expect((await plan(wanted)).stacks.map(({ step }) => step)).toEqual(["update", "update"]);
  expect((await run(wanted)).instances).toEqual({ isChanged: true, succeeded: 2, failed: [] });
  expect((await plan(wanted)).isDone).toBe(true);
});

test("every parameter is said, so that whoever updates the StackSet with its previous values keeps the role as it is", async () => {
  await run(wantedOf());
  const { StackSet } = await aws.must<{ StackSet: { Parameters: { ParameterKey: string }[] } }>(
    managementAccountId,
    "cloudformation",
    "DescribeStackSet",
    { StackSetName: "Skywarden-Member-Role" },
  );
  // CloudFormation does not show it again.
  expect(JSON.stringify(StackSet)).not.toContain(externalId);
  const said = StackSet.Parameters.map(({ ParameterKey }) => ParameterKey);
  const trustOf = () => iam(aws.simulator.world, devAccountId).roles.get(memberRole)?.trustPolicy;
  const before = trustOf();
  expect(before).toContain(externalId);
  await aws.must(managementAccountId, "cloudformation", "UpdateStackSet", {
    StackSetName: "Skywarden-Member-Role",
    UsePreviousTemplate: true,
    Capabilities: ["CAPABILITY_NAMED_IAM"],
    Parameters: said.map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
  });
  expect(trustOf()).toBe(before);
  // As the repairs and the tear-down name them.
  for (const key of ["RoleName", "PolicyName", "RolePath", "PermissionsBoundaryArn", "PlatformRoleArn"])
    expect(said).toContain(key);
  expect(said).toEqual(expect.arrayContaining(["ExternalId", "PreviousExternalId", "RoleType"]));
});

test("an account in which the role cannot be made is named with the reason, and tried again", async () => {
  await makeRole(aws, prodAccountId, memberRole, { actions: ["s3:ListAllMyBuckets"], externalId });
  const { instances } = await run(wantedOf());
  expect(instances).toMatchObject({
    succeeded: 1,
    failed: [{ accountId: prodAccountId, name: "prod", reason: expect.stringContaining("already exists") }],
  });
  expect((await plan(wantedOf())).stackSet.step).toEqual({
    kind: "create-instances",
    accountIds: [prodAccountId],
  });
  iam(aws.simulator.world, prodAccountId).roles.delete(memberRole);
  expect((await run(wantedOf())).instances).toEqual({ isChanged: true, succeeded: 2, failed: [] });
});

test("excluded accounts get no role, nor those outside the chosen units", async () => {
  await run(wantedOf({ excludedNamePrefixes: ["DEV"], coversManagementAccount: false }));
  expect(rolesOf(devAccountId)).not.toContain(memberRole);
  expect(rolesOf(prodAccountId)).toContain(memberRole);
  expect(rolesOf(managementAccountId)).not.toContain(memberRole);
  await run(wantedOf({ units: [small.devUnitId], coversManagementAccount: false }));
  expect(rolesOf(devAccountId)).toContain(memberRole);
});

test("a stack whose creation failed is made anew", async () => {
  await makeRole(aws, managementAccountId, memberRole, { actions: ["s3:ListAllMyBuckets"], externalId });
  const wanted = wantedOf();
  await aws.createStack(managementAccountId, wanted.memberStack.name, wanted.memberStack.template);
  iam(aws.simulator.world, managementAccountId).roles.delete(memberRole);
  expect((await plan(wanted)).stacks.map(({ step, status }) => [step, status])).toEqual([
    ["create", null],
    ["replace", "ROLLBACK_COMPLETE"],
  ]);
  expect((await run(wanted)).instances.failed).toEqual([]);
  expect(rolesOf(managementAccountId)).toContain(memberRole);
});

test("a run that was killed goes on: a stack in progress, a set without instances", async () => {
  const wanted = wantedOf();
  await activate();
  const { name: StackName, template: TemplateBody } = wanted.organizationStack;
  const Capabilities = ["CAPABILITY_NAMED_IAM"];
  const { adminUrl } = aws.simulator;
  await fetch(`${adminUrl}/settings`, { method: "PUT", body: JSON.stringify({ settleMs: 300 }) });
  const cloudformation = (operation: string, input: object) =>
    aws.must(managementAccountId, "cloudformation", operation, { Capabilities, ...input });
  const values = ({ parameters }: WantedStack) => ({
    Parameters: parameters.map(({ key, value }) => ({ ParameterKey: key, ParameterValue: value })),
  });
  await cloudformation("CreateStackSet", {
    StackSetName: wanted.stackSetName,
    TemplateBody: wanted.memberStack.template,
    ...values(wanted.memberStack),
    PermissionModel: "SERVICE_MANAGED",
    AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
  });
  await cloudformation("CreateStack", { StackName, TemplateBody, ...values(wanted.organizationStack) });
  expect((await run(wanted)).instances).toEqual({ isChanged: true, succeeded: 2, failed: [] });
  expect((await plan(wanted)).isDone).toBe(true);
});

test("an operation that is under way is waited for", async () => {
  await run(wantedOf());
  const wanted = wantedOf({ tags: [{ key: "owner", value: "security" }] });
  const { adminUrl } = aws.simulator;
  const slower = JSON.stringify({ settleMs: 400 });
  expect((await fetch(`${adminUrl}/settings`, { method: "PUT", body: slower })).ok).toBe(true);
  await aws.must(managementAccountId, "cloudformation", "UpdateStackSet", {
    StackSetName: wanted.stackSetName,
    UsePreviousTemplate: true,
    Capabilities: ["CAPABILITY_NAMED_IAM"],
  });
  expect((await run(wanted)).instances.failed).toEqual([]);
});

interface CheckCase {
  title: string;
  prepare?: () => Promise<unknown>;
  change?: Partial<WantedDeployment>;
  as?: string;
  expected: Record<string, string>;
  text: string;
}
const activate = () => aws.must(managementAccountId, "cloudformation", "ActivateOrganizationsAccess", {});
const checkCases: CheckCase[] = [
  {
    title: "trusted access that is off",
    change: { enablesTrustedAccess: false },
    expected: { administrator: "warning", "trusted-access": "fail" },
    text: "--enable-trusted-access",
  },
  {
    title: "trusted access that is to be turned on",
    expected: { "trusted-access": "warning" },
    text: "will be turned on",
  },
  {
    title: "trusted access that is on",
    prepare: activate,
    change: { enablesTrustedAccess: false },
    expected: { "trusted-access": "pass", region: "pass", names: "pass" },
    text: stackSetsPrincipal,
  },
  {
    title: "a member that is no delegated administrator",
    prepare: activate,
    as: devAccountId,
    expected: { administrator: "fail" },
    text: "register-delegated-administrator",
  },
  {
    title: "a policy that denies the region everywhere",
    prepare: () => denyRegions(small.rootId, ["eu-west-1"]),
    expected: { region: "fail" },
    text: "spares eu-west-1",
  },
  {
    title: "a policy that denies the region in one account",
    prepare: () => denyRegions(prodAccountId, ["eu-west-1"]),
    expected: { region: "warning" },
    text: "in 1 of 2 accounts",
  },
  {
    title: "a policy that denies the region to some callers",
    prepare: () =>
      denyRegions(small.rootId, ["eu-west-1"], {
        ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/stacksets-exec-*" },
      }),
    expected: { region: "warning" },
    text: "may deny",
  },
  {
    title: "a policy that denies other regions only",
    prepare: () => denyRegions(small.rootId, ["us-east-1"]),
    expected: { region: "pass" },
    text: "No service control policy denies",
  },
  {
    title: "a role of the name that no stack made",
    prepare: () =>
      makeRole(aws, managementAccountId, memberRole, { actions: ["s3:ListAllMyBuckets"], externalId }),
    expected: { names: "fail" },
    text: "--organization-role",
  },
  {
    title: "a unit that is not there",
    change: { units: ["ou-sm01-nowhere1"] },
    expected: { names: "fail" },
    text: "ou-sm01-nowhere1",
  },
  {
    title: "self-managed without an administration role",
    change: { permissionModel: "self-managed" },
    expected: { "execution-roles": "fail" },
    text: "AWSCloudFormationStackSetAdministrationRole",
  },
];
describe("before anything is deployed, told is (E22)", () => {
  test.each(checkCases)("$title", async ({ prepare, change, as, expected, text }) => {
    await prepare?.();
    const planned = await plan(wantedOf(change), as);
    expect(outcomes(planned)).toMatchObject(expected);
    expect(planned.checks.map(({ detail }) => detail).join(" ")).toContain(text);
  });
});

test("a set that is deployed in another region is not deployed twice", async () => {
  await run(wantedOf());
  const planned = await plan(wantedOf({ region: "eu-west-1", stackSetName: "Skywarden-Member-Role" }));
  // CloudFormation keeps stacks and sets by region; what is seen from elsewhere are the roles.
  expect(outcomes(planned).names).toBe("fail");
});

test("a delegated administrator deploys without touching the management account", async () => {
  await activate();
  await aws.must(managementAccountId, "organizations", "RegisterDelegatedAdministrator", {
    AccountId: prodAccountId,
    ServicePrincipal: stackSetsPrincipal,
  });
  const planned = await plan(wantedOf(), prodAccountId);
  expect(outcomes(planned)).toMatchObject({ "delegated-administrator": "pass", "trusted-access": "pass" });
  expect(planned.scope.leftOut[0]?.reason).toContain("needs its own stack");
  expect((await run(wantedOf(), prodAccountId)).instances).toMatchObject({ succeeded: 2, failed: [] });
  expect(rolesOf(prodAccountId)).toEqual(expect.arrayContaining(["Skywarden-Harvest-Org-Role", memberRole]));
  expect(rolesOf(managementAccountId)).not.toContain(memberRole);
});

test("self-managed: accounts without an execution role are named", async () => {
  const trust = (principal: object) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
    });
  const role = async (accountId: string, RoleName: string, AssumeRolePolicyDocument: string) => {
    await aws.must(accountId, "iam", "CreateRole", { RoleName, AssumeRolePolicyDocument });
    await aws.must(accountId, "iam", "AttachRolePolicy", {
      RoleName,
      PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
    });
  };
  const administration = "AWSCloudFormationStackSetAdministrationRole";
  await role(managementAccountId, administration, trust({ Service: "cloudformation.amazonaws.com" }));
  await role(
    prodAccountId,
    "AWSCloudFormationStackSetExecutionRole",
    trust({ AWS: `arn:aws:iam::${managementAccountId}:role/${administration}` }),
  );
  const { instances } = await run(wantedOf({ permissionModel: "self-managed" }));
  expect(instances).toMatchObject({
    succeeded: 1,
    failed: [{ accountId: devAccountId, reason: expect.stringContaining("ExecutionRole") }],
  });
  expect(rolesOf(prodAccountId)).toContain(memberRole);
  expect(rolesOf(hostingAccountId)).not.toContain(memberRole);
});
