// An operation of a stack set that takes its time: how far it has come, and that it stops.
import * as cfn from "@aws-sdk/client-cloudformation";
import { CreateRoleCommand, GetRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { beforeAll, expect, test } from "vitest";
import { errorOf, startSmall } from "../../small-clients.ts";
import { small } from "../../worlds/small.ts";

// A clock that stands until told.
let nowMs = Date.now();
const wire = startSmall({ now: () => new Date(nowMs), settings: { settleMs: 60_000 } });
const client = () => wire.client(cfn.CloudFormationClient);
const StackSetName = "slow";
const accounts = [small.prodAccountId, small.devAccountId];
const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string) => ({ Effect: "Allow", Action, Resource: "*" });
let OperationId: string | undefined;

async function roleIn(accountId: string, RoleName: string, trusted: object, Action: string) {
  const own = accountId === small.managementAccountId;
  const iam = wire.client(IAMClient, own ? undefined : await wire.asMember(accountId));
  const trust = { Effect: "Allow", Principal: trusted, Action: "sts:AssumeRole" };
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }));
  const PolicyDocument = document(allow(Action));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument }));
}

const hasRole = async (accountId: string) => {
  const iam = wire.client(IAMClient, await wire.asMember(accountId));
  return (await errorOf(iam.send(new GetRoleCommand({ RoleName: "Slow" }))))?.code ?? "yes";
};

async function look() {
  const asked = { StackSetName, OperationId };
  const { StackSetOperation } = await client().send(new cfn.DescribeStackSetOperationCommand(asked));
  const { Summaries = [] } = await client().send(new cfn.ListStackSetOperationResultsCommand(asked));
  return [StackSetOperation?.Status, ...Summaries.map((each) => each.Status)];
}

beforeAll(async () => {
  const service = { Service: "cloudformation.amazonaws.com" };
  const own = small.managementAccountId;
  await roleIn(own, "AWSCloudFormationStackSetAdministrationRole", service, "sts:AssumeRole");
  for (const id of accounts) await roleIn(id, "AWSCloudFormationStackSetExecutionRole", { AWS: own }, "*");
  const trust = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  const Properties = {
    RoleName: "Slow",
    AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [trust] },
  };
  const TemplateBody = JSON.stringify({ Resources: { Role: { Type: "AWS::IAM::Role", Properties } } });
  const wish = { StackSetName, TemplateBody, Capabilities: ["CAPABILITY_NAMED_IAM" as const] };
  await client().send(new cfn.CreateStackSetCommand(wish));
});

const create = async () => {
  const wish = { StackSetName, Accounts: accounts, Regions: ["us-east-1"] };
  ({ OperationId } = await client().send(new cfn.CreateStackInstancesCommand(wish)));
};

test("an operation that takes its time comes to one account after the other", async () => {
  await create();
  expect(await look()).toEqual(["RUNNING", "RUNNING", "RUNNING"]);
  expect([await hasRole(small.prodAccountId), await hasRole(small.devAccountId)]).toEqual([
    "yes",
    "NoSuchEntityException",
  ]);
});

test("stopped, it leaves the rest alone", async () => {
  await client().send(new cfn.StopStackSetOperationCommand({ StackSetName, OperationId: OperationId ?? "" }));
  expect(await look()).toEqual(["STOPPED", "SUCCEEDED", "CANCELLED"]);
  nowMs += 60_000;
  expect(await look()).toEqual(["STOPPED", "SUCCEEDED", "CANCELLED"]);
  expect(await hasRole(small.devAccountId)).toBe("NoSuchEntityException");
  const { Summaries = [] } = await client().send(new cfn.ListStackInstancesCommand({ StackSetName }));
  expect(Summaries.map((each) => each.Status)).toEqual(["CURRENT", "OUTDATED"]);
  const again = new cfn.StopStackSetOperationCommand({ StackSetName, OperationId: OperationId ?? "" });
  expect((await errorOf(client().send(again)))?.code).toBe("InvalidOperationException");
});

test("begun again, it goes through", async () => {
  await create();
  nowMs += 30_000;
  await client().send(new cfn.ListStackSetsCommand({}));
  expect(await hasRole(small.devAccountId)).toBe("yes");
  nowMs += 30_000;
  expect(await look()).toEqual(["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]);
});
