// Every resource of the estate.
import { Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { listResources, listResourceTypes } from "#contract/inventory.ts";
import type { Resource } from "../../nouns.ts";
import { useIsFull } from "../../parts/detail.tsx";
import { badgeQuery, badgeTokens, useBadgeKeys } from "../../parts/filter-badges.ts";
import { FilterBar, type FilterKey } from "../../parts/filter-bar.tsx";
import { type Filter, pairQuery, valuesOf } from "../../parts/filter-text.ts";
import { Page } from "../../parts/frame.tsx";
import { Identity } from "../../parts/identity.tsx";
import { type Column, List, NothingFits } from "../../parts/list.tsx";
import { useListUrl } from "../../parts/list-url.ts";
import { SeverityCountsMark } from "../../parts/mark.tsx";
import { Empty } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { useCloudValues } from "../../parts/use-cloud-values.ts";
import { usePages, useRead } from "../../queries.ts";

const tokenKeys = ["type", "cloud", "region", "tag", "gone", ...badgeTokens];

const columns: Column<Resource>[] = [
  {
    id: "name",
    header: "Resource",
    width: "minmax(240px, 2.4fr)",
    narrow: "first",
    cell: (resource) => (
      <Identity
        name={resource.name ?? resource.nativeId}
        second={resource.name === null || resource.name === resource.nativeId ? undefined : resource.nativeId}
      />
    ),
  },
  {
    id: "type",
    header: "Type",
    width: "minmax(190px, 1fr)",
    narrow: "second",
    cell: (resource) => <span className="mono">{resource.type}</span>,
  },
  {
    id: "cloud",
    header: "Cloud",
    width: "minmax(120px, 1fr)",
    narrow: "second",
    cell: (resource) => <span title={resource.accountId}>{resource.cloudName}</span>,
  },
  { id: "region", header: "Region", width: "110px", narrow: "second", cell: (resource) => resource.region },
  {
    id: "observed",
    header: "Seen",
    width: "90px",
    narrow: "none",
    cell: (resource) =>
      resource.goneAt === null ? (
        <Time at={resource.observedAt} />
      ) : (
        <span className="muted">
          gone <Time at={resource.goneAt} />
        </span>
      ),
  },
  {
    id: "findings",
    header: "Findings",
    width: "150px",
    isNumber: true,
    narrow: "beside",
    cell: (resource) => <SeverityCountsMark counts={resource.findingCounts} />,
  },
];

export function Inventory() {
  const isFull = useIsFull();
  const { id } = useParams({ strict: false });
  if (isFull && id !== undefined) return <Outlet />;
  return (
    <Page title="Inventory">
      <ResourceList openId={id} />
      <Outlet />
    </Page>
  );
}

function ResourceList({ openId }: { openId: string | undefined }) {
  const { filter, isFiltered, setFilter, clear } = useListUrl(tokenKeys);
  const navigate = useNavigate();
  const keys = useResourceKeys(filter);
  const source = usePages(listResources, {
    query: {
      type: valuesOf(filter, "type"),
      cloudId: valuesOf(filter, "cloud"),
      region: valuesOf(filter, "region"),
      tag: valuesOf(filter, "tag").map(pairQuery),
      ...badgeQuery(filter),
      gone: valuesOf(filter, "gone")[0] === "yes" ? true : undefined,
      q: filter.text || undefined,
    },
  });
  return (
    <>
      <FilterBar
        keys={keys}
        filter={filter}
        onChange={setFilter}
        textHint="Name, ARN, id, IP address, type:…, tag:key=value"
      />
      <List
        words={["resource", "resources"]}
        columns={columns}
        source={source}
        idOf={(resource) => resource.id}
        openId={openId}
        onOpen={({ id }) => void navigate({ to: "/inventory/$id", params: { id }, search: true })}
        empty={
          isFiltered ? (
            <NothingFits what="resources" onClear={clear} />
          ) : (
            <Empty title="Nothing was harvested yet">
              Resources appear here as the first harvest of each cloud reads them.
            </Empty>
          )
        }
      />
    </>
  );
}

function useResourceKeys(filter: Filter): FilterKey[] {
  const types = useRead(listResourceTypes, { query: badgeQuery(filter) }, { keepPrevious: true });
  const clouds = useCloudValues();
  return [
    {
      key: "type",
      label: "Type",
      isFacet: true,
      values: (types.data?.items ?? []).map(({ type, title, resourceCount }) => ({
        value: type,
        label: title,
        count: resourceCount,
      })),
    },
    { key: "cloud", label: "Cloud", isFacet: true, values: clouds },
    { key: "region", label: "Region", example: "Region, as region:eu-west-1" },
    { key: "tag", label: "Tag", example: "Tag of the resource, as tag:team=web" },
    ...useBadgeKeys(),
    {
      key: "gone",
      label: "Gone",
      isSingle: true,
      example: "Resources that are no longer there",
      values: [{ value: "yes", label: "no longer there" }],
    },
  ];
}
