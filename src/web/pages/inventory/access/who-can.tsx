// Who can do what to a resource, by granting statement: the furthest away first.
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { getResourceAccess } from "#contract/access.ts";
import type { Holding, ResourceDetail } from "../../../nouns.ts";
import { Actions } from "../../../parts/blind.tsx";
import { PermissionMark } from "../../../parts/mark.tsx";
import { plural, whole } from "../../../parts/number.ts";
import { Section } from "../../../parts/section.tsx";
import { Failed, Loading } from "../../../parts/state.tsx";
import { Time } from "../../../parts/time.tsx";
import { useAccessPages } from "./access-pages.ts";
import { NotRead } from "./not-read.tsx";
import css from "./resource-access.module.css";
import { Statements } from "./statements.tsx";

export function WhoCan({ resource }: { resource: ResourceDetail }) {
  const source = useAccessPages(getResourceAccess, resource.id);
  if (source.data === undefined)
    return (
      <Section title="Who can reach it">
        {source.error ? (
          <Failed error={source.error} onRetry={() => void source.refetch()} />
        ) : (
          <Loading rows={4} />
        )}
      </Section>
    );
  const { pages } = source.data;
  const holdings = pages.flatMap(({ items }) => items);
  const judged = pages.reduce((sum, page) => sum + page.judged, 0);
  return (
    <Section
      title="Who can reach it"
      aside={
        <span className={css.aside}>
          {plural(judged, "user or role", "users and roles")} judged <Time at={pages[0]?.judgedAt ?? null} />
        </span>
      }
    >
      {groups.map(({ title, has }) => (
        <Group key={title} title={title} holdings={holdings.filter(has)} />
      ))}
      {holdings.length === 0 && (
        <p className={css.quiet}>Nobody that was judged, inside the estate or outside of it, can reach it.</p>
      )}
      <NotRead of={pages.flatMap(({ notRead }) => notRead)} />
      {source.hasNextPage && (
        <Button
          variant="default"
          loading={source.isFetchingNextPage}
          onClick={() => void source.fetchNextPage()}
        >
          Judge more users and roles
        </Button>
      )}
    </Section>
  );
}

const isOne = ({ kind }: Holding) => kind === "principal" || kind === "root";
const isOurs = ({ holders }: Holding) => holders.some(({ cloudId }) => cloudId !== null);
/** The furthest away first. */
const groups: { title: string; has: (holding: Holding) => boolean }[] = [
  { title: "The internet", has: ({ kind }) => kind === "anyone" },
  { title: "Any AWS account", has: ({ kind }) => kind === "any-account" },
  {
    title: "Other accounts",
    has: (holding) => (holding.kind === "account" || isOne(holding)) && !isOurs(holding),
  },
  { title: "Identity providers", has: ({ kind }) => kind === "identity-provider" },
  { title: "The whole organization", has: ({ kind }) => kind === "organization" },
  { title: "Services", has: ({ kind }) => kind === "service" },
  {
    title: "Users, roles and accounts of the estate",
    has: (holding) => (holding.kind === "account" || isOne(holding)) && isOurs(holding),
  },
];

function Group({ title, holdings }: { title: string; holdings: Holding[] }) {
  if (holdings.length === 0) return null;
  return (
    <section aria-label={title} className={css.group}>
      <h3 className={css.groupTitle}>{title}</h3>
      <ul className={css.list}>
        {holdings.map((holding) => (
          <li
            key={JSON.stringify([holding.kind, holding.verdict, holding.holders[0]?.id, holding.statements])}
          >
            <OneHolding holding={holding} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const levels = ["permissions", "write", "read", "list"] as const;
const levelWords: Record<(typeof levels)[number], string> = {
  permissions: "change permissions",
  write: "write",
  read: "read",
  list: "list",
};
const shownHolders = 5;

function OneHolding({ holding }: { holding: Holding }) {
  const { verdict, holders, holderCount, actions, conditionKeys, mayDeny, statements, isAssumed, unread } =
    holding;
  const present = levels.filter((level) => actions.some((one) => one.level === level));
  return (
    <details className={css.holding}>
      <summary>
        <span className={css.line}>
          <PermissionMark verdict={verdict} />
          <span>
            <Holders of={holders.slice(0, shownHolders)} />
            {holderCount > shownHolders && ` and ${whole(holderCount - shownHolders)} more`}
          </span>
          <span className="muted">
            {present.map((level) => levelWords[level]).join(", ")}
            {conditionKeys.length > 0 && `, if ${conditionKeys.join(", ")} fits`}
          </span>
        </span>
      </summary>
      <div className={css.inside}>
        <p>
          <Holders of={holders} isLinked />
          {holderCount > holders.length && ` and ${whole(holderCount - holders.length)} more`}
        </p>
        <Actions names={actions.map(({ action }) => action)} label="What they can do" />
        <Statements title="Granted by" of={statements} none={withoutStatement(holding)} />
        {mayDeny.length > 0 && <Statements title="Refused for some values by" of={mayDeny} none="" />}
        {isAssumed && (
          <p className="muted">
            The policies of that account are not known here, and were taken to allow it.
          </p>
        )}
        {unread.length > 0 && (
          <p className="muted">Could not be read and would count: {unread.map(layerWord).join(", ")}.</p>
        )}
      </div>
    </details>
  );
}

/** A summary may hold no link: there the names alone stand. */
function Holders({ of, isLinked = false }: { of: Holding["holders"]; isLinked?: boolean }) {
  return of.map(({ id, name, resourceId, accountId }, at) => (
    <span key={id} title={id}>
      {at > 0 && ", "}
      {resourceId === null || !isLinked ? (
        <span className={name === null && id !== "*" ? "mono" : undefined}>
          {name ?? (id === "*" ? "anybody" : id)}
        </span>
      ) : (
        <Link to="/inventory/$id" params={{ id: resourceId }} search={{ tab: "access" }}>
          {name ?? id}
        </Link>
      )}
      {accountId !== null && accountId !== id && <span className="muted"> of {accountId}</span>}
    </span>
  ));
}

function withoutStatement({ kind, verdict }: Holding): string {
  if (kind === "root") return "It needs no statement: the root user of its own account.";
  return verdict === "unknown" ? "Not known: what could grant it was not read." : "No statement by itself.";
}

const layerWords: Record<string, string> = {
  resource: "the resource's policy",
  "public-access-block": "the public access block",
  identity: "policies of the user or role",
  boundary: "the permissions boundary",
  scp: "service control policies",
  rcp: "resource control policies",
};
const layerWord = (layer: string) => layerWords[layer] ?? layer;
