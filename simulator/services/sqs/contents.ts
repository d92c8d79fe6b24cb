// What lies in the queues of a world, in memory only: a restart forgets messages, as it forgets nothing else.
// Bounded by bytes: past the bound the oldest of the longest-standing queue go, which SQS would not do.
import { eventsOf } from "../../events/state.ts";
import type { Place, World } from "../../world.ts";
import type { AttributeValue } from "./digest.ts";
import { queueArn } from "./stored-queue.ts";

export interface NewMessage {
  body: string;
  senderId: string;
  attributes?: Record<string, AttributeValue>;
  traceHeader?: string;
  delaySeconds?: number;
  groupId?: string;
  deduplicationId?: string;
}

export interface Message extends NewMessage {
  id: string;
  md5: string;
  sentAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  handle?: string;
  sequenceNumber?: string;
  /** ARN of the queue that gave it up. */
  sourceArn?: string;
}

export interface Contents {
  messages: Map<string, Message>;
  wake: Set<() => void>;
  /** Of a FIFO queue: what was sent in the last five minutes. */
  recent: Map<string, { at: number; message: Message }>;
  purgedAt?: number;
}

interface Store {
  queues: Map<string, Contents>;
  bytes: number;
  sequence: bigint;
}

const stores = new WeakMap<World, Store>();
const keptBytes = 64 * 1024 * 1024;
const messageOverheadBytes = 400;

function storeOf(world: World): Store {
  let store = stores.get(world);
  if (!store) {
    store = { queues: new Map(), bytes: 0, sequence: 18_850_000_000_000_000_000n };
    stores.set(world, store);
  }
  return store;
}

export function contentsOf(world: World, place: Place, name: string): Contents {
  const { queues } = storeOf(world);
  const key = queueArn(world, place, name);
  let contents = queues.get(key);
  if (!contents) {
    contents = { messages: new Map(), wake: new Set(), recent: new Map() };
    queues.set(key, contents);
  }
  return contents;
}

export const nowOf = (world: World) => eventsOf(world).now().getTime();
const sizeOf = (message: NewMessage) => message.body.length + messageOverheadBytes;

export function nextSequence(world: World): string {
  const store = storeOf(world);
  store.sequence += 256n;
  return store.sequence.toString();
}

export function add(world: World, contents: Contents, message: Message): void {
  const store = storeOf(world);
  contents.messages.set(message.id, message);
  store.bytes += sizeOf(message);
  for (const { messages } of store.queues.values()) {
    for (const oldest of messages.values()) {
      if (store.bytes <= keptBytes) break;
      remove(world, messages, oldest);
    }
  }
  for (const wake of contents.wake) wake();
}

export function remove(world: World, messages: Map<string, Message>, message: Message): void {
  if (messages.delete(message.id)) storeOf(world).bytes -= sizeOf(message);
}

export function forget(world: World, place: Place, name: string): void {
  const contents = contentsOf(world, place, name);
  for (const message of contents.messages.values()) remove(world, contents.messages, message);
  for (const wake of contents.wake) wake();
  storeOf(world).queues.delete(queueArn(world, place, name));
}
