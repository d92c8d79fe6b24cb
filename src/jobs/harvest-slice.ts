// Harvests due scopes of a cloud that is leased and reachable, with the progress people see.
import { type DenialMemory, openDenialMemory } from "#harvest/known-denials.ts";
import { harvestSlice } from "#harvest/slice.ts";
import type { AwsCaller } from "#model/aws-call.ts";
import type { HarvestScope } from "#model/resource.ts";
import { intervalOf, leastInterval, type Strategy } from "#model/strategy.ts";
import type { CloudToHarvest } from "#store/harvest-plan.ts";
import { recordHarvested } from "#store/harvest-plan.ts";
import { endJob, queueJob, saveProgress, startJob } from "#store/job-rows.ts";
import { probeDenials, readKnownDenials, saveKnownDenials } from "#store/known-denials.ts";
import type { Lease } from "#store/leases.ts";
import type { TenantTx } from "#store/open.ts";
import { postponeDue, readDueScopes } from "#store/scope-plan.ts";
import type { CloudAccess } from "./cloud-access.ts";
import { saveHarvestStatus } from "./harvest-status.ts";
import { type IngestBatch, openIngestBatch } from "./ingest-batch.ts";
import type { JobParts } from "./parts.ts";

const sliceMs = 60_000;
const progressMs = 1_000;

export interface LeasedCloud {
  lease: Lease;
  cloud: CloudToHarvest;
  access: CloudAccess;
  strategies: readonly Strategy[];
}

export async function runSlice(
  parts: JobParts,
  leased: LeasedCloud,
  due: HarvestScope[],
  signal: AbortSignal,
): Promise<"done" | "more"> {
  const { lease, cloud, strategies } = leased;
  const { tenantId } = lease;
  const { store } = parts;
  const { jobId, total, denials } = await store.withTenant(tenantId, async (tx) => {
    const id = await queueJob(tx, { kind: "harvest-cloud", subject: cloud.name, cloudId: cloud.id });
    const known = await readKnownDenials(tx, [cloud.id]);
    const denials = openDenialMemory(known.get(cloud.id) ?? []);
    return { jobId: id, total: await startJob(tx, id, due.length), denials };
  });
  const batch = openIngestBatch(parts, lease, cloud, (scope) => intervalOf(strategies, scope), denials);
  const cancel = new AbortController();
  const report = progressReporter(parts, { tenantId, jobId, total, due: due.length }, cancel);
  const stop = AbortSignal.any([signal, cancel.signal]);
  const call = batch.countCalls(denials.remembering(parts.call));
  try {
    for await (const page of harvestSlice(sliceContext(parts, leased, call, stop), due, sliceMs)) {
      await batch.add(page);
      await report(batch.progress);
    }
    await batch.flush();
  } catch (cause) {
    if (cause !== cancel.signal.reason) throw cause;
    await store.withTenant(tenantId, async (tx) => {
      await saveDenials(tx, cloud.id, denials);
      await postponeDue(tx, cloud.id, leastInterval(strategies));
    });
    return "done";
  }
  if (batch.queued > 0) await parts.queues.wake("judge-cloud", { tenantId, id: cloud.id });
  return store.withTenant(tenantId, async (tx) => {
    await saveDenials(tx, cloud.id, denials);
    const left = await readDueScopes(tx, cloud.id, 1);
    if (left.length > 0) return "more";
    await recordHarvested(tx, cloud.id);
    await saveHarvestStatus(tx, cloud.id);
    await endJob(tx, jobId, null);
    return "done";
  });
}

/** Where one operation is allowed again others may be: whoever mended the role did so for all of them. */
async function saveDenials(tx: TenantTx, cloudId: string, denials: DenialMemory): Promise<void> {
  const changes = denials.settle();
  await saveKnownDenials(tx, cloudId, changes);
  if (changes.lifted.some(({ target }) => target === "")) await probeDenials(tx, { cloudId });
}

function sliceContext(
  parts: JobParts,
  { cloud, access }: LeasedCloud,
  call: AwsCaller,
  signal: AbortSignal,
): Parameters<typeof harvestSlice>[0] {
  return {
    call,
    credentials: async () => {
      const held = await access.assume(signal);
      if (!held.ok) throw new Error(`credentials could not be renewed: ${held.error.code}`);
      return held.credentials;
    },
    accountId: cloud.accountId,
    partition: cloud.partition,
    homeRegion: access.homeRegion,
    types: parts.catalog.resourceTypes,
    sensitiveKey: parts.sensitiveKey,
    signal,
  };
}

/** Writes progress at most once a second; a job that somebody has cancelled is broken off. */
function progressReporter(
  parts: Pick<JobParts, "store">,
  job: { tenantId: string; jobId: string; total: number; due: number },
  cancel: AbortController,
) {
  let next = 0;
  return async ({ scopes, failed }: IngestBatch["progress"]): Promise<void> => {
    if (Date.now() < next) return;
    next = Date.now() + progressMs;
    const done = Math.max(0, job.total - job.due + scopes);
    const progress = { done, total: job.total, failed };
    const isWanted = await saveProgress(parts.store, job.tenantId, job.jobId, progress);
    if (!isWanted) cancel.abort(new Error("cancelled"));
  };
}
