// Holds calls back below AWS's limits before they are sent: a token bucket per (account, region,
// service, operation class), halved when AWS throttles all the same, rising slowly after. First come,
// first served. Measured (aws.md §4): 0 throttles and 9.1 s against a floor of 9.0; retrying alone 12.5 s.
import { bucketOf, type Quota } from "../../facts/quotas.ts";
import type { CallPacer, PacedCall } from "./call.ts";

/** Part of a known limit that is used: two clocks never agree wholly. */
const headroom = 0.95;
/** Where nothing is known of an operation's limit. */
const unknownLimit = { capacity: 20, refillPerSecond: 10 };
/** One burst of throttled answers halves once, not once per answer. */
const halvingPauseMs = 1_000;
const smallestShare = 1 / 32;
/** Share of the full rate regained per second without a throttle: from half back to full in 25 s. */
const risePerSecond = 0.02;
const keptBuckets = 20_000;

interface Waiter {
  resolve: () => void;
  isGone: boolean;
}

interface Bucket {
  capacity: number;
  refillPerSecond: number;
  tokens: number;
  /** Part of the rate that AWS now seems to grant, 1 = all. */
  share: number;
  refilledAtMs: number;
  halvedAtMs: number;
  /** Waiters from `head` on; the rest has been served. */
  queue: Waiter[];
  head: number;
  timer: NodeJS.Timeout | null;
}

export interface Pacer extends CallPacer {
  /** Buckets that are slowed down or waited for, for operators. */
  slow(): { key: string; share: number; waiting: number }[];
  bucketCount(): number;
}

export function openPacer(quotas: readonly Quota[], now: () => number = Date.now): Pacer {
  const buckets = new Map<string, Bucket>();
  const quotaByOperation = new Map<string, Quota | null>();

  const quotaFor = ({ client, operation }: PacedCall): Quota | null => {
    const key = `${client}:${operation}`;
    let quota = quotaByOperation.get(key);
    if (quota === undefined) {
      quota = quotas.find((row) => row.service === client && row.operations.some(fits(operation))) ?? null;
      quotaByOperation.set(key, quota);
    }
    return quota;
  };

  const bucketFor = (call: PacedCall): Bucket => {
    const quota = quotaFor(call);
    const key = keyOf(call, quota);
    let bucket = buckets.get(key);
    if (!bucket) {
      if (buckets.size >= keptBuckets) dropRested(buckets, now());
      const { capacity, refillPerSecond } = quota ?? unknownLimit;
      bucket = newBucket(Math.max(1, capacity * headroom), refillPerSecond * headroom, now());
      buckets.set(key, bucket);
    }
    return bucket;
  };

  return {
    admit(call, signal) {
      const bucket = bucketFor(call);
      refill(bucket, now());
      if (bucket.head === bucket.queue.length && bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return Promise.resolve();
      }
      return new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const waiter: Waiter = { resolve, isGone: false };
        const onAbort = () => {
          waiter.isGone = true;
          reject(signal?.reason);
        };
        if (signal) {
          waiter.resolve = () => {
            signal.removeEventListener("abort", onAbort);
            resolve();
          };
          signal.addEventListener("abort", onAbort, { once: true });
        }
        bucket.queue.push(waiter);
        wake(bucket, now);
      });
    },
    settle(call, wasThrottled) {
      if (!wasThrottled) return;
      const bucket = bucketFor(call);
      const at = now();
      refill(bucket, at);
      bucket.tokens = Math.min(bucket.tokens, 0);
      if (at - bucket.halvedAtMs < halvingPauseMs) return;
      bucket.share = Math.max(smallestShare, bucket.share / 2);
      bucket.halvedAtMs = at;
    },
    slow: () =>
      [...buckets]
        .map(([key, { share, queue, head }]) => ({ key, share, waiting: queue.length - head }))
        .filter(({ share, waiting }) => share < 1 || waiting > 0),
    bucketCount: () => buckets.size,
  };
}

/** An organization's limit is counted with the account whose credentials ask it, as an account's is. */
function keyOf({ accountId, region, client, operation }: PacedCall, quota: Quota | null): string {
  const place = quota && quota.scope !== "region" ? "" : region;
  return `${accountId ?? "installation"}|${place}|${client}|${quota ? bucketOf(quota, operation) : operation}`;
}

function fits(operation: string): (pattern: string) => boolean {
  return (pattern) =>
    pattern.endsWith("*") ? operation.startsWith(pattern.slice(0, -1)) : operation === pattern;
}

function newBucket(capacity: number, refillPerSecond: number, at: number): Bucket {
  return {
    capacity,
    refillPerSecond,
    tokens: capacity,
    share: 1,
    refilledAtMs: at,
    halvedAtMs: Number.NEGATIVE_INFINITY,
    queue: [],
    head: 0,
    timer: null,
  };
}

function refill(bucket: Bucket, at: number): void {
  const seconds = Math.max(0, at - bucket.refilledAtMs) / 1000;
  bucket.refilledAtMs = at;
  if (bucket.share < 1) bucket.share = Math.min(1, bucket.share + seconds * risePerSecond);
  // While slowed down, a long rest must not end in a full burst.
  const capacity = Math.max(1, bucket.capacity * bucket.share);
  bucket.tokens = Math.min(capacity, bucket.tokens + seconds * bucket.refillPerSecond * bucket.share);
}

/** Serves who can be served, then sleeps until the next token. */
function wake(bucket: Bucket, now: () => number): void {
  if (bucket.timer) return;
  refill(bucket, now());
  while (bucket.head < bucket.queue.length) {
    const waiter = bucket.queue[bucket.head] as Waiter;
    if (!waiter.isGone && bucket.tokens < 1) break;
    bucket.head++;
    if (waiter.isGone) continue;
    bucket.tokens -= 1;
    waiter.resolve();
  }
  if (bucket.head === bucket.queue.length || bucket.head > 1_024) {
    bucket.queue.splice(0, bucket.head);
    bucket.head = 0;
  }
  if (bucket.queue.length === 0) return;
  const missing = 1 - bucket.tokens;
  const waitMs = Math.ceil((missing / (bucket.refillPerSecond * bucket.share)) * 1000);
  bucket.timer = setTimeout(
    () => {
      bucket.timer = null;
      wake(bucket, now);
    },
    Math.min(Math.max(1, waitMs), 5_000),
  );
}

/** A bucket that is full again is as good as a new one. */
function dropRested(buckets: Map<string, Bucket>, at: number): void {
  for (const [key, bucket] of buckets) {
    refill(bucket, at);
    const isRested = bucket.share === 1 && bucket.tokens >= bucket.capacity && bucket.queue.length === 0;
    if (isRested) buckets.delete(key);
  }
}
