// Queues themselves: made, listed, found, configured, tagged, shared by policy, deleted.
import type {
  AddPermissionRequest,
  CreateQueueRequest,
  GetQueueAttributesRequest,
  GetQueueUrlRequest,
  ListDeadLetterSourceQueuesRequest,
  ListQueuesRequest,
  RemovePermissionRequest,
  SetQueueAttributesRequest,
  TagQueueRequest,
  UntagQueueRequest,
} from "@aws-sdk/client-sqs";
import type { Call, Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import { changedAttributes, defaultAttributes, fifoDefaults } from "./attributes.ts";
import { forget } from "./contents.ts";
import { countsOf, purge } from "./messages.ts";
import {
  findQueue,
  invalidValue,
  needQueue,
  type QueueCall,
  queueArn,
  queuesIn,
  queueUrl,
  type StoredQueue,
  sqsFault,
} from "./stored-queue.ts";

const deletedAt = new WeakMap<object, Map<string, number>>();

function deletedIn(call: Call): Map<string, number> {
  let found = deletedAt.get(call.world);
  if (!found) {
    found = new Map();
    deletedAt.set(call.world, found);
  }
  return found;
}

function createQueue(call: Call<CreateQueueRequest>) {
  const { QueueName = "", Attributes = {}, tags = {} } = call.input;
  const isFifo = Attributes.FifoQueue === "true";
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(isFifo ? QueueName.replace(/\.fifo$/, "") : QueueName))
    throw invalidValue(
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  if (isFifo && (!QueueName.endsWith(".fifo") || QueueName.length > 80))
    throw invalidValue(
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.",
    );
  const before = isFifo ? { ...defaultAttributes, ...fifoDefaults } : defaultAttributes;
  const attributes = changedAttributes(call.world, before, Attributes as Record<string, string>, isFifo);
  const QueueUrl = queueUrl(call.world, call, QueueName);
  const known = queuesIn(call.world, call).get(QueueName);
  if (known) {
    const different = Object.keys(Attributes).find((name) => known.attributes[name] !== attributes[name]);
    if (different)
      throw sqsFault(
        "QueueNameExists",
        `A queue already exists with the same name and a different value for attribute ${different}`,
      );
    return { QueueUrl };
  }
  const gone = deletedIn(call).get(queueArn(call.world, call, QueueName));
  if (gone !== undefined && call.now.getTime() - gone < 60_000)
    throw sqsFault(
      "QueueDeletedRecently",
      "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    );
  const at = call.now.toISOString();
  queuesIn(call.world, call).put(QueueName, {
    name: QueueName,
    createdAt: at,
    changedAt: at,
    attributes,
    tags,
  });
  return { QueueUrl };
}

function deleteQueue(call: QueueCall) {
  const { place, queue } = needQueue(call);
  queuesIn(call.world, place).delete(queue.name);
  forget(call.world, place, queue.name);
  const gone = deletedIn(call);
  gone.set(queueArn(call.world, place, queue.name), call.now.getTime());
  for (const [arn, at] of gone) if (call.now.getTime() - at >= 60_000) gone.delete(arn);
  return {};
}

function getQueueUrl(call: Call<GetQueueUrlRequest>) {
  const { QueueName = "", QueueOwnerAWSAccountId = call.accountId } = call.input;
  const place = { accountId: QueueOwnerAWSAccountId, region: call.region };
  if (!findQueue(call.world, place, QueueName))
    throw sqsFault("QueueDoesNotExist", "The specified queue does not exist.");
  return { QueueUrl: queueUrl(call.world, place, QueueName) };
}

function listQueues(call: Call<ListQueuesRequest>) {
  const { QueueNamePrefix = "", MaxResults, NextToken } = call.input;
  const found = queuesIn(call.world, call)
    .list()
    .map(({ name }) => name)
    .filter((name) => name.startsWith(QueueNamePrefix))
    .sort();
  const { items, next } = page(found, Math.min(MaxResults ?? 1000, 1000), NextToken, "InvalidParameterValue");
  const QueueUrls = items.map((name) => queueUrl(call.world, call, name));
  // Without MaxResults there is no token, however many there are.
  return { QueueUrls, ...(MaxResults !== undefined && next ? { NextToken: next } : {}) };
}

function attributesOf(call: QueueCall) {
  const { place, queue } = needQueue(call);
  const { AttributeNames = [] } = call.input as GetQueueAttributesRequest;
  const counts = countsOf(call.world, place, queue.name);
  const all: Record<string, string> = {
    QueueArn: queueArn(call.world, place, queue.name),
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: secondsOf(queue.createdAt),
    LastModifiedTimestamp: secondsOf(queue.changedAt),
    ...queue.attributes,
  };
  const wanted = AttributeNames.includes("All") ? Object.keys(all) : AttributeNames;
  const unknown = wanted.find((name) => !(name in all) && !optional.has(name));
  if (unknown) throw sqsFault("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
  const shown = wanted.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]]));
  return shown.length ? { Attributes: Object.fromEntries(shown) } : {};
}

const optional = new Set([
  "Policy",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
]);

const secondsOf = (instant: string) => String(Math.floor(Date.parse(instant) / 1000));

function change(call: QueueCall, changed: (queue: StoredQueue) => Partial<StoredQueue>) {
  const { place, queue } = needQueue(call);
  const next = { ...queue, changedAt: call.now.toISOString(), ...changed(queue) };
  queuesIn(call.world, place).put(queue.name, next);
  return {};
}

const setAttributes = (call: QueueCall) =>
  change(call, ({ name, attributes }) => {
    const { Attributes = {} } = call.input as unknown as SetQueueAttributesRequest;
    const isFifo = name.endsWith(".fifo");
    return {
      attributes: changedAttributes(call.world, attributes, Attributes as Record<string, string>, isFifo),
    };
  });

interface PolicyDocument {
  Version: string;
  Id?: string;
  Statement: { Sid?: string }[];
}

const documentOf = (queue: StoredQueue, arn: string): PolicyDocument =>
  queue.attributes.Policy
    ? (JSON.parse(queue.attributes.Policy) as PolicyDocument)
    : { Version: "2012-10-17", Id: `${arn}/SQSDefaultPolicy`, Statement: [] };

const addPermission = (call: QueueCall) =>
  change(call, (queue) => {
    const { place } = needQueue(call);
    const { Label = "", AWSAccountIds = [], Actions = [] } = call.input as unknown as AddPermissionRequest;
    const Resource = queueArn(call.world, place, queue.name);
    const document = documentOf(queue, Resource);
    if (document.Statement.some(({ Sid }) => Sid === Label))
      throw invalidValue(`Value ${Label} for parameter Label is invalid. Reason: Already exists.`);
    const statement = {
      Sid: Label,
      Effect: "Allow",
      Principal: { AWS: AWSAccountIds.map((id) => `arn:${call.world.partition}:iam::${id}:root`) },
      Action: Actions.map((action) => (action === "*" ? "SQS:*" : `SQS:${action}`)),
      Resource,
    };
    const Policy = JSON.stringify({ ...document, Statement: [...document.Statement, statement] });
    return { attributes: { ...queue.attributes, Policy } };
  });

const removePermission = (call: QueueCall) =>
  change(call, (queue) => {
    const { Label } = call.input as unknown as RemovePermissionRequest;
    const document = documentOf(queue, "");
    const Statement = document.Statement.filter(({ Sid }) => Sid !== Label);
    if (Statement.length === document.Statement.length)
      throw invalidValue(
        `Value ${Label} for parameter Label is invalid. Reason: can't find label on existing policy.`,
      );
    const { Policy: _, ...rest } = queue.attributes;
    const text = JSON.stringify({ ...document, Statement });
    return { attributes: Statement.length ? { ...rest, Policy: text } : rest };
  });

const tagQueue = (call: QueueCall) =>
  change(call, ({ tags }) => ({ tags: { ...tags, ...(call.input as unknown as TagQueueRequest).Tags } }));

const untagQueue = (call: QueueCall) =>
  change(call, ({ tags }) => {
    const { TagKeys = [] } = call.input as unknown as UntagQueueRequest;
    return { tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))) };
  });

function listSources(call: QueueCall) {
  const { place, queue } = needQueue(call);
  const { MaxResults, NextToken } = call.input as unknown as ListDeadLetterSourceQueuesRequest;
  const arn = queueArn(call.world, place, queue.name);
  const found = queuesIn(call.world, place)
    .list()
    .filter(({ attributes }) => attributes.RedrivePolicy?.includes(`"${arn}"`));
  const { items, next } = page(found, Math.min(MaxResults ?? 1000, 1000), NextToken, "InvalidParameterValue");
  return { queueUrls: items.map(({ name }) => queueUrl(call.world, place, name)), NextToken: next };
}

export const queueOperations: Record<string, Operation> = {
  CreateQueue: createQueue,
  DeleteQueue: deleteQueue,
  GetQueueUrl: getQueueUrl,
  ListQueues: listQueues,
  GetQueueAttributes: attributesOf,
  SetQueueAttributes: setAttributes,
  AddPermission: addPermission,
  RemovePermission: removePermission,
  TagQueue: tagQueue,
  UntagQueue: untagQueue,
  ListQueueTags: (call: QueueCall) => {
    const { tags } = needQueue(call).queue;
    return Object.keys(tags).length ? { Tags: tags } : {};
  },
  ListDeadLetterSourceQueues: listSources,
  PurgeQueue: (call: QueueCall) => {
    const { place, queue } = needQueue(call);
    purge(call.world, place, queue.name);
    return {};
  },
};
