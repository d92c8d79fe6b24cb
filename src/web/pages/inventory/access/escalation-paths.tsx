// The ways from a user or role to everything in its account: drawn, and hop by hop with the statements that open each.
import { Link } from "@tanstack/react-router";
import { getEscalationPaths } from "#contract/access.ts";
import type { EscalationPath, ResourceDetail } from "../../../nouns.ts";
import { PermissionMark } from "../../../parts/mark.tsx";
import { plural } from "../../../parts/number.ts";
import { Section } from "../../../parts/section.tsx";
import { Loaded } from "../../../parts/state.tsx";
import { useRead } from "../../../queries.ts";
import { NotRead } from "./not-read.tsx";
import { PathGraph } from "./path-graph.tsx";
import css from "./resource-access.module.css";
import { Statements } from "./statements.tsx";

export function EscalationPaths({ resource }: { resource: ResourceDetail }) {
  const read = useRead(getEscalationPaths, { params: { id: resource.id } });
  return (
    <Section title="Ways to everything">
      <Loaded read={read} rows={3}>
        {({ isAdministrator, paths, isComplete, followed, notRead }) => (
          <>
            {isAdministrator && (
              <p className={css.grave}>
                It may do everything in its account as it is: it needs no way there.
              </p>
            )}
            {!isAdministrator && paths.length === 0 && (
              <p className={css.quiet}>
                No way from it to everything was found; the ways of{" "}
                {plural(followed, "user or role", "users and roles")} were followed
                {isComplete ? "" : ", and not all of them to their end"}.
              </p>
            )}
            {paths.length > 0 && (
              <PathGraph start={resource.name ?? resource.nativeId} startArn={resource.arn} paths={paths} />
            )}
            {paths.map((path, at) => (
              <Path
                key={path.hops.map(({ rule, to }) => `${rule} ${to?.arn}`).join(" ")}
                path={path}
                number={at + 1}
              />
            ))}
            <NotRead of={notRead} />
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Path({
  path: { hops, conditionKeys, isUnknown },
  number,
}: {
  path: EscalationPath;
  number: number;
}) {
  return (
    <section className={css.group} aria-label={`Way ${number}`}>
      <h3 className={css.groupTitle}>
        Way {number}, {plural(hops.length, "hop")}
        {conditionKeys.length > 0 && <span className="muted"> if {conditionKeys.join(", ")} fits</span>}
        {isUnknown && <span className="muted"> as far as its policies could be read</span>}
      </h3>
      <ol className={css.hops}>
        {hops.map((hop, at) => (
          <li key={`${hop.rule} ${hop.to?.arn}`}>
            <details className={css.holding}>
              <summary>
                {hop.title}
                <span className="muted">{targetText(hop, at === hops.length - 1)}</span>
              </summary>
              <div className={css.inside}>
                <HopLinks of={hop} />
                {hop.needs.map((need) => (
                  <div key={`${need.action} ${need.resource}`} className={css.need}>
                    <PermissionMark verdict={need.verdict} /> <span className="mono">{need.action}</span> on{" "}
                    <span className="mono muted">{need.resource}</span>
                    <Statements title="Granted by" of={need.statements} none="no statement of its own" />
                  </div>
                ))}
              </div>
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}

type Hop = EscalationPath["hops"][number];

/** In words alone: a summary may hold no link. */
function targetText({ to, through }: Hop, isLast: boolean): string {
  const by = through === null ? "" : ` through ${through.name ?? through.arn}`;
  if (to === null) return `${by} → everything`;
  return `${by} → ${to.name ?? to.arn}${isLast ? ", which may do everything" : ""}`;
}

function HopLinks({ of: { to, through } }: { of: Hop }) {
  const known = [
    ...(through ? [through] : []),
    ...(to?.resourceId ? [{ ...to, resourceId: to.resourceId }] : []),
  ];
  if (known.length === 0) return null;
  return (
    <p>
      {known.map(({ resourceId, name, arn }, at) => (
        <span key={arn}>
          {at > 0 && ", "}
          <Link to="/inventory/$id" params={{ id: resourceId }} search={{ tab: "access" }}>
            {name ?? arn}
          </Link>
        </span>
      ))}
    </p>
  );
}
