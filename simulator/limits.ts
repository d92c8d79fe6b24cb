// Token buckets per (account, region, service, operation class), from the sourced quota table, and what overrides it.
import { bucketOf, type Quota, quotaOf } from "../facts/quotas.ts";

export interface LimitSettings {
  enabled: boolean;
  /** By service ("organizations") or operation ("ec2:DescribeInstances"); the second wins. */
  overrides: Record<string, { capacity: number; refillPerSecond: number }>;
}

export interface Limits {
  /** Takes one token; false when there is none. */
  take(call: { accountId: string; region: string; service: string; operation: string }): boolean;
}

interface Bucket {
  tokens: number;
  at: number;
}

const keptBuckets = 200_000;

export function openLimits(
  settings: () => LimitSettings,
  managementAccountId: () => string,
  now: () => number,
): Limits {
  const buckets = new Map<string, Bucket>();
  return {
    take({ accountId, region, service, operation }) {
      const { enabled, overrides } = settings();
      const quota = enabled ? quotaOf(service, operation) : undefined;
      const own = overrides[`${service}:${operation}`];
      const override = own ?? overrides[service];
      if (!enabled || (!quota && !override)) return true;
      const { capacity, refillPerSecond } = override ?? (quota as Quota);
      const part = own || !quota ? operation : bucketOf(quota, operation);
      const key = `${service}|${part}|${ownerOf(quota, accountId, region, managementAccountId())}`;
      const at = now();
      let bucket = buckets.get(key);
      if (!bucket) {
        // A forgotten bucket is a full one, so dropping them all only forgives.
        if (buckets.size >= keptBuckets) buckets.clear();
        bucket = { tokens: capacity, at };
        buckets.set(key, bucket);
      }
      bucket.tokens = Math.min(capacity, bucket.tokens + ((at - bucket.at) / 1000) * refillPerSecond);
      bucket.at = at;
      if (bucket.tokens < 1) return false;
      bucket.tokens -= 1;
      return true;
    },
  };
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
