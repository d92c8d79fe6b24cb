// Token buckets per (account, region, service, operation class), from the sourced quota table, and what overrides it.
import { bucketOf, type Quota, quotaOf } from "../facts/quotas.ts";
import { type CalledOperation, fits } from "./injected-faults.ts";
import { randomFrom } from "./random.ts";
import type { LimitSettings, ThrottlingBurst } from "./settings.ts";

export interface Limits {
  /** Takes one token; false when there is none. */
  take(call: CalledOperation): boolean;
}

interface Bucket {
  tokens: number;
  at: number;
}

const keptBuckets = 20_000;

export function openLimits(
  settings: () => LimitSettings,
  managementAccountId: () => string,
  seed: number,
  now: () => number,
): Limits {
  const buckets = new Map<string, Bucket>();
  return {
    take(call) {
      const { service, operation, accountId, region } = call;
      const { enabled, overrides, accountFactors, bursts } = settings();
      if (!enabled) return true;
      const quota = quotaOf(service, operation);
      const own = overrides[`${service}:${operation}`];
      const override = own ?? overrides[service];
      const part = own || !quota ? operation : bucketOf(quota, operation);
      const key = `${service}|${part}|${ownerOf(quota, accountId, region, managementAccountId())}`;
      const at = now();
      if (bursts.some((burst) => fits(burst, call) && isInBurst(burst, `${seed}|burst|${key}`, at)))
        return false;
      if (!quota && !override) return true;
      const { capacity, refillPerSecond } = override ?? (quota as Quota);
      const factor = accountFactors[accountId] ?? 1;
      const most = Math.max(1, capacity * factor);
      let bucket = buckets.get(key);
      if (!bucket) {
        // A forgotten bucket is a full one, so dropping them all only forgives.
        if (buckets.size >= keptBuckets) buckets.clear();
        bucket = { tokens: most, at };
        buckets.set(key, bucket);
      }
      bucket.tokens = Math.min(most, bucket.tokens + ((at - bucket.at) / 1000) * refillPerSecond * factor);
      bucket.at = at;
      if (bucket.tokens < 1) return false;
      bucket.tokens -= 1;
      return true;
    },
  };
}

function isInBurst({ everyMs, lastsMs }: ThrottlingBurst, name: string, at: number): boolean {
  const phaseMs = randomFrom(name).next() * everyMs;
  return (at + phaseMs) % everyMs < lastsMs;
}

function ownerOf(
  quota: Quota | undefined,
  accountId: string,
  region: string,
  managementAccountId: string,
): string {
  if (quota?.scope === "organization") return managementAccountId;
  return quota?.scope === "account" ? accountId : `${accountId}|${region}`;
}
