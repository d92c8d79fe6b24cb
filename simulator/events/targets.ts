// One event to one target of one rule: what it is sent, whether EventBridge may send it, and what becomes of
// it if not. A refusal is final in AWS too: the event goes to the target's dead-letter queue or nowhere.
import { isAccountKnown } from "../organization.ts";
import {
  type BusPlace,
  busPlace,
  findBus,
  ruleArn,
  type StoredRule,
} from "../services/eventbridge/stored-rule.ts";
import { findKey } from "../services/kms/stored-key.ts";
import { publishTo } from "../services/sns/publish.ts";
import { findTopic, topicArn } from "../services/sns/stored-topic.ts";
import { enqueue } from "../services/sqs/messages.ts";
import { findQueue, type StoredQueue } from "../services/sqs/stored-queue.ts";
import type { Place, World } from "../world.ts";
import type { BusEvent } from "./bus-event.ts";
import { accountMay, roleFor, roleMay, serviceMay, silentPolicy } from "./service-permission.ts";
import { eventsOf } from "./state.ts";
import { inputFor } from "./transform.ts";

type Target = StoredRule["targets"][number];

interface Delivery {
  world: World;
  place: BusPlace;
  target: Target;
  event: BusEvent;
  sourceArn: string;
  input: string;
  isForwarded: boolean;
  forward: (to: BusPlace) => void;
}

type Failure = { code: string; message: string };

const service = "events.amazonaws.com";

export function deliver(
  world: World,
  place: BusPlace,
  rule: StoredRule,
  target: Target,
  event: BusEvent,
  isForwarded: boolean,
  forward: (to: BusPlace) => void,
): void {
  const arn = ruleArn(world, place, rule);
  const ingestedAt = eventsOf(world).now().toISOString();
  const input = inputFor(target, event, { arn, name: rule.Name, ingestedAt });
  const delivery = { world, place, target, event, sourceArn: arn, input, isForwarded, forward };
  const failure = send(delivery);
  if (failure) toDeadLetters(delivery, failure);
}

function send(delivery: Delivery): Failure | undefined {
  switch (delivery.target.Arn?.split(":")[2]) {
    case "sqs":
      return toQueue(delivery);
    case "sns":
      return toTopic(delivery);
    case "events":
      return toBus(delivery);
    default:
      return {
        code: "NO_PERMISSIONS",
        message: "The simulator delivers to queues, topics and event buses only.",
      };
  }
}

const denied: Failure = { code: "NO_PERMISSIONS", message: "EventBridge may not send to this target." };
const missing: Failure = { code: "NO_RESOURCE", message: "The target does not exist." };

function toQueue(delivery: Delivery): Failure | undefined {
  const { world, place, target, input, event } = delivery;
  const [, , , region = "", accountId = "", name = ""] = (target.Arn ?? "").split(":");
  const queuePlace = { accountId, region };
  const queue = region === place.region ? findQueue(world, queuePlace, name) : undefined;
  if (!queue) return missing;
  if (!isAllowed(delivery, "sqs:SendMessage", accountId, queue.attributes.Policy)) return denied;
  if (!mayEncrypt(delivery, queuePlace, queue)) return denied;
  if (Buffer.byteLength(input) > Number(queue.attributes.MaximumMessageSize))
    return { code: "INVALID_PARAMETER", message: "The message is longer than the queue takes." };
  const group = target.SqsParameters?.MessageGroupId;
  const isFifo = name.endsWith(".fifo");
  if (isFifo && !group) return { code: "INVALID_PARAMETER", message: "A FIFO queue needs a MessageGroupId." };
  enqueue(world, queuePlace, queue, {
    body: input,
    senderId: service,
    ...(group ? { groupId: group } : {}),
    ...(isFifo ? { deduplicationId: event.id } : {}),
  });
  return undefined;
}

/** A role of the rule's account if the target names one, else what the resource's policy says of EventBridge. */
function isAllowed(
  { world, place, target, sourceArn }: Delivery,
  action: string,
  accountId: string,
  policy: string | undefined,
): boolean {
  const asks = { service, action, resource: target.Arn ?? "", sourceArn, sourceAccount: place.accountId };
  if (!target.RoleArn) return serviceMay(world, policy, asks);
  const identity = roleFor(world, target.RoleArn, place.accountId, asks);
  if (!identity) return false;
  return roleMay(world, identity, place.region, asks, { accountId, text: policy ?? silentPolicy });
}

/** AWS's own key of SQS does not let other services in; a customer's must say so. */
function mayEncrypt(delivery: Delivery, place: Place, { attributes }: StoredQueue): boolean {
  const { world, sourceArn } = delivery;
  const given = attributes.KmsMasterKeyId;
  if (!given) return true;
  if (given.includes("alias/aws/")) return false;
  const key = findKey(world, place, given);
  return serviceMay(world, key?.policy, {
    service,
    action: "kms:GenerateDataKey",
    resource: key?.metadata.Arn ?? "",
    sourceArn,
    sourceAccount: delivery.place.accountId,
  });
}

function toTopic(delivery: Delivery): Failure | undefined {
  const { world, place, target, input } = delivery;
  const [, , , region = "", accountId = "", name = ""] = (target.Arn ?? "").split(":");
  const topic = region === place.region ? findTopic(world, { accountId, region }, name) : undefined;
  if (!topic) return missing;
  if (!isAllowed(delivery, "sns:Publish", accountId, topic.attributes.Policy)) return denied;
  publishTo(world, { accountId, region }, topicArn(world, { accountId, region }, name), { message: input });
  return undefined;
}

function toBus(delivery: Delivery): Failure | undefined {
  const { world, place, target, isForwarded, forward, sourceArn } = delivery;
  const to = busPlace(place, target.Arn);
  const isElsewhere = to.accountId !== place.accountId || to.region !== place.region;
  // "These events are not sent to the third account" (EventBridge's guide on cross-account events).
  if (isForwarded && isElsewhere) return undefined;
  const bus = findBus(world, to);
  if (!bus || !isAccountKnown(world, to.accountId)) return missing;
  const asks = { action: "events:PutEvents", resource: target.Arn ?? "" };
  const policy = { accountId: to.accountId, text: bus.policy ?? silentPolicy };
  if (target.RoleArn) {
    const identity = roleFor(world, target.RoleArn, place.accountId, { service, sourceArn });
    if (!identity || !roleMay(world, identity, place.region, asks, policy)) return denied;
  } else if (isElsewhere && !accountMay(world, place.accountId, asks, policy)) return denied;
  forward(to);
  return undefined;
}

function toDeadLetters(delivery: Delivery, { code, message }: Failure): void {
  const { world, place, target, event, sourceArn } = delivery;
  const arn = target.DeadLetterConfig?.Arn;
  if (!arn) return;
  const [, , , region = "", accountId = "", name = ""] = arn.split(":");
  const queue = findQueue(world, { accountId, region }, name);
  const asks = {
    service,
    action: "sqs:SendMessage",
    resource: arn,
    sourceArn,
    sourceAccount: place.accountId,
  };
  if (!queue || !serviceMay(world, queue.attributes.Policy, asks)) return;
  const text = (StringValue: string) => ({ DataType: "String", StringValue });
  enqueue(world, { accountId, region }, queue, {
    body: JSON.stringify(event),
    senderId: service,
    attributes: {
      RULE_ARN: text(sourceArn),
      TARGET_ARN: text(target.Arn ?? ""),
      ERROR_CODE: text(code),
      ERROR_MESSAGE: text(message),
      EXHAUSTED_RETRY_CONDITION: text("NonRetryable"),
      RETRY_ATTEMPTS: text("0"),
    },
  });
}
