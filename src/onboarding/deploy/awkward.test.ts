// What an administrator meets who does not begin on a clean slate: names that are somebody else's, stacks that are
// stuck, units that overlap, accounts that refuse, a session that ends. Each is told with what to do.
import { beforeEach, describe, expect, test } from "vitest";
import { iam } from "../../../simulator/iam-lookup.ts";
import type { Stack } from "../../../simulator/services/cloudformation/stack.ts";
import { small } from "../../../simulator/worlds/small.ts";
import { memberRole, startDeployments } from "../testing/deployments.ts";
import { failureAdvice } from "./failure-advice.ts";
import type { WantedDeployment } from "./wanted.ts";

const { managementAccountId, prodAccountId, devAccountId, rootId, prodUnitId, devUnitId } = small;
const d = startDeployments();
beforeEach(() => d.start());

const management = <Output>(client: string, operation: string, input: Record<string, unknown> = {}) =>
  d.aws.must<Output>(managementAccountId, client, operation, input);
const activate = () => management("cloudformation", "ActivateOrganizationsAccess");
const foreign = JSON.stringify({ Resources: { Queue: { Type: "AWS::SQS::Queue" } } });
const settings = (changed: object) =>
  fetch(`${d.aws.simulator.adminUrl}/settings`, { method: "PUT", body: JSON.stringify(changed) });

/** Of the management account. */
function setStatus(name: string, status: string, reason: string): void {
  const place = { accountId: managementAccountId, region: "us-east-1" };
  const stacks = d.aws.simulator.world.collection<Stack>(place, "cloudformation:stack");
  const stack = stacks.list().find(({ StackName }) => StackName === name);
  if (!stack) throw new Error(`no stack ${name}`);
  stacks.put(stack.StackId, { ...stack, StackStatus: status, StackStatusReason: reason });
}

async function denyRoles(target: string): Promise<() => Promise<unknown>> {
  const Content = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Action: "iam:CreateRole", Resource: "*" }],
  });
  const { Policy } = await management<{ Policy: { PolicySummary: { Id: string } } }>(
    "organizations",
    "CreatePolicy",
    { Name: "NoRoles", Description: "No roles", Type: "SERVICE_CONTROL_POLICY", Content },
  );
  const attached = { PolicyId: Policy.PolicySummary.Id, TargetId: target };
  await management("organizations", "AttachPolicy", attached);
  return () => management("organizations", "DetachPolicy", attached);
}

interface Refused {
  title: string;
  prepare: () => Promise<unknown>;
  change?: Partial<WantedDeployment>;
  text: RegExp;
}
const refused: Refused[] = [
  {
    title: "a stack of the name that is somebody else's",
    prepare: () => d.aws.createStack(managementAccountId, "Skywarden-Member-Role", foreign),
    text: /not made from a template of Skywarden \(CREATE_COMPLETE\); it is left as it is.*--member-stack-name/,
  },
  {
    title: "a failed stack of the name that is somebody else's, which is not deleted",
    prepare: async () => {
      await d.aws.createStack(managementAccountId, "Skywarden-Member-Role", foreign);
      setStatus("Skywarden-Member-Role", "ROLLBACK_COMPLETE", "");
    },
    text: /not made from a template of Skywarden \(ROLLBACK_COMPLETE\)/,
  },
  {
    title: "a StackSet of the name that is somebody else's",
    prepare: async () => {
      await activate();
      await management("cloudformation", "CreateStackSet", {
        StackSetName: "Skywarden-Member-Role",
        TemplateBody: foreign,
        PermissionModel: "SERVICE_MANAGED",
        AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      });
    },
    text: /There is a StackSet Skywarden-Member-Role .* not made from a template of Skywarden.*--stack-set-name/,
  },
  {
    title: "a stack whose update could not be rolled back",
    prepare: async () => {
      await d.run(d.wantedOf());
      setStatus("Skywarden-Member-Role", "UPDATE_ROLLBACK_FAILED", "The role was deleted by hand");
    },
    text: /is UPDATE_ROLLBACK_FAILED: The role was deleted by hand\..*continue-update-rollback --stack-name Skywarden-Member-Role/,
  },
  {
    title: "a unit by its name",
    prepare: activate,
    change: { units: ["Prod"] },
    text: /Units are chosen by id; Prod is the name of ou-sm01-prod0001\./,
  },
];
describe("refused before anything is written is", () => {
  test.each(refused)("$title (E22)", async ({ prepare, change, text }) => {
    await prepare();
    await d.writes();
    const { checks } = await d.plan(d.wantedOf(change));
    const failing = checks.filter(({ outcome }) => outcome === "fail");
    expect(failing.map(({ detail }) => detail).join(" ")).toMatch(text);
    expect(await d.writes()).toEqual([]);
  });
});

test("a stack that is stuck is told, too, where it gets so during the run", async () => {
  await d.run(d.wantedOf());
  const wanted = d.wantedOf({ tags: [{ key: "owner", value: "security" }] });
  const plan = await d.plan(wanted);
  setStatus("Skywarden-Organization-Role", "UPDATE_ROLLBACK_FAILED", "The role was deleted by hand");
  const done = await d.carryOut(wanted, plan);
  expect(done).toMatchObject({
    ok: false,
    error: {
      message: expect.stringMatching(/Skywarden-Organization-Role is UPDATE_ROLLBACK_FAILED: The role/),
    },
  });
});

const lists: [title: string, units: string[], deployedTo: string[], accounts: string[]][] = [
  ["a unit that is named twice", [devUnitId, devUnitId], [devUnitId], [devAccountId]],
  ["a unit within another chosen one", [prodUnitId, rootId], [rootId], [prodAccountId, devAccountId]],
  [
    "two units beside each other",
    [prodUnitId, devUnitId],
    [prodUnitId, devUnitId],
    [prodAccountId, devAccountId],
  ],
];
test.each(lists)("%s is deployed to once", async (_, units, deployedTo, accounts) => {
  const wanted = d.wantedOf({ units });
  const plan = await d.plan(wanted);
  expect(plan.scope.units.map(({ id }) => id)).toEqual(deployedTo);
  expect((await d.run(wanted)).instances).toEqual({
    isChanged: true,
    succeeded: accounts.length,
    failed: [],
  });
  for (const accountId of accounts) expect(d.rolesOf(accountId)).toContain(memberRole);
  expect((await d.plan(wanted)).isDone).toBe(true);
});

test("a plan writes nothing, whatever there is to do (E22)", async () => {
  const wishes = [d.wantedOf(), d.wantedOf({ tags: [{ key: "owner", value: "a" }] })];
  for (const wanted of wishes) {
    await d.writes();
    await d.plan(wanted);
    expect(await d.writes()).toEqual([]);
    await d.run(d.wantedOf());
  }
});

test("an account where a service control policy denies roles is named with what to do, and succeeds once it is spared", async () => {
  const allow = await denyRoles(devAccountId);
  const { instances } = await d.run(d.wantedOf());
  expect(instances).toMatchObject({
    succeeded: 1,
    failed: [
      {
        ...{ accountId: devAccountId, name: "dev" },
        reason: expect.stringContaining("service control policy"),
        todo: expect.stringContaining("stacksets-exec-*"),
      },
    ],
  });
  expect(d.rolesOf(prodAccountId)).toContain(memberRole);
  await allow();
  expect((await d.run(d.wantedOf())).instances).toEqual({ isChanged: true, succeeded: 2, failed: [] });
});

test("an account that is closed after the plan was shown is named, and left out by the next run", async () => {
  const wanted = d.wantedOf();
  const plan = await d.plan(wanted);
  await management("organizations", "CloseAccount", { AccountId: devAccountId });
  const done = await d.carryOut(wanted, plan);
  if (!done.ok) throw new Error(done.error.message);
  expect(done.value.instances.succeeded).toBe(1);
  expect(done.value.instances.failed).toMatchObject([{ accountId: devAccountId, todo: expect.any(String) }]);
  const next = await d.plan(wanted);
  expect(next.scope.leftOut).toContainEqual({
    ...{ accountId: devAccountId, name: "dev", reason: "The account is being closed." },
  });
  expect(next.isDone).toBe(true);
});

test("a session that ends during the run says so, and the next one goes on without doing anything twice", async () => {
  await activate();
  const wanted = d.wantedOf({ enablesTrustedAccess: false });
  await settings({ settleMs: 150 });
  const RoleName = "Deployer";
  const trust = { Effect: "Allow", Principal: { AWS: managementAccountId }, Action: "sts:AssumeRole" };
  await management("iam", "CreateRole", {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
  });
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  await management("iam", "AttachRolePolicy", { RoleName, PolicyArn });
  const { Credentials } = await management<{ Credentials: Record<string, string> }>("sts", "AssumeRole", {
    RoleArn: `arn:aws:iam::${managementAccountId}:role/${RoleName}`,
    RoleSessionName: "deploy",
  });
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials;
  const session = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const administrator = await d.administrator(managementAccountId, session);
  const onInstances = () => void settings({ faults: [{ kind: "expired-token" }] });
  const plan = await d.plan(wanted);
  const done = await d.carryOut(wanted, plan, { administrator, progress: { onInstances } });
  expect(done).toMatchObject({ ok: false, error: { code: "ExpiredToken" } });
  await settings({ faults: [] });
  expect((await d.plan(wanted)).stacks.map(({ step }) => step)).toEqual(["none", "none"]);
  expect((await d.run(wanted)).instances).toMatchObject({ succeeded: 2, failed: [] });
  const { Summaries } = await management<{ Summaries: { Action: string }[] }>(
    "cloudformation",
    "ListStackSetOperations",
    { StackSetName: wanted.stackSetName },
  );
  expect(Summaries.map(({ Action }) => Action)).toEqual(["CREATE"]);
});

test("two administrators at the same moment make everything once, and both are told that it is there", async () => {
  await settings({ settleMs: 100 });
  const wanted = d.wantedOf();
  const plans = [await d.plan(wanted), await d.plan(wanted)];
  const done = await Promise.all(plans.map((plan) => d.carryOut(wanted, plan)));
  for (const each of done)
    expect(each).toMatchObject({ ok: true, value: { instances: { succeeded: 2, failed: [] } } });
  expect((await d.plan(wanted)).isDone).toBe(true);
});

const wanted = { stackSetName: "S", region: "eu-west-1", executionRoleName: null };
const advices: [reason: string, advice: RegExp][] = [
  ["Role with name R already exists.", /--member-role-name/],
  ["no service control policy allows the iam:CreateRole action", /stacksets-exec-\*/],
  [
    "Account 1 should have 'AWSCloudFormationStackSetExecutionRole' role with trust relationship to Role 'A'.",
    /AWS's own template/,
  ],
  ["Cannot exceed quota for PoliciesPerRole: 10", /L-0DA4ABF3/],
  ["Cannot exceed quota for RolesPerAccount: 1000", /higher quota/],
  ["Region eu-west-1 is not enabled in account 1", /Enable eu-west-1.*--deployment-region/],
  ["Account 1 is suspended", /left out/],
  ["Cancelled since failure tolerance has exceeded", /--failure-tolerance-percentage/],
  ["Cancelled since the operation was stopped", /run again/],
  ["its instance is INOPERABLE", /delete-stack-instances --stack-set-name S --regions eu-west-1/],
  ["the StackSet made no instance", /run again/],
  ["User: x is not authorized to perform: iam:CreatePolicy", /iam:CreatePolicy/],
  ["something new", /StackSet-S-… in the account, in eu-west-1/],
];
test.each(advices)("of an account that failed with “%s” it is told what to do", (reason, advice) => {
  expect(failureAdvice(reason, wanted)).toMatch(advice);
});

test("the roles that a failed account needs are not left behind half", async () => {
  await denyRoles(devAccountId);
  await d.run(d.wantedOf());
  expect([...iam(d.aws.simulator.world, devAccountId).policies.list()]).toEqual([]);
});
