// Subscriptions and publishing. A queue of the subscriber's own account is confirmed at once; everything else
// waits for a confirmation that the simulator never sends.

import { randomUUID } from "node:crypto";
import type {
  PublishBatchInput,
  PublishInput,
  SetSubscriptionAttributesInput,
  SubscribeInput,
} from "@aws-sdk/client-sns";
import { patternProblem } from "../../events/pattern.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import { type Publication, publishTo } from "./publish.ts";
import { type StoredSubscription, subscriptionsIn } from "./stored-topic.ts";
import { invalid, needTopic, placeOfTopic } from "./topics.ts";

const protocols = ["http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"];
const pendingArn = "PendingConfirmation";

function subscribe(call: Call<SubscribeInput>) {
  const { TopicArn = "", Protocol = "", Endpoint = "", Attributes = {}, ReturnSubscriptionArn } = call.input;
  const { place } = needTopic(call, TopicArn);
  if (!protocols.includes(Protocol))
    throw invalid(`Invalid parameter: Amazon SNS does not support this protocol string: ${Protocol}`);
  if (Protocol === "sqs" && !/^arn:[^:]+:sqs:[^:]+:\d{12}:.+/.test(Endpoint))
    throw invalid("Invalid parameter: SQS endpoint ARN");
  if (/^https?$/.test(Protocol) && !Endpoint.startsWith(`${Protocol}://`))
    throw invalid(`Invalid parameter: Endpoint must match the specified protocol`);
  if (Protocol.startsWith("email") && !Endpoint.includes("@"))
    throw invalid("Invalid parameter: Email address");
  for (const [name, value] of Object.entries(Attributes)) checkAttribute(name, value);
  const subscriptions = subscriptionsIn(call.world, place);
  const known = subscriptions
    .list()
    .find((each) => each.topicArn === TopicArn && each.protocol === Protocol && each.endpoint === Endpoint);
  const isPending =
    !["sqs", "lambda", "firehose", "application", "sms"].includes(Protocol) ||
    (Protocol === "sqs" && Endpoint.split(":")[4] !== call.accountId);
  const found: StoredSubscription = known ?? {
    arn: `${TopicArn}:${randomUUID()}`,
    topicArn: TopicArn,
    ownerId: call.accountId,
    protocol: Protocol,
    endpoint: Endpoint,
    isPending,
    attributes: Attributes,
  };
  if (!known) subscriptions.put(found.arn, found);
  return { SubscriptionArn: found.isPending && !ReturnSubscriptionArn ? "pending confirmation" : found.arn };
}

function checkAttribute(name: string, value: string): void {
  const known = [
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "SubscriptionRoleArn",
    "ReplayPolicy",
  ];
  if (!known.includes(name)) throw invalid("Invalid parameter: AttributeName");
  if (name === "RawMessageDelivery" && !/^(true|false)$/i.test(value))
    throw invalid(
      "Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [" +
        value +
        "]. Must be true or false.",
    );
  if (name === "FilterPolicyScope" && !["MessageAttributes", "MessageBody"].includes(value))
    throw invalid(
      `Invalid parameter: FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
    );
  if (name === "FilterPolicy" && value !== "") {
    const problem = filterProblem(value);
    if (problem) throw invalid(`Invalid parameter: FilterPolicy: ${problem}`);
  }
}

function filterProblem(text: string): string | undefined {
  try {
    const filter: unknown = JSON.parse(text);
    return JSON.stringify(filter) === "{}" ? undefined : patternProblem(filter);
  } catch (cause) {
    if (cause instanceof SyntaxError) return "failed to parse JSON.";
    throw cause;
  }
}

function needSubscription(call: Call, arn = "") {
  const place = placeOfTopic(arn.split(":").slice(0, 6).join(":"));
  const found = subscriptionsIn(call.world, place).get(arn);
  if (!found) throw new AwsFault("NotFound", "Subscription does not exist", 404);
  return { place, found };
}

function unsubscribe(call: Call<{ SubscriptionArn?: string }>) {
  const arn = call.input.SubscriptionArn ?? "";
  const place = placeOfTopic(arn.split(":").slice(0, 6).join(":"));
  subscriptionsIn(call.world, place).delete(arn);
  return {};
}

function getAttributes(call: Call<{ SubscriptionArn?: string }>) {
  const { found } = needSubscription(call, call.input.SubscriptionArn);
  return {
    Attributes: {
      SubscriptionArn: found.arn,
      TopicArn: found.topicArn,
      Owner: found.ownerId,
      Protocol: found.protocol,
      Endpoint: found.endpoint,
      PendingConfirmation: String(found.isPending),
      ConfirmationWasAuthenticated: String(!found.isPending),
      RawMessageDelivery: "false",
      SubscriptionPrincipal: call.principal.arn,
      ...(found.attributes.FilterPolicy ? { FilterPolicyScope: "MessageAttributes" } : {}),
      ...found.attributes,
    },
  };
}

function setAttributes(call: Call<SetSubscriptionAttributesInput>) {
  const { SubscriptionArn, AttributeName = "", AttributeValue = "" } = call.input;
  const { place, found } = needSubscription(call, SubscriptionArn);
  checkAttribute(AttributeName, AttributeValue);
  const { [AttributeName]: _, ...rest } = found.attributes;
  const attributes = /^(\{\})?$/.test(AttributeValue) ? rest : { ...rest, [AttributeName]: AttributeValue };
  subscriptionsIn(call.world, place).put(found.arn, { ...found, attributes });
  return {};
}

function shown(subscriptions: StoredSubscription[], token: string | undefined) {
  const { items, next } = page(subscriptions, 100, token, "InvalidParameter");
  return {
    Subscriptions: items.map(({ arn, ownerId, protocol, endpoint, topicArn, isPending }) => ({
      SubscriptionArn: isPending ? pendingArn : arn,
      Owner: ownerId,
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn: topicArn,
    })),
    NextToken: next,
  };
}

function listByTopic(call: Call<{ TopicArn?: string; NextToken?: string }>) {
  const { place } = needTopic(call, call.input.TopicArn);
  const all = subscriptionsIn(call.world, place).list();
  return shown(
    all.filter(({ topicArn }) => topicArn === call.input.TopicArn),
    call.input.NextToken,
  );
}

const maxMessageBytes = 262_144;

function publicationOf(given: Omit<PublishInput, "TopicArn">, isFifo: boolean): Publication {
  const { Message = "", MessageStructure, Subject, MessageGroupId, MessageDeduplicationId } = given;
  if (Message === "") throw invalid("Invalid parameter: Empty message");
  if (Buffer.byteLength(Message) > maxMessageBytes) throw invalid("Invalid parameter: Message too long");
  if (Subject !== undefined && (Subject.length === 0 || Subject.length > 100 || /[\n\r]/.test(Subject)))
    throw invalid("Invalid parameter: Subject");
  if (isFifo && !MessageGroupId)
    throw invalid("Invalid parameter: The MessageGroupId parameter is required for FIFO topics");
  return {
    message: MessageStructure === "json" ? forQueues(Message) : Message,
    subject: Subject,
    attributes: given.MessageAttributes as Publication["attributes"],
    groupId: MessageGroupId,
    deduplicationId: MessageDeduplicationId,
  };
}

function forQueues(text: string): string {
  let message: { default?: unknown; sqs?: unknown };
  try {
    message = JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw invalid("Invalid parameter: Message Structure - JSON message body failed to parse");
  }
  if (typeof message?.default !== "string")
    throw invalid("Invalid parameter: Message Structure - No default entry in JSON message body");
  return typeof message.sqs === "string" ? message.sqs : message.default;
}

function publish(call: Call<PublishInput>) {
  const { TopicArn = call.input.TargetArn, PhoneNumber } = call.input;
  if (TopicArn === undefined && PhoneNumber) return { MessageId: randomUUID() };
  const { place, topic } = needTopic(call, TopicArn);
  const publication = publicationOf(call.input, topic.name.endsWith(".fifo"));
  return { MessageId: publishTo(call.world, place, TopicArn ?? "", publication) };
}

function publishBatch(call: Call<PublishBatchInput>) {
  const { TopicArn = "", PublishBatchRequestEntries: entries = [] } = call.input;
  const { place, topic } = needTopic(call, TopicArn);
  if (entries.length === 0)
    throw new AwsFault("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  if (entries.length > 10)
    throw new AwsFault(
      "TooManyEntriesInBatchRequest",
      "The batch request contains more entries than permissible.",
    );
  if (new Set(entries.map(({ Id }) => Id)).size !== entries.length)
    throw new AwsFault(
      "BatchEntryIdsNotDistinct",
      "Two or more batch entries in the request have the same Id.",
    );
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      const publication = publicationOf(entry, topic.name.endsWith(".fifo"));
      Successful.push({ Id: entry.Id, MessageId: publishTo(call.world, place, TopicArn, publication) });
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}

export const subscriptionOperations: Record<string, Operation> = {
  Subscribe: subscribe,
  Unsubscribe: unsubscribe,
  GetSubscriptionAttributes: getAttributes,
  SetSubscriptionAttributes: setAttributes,
  ListSubscriptionsByTopic: listByTopic,
  ListSubscriptions: (call: Call<{ NextToken?: string }>) =>
    shown(subscriptionsIn(call.world, call).list(), call.input.NextToken),
  Publish: publish,
  PublishBatch: publishBatch,
};
