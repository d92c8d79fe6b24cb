// One cloud account: its state and the one thing to do next, then what is known of it.
import { Alert, Button, Tabs } from "@mantine/core";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { listJobs } from "#contract/activity.ts";
import { getCloud, getHarvest, listClouds, startHarvest } from "#contract/cloud.ts";
import { changeCloud } from "#contract/single-cloud.ts";
import { dormantStates } from "#model/cloud.ts";
import type { CloudDetail } from "../../nouns.ts";
import { CopyText } from "../../parts/copy.tsx";
import { Page } from "../../parts/frame.tsx";
import { Icon } from "../../parts/icon.tsx";
import { BadgeMark, CloudStateMark, SeverityCountsMark } from "../../parts/mark.tsx";
import { whole } from "../../parts/number.ts";
import { Reason } from "../../parts/reason.tsx";
import { Facts, Section } from "../../parts/section.tsx";
import { Loaded, Loading } from "../../parts/state.tsx";
import { tellFailure } from "../../parts/tell.tsx";
import { Time } from "../../parts/time.tsx";
import { useMay, useRead, useWrite } from "../../queries.ts";
import type { SearchText } from "../../search-text.ts";
import { CloudAccess } from "./access/cloud-access.tsx";
import css from "./cloud.module.css";
import { CloudBadges } from "./cloud-badges.tsx";
import { CloudFindings } from "./cloud-findings.tsx";
import { CloudHarvest } from "./cloud-harvest.tsx";
import { CloudRolePanel } from "./role/cloud-role.tsx";
import { RoleInShort } from "./role/role-in-short.tsx";
import { StatusHistory } from "./status-history.tsx";

/** Codes of the status that permissions are the reason of. */
const permissionCodes = new Set(["denied-by-scp", "missing-permissions"]);

/** Comes when it is first opened: most visits to a cloud do without it. */
const CloudPermissions = lazy(() => import("./permissions/cloud-permissions.tsx"));

export function CloudPage() {
  const { id = "" } = useParams({ strict: false });
  const read = useRead(getCloud, { params: { id } });
  return (
    <Page
      title={read.data?.name ?? "Cloud"}
      parent={{ to: "/clouds", label: "Clouds" }}
      action={read.data && <Actions cloud={read.data} />}
    >
      <Loaded read={read}>{(cloud) => <Content cloud={cloud} />}</Loaded>
    </Page>
  );
}

function Actions({ cloud }: { cloud: CloudDetail }) {
  const harvest = useWrite(startHarvest, [getHarvest, listJobs]);
  const change = useWrite(changeCloud, [getCloud, listClouds]);
  const mayRun = useMay("harvest:run");
  const mayWrite = useMay("clouds:write");
  const params = { id: cloud.id };
  const isPaused = cloud.status.state === "paused";
  const isDormant = dormantStates.includes(cloud.status.state);
  return (
    <span className={css.actions}>
      {mayWrite && (isPaused || !isDormant) && (
        <Button
          variant="default"
          loading={change.isPending}
          onClick={() => change.mutate({ params, body: { paused: !isPaused } }, { onError: tellFailure })}
        >
          {isPaused ? "Resume" : "Pause"}
        </Button>
      )}
      {mayRun && (
        <Button
          loading={harvest.isPending}
          disabled={isDormant}
          onClick={() => harvest.mutate({ params, query: {} }, { onError: tellFailure })}
        >
          Harvest now
        </Button>
      )}
    </span>
  );
}

function Content({ cloud }: { cloud: CloudDetail }) {
  const { tab } = useSearch({ strict: false }) as SearchText;
  const navigate = useNavigate();
  const mayWrite = useMay("clouds:write");
  const { status } = cloud;
  return (
    <>
      <p className={css.head}>
        <CloudStateMark state={status.state} />
        <span className="muted">
          since <Time at={status.since} />
        </span>
        <CopyText value={cloud.accountId} label="account id" />
        {cloud.organizationId !== null && (
          <Link to="/organizations/$id" params={{ id: cloud.organizationId }}>
            {cloud.organizationNickname}
          </Link>
        )}
        <span className="muted">{cloud.organizationalPath}</span>
      </p>
      {status.reason !== null && (
        <Alert
          color={status.state === "warning" ? "yellow" : "gray"}
          icon={<Icon name="warning" />}
          className={css.alert ?? ""}
          title={<Reason text={status.reason} />}
        >
          {status.action} {status.code && <span className="mono muted">{status.code}</span>}
          {permissionCodes.has(status.code ?? "") && tab !== "permissions" && (
            <p className={css.more}>
              <Link to="/clouds/$id" params={{ id: cloud.id }} search={{ tab: "permissions" }}>
                Which statements are in the way, and the change that mends it
              </Link>
            </p>
          )}
        </Alert>
      )}
      <Tabs
        value={tab === undefined || (tab === "access" && !mayWrite) ? "summary" : tab}
        onChange={(value) => void navigate({ to: ".", search: { tab: value ?? undefined }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="summary">Summary</Tabs.Tab>
          <Tabs.Tab value="findings">Findings</Tabs.Tab>
          <Tabs.Tab value="harvest">Harvest</Tabs.Tab>
          <Tabs.Tab value="role">Role</Tabs.Tab>
          <Tabs.Tab value="permissions">Permissions</Tabs.Tab>
          {mayWrite && <Tabs.Tab value="access">Access</Tabs.Tab>}
          <Tabs.Tab value="history">History</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="summary">
          <Summary cloud={cloud} />
        </Tabs.Panel>
        <Tabs.Panel value="findings">
          <CloudFindings cloudId={cloud.id} />
        </Tabs.Panel>
        <Tabs.Panel value="harvest">
          <CloudHarvest cloudId={cloud.id} />
        </Tabs.Panel>
        <Tabs.Panel value="role">
          <CloudRolePanel cloud={cloud} />
        </Tabs.Panel>
        <Tabs.Panel value="permissions">
          <Suspense fallback={<Loading />}>
            <CloudPermissions key={cloud.id} cloud={cloud} />
          </Suspense>
        </Tabs.Panel>
        {mayWrite && (
          <Tabs.Panel value="access">
            <CloudAccess key={cloud.id} cloud={cloud} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="history">
          <StatusHistory cloudId={cloud.id} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Summary({ cloud }: { cloud: CloudDetail }) {
  const only = { filter: `cloud:${cloud.id}` };
  return (
    <div className={css.columns}>
      <Section title="Account">
        <Facts
          rows={[
            [
              "Resources",
              <Link key="resources" to="/inventory" search={only}>
                {whole(cloud.resourceCount)}
              </Link>,
            ],
            [
              "Open findings",
              <Link key="findings" to="/findings" search={only} className={css.plain}>
                <SeverityCountsMark counts={cloud.findingCounts} />
              </Link>,
            ],
            ["Last harvest", <Time key="harvest" at={cloud.lastHarvestAt} />],
            ["E-mail", cloud.email ?? <span className="muted">unknown</span>],
            ["State at AWS", cloud.providerState ?? <span className="muted">unknown</span>],
            ["Joined", <Time key="joined" at={cloud.joinedAt} none="unknown" />],
            [
              "Role",
              cloud.roleArn === null ? (
                <span key="role" className="muted">
                  none
                </span>
              ) : (
                <CopyText key="role" value={cloud.roleArn} label="role ARN" />
              ),
            ],
            ["Its template", <RoleInShort key="template" cloud={cloud} />],
            [
              "Managed",
              cloud.managed
                ? "By its organization: credentials and removal are set there"
                : "By hand: it belongs to no connected organization",
            ],
          ]}
        />
      </Section>
      <div>
        <CloudBadges cloud={cloud} />
        <Section title="Account tags at AWS">
          {cloud.tags.length === 0 ? (
            <p className="muted">No tags.</p>
          ) : (
            <div className={css.badges}>
              {cloud.tags.map((tag) => (
                <BadgeMark key={tag.key} badge={tag} isWhole />
              ))}
            </div>
          )}
        </Section>
      </div>
    </div>
  );
}
