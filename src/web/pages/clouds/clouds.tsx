// The cloud accounts of the estate.
import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { getSummary } from "#contract/activity.ts";
import { externalIdUses, listClouds } from "#contract/cloud.ts";
import { getRotation } from "#contract/external-id.ts";
import { listOrganizations } from "#contract/organization.ts";
import { type CloudState, cloudStates } from "#model/cloud.ts";
import type { CloudProblem } from "../../nouns.ts";
import { badgeQuery, badgeTokens, useBadgeKeys } from "../../parts/filter-badges.ts";
import { FilterBar, type FilterKey } from "../../parts/filter-bar.tsx";
import { type Filter, valuesOf } from "../../parts/filter-text.ts";
import { Page } from "../../parts/frame.tsx";
import { cloudTabs, LinkTabs } from "../../parts/link-tabs.tsx";
import { List, NothingFits } from "../../parts/list.tsx";
import { useListUrl } from "../../parts/list-url.ts";
import { cloudStateName } from "../../parts/mark.tsx";
import { Empty, Loading } from "../../parts/state.tsx";
import { useMay, usePages, useRead } from "../../queries.ts";
import { AddButtons } from "./add-buttons.tsx";
import { CloudBulk } from "./cloud-bulk.tsx";
import { cloudColumns, externalIdColumn } from "./cloud-columns.tsx";
import { Problems, useProblems } from "./problems.tsx";

type ExternalIdUse = (typeof externalIdUses)[number];

const tokenKeys = ["status", "organization", "external-id", "code", "cause", ...badgeTokens];

export function Clouds() {
  const { filter, isFiltered, setFilter, sort, setSort, clear } = useListUrl(tokenKeys);
  const navigate = useNavigate();
  const mayRun = useMay("harvest:run");
  const problems = useProblems(filter);
  const keys = useCloudKeys(filter, problems.data?.items ?? []);
  const isRotating = (useRead(getRotation, {}).data?.rotation ?? null) !== null;
  const source = usePages(listClouds, {
    query: {
      status: valuesOf(filter, "status") as CloudState[],
      code: valuesOf(filter, "code")[0],
      cause: valuesOf(filter, "cause")[0],
      ...badgeQuery(filter),
      organizationId: valuesOf(filter, "organization")[0],
      externalId: valuesOf(filter, "external-id") as ExternalIdUse[],
      q: filter.text || undefined,
      sort: sort as "name" | undefined,
    },
  });
  const isEmpty = !isFiltered && source.data?.pages[0]?.items.length === 0;
  return (
    <Page title="Clouds" action={<AddButtons isEmpty={isEmpty} />}>
      <LinkTabs label="Clouds" tabs={cloudTabs} />
      <FilterBar
        keys={keys}
        filter={filter}
        onChange={setFilter}
        textHint="Name, account id, status:…, badge:key=value"
      />
      {problems.data && <Problems problems={problems.data.items} filter={filter} />}
      {problems.error && !problems.data && (
        <p className="muted">
          The problems of clouds could not be read: {problems.error.message}{" "}
          {problems.error.status !== 403 && (
            <Button variant="subtle" onClick={() => void problems.refetch()}>
              Try again
            </Button>
          )}
        </p>
      )}
      {/* Told together, so that nothing moves when the second of them comes. */}
      {problems.isPending ? (
        <Loading rows={12} />
      ) : (
        <List
          words={["cloud", "clouds"]}
          columns={isRotating ? [...cloudColumns, externalIdColumn] : cloudColumns}
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
              <Empty title="No cloud is connected yet" action={<AddButtons isEmpty />}>
                Connect an AWS Organization and its accounts appear here, each with its status, badges and
                findings. An account outside of one is added by itself.
              </Empty>
            )
          }
        />
      )}
    </Page>
  );
}

function useCloudKeys(filter: Filter, problems: CloudProblem[]): FilterKey[] {
  const summary = useRead(getSummary, { query: badgeQuery(filter) }, { keepPrevious: true });
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
        count: accountCounts.clouds,
      })),
    },
    {
      key: "external-id",
      label: "External ID",
      example: "While it is rotated, which one works: external-id:old",
      values: externalIdUses.map((value) => ({ value })),
    },
    {
      key: "code",
      label: "Code",
      isSingle: true,
      example: "Code of the status, as code:denied-by-scp",
      values: [...new Set(problems.flatMap(({ code }) => code ?? []))].map((code) => ({ value: code })),
    },
    {
      key: "cause",
      label: "Cause",
      isSingle: true,
      example: "What the status rests on: a policy, a role, a key",
      values: problems.flatMap(({ cause, title, clouds }) =>
        cause === null ? [] : [{ value: cause, label: title, count: clouds }],
      ),
    },
    ...useBadgeKeys(),
  ];
}
