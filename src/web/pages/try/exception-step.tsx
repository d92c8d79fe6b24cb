// A policy with an exception: what AWS's policy simulator says of it beside what Skywarden says, and what mends it.
import { useEffect } from "react";
import { listPermissions } from "#contract/permission.ts";
import type { PermissionRow } from "../../nouns.ts";
import { PermissionMark } from "../../parts/mark.tsx";
import { Judgement } from "../../parts/permission/judgement.tsx";
import { useRead } from "../../queries.ts";
import { isUnderWay } from "./progress.tsx";
import { Step, type StepProps } from "./step.tsx";
import css from "./try.module.css";

const busyPollMs = 1_500;

export function ExceptionStep(props: StepProps) {
  const { step } = props;
  const { cloud, shownBy, state } = step;
  const isBusy = isUnderWay(step);
  const read = useRead(
    listPermissions,
    { params: { id: cloud?.id ?? "" }, query: { action: shownBy?.action, region: shownBy?.region } },
    { enabled: cloud !== null && state !== "untouched", refetchInterval: isBusy && busyPollMs },
  );
  const { refetch } = read;
  // What was judged while the work went on is not what came of it.
  useEffect(() => {
    if (!isBusy && state !== "untouched") void refetch();
  }, [isBusy, state, refetch]);
  const row = state === "untouched" ? undefined : read.data?.items[0];
  return (
    <Step {...props} fixHash={row?.fix?.document.hash}>
      {row && <SideBySide row={row} />}
      {row && row.verdict !== "allowed" && (
        <div className={css.judgement}>
          <Judgement of={row} />
        </div>
      )}
    </Step>
  );
}

function SideBySide({ row }: { row: PermissionRow }) {
  const { simulated, computed, observed, believed } = row.opinions;
  const isFalse = row.verdict === "allowed" && simulated?.verdict === "denied";
  return (
    <div className={css.sides}>
      <section className={css.side} aria-label="AWS's policy simulator">
        <h3 className={css.sideTitle}>AWS's policy simulator</h3>
        {simulated ? (
          <PermissionMark verdict={simulated.verdict === "allowed" ? "allowed" : "denied"} />
        ) : (
          <span className="muted">not asked yet</span>
        )}
        {simulated && <p>{simulated.detail}</p>}
        {isFalse && <p>A false alarm: it is not told who asks, and takes aws:PrincipalArn for missing.</p>}
      </section>
      <section className={css.side} aria-label="Skywarden">
        <h3 className={css.sideTitle}>Skywarden</h3>
        <PermissionMark verdict={row.verdict} />
        <p>{believed}</p>
        {computed && observed && row.verdict === "allowed" && <p>{computed.detail}</p>}
      </section>
    </div>
  );
}
