// One connected organization: its sync, its filters, its roles, and the way to disconnect it.
import { Alert, Button, Tabs } from "@mantine/core";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { listJobs } from "#contract/activity.ts";
import {
  getOrganization,
  getSyncPreview,
  listOrganizations,
  syncOrganization,
} from "#contract/organization.ts";
import type { Organization, SyncPreview } from "../../nouns.ts";
import { Page } from "../../parts/frame.tsx";
import { Icon } from "../../parts/icon.tsx";
import { plural, whole } from "../../parts/number.ts";
import { JobRow } from "../../parts/running-work.tsx";
import { Facts, Section } from "../../parts/section.tsx";
import { Loaded, Loading } from "../../parts/state.tsx";
import { SyncMark } from "../../parts/sync-mark.tsx";
import { tellFailure } from "../../parts/tell.tsx";
import { Time } from "../../parts/time.tsx";
import { useMay, useRead, useWrite } from "../../queries.ts";
import type { SearchText } from "../../search-text.ts";
import { cloudsOf } from "../organizations/organizations.tsx";
import { AccessSection } from "./access-section.tsx";
import { FilterForm } from "./filter-form.tsx";
import { FormerCredentials } from "./former-credentials.tsx";
import css from "./organization.module.css";
import { OrganizationRoles } from "./organization-roles.tsx";
import { RemoveOrganization } from "./remove-organization.tsx";
import { RotationSection } from "./rotation.tsx";
import { StoppedSync } from "./stopped-sync.tsx";

/** It judges every cloud anew, so it is asked for only by who wants to see it. */
const OrganizationPermissions = lazy(() => import("./organization-permissions.tsx"));

const livePollMs = 3_000;

export function OrganizationPage() {
  const { id = "" } = useParams({ strict: false });
  const read = useRead(getOrganization, { params: { id } });
  const sync = useWrite(syncOrganization, [getOrganization, getSyncPreview, listOrganizations, listJobs]);
  const mayRun = useMay("harvest:run");
  // What the last sync stopped at stands below; pressing the button is the consent to that.
  const confirm = read.data?.sync.state === "needs-confirmation";
  const stopped = useRead(getSyncPreview, { params: { id } }, { enabled: confirm });
  const preview = stopped.data?.preview?.digest;
  const action = mayRun && read.data && (
    <Button
      loading={sync.isPending}
      disabled={read.data.sync.state === "running" || (confirm && preview === undefined)}
      onClick={() =>
        sync.mutate(
          { params: { id }, query: { confirm, ...(preview === undefined ? {} : { preview }) } },
          { onError: tellFailure },
        )
      }
    >
      {confirm ? "Confirm and sync" : "Sync now"}
    </Button>
  );
  return (
    <Page
      title={read.data?.nickname ?? "Organization"}
      parent={{ to: "/organizations", label: "Organizations" }}
      action={action}
    >
      <Loaded read={read}>
        {(organization) => (
          <Content organization={organization} preview={(confirm && stopped.data?.preview) || null} />
        )}
      </Loaded>
    </Page>
  );
}

interface ContentProps {
  organization: Organization;
  preview: SyncPreview | null;
}
function Content(props: ContentProps) {
  const { tab } = useSearch({ strict: false }) as SearchText;
  const navigate = useNavigate();
  return (
    <Tabs
      value={tab === "permissions" ? tab : "summary"}
      onChange={(value) => void navigate({ to: ".", search: { tab: value ?? undefined }, replace: true })}
      keepMounted={false}
    >
      <Tabs.List mb="md">
        <Tabs.Tab value="summary">Summary</Tabs.Tab>
        <Tabs.Tab value="permissions">Permissions</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="summary">
        <Summary {...props} />
      </Tabs.Panel>
      <Tabs.Panel value="permissions">
        <Suspense fallback={<Loading />}>
          <OrganizationPermissions organization={props.organization} />
        </Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}

function Summary({ organization, preview }: ContentProps) {
  const mayWrite = useMay("organizations:write");
  const jobs = useRead(
    listJobs,
    { query: { state: ["running", "queued"], kind: "sync-organization", limit: 5 } },
    { refetchInterval: livePollMs },
  );
  const { sync, accountCounts } = organization;
  return (
    <div className={css.columns}>
      <div>
        <Section title="Sync">
          {sync.state === "needs-confirmation" && <StoppedSync reason={sync.error} preview={preview} />}
          {sync.error !== null && sync.state !== "needs-confirmation" && (
            <Alert
              color={sync.state === "failed" ? "red" : "yellow"}
              icon={<Icon name="warning" />}
              mb="sm"
              title={sync.state === "failed" ? "The last sync failed" : "Of the last sync"}
            >
              {sync.error}
            </Alert>
          )}
          {jobs.data?.items
            .filter((job) => job.subject.includes(organization.nickname))
            .map((job) => (
              <JobRow key={job.id} job={job} />
            ))}
          <Facts
            rows={[
              ["State", <SyncMark key="state" sync={sync} />],
              ["Last sync", <Time key="last" at={sync.finishedAt} />],
              [
                "Next sync",
                <span key="next">
                  <Time at={sync.nextAt} none="not planned" />, every{" "}
                  {plural(organization.syncIntervalMinutes, "minute")}
                </span>,
              ],
              ["Calls to AWS", whole(sync.calls)],
              [
                "Accounts",
                <span key="accounts" className="inline">
                  <Link to="/clouds" search={{ filter: cloudsOf(organization) }}>
                    {whole(accountCounts.clouds)}
                  </Link>
                  {` connected; AWS lists ${whole(accountCounts.total)}, ${whole(accountCounts.included)} imported`}
                  {accountCounts.excluded > 0 && `, ${whole(accountCounts.excluded)} left out`}
                </span>,
              ],
            ]}
          />
        </Section>
        <AccessSection organization={organization} mayWrite={mayWrite} />
        <OrganizationRoles organization={organization} />
        {mayWrite && <FormerCredentials organization={organization} />}
      </div>
      <div>
        <Section title="What is imported">
          <FilterForm key={organization.id} organization={organization} isReadOnly={!mayWrite} />
        </Section>
        <RotationSection />
        {mayWrite && (
          <Section title="Disconnect">
            <RemoveOrganization organization={organization} />
          </Section>
        )}
      </div>
    </div>
  );
}
