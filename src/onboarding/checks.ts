// The checks of a form: each is noted once, with its evidence; what a later check could not find out is "skipped".
import type { OrganizationSummary } from "#model/organization.ts";
import type { FieldError } from "#model/problem.ts";

/** In the order they are shown. */
const checkNames = [
  "format",
  "platform-identity",
  "assume-organization-role",
  "organization-unique",
  "organization-read",
  "simulate",
  "organizational-units",
] as const;
export type CheckName = (typeof checkNames)[number];

export interface Check {
  name: CheckName;
  outcome: "pass" | "warning" | "fail" | "skipped";
  detail: string;
}

export interface Preview {
  accounts: number;
  included: number;
  excluded: { accountId: string; name: string; reason: string }[];
  credentialsReplaced: string[];
}

export interface Validation {
  ok: boolean;
  checks: Check[];
  errors: FieldError[];
  preview: Preview | null;
  /** What was learnt, for the submit that follows. */
  organization: OrganizationSummary | null;
}

export interface Findings {
  checks: Map<CheckName, Check>;
  errors: FieldError[];
}

export function noFindings(): Findings {
  return { checks: new Map(), errors: [] };
}

export function note(findings: Findings, name: CheckName, outcome: Check["outcome"], detail: string): void {
  findings.checks.set(name, { name, outcome, detail });
}

/** A failed check and the field that it makes wrong. */
export function refuse(findings: Findings, name: CheckName, error: FieldError): void {
  note(findings, name, "fail", error.detail);
  findings.errors.push(error);
}

export function validationOf(
  { checks, errors }: Findings,
  organization: OrganizationSummary | null = null,
  preview: Preview | null = null,
): Validation {
  const skipped = "Not asked, because an earlier check failed.";
  return {
    ok: errors.length === 0,
    checks: checkNames.map((name) => checks.get(name) ?? { name, outcome: "skipped", detail: skipped }),
    errors,
    preview,
    organization,
  };
}
