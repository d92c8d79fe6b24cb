// A proof that an organization was left: every role tried, and those that can still be assumed (E28).
import { Alert, Button, Progress } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { listJobs } from "#contract/activity.ts";
import {
  accessOutcomes,
  endAccessProof,
  getAccessProof,
  listAccessProofRoles,
  listAccessProofs,
  repeatAccessProof,
} from "#contract/leaving.ts";
import type { AccessProof, AccessProofRole } from "../../nouns.ts";
import { Page } from "../../parts/frame.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Identity } from "../../parts/identity.tsx";
import { type Column, List } from "../../parts/list.tsx";
import { plural, whole } from "../../parts/number.ts";
import { Facts, Section } from "../../parts/section.tsx";
import { Empty, Loaded } from "../../parts/state.tsx";
import { tellFailure } from "../../parts/tell.tsx";
import { Time } from "../../parts/time.tsx";
import { usePages, useRead, useWrite } from "../../queries.ts";
import css from "./access-proof.module.css";

const livePollMs = 1_500;
const touched = [getAccessProof, listAccessProofRoles, listAccessProofs, listJobs];

export function AccessProofPage() {
  const { id = "" } = useParams({ strict: false });
  const [isRunning, setRunning] = useState(true);
  const read = useRead(
    getAccessProof,
    { params: { id } },
    { refetchInterval: isRunning ? livePollMs : false },
  );
  const now = read.data ? read.data.state === "running" : isRunning;
  if (now !== isRunning) setRunning(now);
  return (
    <Page
      title={read.data ? `Access to ${read.data.nickname}` : "Access"}
      parent={{ to: "/organizations", label: "Organizations" }}
      action={read.data && <Again proof={read.data} />}
    >
      <Loaded read={read}>{(proof) => <Content proof={proof} />}</Loaded>
    </Page>
  );
}

function Again({ proof }: { proof: AccessProof }) {
  const repeat = useWrite(repeatAccessProof, touched);
  if (proof.repeatableUntil === null) return null;
  return (
    <Button
      loading={repeat.isPending}
      disabled={proof.state === "running"}
      onClick={() => repeat.mutate({ params: { id: proof.id } }, { onError: tellFailure })}
    >
      Try again
    </Button>
  );
}

function Content({ proof }: { proof: AccessProof }) {
  const { roles, state, repeatableUntil } = proof;
  const tried = roles.total - roles.left;
  const progress = `${whole(tried)} of ${plural(roles.total, "role")} tried`;
  return (
    <>
      <Verdict proof={proof} />
      {state === "running" && (
        <>
          <p className={css.progress}>{progress}</p>
          <Progress
            value={roles.total === 0 ? 100 : (tried / roles.total) * 100}
            size={6}
            aria-label={progress}
          />
        </>
      )}
      <Section title="What was tried">
        <Facts
          rows={[
            ["Organization id", proof.awsOrganizationId],
            ["Refused, as it should be", whole(roles.refused)],
            ["Can still be assumed", whole(roles.works)],
            ["Not known", whole(roles.unknown)],
            [
              "Asked for",
              <span key="asked" className="inline">
                <Time at={proof.askedAt} /> by {proof.askedBy}
              </span>,
            ],
            ["Organization removed", <Time key="removed" at={proof.removedAt} none="no, it is connected" />],
            [
              "Stored credentials",
              repeatableUntil === null ? (
                "None any more"
              ) : (
                <span key="kept" className="inline">
                  kept encrypted, forgotten <Time at={repeatableUntil} /> <Forget proof={proof} />
                </span>
              ),
            ],
          ]}
        />
      </Section>
      <Roles proof={proof} />
    </>
  );
}

function Forget({ proof }: { proof: AccessProof }) {
  const end = useWrite(endAccessProof, touched);
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      loading={end.isPending}
      onClick={() => end.mutate({ params: { id: proof.id } }, { onError: tellFailure })}
    >
      Forget them
    </Button>
  );
}

function Verdict({ proof: { roles, state, removedAt } }: { proof: AccessProof }) {
  if (state === "running") return null;
  if (roles.left > 0)
    return (
      <Alert
        color="gray"
        icon={<Icon name="warning" />}
        title="The proof was ended before every role was tried"
      >
        {plural(roles.left, "role")} were not tried, so nothing is known of them.
      </Alert>
    );
  if (roles.works > 0)
    return (
      <Alert
        color="red"
        icon={<Icon name="warning" />}
        title={`${plural(roles.works, "role")} can still be assumed`}
      >
        {removedAt === null
          ? "The organization is connected, so this is to be expected. After its removal and the tear-down none should be left."
          : "Delete their stacks at AWS, or the roles themselves, then try again."}
      </Alert>
    );
  if (roles.unknown > 0)
    return (
      <Alert
        color="yellow"
        icon={<Icon name="warning" />}
        title={`Of ${plural(roles.unknown, "role")} nothing is known`}
      >
        AWS did not say whether they can be assumed; the reasons stand below. Try again.
      </Alert>
    );
  return (
    <Alert color="teal" icon={<Icon name="check" />} title="No role can be assumed any more">
      AWS refused all {plural(roles.total, "role")}.
    </Alert>
  );
}

const outcomeNames: Record<(typeof accessOutcomes)[number], string> = {
  refused: "Refused",
  works: "Still works",
  unknown: "Not known",
};

const columns: Column<AccessProofRole>[] = [
  {
    id: "account",
    header: "Account",
    width: "minmax(270px, 1.4fr)",
    narrow: "first",
    cell: (role) => <Identity name={role.accountName} second={role.accountId} />,
  },
  {
    id: "outcome",
    header: "Outcome",
    width: "110px",
    narrow: "beside",
    cell: ({ outcome }) =>
      outcome === null ? <span className="muted">Not tried</span> : outcomeNames[outcome],
  },
  {
    id: "detail",
    header: "What AWS said",
    width: "minmax(200px, 1.6fr)",
    narrow: "second",
    cell: ({ detail }) => (
      <span className="trim" title={detail ?? undefined}>
        {detail}
      </span>
    ),
  },
  {
    id: "role",
    header: "Role",
    width: "minmax(240px, 1.3fr)",
    narrow: "none",
    cell: ({ roleArn }) => (
      <span className="mono trim" title={roleArn}>
        {roleArn.split(":role/")[1] ?? roleArn}
      </span>
    ),
  },
];

function Roles({ proof }: { proof: AccessProof }) {
  const [isAll, setAll] = useState(false);
  const open = ["works", "unknown"] as const;
  const source = usePages(listAccessProofRoles, {
    params: { id: proof.id },
    query: { outcome: isAll ? [...accessOutcomes] : [...open], limit: 100 },
  });
  // The figures above are polled; the list was read when none of them was known, and says what they say.
  const client = useQueryClient();
  const figures = `${proof.state} ${proof.roles.left} ${proof.roles.works} ${proof.roles.unknown}`;
  const [listed, setListed] = useState(figures);
  useEffect(() => {
    if (listed === figures) return;
    setListed(figures);
    void client.invalidateQueries({ queryKey: [listAccessProofRoles.name] });
  }, [client, figures, listed]);
  const toggle = (
    <Button variant="subtle" size="compact-sm" onClick={() => setAll(!isAll)}>
      {isAll ? "Show only those that are not refused" : "Show all roles"}
    </Button>
  );
  return (
    <Section title={isAll ? "All tried roles" : "Roles that are not refused"} aside={toggle}>
      <List
        words={["role", "roles"]}
        columns={columns}
        source={source}
        idOf={(role) => role.roleArn}
        onOpen={() => undefined}
        empty={
          <Empty title={proof.state === "running" ? "None so far" : "None"}>
            Roles that can still be assumed, or of which nothing is known, stand here.
          </Empty>
        }
      />
    </Section>
  );
}
