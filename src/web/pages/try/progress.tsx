// How far Skywarden has followed a change: the world, the sync, the harvest.
import { Loader } from "@mantine/core";
import type { DemoStep } from "../../nouns.ts";
import { Icon } from "../../parts/icon.tsx";
import { whole } from "../../parts/number.ts";
import { Time } from "../../parts/time.tsx";
import css from "./try.module.css";
import { done } from "./words.ts";

type Progress = NonNullable<DemoStep["progress"]>;
type Stage = NonNullable<Progress["synced"]>;

const isOpen = (stage: Stage | null) =>
  stage !== null && (stage.state === "waiting" || stage.state === "running");

export function isUnderWay({ progress }: DemoStep): boolean {
  return progress !== null && (isOpen(progress.synced) || isOpen(progress.harvested));
}

export function ProgressLine({ progress }: { progress: Progress }) {
  const { act, at, by, synced, harvested } = progress;
  return (
    <ol className={css.progress} aria-label="Progress">
      <li>
        <Mark state="done" />
        <span>
          {done[act]}{" "}
          <span className="muted" title={by}>
            <Time at={at} />
          </span>
        </span>
      </li>
      {synced && (
        <StageOf
          stage={synced}
          names={{ waiting: "Sync waits", running: "Syncing", done: "Synced", failed: "The sync failed" }}
        />
      )}
      {harvested && (
        <StageOf
          stage={harvested}
          names={{
            waiting: "Harvest waits",
            running: "Harvesting",
            done: "Harvested",
            failed: "Not harvested",
          }}
        />
      )}
    </ol>
  );
}

interface StageProps {
  stage: Stage;
  names: Record<Stage["state"], string>;
  /** Not where the status of the cloud tells it. */
  isErrorTold?: boolean;
}
function StageOf({ stage, names, isErrorTold = false }: StageProps) {
  const { state, done: count, total, error } = stage;
  return (
    <li>
      <Mark state={state} />
      <span>
        {names[state]}
        {state === "running" && total !== null && (
          <span className="muted">
            {" "}
            {whole(Math.min(count, total))} of {whole(total)}
          </span>
        )}
        {isErrorTold && error && <span className="muted"> {error}</span>}
      </span>
    </li>
  );
}

function Mark({ state }: { state: Stage["state"] }) {
  if (state === "running")
    return (
      <span className={css.mark}>
        <Loader size={13} aria-hidden="true" />
      </span>
    );
  const icon = state === "done" ? "check" : state === "failed" ? "cross" : "clock";
  return (
    <span className={css.mark} data-state={state}>
      <Icon name={icon} size={13} />
    </span>
  );
}
