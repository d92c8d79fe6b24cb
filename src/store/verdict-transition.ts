// How a stored verdict changes when a new outcome arrives. Pure. Lost sight keeps the last known
// verdict and marks it stale, so that a score never rises because less is seen (design §4).
import type { InsightOutcome } from "#model/judgement.ts";
import type { Verdict } from "#model/verdict.ts";

/** null: the pair was never judged. A fresh pass has no row but is a state like the others. */
export type VerdictState = { verdict: Verdict; stale: boolean } | null;

export function nextState(before: VerdictState, outcome: InsightOutcome["verdict"]): VerdictState {
  if (outcome === "wait") return before ?? { verdict: "unknown", stale: false };
  if (outcome !== "unknown") return { verdict: outcome, stale: false };
  if (before?.verdict === "pass" || before?.verdict === "fail")
    return { verdict: before.verdict, stale: true };
  return { verdict: "unknown", stale: false };
}

export interface CountDelta {
  judged: number;
  failed: number;
  unknown: number;
  not_applicable: number;
  stale_passed: number;
  stale_failed: number;
}

export const countColumns = [
  "judged",
  "failed",
  "unknown",
  "not_applicable",
  "stale_passed",
  "stale_failed",
] as const satisfies (keyof CountDelta)[];

/** Adds what a state contributes to the counters; `sign` −1 takes it away. */
export function countState(into: CountDelta, state: VerdictState, sign: 1 | -1): void {
  if (!state) return;
  into.judged += sign;
  if (state.verdict === "fail") into.failed += sign;
  if (state.verdict === "unknown") into.unknown += sign;
  if (state.verdict === "not-applicable") into.not_applicable += sign;
  if (state.stale && state.verdict === "pass") into.stale_passed += sign;
  if (state.stale && state.verdict === "fail") into.stale_failed += sign;
}

export function noCounts(): CountDelta {
  return { judged: 0, failed: 0, unknown: 0, not_applicable: 0, stale_passed: 0, stale_failed: 0 };
}
