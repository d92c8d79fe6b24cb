// What cannot be seen for want of permissions: resource types, properties of them, insights.
import { Link } from "@tanstack/react-router";
import type { CloudRole } from "../nouns.ts";
import css from "./blind.module.css";
import { SeverityMark } from "./mark.tsx";
import { plural } from "./number.ts";

type Blindness = CloudRole["blind"];

export function Blind({ resourceTypes, insights }: Blindness) {
  if (resourceTypes.length === 0)
    return (
      <p className="muted">
        No resource type needs them: they serve the reading of the role and its regions.
      </p>
    );
  return (
    <>
      <ul className={css.list} aria-label="Resource types not seen">
        {resourceTypes.map(({ type, title, properties }) => (
          <li key={type}>
            {title}{" "}
            <span className="muted">
              {properties === null ? "all of it" : <span className="mono">{properties.join(", ")}</span>}
            </span>
          </li>
        ))}
      </ul>
      {insights.length > 0 && (
        <details className={css.details}>
          <summary>{plural(insights.length, "insight")} cannot be judged</summary>
          <ul className={css.list}>
            {insights.map(({ id, title, severity }) => (
              <li key={id} className={css.insight}>
                <SeverityMark severity={severity} />
                <Link to="/insights/$id" params={{ id }}>
                  {title}
                </Link>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** Names of actions, each on a line of its own. */
export function Actions({ names, label }: { names: string[]; label: string }) {
  return (
    <ul className={css.actions} aria-label={label}>
      {names.map((name) => (
        <li key={name} className="mono">
          {name}
        </li>
      ))}
    </ul>
  );
}
