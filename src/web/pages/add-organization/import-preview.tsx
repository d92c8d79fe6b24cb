// What adding the organization would do: how many accounts, which are left out, whose credentials are replaced.
import { Link } from "@tanstack/react-router";
import type { Validation } from "../../nouns.ts";
import { plural, whole } from "../../parts/number.ts";
import css from "./add-organization.module.css";

const shownExcluded = 20;

export function ImportPreview({ preview }: { preview: NonNullable<Validation["preview"]> }) {
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
