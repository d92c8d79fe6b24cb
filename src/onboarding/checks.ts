// The checks of a form: each is noted once, with its evidence; what a later check could not find out is "skipped".
import type { OrganizationSummary } from "#model/organization.ts";
import type { FieldError } from "#model/problem.ts";
import type { Preview } from "./preview.ts";

/** In the order they are shown. */
export const organizationChecks = [
  "format",
  "platform-identity",
  "assume-organization-role",
  "organization-unique",
  "entry-account",
  "organization-read",
  "simulate",
  "organizational-units",
  "stack-sets",
  "region-deny",
] as const;
export const cloudChecks = [
  "format",
  "platform-identity",
  "assume-role",
  "cloud-unique",
  "external-id",
  "account-read",
] as const;
export type OrganizationCheckName = (typeof organizationChecks)[number];
export type CloudCheckName = (typeof cloudChecks)[number];
type CheckName = OrganizationCheckName | CloudCheckName;

export interface Check<Name extends CheckName = CheckName> {
  name: Name;
  outcome: "pass" | "warning" | "fail" | "skipped";
  detail: string;
}

export interface Validation {
  ok: boolean;
  checks: Check<OrganizationCheckName>[];
  errors: FieldError[];
  preview: Preview | null;
  /** Who calls; null: that is what failed. */
  caller: string | null;
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

/** What AWS says ends with a full stop or without; the advice after it begins a sentence. */
export const sentence = (text: string): string => text.replace(/[.\s]*$/, ".");

/** A failed check and the field that it makes wrong. */
export function refuse(findings: Findings, name: CheckName, error: FieldError): void {
  note(findings, name, "fail", error.detail);
  findings.errors.push(error);
}

export function validationOf(
  { checks, errors }: Findings,
  organization: OrganizationSummary | null = null,
  preview: Preview | null = null,
  caller: string | null = null,
): Validation {
  return {
    ok: errors.length === 0,
    checks: checkList({ checks, errors }, organizationChecks),
    errors,
    preview,
    caller,
    organization,
  };
}

/** True if the form may be asked further. */
export function noteFormat(findings: Findings, errors: FieldError[]): boolean {
  if (errors.length === 0) {
    note(findings, "format", "pass", "Every field has the right form.");
    return true;
  }
  const detail = errors.length === 1 ? "One field is wrong." : `${errors.length} fields are wrong.`;
  note(findings, "format", "fail", detail);
  findings.errors.push(...errors);
  return false;
}

/** Every check of a form, also those that were not come to. */
export function checkList<Name extends CheckName>(
  { checks }: Findings,
  names: readonly Name[],
): Check<Name>[] {
  const notAsked = { outcome: "skipped" as const, detail: "Not asked, because an earlier check failed." };
  return names.map((name) => ({ ...(checks.get(name) ?? notAsked), name }));
}
