// Sending, receiving and deleting messages, one by one and in batches.

import { createHash } from "node:crypto";
import type {
  ChangeMessageVisibilityRequest,
  ReceiveMessageRequest,
  SendMessageBatchRequestEntry,
  SendMessageRequest,
} from "@aws-sdk/client-sqs";
import type { Call, Operation } from "../../operation.ts";
import { batch, type Entry } from "./batch.ts";
import type { Message } from "./contents.ts";
import { md5OfAttributes } from "./digest.ts";
import { byHandle, changeVisibility, discard, enqueue, receive } from "./messages.ts";
import {
  invalidValue,
  needQueue,
  type QueueCall,
  type QueuePlace,
  type StoredQueue,
  sqsFault,
} from "./stored-queue.ts";

/** What SQS takes: XML 1.0's characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that a message may not hold.
const invalidCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

type Sent = SendMessageRequest | SendMessageBatchRequestEntry;

function send(call: Call, place: QueuePlace, queue: StoredQueue, given: Sent): Message {
  const { MessageBody = "", MessageAttributes = {}, DelaySeconds, MessageGroupId } = given;
  const isFifo = queue.name.endsWith(".fifo");
  if (MessageBody === "")
    throw sqsFault("MissingParameter", "The request must contain the parameter MessageBody.");
  if (invalidCharacters.test(MessageBody))
    throw sqsFault(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    );
  const most = Number(queue.attributes.MaximumMessageSize);
  if (Buffer.byteLength(MessageBody) > most)
    throw invalidValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
    );
  if (DelaySeconds !== undefined && (DelaySeconds < 0 || DelaySeconds > 900))
    throw invalidValue(
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  if (isFifo && DelaySeconds)
    throw invalidValue(
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  for (const [name, { DataType = "" }] of Object.entries(MessageAttributes))
    if (!/^(String|Number|Binary)(\..+)?$/.test(DataType))
      throw invalidValue(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
  if (isFifo && !MessageGroupId)
    throw sqsFault("MissingParameter", "The request must contain the parameter MessageGroupId.");
  return enqueue(call.world, place, queue, {
    body: MessageBody,
    senderId: call.principal.userId,
    attributes: MessageAttributes,
    ...(DelaySeconds === undefined ? {} : { delaySeconds: DelaySeconds }),
    ...(MessageGroupId ? { groupId: MessageGroupId } : {}),
    ...(isFifo ? { deduplicationId: deduplicationOf(queue, given) } : {}),
    ...traceOf(given),
  });
}

function deduplicationOf(queue: StoredQueue, { MessageDeduplicationId, MessageBody = "" }: Sent): string {
  if (MessageDeduplicationId) return MessageDeduplicationId;
  if (queue.attributes.ContentBasedDeduplication !== "true")
    throw invalidValue(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  return createHash("sha256").update(MessageBody).digest("hex");
}

function traceOf({ MessageSystemAttributes }: Sent): { traceHeader?: string } {
  const traceHeader = MessageSystemAttributes?.AWSTraceHeader?.StringValue;
  return traceHeader ? { traceHeader } : {};
}

function sentOutput({ id, md5, attributes, sequenceNumber }: Message) {
  return {
    MessageId: id,
    MD5OfMessageBody: md5,
    MD5OfMessageAttributes: md5OfAttributes(attributes),
    SequenceNumber: sequenceNumber,
  };
}

function sendMessage(call: QueueCall) {
  const { place, queue } = needQueue(call);
  return sentOutput(send(call, place, queue, call.input as unknown as SendMessageRequest));
}

function sendBatch(call: QueueCall) {
  const { place, queue } = needQueue(call);
  const entries = (call.input.Entries ?? []) as SendMessageBatchRequestEntry[];
  const bytes = entries.reduce((sum, { MessageBody = "" }) => sum + Buffer.byteLength(MessageBody), 0);
  if (bytes > 1_048_576)
    throw sqsFault(
      "BatchRequestTooLong",
      `Batch requests cannot be longer than 1048576 bytes. You have sent ${bytes} bytes.`,
    );
  return batch<SendMessageBatchRequestEntry>(call, (entry) => sentOutput(send(call, place, queue, entry)));
}

async function receiveMessage(call: QueueCall) {
  const { place, queue } = needQueue(call);
  const input = call.input as unknown as ReceiveMessageRequest;
  const { MaxNumberOfMessages: most = 1, VisibilityTimeout, WaitTimeSeconds } = input;
  if (most < 1 || most > 10)
    throw invalidValue(
      `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  const waitSeconds = WaitTimeSeconds ?? Number(queue.attributes.ReceiveMessageWaitTimeSeconds);
  if (waitSeconds < 0 || waitSeconds > 20)
    throw invalidValue(
      `Value ${waitSeconds} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.`,
    );
  const visibilitySeconds = VisibilityTimeout ?? Number(queue.attributes.VisibilityTimeout);
  checkVisibility(visibilitySeconds);
  const found = await receive(call.world, place, queue.name, { most, visibilitySeconds, waitSeconds });
  return found.length ? { Messages: found.map((message) => receivedOutput(message, input)) } : {};
}

function checkVisibility(seconds: number): void {
  if (seconds < 0 || seconds > 43_200)
    throw invalidValue(
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.`,
    );
}

function systemAttributes(
  message: Message,
  input: ReceiveMessageRequest,
): Record<string, string | undefined> {
  const all: Record<string, string | undefined> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    SequenceNumber: message.sequenceNumber,
    MessageDeduplicationId: message.deduplicationId,
    MessageGroupId: message.groupId,
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.sourceArn,
  };
  const names: string[] = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const isWanted = (name: string) => names.includes("All") || names.includes(name);
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => value !== undefined && isWanted(name)),
  );
}

function fitsName(want: string, name: string): boolean {
  if (want === "All" || want === ".*" || want === name) return true;
  return want.endsWith(".*") && name.startsWith(want.slice(0, -2));
}

function receivedOutput(message: Message, input: ReceiveMessageRequest) {
  const Attributes = systemAttributes(message, input);
  const MessageAttributes = Object.fromEntries(
    Object.entries(message.attributes ?? {}).filter(([name]) =>
      input.MessageAttributeNames?.some((want) => fitsName(want, name)),
    ),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.handle,
    MD5OfBody: message.md5,
    Body: message.body,
    ...(Object.keys(Attributes).length ? { Attributes } : {}),
    ...(Object.keys(MessageAttributes).length
      ? { MessageAttributes, MD5OfMessageAttributes: md5OfAttributes(MessageAttributes) }
      : {}),
  };
}

interface Receipt extends Entry {
  ReceiptHandle?: string | undefined;
}

/** An older receipt of the same message deletes nothing, and that is no error. */
function remove(call: Call, place: QueuePlace, { ReceiptHandle = "" }: Receipt) {
  const message = byHandle(call.world, place, place.name, ReceiptHandle);
  if (message?.handle === ReceiptHandle) discard(call.world, place, place.name, message);
  return {};
}

type VisibilityChange = Receipt & Pick<ChangeMessageVisibilityRequest, "VisibilityTimeout">;

function changeOne(
  call: Call,
  place: QueuePlace,
  { ReceiptHandle = "", VisibilityTimeout = 0 }: VisibilityChange,
) {
  checkVisibility(VisibilityTimeout);
  const message = byHandle(call.world, place, place.name, ReceiptHandle);
  if (message?.handle !== ReceiptHandle)
    throw invalidValue(
      `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  if (message.visibleAt <= call.now.getTime())
    throw sqsFault("MessageNotInflight", "The message referred to isn't in flight.");
  changeVisibility(call.world, place, place.name, message, VisibilityTimeout);
  return {};
}

export const exchangeOperations: Record<string, Operation> = {
  SendMessage: sendMessage,
  SendMessageBatch: sendBatch,
  ReceiveMessage: receiveMessage,
  DeleteMessage: (call: QueueCall) => remove(call, needQueue(call).place, call.input as Receipt),
  DeleteMessageBatch: (call: QueueCall) => {
    const { place } = needQueue(call);
    return batch<Receipt>(call, (entry) => remove(call, place, entry));
  },
  ChangeMessageVisibility: (call: QueueCall) =>
    changeOne(call, needQueue(call).place, call.input as unknown as VisibilityChange),
  ChangeMessageVisibilityBatch: (call: QueueCall) => {
    const { place } = needQueue(call);
    return batch<VisibilityChange>(call, (entry) => changeOne(call, place, entry));
  },
};
