// What a dry run found: every check with its outcome and its evidence.
import type { ReactNode } from "react";
import type { CloudValidation, Validation } from "../../nouns.ts";
import { CheckMark } from "../mark.tsx";
import css from "./connect.module.css";

type Check = (Validation | CloudValidation)["checks"][number];
const names: Record<Check["name"], string> = {
  format: "Every field reads well",
  "platform-identity": "The calling identity is known",
  "organization-unique": "The organization is not connected yet",
  "assume-organization-role": "The organization role can be assumed",
  "entry-account": "The account that the organization is read through",
  "organization-read": "The organization can be read",
  simulate: "The role's policy allows every action",
  "organizational-units": "The OUs exist",
  "stack-sets": "StackSets may deploy to the organization",
  "region-deny": "No policy denies a region",
  "assume-role": "The access works",
  "cloud-unique": "The account is connected once",
  "external-id": "An External ID protects the role",
  "account-read": "The account can be read",
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
        {checks.map(({ name, outcome, detail }) => (
          <li key={name}>
            <CheckMark outcome={outcome} />
            <span>
              {names[name]}
              <span className="muted"> {detail}</span>
            </span>
          </li>
        ))}
      </ul>
      {children}
    </div>
  );
}

export const dryRunVerdict = (ok: boolean): string =>
  ok ? "All that is needed works. Nothing was stored yet." : "This would be refused. Nothing was stored.";
