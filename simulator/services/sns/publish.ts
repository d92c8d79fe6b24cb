// A message of a topic to the queues that subscribed to it, each with what its filter lets through. Other
// protocols are never delivered: their subscriptions stay unconfirmed.
import { randomBytes, randomUUID } from "node:crypto";
import { matchesPattern } from "../../events/pattern.ts";
import { serviceMay } from "../../events/service-permission.ts";
import { eventsOf, later } from "../../events/state.ts";
import type { Place, World } from "../../world.ts";
import type { AttributeValue } from "../sqs/digest.ts";
import { enqueue } from "../sqs/messages.ts";
import { findQueue } from "../sqs/stored-queue.ts";
import { type StoredSubscription, subscriptionsIn } from "./stored-topic.ts";

export interface Publication {
  message: string;
  subject?: string | undefined;
  attributes?: Record<string, AttributeValue> | undefined;
  groupId?: string | undefined;
  deduplicationId?: string | undefined;
}

/** The message's id. */
export function publishTo(world: World, place: Place, topicArn: string, publication: Publication): string {
  const id = randomUUID();
  for (const subscription of subscriptionsIn(world, place).list()) {
    if (subscription.topicArn !== topicArn || subscription.isPending || subscription.protocol !== "sqs")
      continue;
    if (passes(subscription, publication))
      later(world, () => deliver(world, place, subscription, id, publication));
  }
  return id;
}

function passes(
  { attributes }: StoredSubscription,
  { message, attributes: given = {} }: Publication,
): boolean {
  if (!attributes.FilterPolicy) return true;
  const pattern: unknown = JSON.parse(attributes.FilterPolicy);
  if (attributes.FilterPolicyScope === "MessageBody") return matchesPattern(pattern, parsed(message));
  const values = Object.entries(given).map(([name, { DataType = "", StringValue = "" }]) => [
    name,
    DataType === "Number"
      ? Number(StringValue)
      : DataType === "String.Array"
        ? parsed(StringValue)
        : StringValue,
  ]);
  return matchesPattern(pattern, Object.fromEntries(values));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

function deliver(
  world: World,
  place: Place,
  subscription: StoredSubscription,
  id: string,
  publication: Publication,
): void {
  const { endpoint, topicArn, attributes } = subscription;
  const [, , , region = "", accountId = "", name = ""] = endpoint.split(":");
  const queue = findQueue(world, { accountId, region }, name);
  const asks = {
    service: "sns.amazonaws.com",
    action: "sqs:SendMessage",
    resource: endpoint,
    sourceArn: topicArn,
    sourceAccount: place.accountId,
  };
  if (!queue || !serviceMay(world, queue.attributes.Policy, asks)) return;
  const isRaw = attributes.RawMessageDelivery === "true";
  enqueue(world, { accountId, region }, queue, {
    body: isRaw ? publication.message : envelope(world, place, subscription, id, publication),
    senderId: "AIDAIT2UOQQY3AUEKVGXU",
    ...(isRaw && publication.attributes ? { attributes: publication.attributes } : {}),
    ...(publication.groupId ? { groupId: publication.groupId } : {}),
    ...(name.endsWith(".fifo") ? { deduplicationId: publication.deduplicationId ?? id } : {}),
  });
}

function envelope(
  world: World,
  place: Place,
  { arn, topicArn }: StoredSubscription,
  id: string,
  { message, subject, attributes = {} }: Publication,
): string {
  const host = `https://sns.${place.region}.amazonaws.com`;
  const shown = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    { Type: DataType, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString("base64") },
  ]);
  return JSON.stringify({
    Type: "Notification",
    MessageId: id,
    TopicArn: topicArn,
    ...(subject ? { Subject: subject } : {}),
    Message: message,
    Timestamp: eventsOf(world).now().toISOString(),
    SignatureVersion: "1",
    // Not a signature: nobody can check one without AWS's certificate.
    Signature: randomBytes(256).toString("base64"),
    SigningCertURL: `${host}/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem`,
    UnsubscribeURL: `${host}/?Action=Unsubscribe&SubscriptionArn=${arn}`,
    ...(shown.length ? { MessageAttributes: Object.fromEntries(shown) } : {}),
  });
}
