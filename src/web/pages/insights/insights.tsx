// Every insight, with how the estate fares under it.
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { listFrameworks, listInsights, listResourceTypes } from "#contract/inventory.ts";
import { type Severity, severities } from "#model/verdict.ts";
import type { Insight } from "../../nouns.ts";
import { useIsFull } from "../../parts/detail.tsx";
import { badgeQuery, badgeText, badgeTokens, joined, useBadgeKeys } from "../../parts/filter-badges.ts";
import { FilterBar, type FilterKey } from "../../parts/filter-bar.tsx";
import { valuesOf } from "../../parts/filter-text.ts";
import { Page } from "../../parts/frame.tsx";
import { Identity } from "../../parts/identity.tsx";
import { type Column, List, NothingFits } from "../../parts/list.tsx";
import { useListUrl } from "../../parts/list-url.ts";
import { SeverityMark, severityName } from "../../parts/mark.tsx";
import { whole } from "../../parts/number.ts";
import { Empty } from "../../parts/state.tsx";
import { useRead } from "../../queries.ts";

const tokenKeys = ["severity", "type", "framework", ...badgeTokens];

const columnsOf = (badges: string): Column<Insight>[] => [
  {
    id: "title",
    header: "Insight",
    width: "minmax(280px, 2.6fr)",
    narrow: "first",
    cell: (insight) => <Identity mark={<SeverityMark severity={insight.severity} />} name={insight.title} />,
  },
  {
    id: "type",
    header: "Type",
    width: "minmax(140px, 1fr)",
    narrow: "second",
    cell: (insight) => <span className="mono">{insight.resourceType}</span>,
  },
  {
    id: "frameworks",
    header: "Frameworks",
    width: "minmax(120px, 1fr)",
    narrow: "none",
    cell: (insight) => (
      <span className="muted" title={controlsOf(insight).join(", ")}>
        {Object.keys(insight.frameworks).join(", ")}
      </span>
    ),
  },
  {
    id: "pass",
    header: "Pass",
    width: "80px",
    isNumber: true,
    narrow: "none",
    cell: ({ counts }) => whole(counts.pass),
  },
  {
    id: "unknown",
    header: "Unknown",
    width: "80px",
    isNumber: true,
    narrow: "none",
    cell: ({ counts }) => whole(counts.unknown),
  },
  {
    id: "fail",
    header: "Fail",
    width: "80px",
    isNumber: true,
    narrow: "beside",
    cell: ({ id, counts }) => (
      <Link
        to="/findings"
        search={{ filter: joined(`insight:${id}`, badges) }}
        aria-label={`${whole(counts.fail)} findings`}
      >
        {whole(counts.fail)}
      </Link>
    ),
  },
];

const controlsOf = (insight: Insight) =>
  Object.entries(insight.frameworks).map(([framework, controls]) => `${framework} ${controls.join(" ")}`);

export function Insights() {
  const isFull = useIsFull();
  const { id } = useParams({ strict: false });
  if (isFull && id !== undefined) return <Outlet />;
  return (
    <Page title="Insights">
      <InsightList openId={id} />
      <Outlet />
    </Page>
  );
}

function InsightList({ openId }: { openId: string | undefined }) {
  const { filter, isFiltered, setFilter, clear } = useListUrl(tokenKeys);
  const navigate = useNavigate();
  const keys = useInsightKeys();
  const read = useRead(
    listInsights,
    {
      query: {
        severity: valuesOf(filter, "severity") as Severity[],
        type: valuesOf(filter, "type"),
        framework: valuesOf(filter, "framework")[0],
        ...badgeQuery(filter),
        q: filter.text || undefined,
      },
    },
    { keepPrevious: true },
  );
  const data = useMemo(() => read.data && { pages: [read.data] }, [read.data]);
  const badges = badgeText(filter);
  const columns = useMemo(() => columnsOf(badges), [badges]);
  return (
    <>
      <FilterBar
        keys={keys}
        filter={filter}
        onChange={setFilter}
        textHint="Title, severity:…, type:…, framework:…, badge:…"
      />
      <List
        words={["insight", "insights"]}
        columns={columns}
        source={{ ...read, data, isFetchingNextPage: false, hasNextPage: false, fetchNextPage: () => {} }}
        idOf={(insight) => insight.id}
        openId={openId}
        onOpen={({ id }) => void navigate({ to: "/insights/$id", params: { id }, search: true })}
        empty={
          isFiltered ? (
            <NothingFits what="insights" onClear={clear} />
          ) : (
            <Empty title="No insights">The catalog of this installation is empty.</Empty>
          )
        }
      />
    </>
  );
}

function useInsightKeys(): FilterKey[] {
  const types = useRead(listResourceTypes, { query: {} });
  const frameworks = useRead(listFrameworks, { query: {} });
  const badges = useBadgeKeys();
  return [
    {
      key: "severity",
      label: "Severity",
      isFacet: true,
      values: severities.map((value) => ({ value, label: severityName(value) })),
    },
    {
      key: "type",
      label: "Type",
      isFacet: true,
      values: (types.data?.items ?? []).map(({ type, title }) => ({ value: type, label: title })),
    },
    {
      key: "framework",
      label: "Framework",
      isFacet: true,
      isSingle: true,
      values: (frameworks.data?.items ?? []).map(({ id, title, version }) => ({
        value: id,
        label: `${title} ${version}`,
      })),
    },
    ...badges,
  ];
}
