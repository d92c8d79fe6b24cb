// One resource: what it is and where, its properties, relations and verdicts.
import { Tabs } from "@mantine/core";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { getResource } from "#contract/inventory.ts";
import { severities, type Verdict } from "#model/verdict.ts";
import type { ResourceDetail as Resource } from "../../nouns.ts";
import { CopyText } from "../../parts/copy.tsx";
import { Detail } from "../../parts/detail.tsx";
import { BadgeMark, SeverityCountsMark, SeverityMark, VerdictMark } from "../../parts/mark.tsx";
import { PropertyTree } from "../../parts/property-tree.tsx";
import { Facts } from "../../parts/section.tsx";
import { Empty, Loaded, Loading } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { useRead } from "../../queries.ts";
import type { SearchText } from "../../search-text.ts";
import { isPrincipal, isReachable } from "./access/has-access.ts";
import css from "./resource.module.css";

/** Judged when it is asked for, and comes with the first who asks. */
const ResourceAccess = lazy(() => import("./access/resource-access.tsx"));

export function ResourceDetail() {
  const { id = "" } = useParams({ strict: false });
  const read = useRead(getResource, { params: { id } });
  const title = read.data ? (read.data.name ?? read.data.nativeId) : "Resource";
  return (
    <Detail title={title} parent={{ to: "/inventory", label: "Inventory" }}>
      <Loaded read={read}>{(resource) => <Content resource={resource} />}</Loaded>
    </Detail>
  );
}

function Content({ resource }: { resource: Resource }) {
  const { tab } = useSearch({ strict: false }) as SearchText;
  const navigate = useNavigate();
  const hasAccess = isReachable(resource.type) || isPrincipal(resource.type);
  const failing = resource.verdicts.filter(({ verdict }) => verdict === "fail").length;
  return (
    <>
      <p className={css.where}>
        <span className="mono">{resource.type}</span>
        <span>
          <Link to="/clouds/$id" params={{ id: resource.cloudId }}>
            {resource.cloudName}
          </Link>{" "}
          › {resource.region}
        </span>
        {resource.goneAt !== null && (
          <strong>
            Gone since <Time at={resource.goneAt} />
          </strong>
        )}
      </p>
      <Tabs
        value={tab === undefined || (tab === "access" && !hasAccess) ? "summary" : tab}
        onChange={(value) =>
          void navigate({
            to: ".",
            search: (was: SearchText) => ({ ...was, tab: value ?? undefined }),
            replace: true,
          })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="summary">Summary</Tabs.Tab>
          <Tabs.Tab value="properties">Properties</Tabs.Tab>
          <Tabs.Tab value="relations">Relations {resource.relations.length}</Tabs.Tab>
          <Tabs.Tab value="findings">Findings {failing}</Tabs.Tab>
          {hasAccess && <Tabs.Tab value="access">Access</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="summary">
          <Summary resource={resource} />
        </Tabs.Panel>
        <Tabs.Panel value="properties">
          <PropertyTree properties={resource.properties} gaps={resource.gaps} />
        </Tabs.Panel>
        <Tabs.Panel value="relations">
          <Relations relations={resource.relations} />
        </Tabs.Panel>
        <Tabs.Panel value="findings">
          <Verdicts verdicts={resource.verdicts} />
        </Tabs.Panel>
        {hasAccess && (
          <Tabs.Panel value="access">
            <Suspense fallback={<Loading />}>
              <ResourceAccess key={resource.id} resource={resource} />
            </Suspense>
          </Tabs.Panel>
        )}
      </Tabs>
    </>
  );
}

function Summary({ resource }: { resource: Resource }) {
  return (
    <Facts
      rows={[
        ["Findings", <SeverityCountsMark key="findings" counts={resource.findingCounts} />],
        ["Id", <CopyText key="id" value={resource.nativeId} label="id" />],
        [
          "ARN",
          resource.arn === null ? (
            <span key="arn" className="muted">
              none
            </span>
          ) : (
            <CopyText key="arn" value={resource.arn} label="ARN" />
          ),
        ],
        ["Account", <CopyText key="account" value={resource.accountId} label="account id" />],
        ["Category", resource.category],
        ["Created", <Time key="created" at={resource.createdAt} none="unknown" />],
        ["Seen", <Time key="seen" at={resource.observedAt} />],
        [
          "Tags",
          <span key="tags" className={css.tags}>
            {resource.tags.length === 0 && <span className="muted">none</span>}
            {resource.tags.map((tag) => (
              <BadgeMark key={tag.key} badge={tag} />
            ))}
          </span>,
        ],
        ...(resource.gaps.length > 0
          ? ([["Gaps", `${resource.gaps.length} of its properties could not be read; see Properties`]] as [
              string,
              string,
            ][])
          : []),
      ]}
    />
  );
}

function Relations({ relations }: { relations: Resource["relations"] }) {
  if (relations.length === 0)
    return <Empty title="No relations">Nothing it names, and nothing that names it, was found.</Empty>;
  return (
    <ul className={css.rows}>
      {relations.map((relation) => (
        <li
          key={`${relation.direction} ${relation.kind} ${relation.type} ${relation.nativeId}`}
          className={css.row}
        >
          <span className={css.kind}>
            {relation.direction === "out" ? relation.kind : `${relation.kind} of`}
            <span className="offscreen"> </span>
          </span>
          <span className={css.target}>
            {relation.id !== null && relation.resolved ? (
              <Link to="/inventory/$id" params={{ id: relation.id }} search={{}}>
                {relation.name ?? relation.nativeId}
              </Link>
            ) : (
              <span title="Not harvested: it lies outside the estate, or was not read yet">
                {relation.nativeId} (not seen)
              </span>
            )}
            <span className="mono muted">{relation.type}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

const order: Record<Verdict, number> = { fail: 0, unknown: 1, pass: 2, "not-applicable": 3 };

function Verdicts({ verdicts }: { verdicts: Resource["verdicts"] }) {
  if (verdicts.length === 0)
    return (
      <Empty title="Not judged yet">
        No insight looks at this type, or the first judgement is still to come.
      </Empty>
    );
  const sorted = verdicts.toSorted(
    (one, other) =>
      order[one.verdict] - order[other.verdict] ||
      severities.indexOf(one.severity) - severities.indexOf(other.severity),
  );
  return (
    <ul className={css.rows}>
      {sorted.map((verdict) => (
        <li key={verdict.insightId} className={css.row}>
          <span className={css.kind}>
            <VerdictMark verdict={verdict.verdict} />
          </span>
          <span className={css.target}>
            <SeverityMark severity={verdict.severity} />
            {verdict.findingId === null ? (
              <Link to="/insights/$id" params={{ id: verdict.insightId }}>
                {verdict.title}
              </Link>
            ) : (
              <Link to="/findings/$id" params={{ id: verdict.findingId }}>
                {verdict.title}
              </Link>
            )}
            {verdict.stale && <span className="muted">stale</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
