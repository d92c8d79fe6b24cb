// The connected AWS Organizations, with the sync that is running now.
import { Button } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { listJobs } from "#contract/activity.ts";
import { listOrganizations } from "#contract/organization.ts";
import type { Organization } from "../../nouns.ts";
import { pairToken } from "../../parts/filter-text.ts";
import { Page } from "../../parts/frame.tsx";
import { Identity } from "../../parts/identity.tsx";
import { cloudTabs, LinkTabs } from "../../parts/link-tabs.tsx";
import { type Column, List } from "../../parts/list.tsx";
import { whole } from "../../parts/number.ts";
import { JobRow } from "../../parts/running-work.tsx";
import { Empty } from "../../parts/state.tsx";
import { SyncMark } from "../../parts/sync-mark.tsx";
import { Time } from "../../parts/time.tsx";
import { useMay, usePages, useRead } from "../../queries.ts";
import css from "./organizations.module.css";
import { RecentProofs } from "./recent-proofs.tsx";

const livePollMs = 2_000;

/** The clouds that carry the organization's own badge (S101). */
export const cloudsOf = (organization: Organization) =>
  `badge:${pairToken("system.cloud_organization", organization.awsOrganizationId)}`;

const columns: Column<Organization>[] = [
  {
    id: "name",
    header: "Organization",
    width: "minmax(200px, 2fr)",
    narrow: "first",
    cell: (organization) => <Identity name={organization.nickname} second={organization.awsOrganizationId} />,
  },
  {
    id: "sync",
    header: "Sync",
    width: "minmax(150px, 1fr)",
    narrow: "second",
    cell: (organization) => <SyncMark sync={organization.sync} />,
  },
  {
    id: "finished",
    header: "Last sync",
    width: "110px",
    narrow: "second",
    cell: (organization) => <Time at={organization.sync.finishedAt} />,
  },
  {
    id: "next",
    header: "Next",
    width: "110px",
    narrow: "none",
    cell: (organization) => <Time at={organization.sync.nextAt} none="" />,
  },
  {
    id: "excluded",
    header: "Excluded",
    width: "90px",
    isNumber: true,
    narrow: "none",
    cell: (organization) => whole(organization.accountCounts.excluded),
  },
  {
    id: "accounts",
    header: "Accounts",
    width: "90px",
    isNumber: true,
    narrow: "beside",
    cell: (organization) => (
      <Link to="/clouds" search={{ filter: cloudsOf(organization) }}>
        {whole(organization.accountCounts.clouds)}
      </Link>
    ),
  },
];

export function Organizations() {
  const navigate = useNavigate();
  const mayAdd = useMay("organizations:write");
  const source = usePages(listOrganizations, { query: {} });
  const syncs = useRead(
    listJobs,
    { query: { state: ["running", "queued"], kind: "sync-organization", limit: 10 } },
    { refetchInterval: livePollMs },
  );
  const add = mayAdd && (
    <Button component={Link} to="/organizations/add">
      Add organization
    </Button>
  );
  const running = syncs.data?.items ?? [];
  return (
    <Page title="Clouds" action={add}>
      <LinkTabs label="Clouds" tabs={cloudTabs} />
      {running.length > 0 && (
        <section className={css.running} aria-label="Running syncs">
          {running.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </section>
      )}
      <List
        words={["organization", "organizations"]}
        columns={columns}
        source={source}
        idOf={(organization) => organization.id}
        onOpen={(organization) =>
          void navigate({ to: "/organizations/$id", params: { id: organization.id } })
        }
        empty={
          <Empty title="No organization is connected yet" action={add}>
            Connect an AWS Organization once, and every account in it is found, followed and harvested.
          </Empty>
        }
      />
      <RecentProofs />
    </Page>
  );
}
