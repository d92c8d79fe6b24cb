// What stacks do beside their template: show themselves over time, act as a role, wait in change sets, drift.
import * as cfn from "@aws-sdk/client-cloudformation";
import { DescribeRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { errorOf, startSmall } from "../../small-clients.ts";
import { small } from "../../worlds/small.ts";

// A clock that stands until told: what is in progress stays so.
let nowMs = Date.now();
const wire = startSmall({ now: () => new Date(nowMs), settings: { settleMs: 1000 } });
const stacks = () => wire.client(cfn.CloudFormationClient);
const iam = () => wire.client(IAMClient);
const Capabilities = ["CAPABILITY_NAMED_IAM" as const];

const trust = (Principal: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }],
  });

function roleTemplate(RoleName: string, more: object = {}): string {
  const AssumeRolePolicyDocument = JSON.parse(trust({ Service: "ec2.amazonaws.com" }));
  const Properties = { RoleName, AssumeRolePolicyDocument, ...more };
  return JSON.stringify({ Resources: { Role: { Type: "AWS::IAM::Role", Properties } } });
}

async function statusOf(StackName: string): Promise<string> {
  const { Stacks } = await stacks().send(new cfn.DescribeStacksCommand({ StackName }));
  return Stacks?.[0]?.StackStatus ?? "";
}

async function settled(StackName: string): Promise<string> {
  nowMs += 1000;
  return statusOf(StackName);
}

test("a stack is in progress for a while, event by event, and cannot be updated meanwhile", async () => {
  const StackName = "slow";
  const TemplateBody = roleTemplate("Slow");
  await stacks().send(new cfn.CreateStackCommand({ StackName, TemplateBody, Capabilities }));
  expect(await statusOf(StackName)).toBe("CREATE_IN_PROGRESS");
  const events = async () => {
    const { StackEvents } = await stacks().send(new cfn.DescribeStackEventsCommand({ StackName }));
    return StackEvents?.map(({ ResourceStatus }) => ResourceStatus);
  };
  expect(await events()).toEqual(["CREATE_IN_PROGRESS"]);
  nowMs += 500;
  expect(await events()).toEqual(["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS"]);
  const update = new cfn.UpdateStackCommand({ StackName, TemplateBody: roleTemplate("Slow2"), Capabilities });
  expect(await errorOf(stacks().send(update))).toMatchObject({
    code: "ValidationError",
    message: expect.stringContaining("is in CREATE_IN_PROGRESS state and can not be updated."),
  });
  expect(await settled(StackName)).toBe("CREATE_COMPLETE");
  expect(await events()).toEqual([
    "CREATE_COMPLETE",
    "CREATE_COMPLETE",
    "CREATE_IN_PROGRESS",
    "CREATE_IN_PROGRESS",
  ]);
});

test("a protected stack is not deleted", async () => {
  const StackName = "kept";
  const wish = { StackName, TemplateBody: roleTemplate("Kept"), Capabilities };
  await stacks().send(new cfn.CreateStackCommand({ ...wish, EnableTerminationProtection: true }));
  await settled(StackName);
  expect(await errorOf(stacks().send(new cfn.DeleteStackCommand({ StackName })))).toMatchObject({
    message: "Stack [kept] cannot be deleted while TerminationProtection is enabled",
  });
  const free = new cfn.UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false });
  await stacks().send(free);
  await stacks().send(new cfn.DeleteStackCommand({ StackName }));
  expect(await statusOf(StackName)).toBe("DELETE_IN_PROGRESS");
});

test("a stack with a role does what the role may, and the role must be passed and trust CloudFormation", async () => {
  const RoleARN = `arn:aws:iam::${small.managementAccountId}:role/Deployer`;
  const StackName = "by-role";
  const create = () =>
    stacks().send(
      new cfn.CreateStackCommand({ StackName, TemplateBody: roleTemplate("ByRole"), Capabilities, RoleARN }),
    );
  expect(await errorOf(create())).toMatchObject({
    message: `Role ${RoleARN} is invalid or cannot be assumed`,
  });
  await iam().send(
    new CreateRoleCommand({
      RoleName: "Deployer",
      AssumeRolePolicyDocument: trust({ Service: "cloudformation.amazonaws.com" }),
    }),
  );
  await create();
  expect(await settled(StackName)).toBe("ROLLBACK_COMPLETE");
  const { StackEvents = [] } = await stacks().send(new cfn.DescribeStackEventsCommand({ StackName }));
  expect(StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason).join()).toContain(
    "assumed-role/Deployer/AWSCloudFormation is not authorized to perform: iam:CreateRole",
  );
  await stacks().send(new cfn.DeleteStackCommand({ StackName }));
  nowMs += 1000;
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "iam:*", Resource: "*" }],
  });
  await iam().send(new PutRolePolicyCommand({ RoleName: "Deployer", PolicyName: "all", PolicyDocument }));
  await create();
  expect(await settled(StackName)).toBe("CREATE_COMPLETE");
});

test("a change set shows what would change, and changes it when executed", async () => {
  const StackName = "by-set";
  const change = (ChangeSetName: string, ChangeSetType: "CREATE" | "UPDATE", TemplateBody: string) =>
    stacks().send(
      new cfn.CreateChangeSetCommand({ StackName, ChangeSetName, ChangeSetType, TemplateBody, Capabilities }),
    );
  const describe = (ChangeSetName: string) =>
    stacks().send(new cfn.DescribeChangeSetCommand({ StackName, ChangeSetName }));
  const first = await change("first", "CREATE", roleTemplate("BySet"));
  expect(first.Id).toMatch(/^arn:aws:cloudformation:us-east-1:111111111111:changeSet\/first\/[0-9a-f-]{36}$/);
  expect(await statusOf(StackName)).toBe("REVIEW_IN_PROGRESS");
  expect((await describe("first")).Changes).toMatchObject([
    { ResourceChange: { Action: "Add", LogicalResourceId: "Role", ResourceType: "AWS::IAM::Role" } },
  ]);
  await stacks().send(new cfn.ExecuteChangeSetCommand({ StackName, ChangeSetName: "first" }));
  expect(await settled(StackName)).toBe("CREATE_COMPLETE");

  await change("none", "UPDATE", roleTemplate("BySet"));
  expect(await describe("none")).toMatchObject({
    Status: "FAILED",
    ExecutionStatus: "UNAVAILABLE",
    StatusReason: expect.stringContaining("didn't contain changes"),
  });
  await change("second", "UPDATE", roleTemplate("BySet", { MaxSessionDuration: 7200 }));
  expect((await describe("second")).Changes).toMatchObject([
    { ResourceChange: { Action: "Modify", Replacement: "False", PhysicalResourceId: "BySet" } },
  ]);
  await change("third", "UPDATE", roleTemplate("BySet2"));
  expect((await describe("third")).Changes).toMatchObject([
    { ResourceChange: { Action: "Modify", Replacement: "True" } },
  ]);
  await stacks().send(new cfn.ExecuteChangeSetCommand({ StackName, ChangeSetName: "second" }));
  expect(await settled(StackName)).toBe("UPDATE_COMPLETE");
  const { Role } = await iam().send(new GetRoleCommand({ RoleName: "BySet" }));
  expect(Role?.MaxSessionDuration).toBe(7200);
  expect(await errorOf(describe("third"))).toMatchObject({ code: "ChangeSetNotFoundException" });
});

test("a role changed by hand has drifted, one deleted too", async () => {
  const StackName = "drifting";
  const TemplateBody = roleTemplate("Drifting", { MaxSessionDuration: 3600 });
  await stacks().send(new cfn.CreateStackCommand({ StackName, TemplateBody, Capabilities }));
  await settled(StackName);
  const detect = async () => {
    await stacks().send(new cfn.DetectStackDriftCommand({ StackName }));
    const { StackResourceDrifts } = await stacks().send(
      new cfn.DescribeStackResourceDriftsCommand({ StackName }),
    );
    return StackResourceDrifts?.map(({ StackResourceDriftStatus, PropertyDifferences }) => [
      StackResourceDriftStatus,
      ...(PropertyDifferences ?? []).map(({ PropertyPath }) => PropertyPath),
    ]);
  };
  expect(await detect()).toEqual([["IN_SYNC"]]);
  await iam().send(new UpdateRoleCommand({ RoleName: "Drifting", MaxSessionDuration: 7200 }));
  const more = { RoleName: "Drifting", PolicyName: "by-hand" };
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
  });
  await iam().send(new PutRolePolicyCommand({ ...more, PolicyDocument }));
  expect(await detect()).toEqual([["MODIFIED", "/MaxSessionDuration", "/Policies"]]);
  const { Stacks } = await stacks().send(new cfn.DescribeStacksCommand({ StackName }));
  expect(Stacks?.[0]?.DriftInformation?.StackDriftStatus).toBe("DRIFTED");
});

test("queues, their policies, buses and rules are made and taken away without any capability", async () => {
  const StackName = "events";
  const TemplateBody = `
Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { VisibilityTimeout: 60 } }
  Allow:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Version: "2012-10-17"
        Statement: { Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: "sqs:SendMessage", Resource: !GetAtt Queue.Arn }
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: changes } }
  Open:
    Type: AWS::Events::EventBusPolicy
    Properties:
      EventBusName: !Ref Bus
      StatementId: members
      Statement: { Effect: Allow, Principal: "*", Action: "events:PutEvents", Resource: !GetAtt Bus.Arn }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: { source: [aws.ec2] }
      Targets: [{ Id: queue, Arn: !GetAtt Queue.Arn }]
Outputs:
  Url: { Value: !Ref Queue }
  Rule: { Value: !Ref Rule }
`;
  await stacks().send(new cfn.CreateStackCommand({ StackName, TemplateBody }));
  expect(await settled(StackName)).toBe("CREATE_COMPLETE");
  const { Stacks } = await stacks().send(new cfn.DescribeStacksCommand({ StackName }));
  const output = (key: string) =>
    Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue ?? "";
  const attributes = new GetQueueAttributesCommand({ QueueUrl: output("Url"), AttributeNames: ["All"] });
  const { Attributes } = await wire.client(SQSClient).send(attributes);
  expect(Attributes).toMatchObject({
    VisibilityTimeout: "60",
    Policy: expect.stringContaining("SendMessage"),
  });
  const [, Name = ""] = output("Rule").split("|");
  const rule = await wire
    .client(EventBridgeClient)
    .send(new DescribeRuleCommand({ Name, EventBusName: "changes" }));
  expect(rule.EventPattern).toBe('{"source":["aws.ec2"]}');
  await stacks().send(new cfn.DeleteStackCommand({ StackName }));
  expect(await errorOf(wire.client(SQSClient).send(attributes))).toBeDefined();
});
