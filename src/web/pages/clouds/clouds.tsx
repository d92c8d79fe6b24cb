// The cloud accounts of the estate.
import { useNavigate } from "@tanstack/react-router";
import { getSummary } from "#contract/activity.ts";
import { listClouds } from "#contract/cloud.ts";
import { listOrganizations } from "#contract/organization.ts";
import { type CloudState, cloudStates } from "#model/cloud.ts";
import { FilterBar, type FilterKey } from "../../parts/filter-bar.tsx";
import { pairQuery, pairToken, valuesOf } from "../../parts/filter-text.ts";
import { Page } from "../../parts/frame.tsx";
import { cloudTabs, LinkTabs } from "../../parts/link-tabs.tsx";
import { List, NothingFits } from "../../parts/list.tsx";
import { useListUrl } from "../../parts/list-url.ts";
import { cloudStateName } from "../../parts/mark.tsx";
import { Empty } from "../../parts/state.tsx";
import { useMay, usePages, useRead } from "../../queries.ts";
import { AddButtons } from "./add-buttons.tsx";
import { CloudBulk } from "./cloud-bulk.tsx";
import { cloudColumns } from "./cloud-columns.tsx";

const tokenKeys = ["status", "badge", "organization", "match"];

export function Clouds() {
  const { filter, isFiltered, setFilter, sort, setSort, clear } = useListUrl(tokenKeys);
  const navigate = useNavigate();
  const mayRun = useMay("harvest:run");
  const keys = useCloudKeys();
  const source = usePages(listClouds, {
    query: {
      status: valuesOf(filter, "status") as CloudState[],
      badge: valuesOf(filter, "badge").map(pairQuery),
      badgeOperator: valuesOf(filter, "match")[0] === "any" ? "or" : undefined,
      organizationId: valuesOf(filter, "organization")[0],
      q: filter.text || undefined,
      sort: sort as "name" | undefined,
    },
  });
  return (
    <Page title="Clouds" action={<AddButtons />}>
      <LinkTabs label="Clouds" tabs={cloudTabs} />
      <FilterBar
        keys={keys}
        filter={filter}
        onChange={setFilter}
        textHint="Name, account id, status:…, badge:key=value"
      />
      <List
        words={["cloud", "clouds"]}
        columns={cloudColumns}
        source={source}
        idOf={(cloud) => cloud.id}
        onOpen={(cloud) => void navigate({ to: "/clouds/$id", params: { id: cloud.id } })}
        sort={sort ?? "name"}
        onSort={setSort}
        bulk={mayRun ? (rows, done) => <CloudBulk clouds={rows} onDone={done} /> : undefined}
        empty={
          isFiltered ? (
            <NothingFits what="clouds" onClear={clear} />
          ) : (
            <Empty title="No cloud is connected yet" action={<AddButtons />}>
              Connect an AWS Organization and its accounts appear here, each with its status, badges and
              findings. An account outside of one is added by itself.
            </Empty>
          )
        }
      />
    </Page>
  );
}

function useCloudKeys(): FilterKey[] {
  const summary = useRead(getSummary, {});
  const organizations = useRead(listOrganizations, { query: { limit: 100 } });
  const byStatus = summary.data?.clouds.byStatus;
  return [
    {
      key: "status",
      label: "Status",
      isFacet: true,
      values: cloudStates
        .map((state) => ({ value: state, label: cloudStateName(state), count: byStatus?.[state] }))
        .filter(({ count }) => count === undefined || count > 0),
    },
    {
      key: "organization",
      label: "Organization",
      isFacet: true,
      isSingle: true,
      values: (organizations.data?.items ?? []).map(({ id, nickname, accountCounts }) => ({
        value: id,
        label: nickname,
        count: accountCounts.included,
      })),
    },
    {
      key: "badge",
      label: "Badge",
      example: "Badge, as badge:env=prod",
      values: (organizations.data?.items ?? []).map(({ awsOrganizationId, nickname }) => ({
        value: pairToken("system.cloud_organization", awsOrganizationId),
        label: nickname,
      })),
    },
    {
      key: "match",
      label: "Match",
      isSingle: true,
      example: "Whether all badges must be there, or any",
      values: [
        { value: "all", label: "all badges" },
        { value: "any", label: "any badge" },
      ],
    },
  ];
}
