// A queue as the simulator keeps it, its names, and the faults of SQS. Messages are not kept here.
import { AwsFault, type Call } from "../../operation.ts";
import { isAccountKnown } from "../../organization.ts";
import type { Place, World } from "../../world.ts";

/** Value of the collection "sqs:queue" under its name. */
export interface StoredQueue {
  name: string;
  createdAt: string;
  changedAt: string;
  /** As GetQueueAttributes shows them, without those that are counted. */
  attributes: Record<string, string>;
  tags: Record<string, string>;
}

export const queuesIn = (world: World, place: Place) => world.collection<StoredQueue>(place, "sqs:queue");

export const findQueue = (world: World, place: Place, name: string): StoredQueue | undefined =>
  isAccountKnown(world, place.accountId) ? queuesIn(world, place).get(name) : undefined;

export const queueArn = (world: World, { region, accountId }: Place, name: string) =>
  `arn:${world.partition}:sqs:${region}:${accountId}:${name}`;

export function queueUrl(world: World, { region, accountId }: Place, name: string): string {
  const suffix = world.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://sqs.${region}.${suffix}/${accountId}/${name}`;
}

export interface QueuePlace extends Place {
  name: string;
}

/** Where the queue of a URL is: any host, as long as account and name end the path. */
export function placeOfUrl(call: Pick<Call, "accountId" | "region">, url = ""): QueuePlace {
  const [, accountId, name] = /\/(\d{12})\/([^/]+)\/?$/.exec(url) ?? [];
  return { accountId: accountId ?? call.accountId, region: call.region, name: name ?? url };
}

export type QueueCall = Call<{ QueueUrl?: string } & Record<string, unknown>>;

export function needQueue(call: QueueCall): { place: QueuePlace; queue: StoredQueue } {
  const place = placeOfUrl(call, call.input.QueueUrl);
  const queue = findQueue(call.world, place, place.name);
  if (queue) return { place, queue };
  throw sqsFault("QueueDoesNotExist", "The specified queue does not exist.");
}

/** Codes of the query protocol, which clients of the JSON protocol read from a header. */
const queryCodes: Record<string, string> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
  PurgeQueueInProgress: "AWS.SimpleQueueService.PurgeQueueInProgress",
  QueueDeletedRecently: "AWS.SimpleQueueService.QueueDeletedRecently",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
};

export function sqsFault(code: string, message: string, status = 400): AwsFault {
  const headers = { "x-amzn-query-error": `${queryCodes[code] ?? code};Sender` };
  return new AwsFault(code, message, status, { headers });
}

export const invalidValue = (message: string) => sqsFault("InvalidParameterValue", message);
