// The count of jobs under way; opens a panel with the progress of each.
import { ActionIcon, Indicator, Popover, Progress, ScrollArea, Tooltip } from "@mantine/core";
import { useState } from "react";
import { cancelJob, listJobs } from "#contract/activity.ts";
import type { Job } from "../nouns.ts";
import { useMay, useRead, useWrite } from "../queries.ts";
import { Icon } from "./icon.tsx";
import { plural, span, whole } from "./number.ts";
import css from "./running-work.module.css";
import { Time } from "./time.tsx";

const jobNames: Record<string, string> = {
  "sync-organization": "Sync organization",
  "sync-part": "Sync part of an organization",
  "harvest-cloud": "Harvest",
  "check-clouds": "Check again",
  "rotate-external-id": "Try the External ID",
  "prove-no-access": "Try every role of",
};
export const jobName = (kind: string) => jobNames[kind] ?? kind.replaceAll("-", " ");

export function RunningWork() {
  const [isOpen, setOpen] = useState(false);
  const running = useRead(listJobs, { query: { state: ["running", "queued"], limit: 50 } });
  const recent = useRead(
    listJobs,
    { query: { state: ["done", "failed", "cancelled"], limit: 8 } },
    { enabled: isOpen },
  );
  const count = running.data?.total ?? running.data?.items.length ?? 0;
  const label = count === 0 ? "No work is running" : `${plural(count, "job")} running`;
  return (
    <Popover position="bottom-end" width={380} opened={isOpen} onChange={setOpen} trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={label} disabled={isOpen}>
          <Indicator label={count > 99 ? "99+" : whole(count)} size={15} disabled={count === 0} offset={5}>
            <ActionIcon aria-label={label} onClick={() => setOpen(!isOpen)}>
              <Icon name="work" />
            </ActionIcon>
          </Indicator>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0} className={css.panel} aria-label="Work">
        <ScrollArea.Autosize mah="70vh">
          <p className={css.head}>{label}</p>
          {running.data?.items.map((each) => (
            <JobRow key={each.id} job={each} />
          ))}
          {(recent.data?.items.length ?? 0) > 0 && <p className={css.head}>Finished</p>}
          {recent.data?.items.map((each) => (
            <JobRow key={each.id} job={each} />
          ))}
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

export function JobRow({ job }: { job: Job }) {
  const mayCancel = useMay("harvest:run");
  const cancel = useWrite(cancelJob, [listJobs]);
  const isOpen = job.state === "running" || job.state === "queued";
  const share = job.total ? Math.min(100, (job.done / job.total) * 100) : 0;
  return (
    <div className={css.job}>
      <div className={css.line}>
        <span className="trim">
          <strong>{jobName(job.kind)}</strong> {job.subject}
        </span>
        {isOpen && mayCancel ? (
          <ActionIcon
            size={22}
            aria-label={`Cancel ${jobName(job.kind)} ${job.subject}`}
            onClick={() => cancel.mutate({ params: { id: job.id } })}
            disabled={cancel.isPending}
          >
            <Icon name="close" size={12} />
          </ActionIcon>
        ) : (
          <Time at={job.finishedAt} none="" />
        )}
      </div>
      {job.state === "running" && (
        <Progress value={share} size={4} aria-label={`Progress of ${job.subject}`} />
      )}
      <div className={css.figures}>
        <span>{progressOf(job)}</span>
        {job.failed > 0 && <span className={css.failed}>{whole(job.failed)} failed</span>}
      </div>
      {job.error && <p className={css.error}>{job.error}</p>}
    </div>
  );
}

function progressOf(job: Job): string {
  if (job.state === "queued") return "Queued";
  const done = job.total === null ? whole(job.done) : `${whole(job.done)} of ${whole(job.total)}`;
  if (job.state !== "running")
    return `${job.state === "done" ? "Done" : job.state === "failed" ? "Failed" : "Cancelled"}, ${done}`;
  const rate =
    job.rate === null ? "" : ` · ${job.rate < 10 ? job.rate.toFixed(1) : whole(Math.round(job.rate))}/s`;
  const left = job.secondsLeft === null ? "" : ` · ${span(job.secondsLeft)} left`;
  return `${done}${rate}${left}`;
}
