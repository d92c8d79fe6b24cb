// Queues and topics of a demo account: orders that arrive through a topic, and what could not be handled.
import { defaultTopicPolicy, type StoredTopic, topicArn } from "../../services/sns/stored-topic.ts";
import { defaultAttributes } from "../../services/sqs/attributes.ts";
import { queueArn, type StoredQueue } from "../../services/sqs/stored-queue.ts";
import type { Random } from "../../world.ts";
import {
  add,
  type Draft,
  daysAgo,
  isGood,
  isRareFault,
  placeIn,
  streamOf,
  tagsFor,
  teamOf,
} from "./draft.ts";
import type { Keys } from "./keys.ts";

export function drawMessages(draft: Draft, keys: Keys): void {
  const random = streamOf(draft, "messages");
  const region = draft.regions[0];
  const topic = drawTopic(draft, random, region, keys);
  const failed = drawQueue(draft, random, region, `${teamOf(draft)}-failed`, {});
  drawQueue(draft, random, region, `${teamOf(draft)}-orders`, {
    Policy: queuePolicy(draft, random, topic),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: failed, maxReceiveCount: 5 }),
    ...(isGood(draft, random) ? { KmsMasterKeyId: keys.own, SqsManagedSseEnabled: "false" } : {}),
  });
}

function drawTopic(draft: Draft, random: Random, region: string, keys: Keys): string {
  const name = `${teamOf(draft)}-orders`;
  const arn = topicArn(draft.world, placeIn(draft, region), name);
  const isOpen = isRareFault(draft, random, 0.15);
  const everybody = {
    Sid: "Everybody",
    Effect: "Allow",
    Principal: "*",
    Action: ["SNS:Publish", "SNS:Subscribe"],
    Resource: arn,
  };
  const topic: StoredTopic = {
    name,
    createdAt: daysAgo(draft, 100 + random.int(700)),
    attributes: {
      DisplayName: `Orders of ${teamOf(draft)}`,
      Policy: isOpen
        ? JSON.stringify({ Version: "2012-10-17", Statement: [everybody] })
        : defaultTopicPolicy(arn, draft.accountId),
      ...(isGood(draft, random) ? { KmsMasterKeyId: keys.own } : {}),
    },
    tags: tagsFor(draft, name),
  };
  add(draft, region, "sns:topic", name, topic);
  return arn;
}

function drawQueue(
  draft: Draft,
  random: Random,
  region: string,
  name: string,
  attributes: Record<string, string>,
): string {
  const at = daysAgo(draft, 60 + random.int(700));
  const queue: StoredQueue = {
    name,
    createdAt: at,
    changedAt: at,
    attributes: {
      ...defaultAttributes,
      ...(isGood(draft, random) ? {} : { SqsManagedSseEnabled: "false" }),
      ...attributes,
    },
    tags: Object.fromEntries(tagsFor(draft, name).map(({ Key, Value }) => [Key, Value])),
  };
  add(draft, region, "sqs:queue", name, queue);
  return queueArn(draft.world, placeIn(draft, region), name);
}

/** The topic may send; in careless accounts whoever comes along. */
function queuePolicy(draft: Draft, random: Random, topic: string): string {
  const isOpen = isRareFault(draft, random, 0.15);
  const statement = {
    Sid: isOpen ? "Everybody" : "Topic",
    Effect: "Allow",
    Principal: isOpen ? "*" : { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: "*",
    ...(isOpen ? {} : { Condition: { ArnEquals: { "aws:SourceArn": topic } } }),
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
