// How messages come and go: sent, delivered again until deleted, given up to the dead letters, purged.
import { randomBytes, randomUUID } from "node:crypto";
import type { Place, World } from "../../world.ts";
import {
  add,
  type Contents,
  contentsOf,
  type Message,
  type NewMessage,
  nextSequence,
  nowOf,
  remove,
} from "./contents.ts";
import { md5Of } from "./digest.ts";
import { findQueue, queueArn, type StoredQueue, sqsFault } from "./stored-queue.ts";

const deduplicationMs = 5 * 60_000;
/** Both kinds of queue since 2024; a FIFO queue had 20,000 before (SQS's page on quotas). */
const inFlightLimit = 120_000;

export function enqueue(world: World, place: Place, queue: StoredQueue, sent: NewMessage): Message {
  const contents = contentsOf(world, place, queue.name);
  const now = nowOf(world);
  const isFifo = queue.name.endsWith(".fifo");
  if (isFifo) {
    const known = duplicateOf(contents, queue, sent, now);
    if (known) return known;
  }
  const delaySeconds = sent.delaySeconds ?? Number(queue.attributes.DelaySeconds ?? 0);
  const message: Message = {
    ...sent,
    id: randomUUID(),
    md5: md5Of(sent.body),
    sentAt: now,
    visibleAt: now + delaySeconds * 1000,
    receiveCount: 0,
    ...(isFifo ? { sequenceNumber: nextSequence(world) } : {}),
  };
  if (isFifo) contents.recent.set(deduplicationKey(queue, message), { at: now, message });
  add(world, contents, message);
  return message;
}

function deduplicationKey(queue: StoredQueue, { groupId, deduplicationId }: NewMessage): string {
  return queue.attributes.DeduplicationScope === "messageGroup"
    ? `${groupId}|${deduplicationId}`
    : `${deduplicationId}`;
}

function duplicateOf(contents: Contents, queue: StoredQueue, sent: NewMessage, now: number) {
  for (const [key, { at }] of contents.recent) {
    if (now - at < deduplicationMs) break;
    contents.recent.delete(key);
  }
  return contents.recent.get(deduplicationKey(queue, sent))?.message;
}

export interface Wanted {
  most: number;
  visibilitySeconds: number;
  waitSeconds: number;
}

/** Messages that are visible now, or as soon as there is one within the time to wait. */
export async function receive(
  world: World,
  place: Place,
  name: string,
  { most, visibilitySeconds, waitSeconds }: Wanted,
): Promise<Message[]> {
  const deadline = performance.now() + waitSeconds * 1000;
  for (;;) {
    const queue = findQueue(world, place, name);
    if (!queue) throw sqsFault("QueueDoesNotExist", "The specified queue does not exist.");
    const contents = contentsOf(world, place, name);
    const found = take(world, place, queue, contents, most, visibilitySeconds);
    const leftMs = deadline - performance.now();
    if (found.length > 0 || leftMs <= 0) return found;
    await change(contents, Math.min(leftMs, untilVisibleMs(contents, nowOf(world))));
  }
}

function untilVisibleMs({ messages }: Contents, now: number): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { visibleAt } of messages.values()) if (visibleAt > now) first = Math.min(first, visibleAt);
  return Math.max(1, first - now);
}

function change({ wake }: Contents, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      wake.delete(done);
      resolve();
    };
    const timer = setTimeout(done, waitMs).unref();
    wake.add(done);
  });
}

function take(
  world: World,
  place: Place,
  queue: StoredQueue,
  contents: Contents,
  most: number,
  visibilitySeconds: number,
): Message[] {
  const now = nowOf(world);
  const { messages } = contents;
  const isFifo = queue.name.endsWith(".fifo");
  const retentionMs = Number(queue.attributes.MessageRetentionPeriod) * 1000;
  const redrive = redriveOf(queue);
  const busyGroups = new Set<string | undefined>();
  const found: Message[] = [];
  let inFlight = 0;
  for (const message of messages.values()) {
    if (now - message.sentAt >= retentionMs) {
      remove(world, messages, message);
      continue;
    }
    if (message.visibleAt > now) {
      if (message.receiveCount > 0 && ++inFlight >= inFlightLimit) {
        if (isFifo) break;
        throw sqsFault("OverLimit", "The maximum number of in flight messages is reached.", 403);
      }
      if (isFifo) busyGroups.add(message.groupId);
      continue;
    }
    if (busyGroups.has(message.groupId) && isFifo) continue;
    const isSpent = redrive !== undefined && message.receiveCount >= redrive.most;
    if (isSpent && giveUp(world, place, queue, messages, message, redrive)) continue;
    found.push(handedOut(message, now, visibilitySeconds));
    if (found.length === most) break;
  }
  return found;
}

function handedOut(message: Message, now: number, visibilitySeconds: number): Message {
  message.receiveCount++;
  message.firstReceivedAt ??= now;
  message.visibleAt = now + visibilitySeconds * 1000;
  message.handle = handleOf(message);
  return message;
}

function handleOf({ id }: Message): string {
  return Buffer.from(`AQEB ${id} ${randomBytes(48).toString("base64")}`).toString("base64");
}

function redriveOf(queue: StoredQueue): { arn: string; most: number } | undefined {
  if (!queue.attributes.RedrivePolicy) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(queue.attributes.RedrivePolicy);
  return { arn: String(deadLetterTargetArn), most: Number(maxReceiveCount) };
}

/** Moves the message to the dead-letter queue, with its id and, in a standard queue, its age. */
function giveUp(
  world: World,
  place: Place,
  queue: StoredQueue,
  messages: Map<string, Message>,
  message: Message,
  { arn }: { arn: string },
): boolean {
  const [, , , region = "", accountId = "", name = ""] = arn.split(":");
  const to = { accountId, region };
  if (!findQueue(world, to, name)) return false;
  remove(world, messages, message);
  const { handle: _, firstReceivedAt: __, ...rest } = message;
  const now = nowOf(world);
  add(world, contentsOf(world, to, name), {
    ...rest,
    receiveCount: 0,
    visibleAt: now,
    sentAt: name.endsWith(".fifo") ? now : message.sentAt,
    sourceArn: queueArn(world, place, queue.name),
  });
  return true;
}

/** The message of a receipt; undefined when it is gone; a fault when the receipt is none. */
export function byHandle(world: World, place: Place, name: string, handle: string): Message | undefined {
  const [mark, id = ""] = Buffer.from(handle, "base64").toString("latin1").split(" ");
  if (mark !== "AQEB")
    throw sqsFault(
      "ReceiptHandleIsInvalid",
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  return contentsOf(world, place, name).messages.get(id);
}

export function discard(world: World, place: Place, name: string, message: Message): void {
  const contents = contentsOf(world, place, name);
  remove(world, contents.messages, message);
  for (const wake of contents.wake) wake();
}

export function changeVisibility(
  world: World,
  place: Place,
  name: string,
  message: Message,
  seconds: number,
): void {
  message.visibleAt = nowOf(world) + seconds * 1000;
  for (const wake of contentsOf(world, place, name).wake) wake();
}

export function purge(world: World, place: Place, name: string): void {
  const contents = contentsOf(world, place, name);
  const now = nowOf(world);
  if (contents.purgedAt !== undefined && now - contents.purgedAt < 60_000)
    throw sqsFault(
      "PurgeQueueInProgress",
      `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
      403,
    );
  contents.purgedAt = now;
  for (const message of contents.messages.values()) remove(world, contents.messages, message);
}

export function countsOf(world: World, place: Place, name: string) {
  const now = nowOf(world);
  const counts = { visible: 0, inFlight: 0, delayed: 0 };
  for (const { visibleAt, receiveCount } of contentsOf(world, place, name).messages.values()) {
    if (visibleAt <= now) counts.visible++;
    else if (receiveCount > 0) counts.inFlight++;
    else counts.delayed++;
  }
  return counts;
}
