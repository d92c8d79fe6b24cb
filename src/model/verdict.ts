// Verdicts of insights on resources. Truth is Kleene's: unknown is a value, never a default.

export type Truth = true | false | "unknown";
export type Verdict = "pass" | "fail" | "unknown" | "not-applicable";

export const severities = ["critical", "high", "medium", "low", "info"] as const;
export type Severity = (typeof severities)[number];
export type SeverityCounts = Record<Severity, number>;

export function noFindings(): SeverityCounts {
  return { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
}

/** A field that decided a verdict and the value it had. */
export interface Evidence {
  path: string;
  value: unknown;
}
