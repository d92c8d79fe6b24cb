// Topics: made, configured, opened by policy, tagged, deleted.
import type {
  AddPermissionInput,
  CreateTopicInput,
  RemovePermissionInput,
  SetTopicAttributesInput,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-sns";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import { MalformedPolicy, policyOf } from "../../policy/document.ts";
import {
  defaultTopicPolicy,
  findTopic,
  type StoredTopic,
  subscriptionsIn,
  topicArn,
  topicsIn,
} from "./stored-topic.ts";

export const invalid = (message: string) => new AwsFault("InvalidParameter", message);
const notFound = (what: string) => new AwsFault("NotFound", `${what} does not exist`, 404);

export function placeOfTopic(arn = "") {
  const [, , service, region = "", accountId = "", name = ""] = arn.split(":");
  if (service !== "sns" || !name) throw invalid("Invalid parameter: TopicArn");
  return { region, accountId, name };
}

export function needTopic(call: Call, arn: string | undefined) {
  const place = placeOfTopic(arn);
  const topic = place.region === call.region ? findTopic(call.world, place, place.name) : undefined;
  if (!topic) throw notFound("Topic");
  return { place, topic };
}

const settable = new Set([
  "Policy",
  "DisplayName",
  "DeliveryPolicy",
  "KmsMasterKeyId",
  "SignatureVersion",
  "TracingConfig",
  "FifoTopic",
  "ContentBasedDeduplication",
  "FifoThroughputScope",
  "ArchivePolicy",
]);
const feedback = /^(HTTP|Firehose|Lambda|Application|SQS)(Success|Failure)Feedback(RoleArn|SampleRate)$/;

function checkAttribute(name: string, value: string): void {
  if (!settable.has(name) && !feedback.test(name)) throw invalid("Invalid parameter: AttributeName");
  if (name === "Policy" && value && !isPolicy(value)) throw invalid("Invalid parameter: Policy Error: null");
  if (name === "DisplayName" && value.length > 100)
    throw invalid("Invalid parameter: DisplayName. The display name must be at most 100 characters long");
}

function isPolicy(text: string): boolean {
  try {
    return policyOf(text).statements.every(({ principals }) => principals !== undefined);
  } catch (error) {
    if (error instanceof MalformedPolicy) return false;
    throw error;
  }
}

function createTopic(call: Call<CreateTopicInput>) {
  const { Name = "", Attributes = {}, Tags = [] } = call.input;
  const isFifo = Attributes.FifoTopic === "true";
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(isFifo ? Name.replace(/\.fifo$/, "") : Name))
    throw invalid("Invalid parameter: Topic Name");
  if (isFifo && !Name.endsWith(".fifo"))
    throw invalid(
      "Invalid parameter: Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.",
    );
  for (const [name, value] of Object.entries(Attributes)) checkAttribute(name, value);
  const TopicArn = topicArn(call.world, call, Name);
  const known = topicsIn(call.world, call).get(Name);
  if (known) {
    if (Object.entries(Attributes).some(([name, value]) => known.attributes[name] !== value))
      throw invalid("Invalid parameter: Attributes Reason: Topic already exists with different attributes");
    return { TopicArn };
  }
  topicsIn(call.world, call).put(Name, {
    name: Name,
    createdAt: call.now.toISOString(),
    attributes: { Policy: defaultTopicPolicy(TopicArn, call.accountId), ...Attributes },
    tags: Tags.map(({ Key = "", Value = "" }) => ({ Key, Value })),
  });
  return { TopicArn };
}

/** Nothing happens when there is no such topic. Its subscriptions go with it. */
function deleteTopic(call: Call<{ TopicArn?: string }>) {
  const place = placeOfTopic(call.input.TopicArn);
  topicsIn(call.world, place).delete(place.name);
  const subscriptions = subscriptionsIn(call.world, place);
  for (const { arn, topicArn: of } of subscriptions.list())
    if (of === call.input.TopicArn) subscriptions.delete(arn);
  return {};
}

const standardDelivery = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: "linear",
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
  },
});

function getAttributes(call: Call<{ TopicArn?: string }>) {
  const { place, topic } = needTopic(call, call.input.TopicArn);
  const subscriptions = subscriptionsIn(call.world, place)
    .list()
    .filter((each) => each.topicArn === call.input.TopicArn);
  const pending = subscriptions.filter(({ isPending }) => isPending).length;
  return {
    Attributes: {
      TopicArn: call.input.TopicArn,
      Owner: place.accountId,
      DisplayName: "",
      SubscriptionsPending: String(pending),
      SubscriptionsConfirmed: String(subscriptions.length - pending),
      SubscriptionsDeleted: "0",
      EffectiveDeliveryPolicy: topic.attributes.DeliveryPolicy ?? standardDelivery,
      ...topic.attributes,
    },
  };
}

function change(call: Call, arn: string | undefined, changed: (topic: StoredTopic) => Partial<StoredTopic>) {
  const { place, topic } = needTopic(call, arn);
  topicsIn(call.world, place).put(topic.name, { ...topic, ...changed(topic) });
  return {};
}

function setAttributes(call: Call<SetTopicAttributesInput>) {
  const { TopicArn, AttributeName = "", AttributeValue = "" } = call.input;
  checkAttribute(AttributeName, AttributeValue);
  if (AttributeName === "FifoTopic") throw invalid("Invalid parameter: AttributeName");
  return change(call, TopicArn, ({ attributes }) => {
    const { [AttributeName]: _, ...rest } = attributes;
    return { attributes: AttributeValue === "" ? rest : { ...rest, [AttributeName]: AttributeValue } };
  });
}

interface Document {
  Statement: { Sid?: string }[];
}

const documentOf = ({ attributes }: StoredTopic) => JSON.parse(attributes.Policy ?? "{}") as Document;

const withStatements = (topic: StoredTopic, Statement: Document["Statement"]) => ({
  attributes: { ...topic.attributes, Policy: JSON.stringify({ ...documentOf(topic), Statement }) },
});

function addPermission(call: Call<AddPermissionInput>) {
  const { TopicArn, Label = "", AWSAccountId = [], ActionName = [] } = call.input;
  return change(call, TopicArn, (topic) => {
    const { Statement } = documentOf(topic);
    if (Statement.some(({ Sid }) => Sid === Label))
      throw invalid("Invalid parameter: Statement already exists");
    const added = {
      Sid: Label,
      Effect: "Allow",
      Principal: { AWS: AWSAccountId.map((id) => `arn:${call.world.partition}:iam::${id}:root`) },
      Action: ActionName.map((action) => `SNS:${action}`),
      Resource: TopicArn,
    };
    return withStatements(topic, [...Statement, added]);
  });
}

function removePermission(call: Call<RemovePermissionInput>) {
  const { TopicArn, Label } = call.input;
  return change(call, TopicArn, (topic) => {
    const { Statement } = documentOf(topic);
    return withStatements(
      topic,
      Statement.filter(({ Sid }) => Sid !== Label),
    );
  });
}

function listTopics(call: Call<{ NextToken?: string }>) {
  const found = topicsIn(call.world, call)
    .list()
    .map(({ name }) => ({ TopicArn: topicArn(call.world, call, name) }))
    .sort((a, b) => (a.TopicArn < b.TopicArn ? -1 : 1));
  const { items, next } = page(found, 100, call.input.NextToken, "InvalidParameter");
  return { Topics: items, NextToken: next };
}

function tagsFor(call: Call, arn: string | undefined) {
  const place = placeOfTopic(arn);
  const topic = findTopic(call.world, place, place.name);
  if (!topic) throw new AwsFault("ResourceNotFound", "Resource does not exist", 404);
  return topic;
}

function tagResource(call: Call<TagResourceRequest>) {
  const { ResourceArn, Tags = [] } = call.input;
  tagsFor(call, ResourceArn);
  const added = Tags.map(({ Key = "", Value = "" }) => ({ Key, Value }));
  const names = new Set(added.map(({ Key }) => Key));
  return change(call, ResourceArn, ({ tags }) => ({
    tags: [...tags.filter(({ Key }) => !names.has(Key)), ...added],
  }));
}

function untagResource(call: Call<UntagResourceRequest>) {
  const { ResourceArn, TagKeys = [] } = call.input;
  tagsFor(call, ResourceArn);
  return change(call, ResourceArn, ({ tags }) => ({
    tags: tags.filter(({ Key }) => !TagKeys.includes(Key)),
  }));
}

export const topicOperations: Record<string, Operation> = {
  CreateTopic: createTopic,
  DeleteTopic: deleteTopic,
  GetTopicAttributes: getAttributes,
  SetTopicAttributes: setAttributes,
  AddPermission: addPermission,
  RemovePermission: removePermission,
  ListTopics: listTopics,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: (call: Call<{ ResourceArn?: string }>) => ({
    Tags: tagsFor(call, call.input.ResourceArn).tags,
  }),
};
