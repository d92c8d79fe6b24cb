import * as aws from "@aws-sdk/client-eventbridge";
import * as iam from "@aws-sdk/client-iam";
import * as sqs from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { organizationOf } from "../organization.ts";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const events = (where = region) => wire.client(aws.EventBridgeClient, where);
const own = () => wire.simulator.managementAccountId;
const EventPattern = JSON.stringify({ source: ["shop"] });
const putRule = (more: Partial<aws.PutRuleCommandInput> = {}) =>
  events().send(new aws.PutRuleCommand({ Name: "orders", EventPattern, EventBusName: "shop", ...more }));
const onRule = { Rule: "orders", EventBusName: "shop" };
const targets = (...Arns: string[]) =>
  events().send(
    new aws.PutTargetsCommand({ ...onRule, Targets: Arns.map((Arn, at) => ({ Id: `t${at}`, Arn })) }),
  );

describe("buses and rules", () => {
  checkCalls([
    [
      "the default bus is there",
      () => events().send(new aws.DescribeEventBusCommand({})),
      { Name: "default" },
    ],
    [
      "another is made",
      () => events().send(new aws.CreateEventBusCommand({ Name: "shop" })),
      { EventBusArn: expect.stringMatching(/event-bus\/shop$/) },
    ],
    [
      "not twice",
      () => events().send(new aws.CreateEventBusCommand({ Name: "shop" })),
      "400 ResourceAlreadyExistsException",
    ],
    [
      "listed",
      () =>
        events()
          .send(new aws.ListEventBusesCommand({}))
          .then((a) => a.EventBuses?.map(({ Name }) => Name) ?? []),
      ["default", "shop"],
    ],
    [
      "a rule",
      () => putRule({ Tags: [{ Key: "a", Value: "1" }] }),
      { RuleArn: expect.stringMatching(/rule\/shop\/orders$/) },
    ],
    ["no pattern", () => putRule({ EventPattern: '{"a":1}' }), "400 InvalidEventPatternException"],
    ["no bus", () => putRule({ EventBusName: "none" }), "400 ResourceNotFoundException"],
    [
      "described",
      () => events().send(new aws.DescribeRuleCommand({ Name: "orders", EventBusName: "shop" })),
      { State: "ENABLED", EventPattern },
    ],
    ["a target", () => targets(`arn:aws:sqs:${region}:${own()}:q`), { FailedEntryCount: 0 }],
    ["no ARN", () => targets("queue"), "400 ValidationException"],
    ["shown", () => events().send(new aws.ListTargetsByRuleCommand(onRule)), { Targets: [{ Id: "t0" }] }],
    [
      "found by its target",
      () =>
        events().send(
          new aws.ListRuleNamesByTargetCommand({
            TargetArn: `arn:aws:sqs:${region}:${own()}:q`,
            EventBusName: "shop",
          }),
        ),
      { RuleNames: ["orders"] },
    ],
    [
      "a rule with targets stays",
      () => events().send(new aws.DeleteRuleCommand({ Name: "orders", EventBusName: "shop" })),
      "400 ValidationException",
    ],
    [
      "a bus with rules stays",
      () => events().send(new aws.DeleteEventBusCommand({ Name: "shop" })),
      "400 ValidationException",
    ],
    [
      "an unknown target is told",
      () => events().send(new aws.RemoveTargetsCommand({ ...onRule, Ids: ["t0", "x"] })),
      { FailedEntryCount: 1, FailedEntries: [{ TargetId: "x" }] },
    ],
    ["off", () => events().send(new aws.DisableRuleCommand({ Name: "orders", EventBusName: "shop" })), {}],
    [
      "as shown",
      () => events().send(new aws.ListRulesCommand({ EventBusName: "shop" })),
      { Rules: [{ Name: "orders", State: "DISABLED" }] },
    ],
    [
      "the rule goes",
      () => events().send(new aws.DeleteRuleCommand({ Name: "orders", EventBusName: "shop" })),
      {},
    ],
    [
      "a pattern is tried",
      () =>
        events().send(
          new aws.TestEventPatternCommand({
            EventPattern,
            Event: JSON.stringify({
              id: "1",
              account: "1",
              source: "shop",
              time: "",
              region: "r",
              resources: [],
              "detail-type": "d",
            }),
          }),
        ),
      { Result: true },
    ],
    [
      "events that are none",
      () =>
        events().send(
          new aws.PutEventsCommand({
            Entries: [
              { Source: "aws.ec2", DetailType: "d", Detail: "{}" },
              { Source: "shop", DetailType: "d", Detail: "{" },
            ],
          }),
        ),
      {
        FailedEntryCount: 2,
        Entries: [{ ErrorCode: "NotAuthorizedForSourceException" }, { ErrorCode: "MalformedDetail" }],
      },
    ],
  ]);
});

describe("across accounts", () => {
  let member = "";
  let asMember: Awaited<ReturnType<typeof wire.asMember>>;
  let QueueUrl = "";
  const queueArn = () => `arn:aws:sqs:us-east-1:${own()}:central`;
  const busArn = () => `arn:aws:events:us-east-1:${own()}:event-bus/central`;
  const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  const roleArn = () => `arn:aws:iam::${member}:role/forwarder`;
  const put = (DetailType = "placed") =>
    wire
      .client(aws.EventBridgeClient, region, asMember)
      .send(new aws.PutEventsCommand({ Entries: [{ Source: "shop", DetailType, Detail: '{"total":7}' }] }));
  const receive = async (WaitTimeSeconds: number) => {
    const { Messages = [] } = await wire
      .client(sqs.SQSClient)
      .send(new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body = "" }) => JSON.parse(Body));
  };
  const point = (RoleArn?: string) =>
    wire
      .client(aws.EventBridgeClient, region, asMember)
      .send(
        new aws.PutTargetsCommand({ Rule: "forward", Targets: [{ Id: "central", Arn: busArn(), RoleArn }] }),
      );

  beforeAll(async () => {
    member = [...wire.simulator.world.accounts.keys()].find((id) => id !== own()) ?? "";
    asMember = await wire.asMember(member);
    const Policy = document({
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn(),
      Condition: { StringEquals: { "aws:SourceAccount": own() } },
    });
    const queue = new sqs.CreateQueueCommand({ QueueName: "central", Attributes: { Policy } });
    QueueUrl = (await wire.client(sqs.SQSClient).send(queue)).QueueUrl ?? "";
    const central = events("us-east-1");
    await central.send(new aws.CreateEventBusCommand({ Name: "central" }));
    await central.send(new aws.PutRuleCommand({ Name: "all", EventBusName: "central", EventPattern }));
    const Targets = [{ Id: "q", Arn: queueArn() }];
    await central.send(new aws.PutTargetsCommand({ Rule: "all", EventBusName: "central", Targets }));
    const local = wire.client(aws.EventBridgeClient, region, asMember);
    await local.send(new aws.PutRuleCommand({ Name: "forward", EventPattern }));
    const roles = wire.client(iam.IAMClient, "us-east-1", asMember);
    const trust = document({
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    await roles.send(new iam.CreateRoleCommand({ RoleName: "forwarder", AssumeRolePolicyDocument: trust }));
    const allow = document({ Effect: "Allow", Action: "events:PutEvents", Resource: busArn() });
    await roles.send(
      new iam.PutRolePolicyCommand({ RoleName: "forwarder", PolicyName: "p", PolicyDocument: allow }),
    );
  });

  test("a bus without a policy takes nothing", async () => {
    await point(roleArn());
    await put();
    expect(await receive(1)).toEqual([]);
  });

  test("an organization's condition lets in by role, not without one", async () => {
    const Condition = {
      Type: "StringEquals",
      Key: "aws:PrincipalOrgID",
      Value: organizationOf(wire.simulator.world)?.self.Id ?? "",
    };
    const permission = {
      EventBusName: "central",
      Action: "events:PutEvents",
      StatementId: "org",
      Principal: "*",
      Condition,
    };
    await events("us-east-1").send(new aws.PutPermissionCommand(permission));
    await point();
    await put("without a role");
    expect(await receive(1)).toEqual([]);
    await point(roleArn());
    const waiting = receive(10);
    await put("with a role");
    expect(await waiting).toMatchObject([
      { account: member, region, source: "shop", "detail-type": "with a role", detail: { total: 7 } },
    ]);
  });

  test("an account's own permission needs no role", async () => {
    const central = events("us-east-1");
    await central.send(new aws.RemovePermissionCommand({ EventBusName: "central", StatementId: "org" }));
    const permission = {
      EventBusName: "central",
      Action: "events:PutEvents",
      StatementId: "one",
      Principal: member,
    };
    await central.send(new aws.PutPermissionCommand(permission));
    await point();
    const waiting = receive(10);
    await put();
    expect(await waiting).toHaveLength(1);
  });

  test("what arrives twice arrives twice", async () => {
    await fetch(`${wire.simulator.adminUrl}/settings`, {
      method: "PUT",
      headers: { authorization: `Bearer ${wire.simulator.adminToken}` },
      body: JSON.stringify({ events: { duplicateRate: 1 } }),
    });
    await put();
    await expect.poll(async () => (await receive(0)).length, { timeout: 5000 }).toBeGreaterThan(1);
  });
});

test("what a target does not take goes to its dead letters", async () => {
  const queues = wire.client(sqs.SQSClient, region);
  const dead = `arn:aws:sqs:${region}:${own()}:undelivered`;
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: dead,
      },
    ],
  });
  const { QueueUrl } = await queues.send(
    new sqs.CreateQueueCommand({ QueueName: "undelivered", Attributes: { Policy } }),
  );
  await putRule({ EventBusName: "default" });
  const Targets = [
    { Id: "f", Arn: `arn:aws:lambda:${region}:${own()}:function:f`, DeadLetterConfig: { Arn: dead } },
  ];
  await events().send(new aws.PutTargetsCommand({ Rule: "orders", Targets }));
  await events().send(
    new aws.PutEventsCommand({ Entries: [{ Source: "shop", DetailType: "d", Detail: "{}" }] }),
  );
  const { Messages = [] } = await queues.send(
    new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ["All"] }),
  );
  expect(Messages[0]?.MessageAttributes).toMatchObject({ ERROR_CODE: { StringValue: "NO_PERMISSIONS" } });
});
