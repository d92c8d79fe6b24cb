// What a dry run found: every check with its outcome and its evidence.
import type { ReactNode } from "react";
import type { CloudValidation, Validation } from "../../nouns.ts";
import { CheckMark } from "../mark.tsx";
import css from "./connect.module.css";

type Check = (Validation | CloudValidation)["checks"][number];
/** What was looked at, not how it went: that stands beside it. */
const names: Record<Check["name"], string> = {
  format: "Form of the fields",
  "platform-identity": "Calling identity",
  "organization-unique": "Connected once",
  "assume-organization-role": "Assuming the organization role",
  "entry-account": "Account that the organization is read through",
  "organization-read": "Reading the organization",
  simulate: "Permissions of the role",
  "organizational-units": "Given OUs",
  "stack-sets": "StackSets",
  "region-deny": "Regions that policies deny",
  "assume-role": "Access",
  "cloud-unique": "Connected once",
  "external-id": "External ID",
  "account-read": "Reading the account",
};

interface CheckResultProps {
  verdict: string;
  checks: Check[];
  isOutdated?: boolean;
  children?: ReactNode;
}
export function CheckResult({ verdict, checks, isOutdated, children }: CheckResultProps) {
  return (
    <div className={css.result} role="status" data-outdated={isOutdated || undefined}>
      <p className={css.verdict}>{isOutdated ? "The form changed since this check." : verdict}</p>
      <ul className={css.checks}>
        {told(checks).map(({ title, outcome, detail }) => (
          <li key={title}>
            <CheckMark outcome={outcome} />
            <span>
              {title} <span className={css.detail}>{detail}</span>
            </span>
          </li>
        ))}
      </ul>
      {children}
    </div>
  );
}

/** What was skipped for one reason is told once: after a failure there are seven of them. */
function told(checks: Check[]): (Pick<Check, "outcome" | "detail"> & { title: string })[] {
  const rows: ReturnType<typeof told> = [];
  for (const { name, outcome, detail } of checks) {
    const same = rows.find(
      (row) => outcome === "skipped" && row.outcome === outcome && row.detail === detail,
    );
    if (same) same.title += ` · ${names[name]}`;
    else rows.push({ title: names[name], outcome, detail });
  }
  return rows;
}

export function dryRunVerdict({ ok, checks }: { ok: boolean; checks: Check[] }): string {
  if (!ok) return "This would be refused. Nothing was stored.";
  return checks.some(({ name, outcome }) => name === "account-read" && outcome === "warning")
    ? "It can be added, but nothing of it could be harvested yet. Nothing was stored."
    : "All that is needed works. Nothing was stored yet.";
}
