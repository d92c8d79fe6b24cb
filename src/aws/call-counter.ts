// Counts the requests that were sent, for metrics and the summary at the end of a run.
import type { SentRequest } from "./call.ts";

export interface CallCount {
  client: string;
  operation: string;
  outcome: SentRequest["outcome"];
  requests: number;
  durationMs: number;
}

export interface CallCounter {
  count(request: SentRequest): void;
  total(): number;
  /** One row per client, operation and outcome. */
  rows(): CallCount[];
}

export function openCallCounter(): CallCounter {
  const rows = new Map<string, CallCount>();
  let total = 0;
  return {
    count({ client, operation, outcome, durationMs }) {
      total++;
      const key = `${client}:${operation}:${outcome}`;
      const row = rows.get(key);
      if (row) {
        row.requests++;
        row.durationMs += durationMs;
      } else {
        rows.set(key, { client, operation, outcome, requests: 1, durationMs });
      }
    },
    total: () => total,
    rows: () => [...rows.values()],
  };
}
