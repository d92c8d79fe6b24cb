// What reading a cloud needs: its caller, its credentials, its place, and how much may run at once.
import type { ResourceTypeDefinition } from "#catalog/define.ts";
import type { AwsCaller, AwsCredentials } from "#model/aws-call.ts";

export interface HarvestContext {
  call: AwsCaller;
  /** Asked before each call, so that credentials may be renewed on the way. */
  credentials: () => Promise<AwsCredentials>;
  /** Provider account that is read. */
  accountId: string;
  partition: string;
  /** Where the partition's global APIs are asked. */
  homeRegion: string;
  /** Every resource type, for the ends of relations. */
  types: ReadonlyMap<string, ResourceTypeDefinition>;
  /** Key of the HMACs that stand for sensitive values. */
  sensitiveKey: Uint8Array;
  signal: AbortSignal;
  /** Runs a call when one of the cloud's places is free. */
  limit: Limiter;
}

export type Limiter = <T>(run: () => Promise<T>) => Promise<T>;

/** At most so many at once, first come, first served. */
export function openLimiter(places: number): Limiter {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (run) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

/** Results in the order of the items; the first failure is thrown once all that run have ended. */
export async function mapAtOnce<T, R>(
  items: readonly T[],
  places: number,
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await run(items[i] as T);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(places, items.length) }, worker));
  const broken = ended.find((end) => end.status === "rejected");
  if (broken) throw broken.reason;
  return results;
}
