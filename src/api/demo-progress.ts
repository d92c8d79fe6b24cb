// How far Skywarden has followed what a step of the demo changed: told from audit events, the sync and the jobs, so
// that whoever comes back finds it as it is.
import type { DemoScores, getDemo } from "#contract/demo.ts";
import { demoActs } from "#contract/demo.ts";
import type { ResponseOf } from "#contract/route.ts";
import { listAuditEvents } from "#store/audit.ts";
import type { DemoOrganization } from "#store/demo-steps.ts";
import { findJob, type Job, listJobs } from "#store/jobs.ts";
import type { TenantTx } from "#store/open.ts";
import type { StepInWorld } from "./simulated-world.ts";

type ShownStep = ResponseOf<typeof getDemo>["steps"][number];
type Progress = NonNullable<ShownStep["progress"]>;
type Stage = NonNullable<Progress["synced"]>;
type AuditEvent = Awaited<ReturnType<typeof listAuditEvents>>[number];

export const stepTaken = "demo.step-taken";
export const harvestStarted = "harvest.started";
const lookedBackAt = 200;

export interface DemoHistory {
  steps: AuditEvent[];
  harvests: AuditEvent[];
  syncs: Awaited<ReturnType<typeof listJobs>>;
}

/** Newest first. */
export async function readDemoHistory(tx: TenantTx): Promise<DemoHistory> {
  const read = (action: string) => listAuditEvents(tx, { action, before: null, limit: lookedBackAt });
  return {
    steps: await read(stepTaken),
    harvests: await read(harvestStarted),
    syncs: await listJobs(tx, {
      ...{ kind: "sync-organization", states: ["done", "failed", "cancelled"], after: null },
      limit: lookedBackAt,
    }),
  };
}

export async function progressOf(
  tx: TenantTx,
  { steps, harvests, syncs }: DemoHistory,
  { id, isSynced, isHarvested }: StepInWorld,
  organization: DemoOrganization,
  cloudId: string | null,
): Promise<Progress | null> {
  const event = steps.find(({ subject }) => subject === id);
  const act = demoActs.find((one) => one === event?.detail.act);
  if (!event || !act) return null;
  const since = harvests.filter(({ subject, at }) => subject === cloudId && at >= event.at);
  // Its own; one that a person asked for where the server ended before it did.
  const harvest =
    since.find(({ detail }) => detail.step === id) ?? since.find(({ detail }) => detail.step === undefined);
  const job = harvest ? await findJob(tx, String(harvest.detail.jobId)) : undefined;
  return {
    ...{ act, at: event.at, by: event.actor },
    synced: isSynced ? stageOfSync(organization, syncs, new Date(event.at)) : null,
    harvested: isHarvested ? stageOfJob(job) : null,
  };
}

export function hasSynced({ sync }: DemoOrganization, since: Date): boolean {
  const isUnderWay = sync.state === "running" || sync.state === "pending" || sync.isDue;
  return !isUnderWay && sync.startedAt !== null && sync.startedAt >= since;
}

/** A later sync that runs for something else takes nothing back. */
function stageOfSync(organization: DemoOrganization, syncs: DemoHistory["syncs"], since: Date): Stage {
  const ended = syncs.find(({ createdAt }) => Date.parse(createdAt) >= since.getTime());
  if (ended) return stageOfJob(ended);
  const { state, error } = organization.sync;
  const none = { done: 0, total: null, error: null };
  if (!hasSynced(organization, since)) return { ...none, state: state === "running" ? "running" : "waiting" };
  return state === "done" ? { ...none, state: "done" } : { ...none, state: "failed", error };
}

function stageOfJob(job: Job | undefined): Stage {
  if (!job) return { state: "waiting", done: 0, total: null, error: null };
  const { done, total, error } = job;
  if (job.state === "queued") return { state: "waiting", done, total, error };
  if (job.state === "cancelled") return { state: "failed", done, total, error: "It was cancelled." };
  return { state: job.state, done, total, error };
}

/** As they were when the world was changed. */
export function scoresBefore({ steps }: DemoHistory, { id }: StepInWorld): DemoScores | null {
  const event = steps.find(({ subject, detail }) => subject === id && detail.before !== undefined);
  return (event?.detail.before as DemoScores | undefined) ?? null;
}
