// What the dry run found: every check with its outcome, and what adding would do.
import { Link } from "@tanstack/react-router";
import type { Validation } from "../../nouns.ts";
import { CheckMark } from "../../parts/mark.tsx";
import { plural, whole } from "../../parts/number.ts";
import css from "./add-organization.module.css";

const names: Record<Validation["checks"][number]["name"], string> = {
  format: "Every field reads well",
  "platform-identity": "The platform role is known",
  "organization-unique": "The organization is not connected yet",
  "assume-organization-role": "The organization role can be assumed",
  "organization-read": "The organization can be read",
  simulate: "The role's policy allows every action",
  "organizational-units": "The OUs exist",
};
const shownExcluded = 20;

export function CheckResult({ validation, isOutdated }: { validation: Validation; isOutdated: boolean }) {
  const { ok, checks, preview } = validation;
  return (
    <div className={css.result} role="status" data-outdated={isOutdated || undefined}>
      <p className={css.verdict}>
        {isOutdated
          ? "The form changed since this check."
          : ok
            ? "All that is needed works. Nothing was stored yet."
            : "This would be refused. Nothing was stored."}
      </p>
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
      {preview && <Preview preview={preview} />}
    </div>
  );
}

function Preview({ preview }: { preview: NonNullable<Validation["preview"]> }) {
  const { accounts, included, excluded, credentialsReplaced } = preview;
  return (
    <>
      <p className={css.verdict}>
        {whole(included)} of {plural(accounts, "account")} would be imported, {whole(excluded.length)}{" "}
        excluded.
      </p>
      {excluded.length > 0 && (
        <ul className={css.excluded}>
          {excluded.slice(0, shownExcluded).map(({ accountId, name, reason }) => (
            <li key={accountId}>
              <span>{name}</span> <span className="mono muted">{accountId}</span>{" "}
              <span className="muted">{reason}</span>
            </li>
          ))}
          {excluded.length > shownExcluded && (
            <li className="muted">and {whole(excluded.length - shownExcluded)} more</li>
          )}
        </ul>
      )}
      {credentialsReplaced.length > 0 && (
        <>
          <p className={css.verdict}>
            Credentials of {plural(credentialsReplaced.length, "connected cloud")} would be replaced:
          </p>
          <ul className={css.excluded}>
            {credentialsReplaced.slice(0, shownExcluded).map((id) => (
              <li key={id}>
                <Link to="/clouds/$id" params={{ id }} className="mono">
                  {id}
                </Link>
              </li>
            ))}
            {credentialsReplaced.length > shownExcluded && (
              <li className="muted">and {whole(credentialsReplaced.length - shownExcluded)} more</li>
            )}
          </ul>
        </>
      )}
    </>
  );
}
