// Every finding: what fails, where, since when.
import { Button } from "@mantine/core";
import { Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { getSummary } from "#contract/activity.ts";
import { listFindings, listFrameworks, listInsights, listResourceTypes } from "#contract/inventory.ts";
import { type Severity, severities } from "#model/verdict.ts";
import { urlOf } from "../../call.ts";
import type { Finding } from "../../nouns.ts";
import { useIsFull } from "../../parts/detail.tsx";
import { badgeQuery, badgeTokens, useBadgeKeys } from "../../parts/filter-badges.ts";
import { FilterBar, type FilterKey } from "../../parts/filter-bar.tsx";
import { type Filter, valuesOf } from "../../parts/filter-text.ts";
import { Page } from "../../parts/frame.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Identity } from "../../parts/identity.tsx";
import { type Column, List, NothingFits } from "../../parts/list.tsx";
import { useListUrl } from "../../parts/list-url.ts";
import { SeverityMark, severityName } from "../../parts/mark.tsx";
import { Empty } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { useCloudValues } from "../../parts/use-cloud-values.ts";
import { usePages, useRead } from "../../queries.ts";

const tokenKeys = ["severity", "status", "insight", "framework", "type", "cloud", "resource", ...badgeTokens];
const statuses = ["open", "closed", "exempt"] as const;

const columns: Column<Finding>[] = [
  {
    id: "insight",
    header: "Finding",
    width: "minmax(260px, 2.2fr)",
    narrow: "first",
    cell: (finding) => (
      <Identity mark={<SeverityMark severity={finding.severity} />} name={finding.insightTitle} />
    ),
  },
  {
    id: "resource",
    header: "Resource",
    width: "minmax(180px, 1.6fr)",
    narrow: "second",
    cell: (finding) => (
      <Identity name={finding.resourceName ?? finding.resourceNativeId} second={finding.resourceType} />
    ),
  },
  {
    id: "cloud",
    header: "Cloud",
    width: "minmax(110px, 1fr)",
    narrow: "second",
    cell: (finding) => <span title={finding.accountId}>{finding.cloudName}</span>,
  },
  { id: "region", header: "Region", width: "110px", narrow: "none", cell: (finding) => finding.region },
  {
    id: "status",
    header: "Status",
    width: "90px",
    narrow: "none",
    cell: (finding) => (
      <>
        {finding.status}
        {finding.stale && (
          <span className="muted" title="Its resource can no longer be seen; this is the last verdict">
            , stale
          </span>
        )}
      </>
    ),
  },
  {
    id: "opened",
    header: "Opened",
    width: "90px",
    narrow: "beside",
    cell: (finding) => <Time at={finding.openedAt} />,
  },
];

export function Findings() {
  const isFull = useIsFull();
  const { id } = useParams({ strict: false });
  if (isFull && id !== undefined) return <Outlet />;
  return <FindingPage openId={id} />;
}

function FindingPage({ openId }: { openId: string | undefined }) {
  const { filter, isFiltered, setFilter, clear } = useListUrl(tokenKeys);
  const navigate = useNavigate();
  const keys = useFindingKeys(filter);
  const query = {
    severity: valuesOf(filter, "severity") as Severity[],
    status: valuesOf(filter, "status") as (typeof statuses)[number][],
    insight: valuesOf(filter, "insight"),
    framework: valuesOf(filter, "framework")[0],
    type: valuesOf(filter, "type"),
    cloudId: valuesOf(filter, "cloud"),
    resourceId: valuesOf(filter, "resource")[0],
    ...badgeQuery(filter),
  };
  const source = usePages(listFindings, { query });
  const download = (
    <Button
      component="a"
      variant="default"
      href={urlOf(listFindings, { query: { ...query, format: "csv" } })}
      download="findings.csv"
      leftSection={<Icon name="download" size={14} />}
    >
      Download CSV
    </Button>
  );
  return (
    <Page title="Findings" action={download}>
      <FilterBar keys={keys} filter={filter} onChange={setFilter} />
      <List
        words={["finding", "findings"]}
        columns={columns}
        source={source}
        idOf={(finding) => finding.id}
        openId={openId}
        onOpen={({ id }) => void navigate({ to: "/findings/$id", params: { id }, search: true })}
        empty={
          isFiltered ? (
            <NothingFits what="findings" onClear={clear} />
          ) : (
            <Empty title="No open findings">
              A finding appears here when a resource fails an insight. If nothing was harvested yet, nothing
              was judged.
            </Empty>
          )
        }
      />
      <Outlet />
    </Page>
  );
}

function useFindingKeys(filter: Filter): FilterKey[] {
  const badges = badgeQuery(filter);
  const summary = useRead(getSummary, { query: badges }, { keepPrevious: true });
  const insights = useRead(listInsights, { query: badges }, { keepPrevious: true });
  const frameworks = useRead(listFrameworks, { query: {} });
  const types = useRead(listResourceTypes, { query: {} });
  const clouds = useCloudValues();
  const bySeverity = summary.data?.findings.bySeverity;
  return [
    {
      key: "severity",
      label: "Severity",
      isFacet: true,
      values: severities.map((value) => ({ value, label: severityName(value), count: bySeverity?.[value] })),
    },
    { key: "status", label: "Status", isFacet: true, values: statuses.map((value) => ({ value })) },
    {
      key: "insight",
      label: "Insight",
      isFacet: true,
      values: (insights.data?.items ?? []).map(({ id, title, counts }) => ({
        value: id,
        label: title,
        count: counts.fail,
      })),
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
    {
      key: "type",
      label: "Type",
      isFacet: true,
      values: (types.data?.items ?? []).map(({ type, title }) => ({ value: type, label: title })),
    },
    { key: "cloud", label: "Cloud", isFacet: true, values: clouds },
    { key: "resource", label: "Resource", isSingle: true, example: "Resource id, as resource:res_…" },
    ...useBadgeKeys(),
  ];
}
