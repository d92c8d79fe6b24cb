import * as aws from "@aws-sdk/client-eventbridge";
import * as sqs from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
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
