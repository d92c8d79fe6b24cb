// Deliveries that the settings hold back, mix up and repeat: each event still arrives, at least once.
import * as aws from "@aws-sdk/client-eventbridge";
import * as sqs from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startSmall } from "../small-clients.ts";
import { small } from "../worlds/small.ts";

const wire = startSmall({ settings: { events: { delayMs: 150, reorderRate: 0.5, duplicateRate: 0.3 } } });
const region = "eu-west-1";
const count = 40;

test("events that are late, out of order and told twice all arrive", async () => {
  const queues = wire.client(sqs.SQSClient, undefined, region);
  const events = wire.client(aws.EventBridgeClient, undefined, region);
  const Arn = `arn:aws:sqs:${region}:${small.managementAccountId}:late`;
  const allow = {
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: Arn,
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: allow });
  const { QueueUrl } = await queues.send(
    new sqs.CreateQueueCommand({ QueueName: "late", Attributes: { Policy } }),
  );
  await events.send(
    new aws.PutRuleCommand({ Name: "all", EventPattern: JSON.stringify({ source: ["shop"] }) }),
  );
  await events.send(new aws.PutTargetsCommand({ Rule: "all", Targets: [{ Id: "q", Arn }] }));
  const sentAt = performance.now();
  for (let first = 0; first < count; first += 10) {
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Source: "shop",
      DetailType: "placed",
      Detail: JSON.stringify({ order: first + index }),
    }));
    expect((await events.send(new aws.PutEventsCommand({ Entries }))).FailedEntryCount).toBe(0);
  }
  const arrived: number[] = [];
  let firstAt = 0;
  const receive = async () => {
    const { Messages = [] } = await queues.send(
      new sqs.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    if (Messages.length > 0 && arrived.length === 0) firstAt = performance.now();
    for (const { Body = "", ReceiptHandle } of Messages) {
      arrived.push(JSON.parse(Body).detail.order);
      await queues.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };
  const deadline = Date.now() + 20_000;
  while (new Set(arrived).size < count && Date.now() < deadline) await receive();
  await receive();
  expect([...new Set(arrived)].sort((one, other) => one - other)).toEqual(
    Array.from({ length: count }, (_, order) => order),
  );
  expect(firstAt - sentAt).toBeGreaterThanOrEqual(150);
  // By chance alone neither happens in one run of a million.
  const firstTimes = [...new Set(arrived)];
  expect(firstTimes.some((order, at) => order < Math.max(...firstTimes.slice(0, at)))).toBe(true);
  expect(arrived.length).toBeGreaterThan(count);
});
