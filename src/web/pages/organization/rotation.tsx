// The rotation of the tenant's External ID: how far it is, how the roles are updated, and its ends (E28).
import { Button, Modal, Progress } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { listJobs } from "#contract/activity.ts";
import { getCloud, listClouds } from "#contract/cloud.ts";
import {
  abortRotation,
  checkRotation,
  finishRotation,
  getExternalId,
  getRotation,
  startRotation,
} from "#contract/external-id.ts";
import type { Rotation } from "../../nouns.ts";
import { plural, whole } from "../../parts/number.ts";
import { Facts, Section } from "../../parts/section.tsx";
import { Loaded } from "../../parts/state.tsx";
import { tellFailure } from "../../parts/tell.tsx";
import { Time } from "../../parts/time.tsx";
import { useMay, useRead, useWrite } from "../../queries.ts";
import css from "./organization.module.css";
import { RotationSteps } from "./rotation-steps.tsx";

const livePollMs = 3_000;
const touched = [getRotation, getExternalId, listClouds, getCloud, listJobs];

export function RotationSection() {
  const [isUnderway, setUnderway] = useState(false);
  const read = useRead(getRotation, {}, { refetchInterval: isUnderway ? livePollMs : false });
  const now = read.data ? read.data.rotation !== null : isUnderway;
  if (now !== isUnderway) setUnderway(now);
  return (
    <Section title="External ID rotation">
      <Loaded read={read} rows={3}>
        {({ rotation }) => (rotation ? <Underway rotation={rotation} /> : <NotUnderway />)}
      </Loaded>
    </Section>
  );
}

function NotUnderway() {
  const mayRotate = useMay("external-id:rotate");
  const [isOpen, setOpen] = useState(false);
  const start = useWrite(startRotation, touched);
  return (
    <>
      <p className={css.help}>
        All clouds and organizations without an External ID of their own use your tenant's. It can be replaced
        in two phases: roles accept both until all use the new one.
      </p>
      {mayRotate && (
        <Button variant="default" mt="xs" onClick={() => setOpen(true)}>
          Rotate External ID
        </Button>
      )}
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title="Rotate the External ID"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <p>
          A new External ID is made for your tenant. The old one stays valid: nothing breaks now. You update
          the stacks so that their roles accept both, and Skywarden shows which one works for each cloud.
        </p>
        <Button
          data-autofocus
          loading={start.isPending}
          onClick={() => start.mutate({}, { onSuccess: () => setOpen(false), onError: tellFailure })}
        >
          Make a new External ID
        </Button>
      </Modal>
    </>
  );
}

function Underway({ rotation }: { rotation: Rotation }) {
  const mayRotate = useMay("external-id:rotate");
  const check = useWrite(checkRotation, touched);
  const { clouds, organizations } = rotation;
  const share = clouds.total === 0 ? 100 : (clouds.new / clouds.total) * 100;
  const progress = `${whole(clouds.new)} of ${plural(clouds.total, "cloud")} use the new one`;
  return (
    <>
      <p className={css.progress}>{progress}</p>
      <Progress value={share} size={6} aria-label={progress} mb="sm" />
      <Facts
        rows={[
          ["Still the old one", <Count key="old" uses="old" count={clouds.old} />],
          ["Work with neither", <Count key="neither" uses="neither" count={clouds.neither} />],
          ["Not tried yet", <Count key="unknown" uses="unknown" count={clouds.unknown} />],
          [
            "Organization roles",
            `${whole(organizations.new)} of ${whole(organizations.total)} use the new one`,
          ],
          [
            "Started",
            <span key="started" className="inline">
              <Time at={rotation.startedAt} /> by {rotation.startedBy}
            </span>,
          ],
          ["All tried", <Time key="checked" at={rotation.checkedAt} none="not yet" />],
        ]}
      />
      {mayRotate && (
        <>
          <RotationSteps />
          <div className={css.row}>
            <Button
              variant="default"
              loading={check.isPending}
              onClick={() => check.mutate({}, { onError: tellFailure })}
            >
              Check now
            </Button>
            <Finish rotation={rotation} />
            <Abort />
          </div>
        </>
      )}
    </>
  );
}

function Count({ uses, count }: { uses: "old" | "neither" | "unknown"; count: number }) {
  if (count === 0) return "0";
  return (
    <Link to="/clouds" search={{ filter: `external-id:${uses}` }}>
      {plural(count, "cloud")}
    </Link>
  );
}

function Finish({ rotation }: { rotation: Rotation }) {
  const [isOpen, setOpen] = useState(false);
  const finish = useWrite(finishRotation, touched);
  const { notNew, clouds, organizations } = rotation;
  const openRoles = organizations.total - organizations.new;
  const danger = notNew === 0 ? {} : { color: "red.9" };
  const run = () =>
    finish.mutate({ body: { accepted: notNew } }, { onSuccess: () => setOpen(false), onError: tellFailure });
  return (
    <>
      <Button
        variant={notNew === 0 ? "filled" : "subtle"}
        {...(notNew === 0 ? {} : { color: "red" })}
        onClick={() => setOpen(true)}
      >
        {notNew === 0 ? "Finish rotation" : "Finish anyway…"}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title="Finish the rotation"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {notNew === 0 ? (
          <p>
            All roles use the new External ID. The old one is dropped; afterwards it may go from the stacks
            too.
          </p>
        ) : (
          <>
            <p>
              The old External ID is dropped for good. {plural(clouds.total - clouds.new, "cloud")} and{" "}
              {plural(openRoles, "organization role")} do not use the new one and may not be reachable
              afterwards:
            </p>
            <Breaking />
          </>
        )}
        <Button mt="sm" {...danger} loading={finish.isPending} onClick={run} data-autofocus>
          {notNew === 0 ? "Drop the old External ID" : `Finish and break ${whole(notNew)}`}
        </Button>
      </Modal>
    </>
  );
}

const shownBreaking = 20;

function Breaking() {
  const read = useRead(listClouds, {
    query: { externalId: ["old", "neither", "unknown"], limit: shownBreaking },
  });
  return (
    <Loaded read={read} rows={3}>
      {({ items, total = items.length }) => (
        <ul className={css.list}>
          {items.map(({ id, name, accountId, externalIdUse }) => (
            <li key={id}>
              {name} <span className="mono muted">{accountId}</span>{" "}
              <span className="muted">{externalIdUse === null ? "" : useNames[externalIdUse]}</span>
            </li>
          ))}
          {total > items.length && <li className="muted">and {whole(total - items.length)} more</li>}
        </ul>
      )}
    </Loaded>
  );
}

const useNames = {
  new: "uses the new one",
  old: "uses the old one",
  neither: "works with neither",
  unknown: "not tried yet",
};

function Abort() {
  const [isOpen, setOpen] = useState(false);
  const abort = useWrite(abortRotation, touched);
  return (
    <>
      <Button variant="subtle" color="gray" onClick={() => setOpen(true)}>
        Abort
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title="Abort the rotation"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <p>
          The old External ID stays your tenant's and the new one is forgotten. Roles that accept the new one
          alone cannot be assumed any more; roles that accept both go on working.
        </p>
        <Button
          data-autofocus
          color="red.9"
          loading={abort.isPending}
          onClick={() => abort.mutate({}, { onSuccess: () => setOpen(false), onError: tellFailure })}
        >
          Return to the old External ID
        </Button>
      </Modal>
    </>
  );
}
