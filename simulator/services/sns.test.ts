import * as aws from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const sns = () => wire.client(aws.SNSClient, region);
const own = () => wire.simulator.managementAccountId;
const TopicArn = () => `arn:aws:sns:${region}:${own()}:alerts`;
const subscribe = (Protocol: string, Endpoint: string, Attributes: Record<string, string> = {}) =>
  sns().send(new aws.SubscribeCommand({ TopicArn: TopicArn(), Protocol, Endpoint, Attributes }));

describe("topics", () => {
  checkCalls([
    [
      "one is made",
      () => sns().send(new aws.CreateTopicCommand({ Name: "alerts" })),
      { TopicArn: expect.any(String) },
    ],
    ["again the same", () => sns().send(new aws.CreateTopicCommand({ Name: "alerts" })), {}],
    [
      "no name",
      () => sns().send(new aws.CreateTopicCommand({ Name: "a b" })),
      "400 InvalidParameterException",
    ],
    [
      "its policy is SNS's default",
      () => sns().send(new aws.GetTopicAttributesCommand({ TopicArn: TopicArn() })),
      { Attributes: { Policy: expect.stringContaining("__default_policy_ID"), SubscriptionsConfirmed: "0" } },
    ],
    [
      "a key encrypts",
      () =>
        sns().send(
          new aws.SetTopicAttributesCommand({
            TopicArn: TopicArn(),
            AttributeName: "KmsMasterKeyId",
            AttributeValue: "alias/aws/sns",
          }),
        ),
      {},
    ],
    [
      "as shown",
      () => sns().send(new aws.GetTopicAttributesCommand({ TopicArn: TopicArn() })),
      { Attributes: { KmsMasterKeyId: "alias/aws/sns" } },
    ],
    [
      "an attribute that is none",
      () => sns().send(new aws.SetTopicAttributesCommand({ TopicArn: TopicArn(), AttributeName: "Colour" })),
      "400 InvalidParameterException",
    ],
    [
      "tags",
      () =>
        sns().send(new aws.TagResourceCommand({ ResourceArn: TopicArn(), Tags: [{ Key: "a", Value: "1" }] })),
      {},
    ],
    [
      "shown",
      () => sns().send(new aws.ListTagsForResourceCommand({ ResourceArn: TopicArn() })),
      { Tags: [{ Key: "a", Value: "1" }] },
    ],
    ["mail waits", () => subscribe("email", "a@example.org"), { SubscriptionArn: "pending confirmation" }],
    [
      "and is listed so",
      () => sns().send(new aws.ListSubscriptionsCommand({})),
      {
        Subscriptions: [{ SubscriptionArn: "PendingConfirmation", Protocol: "email" }],
      },
    ],
    [
      "an unknown topic",
      () => sns().send(new aws.PublishCommand({ TopicArn: `${TopicArn()}x`, Message: "m" })),
      "404 NotFoundException",
    ],
  ]);
});

test("a queue hears what its filter lets through", async () => {
  const queues = wire.client(sqs.SQSClient, region);
  const Endpoint = `arn:aws:sqs:${region}:${own()}:heard`;
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: Endpoint,
        Condition: { ArnEquals: { "aws:SourceArn": TopicArn() } },
      },
    ],
  });
  const { QueueUrl } = await queues.send(
    new sqs.CreateQueueCommand({ QueueName: "heard", Attributes: { Policy } }),
  );
  const FilterPolicy = JSON.stringify({ level: ["high"] });
  const { SubscriptionArn } = await subscribe("sqs", Endpoint, { FilterPolicy });
  const publish = (level: string) =>
    sns().send(
      new aws.PublishCommand({
        TopicArn: TopicArn(),
        Message: `is ${level}`,
        MessageAttributes: { level: { DataType: "String", StringValue: level } },
      }),
    );
  await publish("low");
  await publish("high");
  const { Messages = [] } = await queues.send(
    new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }),
  );
  expect(Messages).toHaveLength(1);
  expect(JSON.parse(Messages[0]?.Body ?? "")).toMatchObject({
    Type: "Notification",
    TopicArn: TopicArn(),
    Message: "is high",
  });
  await sns().send(new aws.UnsubscribeCommand({ SubscriptionArn }));
  await sns().send(new aws.DeleteTopicCommand({ TopicArn: TopicArn() }));
  await expect(publish("high")).rejects.toMatchObject({ name: "NotFoundException" });
});
