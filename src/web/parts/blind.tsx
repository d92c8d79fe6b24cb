// What cannot be seen for want of permissions: resource types, properties of them, insights.
import { Link } from "@tanstack/react-router";
import type { CloudRole } from "../nouns.ts";
import css from "./blind.module.css";
import { SeverityMark } from "./mark.tsx";
import { plural } from "./number.ts";

interface Blindness {
  resourceTypes: { type: string; title: string; properties?: string[] | null }[];
  insights: CloudRole["blind"]["insights"];
}

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
            {properties !== undefined && (
              <span className="muted">
                {properties === null ? "all of it" : <span className="mono">{properties.join(", ")}</span>}
              </span>
            )}
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

/** Names of actions, a line for each service. */
export function Actions({ names, label }: { names: string[]; label: string }) {
  const services = Map.groupBy(names, (name) => name.split(":")[0] ?? "");
  return (
    <ul className={css.list} aria-label={label}>
      {[...services].map(([service, actions]) => (
        <li key={service} className="mono">
          {service}:{" "}
          <span className="muted">{actions.map((name) => name.slice(service.length + 1)).join(", ")}</span>
        </li>
      ))}
    </ul>
  );
}
