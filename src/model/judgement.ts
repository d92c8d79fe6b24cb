// What judging hands to the store: verdicts of one resource under every insight of its type.
import type { Gap } from "./resource.ts";
import type { Evidence, Severity, Verdict } from "./verdict.ts";

export interface InsightOutcome {
  insightId: string;
  severity: Severity;
  /** "wait": the insight looks at neighbours; it keeps what it had, or is unknown, until they are read. */
  verdict: Verdict | "wait";
  /** Only for fail. */
  evidence: Evidence[];
  /** Only for unknown: the gap in the way, null if it waits for neighbours. */
  gap: Gap | null;
}

export interface Judgement {
  resourceId: string;
  /** Which rules judged it: a key of rule_sets. */
  ruleSet: string;
  outcomes: InsightOutcome[];
  /** Earliest instant at which a time rule can flip, null if none can. */
  flipsAt: Date | null;
}
