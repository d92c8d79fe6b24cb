// One slice of one cloud's harvest: due scopes for at most a minute, pages into the main
// transaction in batches. May be killed at any line: what is due stays due.
import { readRegions } from "#aws/regions.ts";
import { scopesOf } from "#harvest/plan.ts";
import { harvestSlice } from "#harvest/slice.ts";
import { dormantStates } from "#model/cloud.ts";
import type { HarvestScope } from "#model/resource.ts";
import { setCloudStates } from "#store/cloud-states.ts";
import {
  type CloudToHarvest,
  postponeDue,
  readCloudToHarvest,
  readDueScopes,
  readStrategy,
  recordFailure,
  recordHarvested,
  recordWorked,
  type StrategyRow,
  saveRegions,
  saveScopePlan,
} from "#store/harvest-plan.ts";
import { endJob, queueJob, saveProgress } from "#store/job-rows.ts";
import { dropLease, extendLease, type Lease, leaseMs, takeLease } from "#store/leases.ts";
import { type CloudAccess, openAccess } from "./cloud-access.ts";
import { saveHarvestStatus } from "./harvest-status.ts";
import { openIngestBatch } from "./ingest-batch.ts";
import type { JobParts } from "./parts.ts";
import type { Address } from "./queues.ts";
import { nextTry, statusOfFailure } from "./role-failure.ts";

const sliceMs = 60_000;
const scopesPerSlice = 5_000;
const regionsAgeMs = 24 * 3_600_000;

export async function harvestCloud(
  parts: JobParts,
  address: Address,
  signal: AbortSignal,
): Promise<"done" | "more"> {
  const { tenantId, id } = address;
  const cloud = await parts.store.withTenant(tenantId, (tx) => readCloudToHarvest(tx, id));
  if (!cloud || (dormantStates as readonly string[]).includes(cloud.state)) return "done";
  const lease = await takeLease(parts.store, tenantId, id, parts.holder);
  // Somebody else is at it; the sweep comes back if anything stays due.
  if (!lease) return "done";
  const beat = setInterval(() => {
    extendLease(parts.store, lease).catch((error) =>
      parts.log.warn({ err: error, cloud: id }, "lease not extended"),
    );
  }, leaseMs / 3);
  try {
    return await harvestLeased(parts, lease, cloud, AbortSignal.any([signal, parts.stopping]));
  } finally {
    clearInterval(beat);
    await dropLease(parts.store, lease);
  }
}

async function harvestLeased(
  parts: JobParts,
  lease: Lease,
  cloud: CloudToHarvest,
  signal: AbortSignal,
): Promise<"done" | "more"> {
  const { store } = parts;
  const { tenantId } = lease;
  const { access, strategy } = await store.withTenant(tenantId, async (tx) => ({
    access: await openAccess(parts, tx, cloud),
    strategy: await readStrategy(tx, cloud.strategyIds),
  }));
  if (!access) return "done";
  const held = await access.assume(signal);
  if (!held.ok) return failed(parts, lease, cloud, access, held.error);
  await store.withTenant(tenantId, (tx) => recordWorked(tx, cloud.id));
  const regions = await enabledRegions(parts, lease, cloud, access, held.credentials, signal);
  if (!regions) return "done";
  const planned = scopesOf(parts.catalog.resourceTypes.values(), regions, {
    intervalMinutes: strategy.intervalMinutes,
    ...(strategy.types ? { types: strategy.types } : {}),
    ...(strategy.regions ? { regions: strategy.regions } : {}),
  });
  const due = await store.withTenant(tenantId, async (tx) => {
    await saveScopePlan(tx, cloud.id, planned);
    return readDueScopes(tx, cloud.id, scopesPerSlice);
  });
  return due.length === 0 ? "done" : runSlice(parts, lease, cloud, access, strategy, due, signal);
}

async function failed(
  parts: JobParts,
  lease: Lease,
  cloud: CloudToHarvest,
  access: CloudAccess,
  error: Parameters<typeof statusOfFailure>[0],
): Promise<"done"> {
  const now = new Date();
  const isManaged = cloud.organizationId !== null;
  const status = statusOfFailure(error, { ...cloud, roleArn: access.roleArn, isManaged }, now);
  await parts.store.withTenant(lease.tenantId, async (tx) => {
    await recordFailure(tx, cloud.id, nextTry(cloud.failures, now));
    if (status) await setCloudStates(tx, [cloud.id], status);
  });
  return "done";
}

type Held = Awaited<ReturnType<CloudAccess["assume"]>>;
type Credentials = Extract<Held, { ok: true }>["credentials"];

/** Known ones for a day. null: they cannot be read now, which is a gap of everything regional. */
async function enabledRegions(
  parts: JobParts,
  lease: Lease,
  cloud: CloudToHarvest,
  access: CloudAccess,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<string[] | null> {
  const age =
    cloud.regionsReadAt === null ? Number.POSITIVE_INFINITY : Date.now() - cloud.regionsReadAt.getTime();
  if (cloud.regions && age < regionsAgeMs) return cloud.regions;
  const answer = await readRegions(parts.call, {
    accountId: cloud.accountId,
    credentials,
    region: access.homeRegion,
    signal,
  });
  if (answer.ok) {
    const { enabled } = answer.regions;
    await parts.store.withTenant(lease.tenantId, (tx) => saveRegions(tx, cloud.id, enabled));
    return enabled;
  }
  if (cloud.regions) return cloud.regions;
  await parts.store.withTenant(lease.tenantId, async (tx) => {
    await recordFailure(tx, cloud.id, nextTry(cloud.failures, new Date()));
    await setCloudStates(tx, [cloud.id], {
      state: "warning",
      code: "regions-unreadable",
      reason: `The enabled regions cannot be read, so nothing is harvested: ${answer.errors.map((error) => error.message).join(" ")}`,
      action: "Allow account:ListRegions or ec2:DescribeRegions to the member role.",
    });
  });
  return null;
}

async function runSlice(
  parts: JobParts,
  lease: Lease,
  cloud: CloudToHarvest,
  access: CloudAccess,
  strategy: StrategyRow,
  due: HarvestScope[],
  signal: AbortSignal,
): Promise<"done" | "more"> {
  const { store, catalog } = parts;
  const { tenantId } = lease;
  const jobId = await store.withTenant(tenantId, (tx) =>
    queueJob(tx, { kind: "harvest-cloud", subject: cloud.name, cloudId: cloud.id }),
  );
  const cancel = new AbortController();
  const batch = openIngestBatch(parts, lease, cloud, strategy.intervalMinutes);
  const report = progressReporter(parts, tenantId, jobId, due.length, () =>
    cancel.abort(new Error("cancelled")),
  );
  const slice = harvestSlice(
    {
      call: batch.countCalls(parts.call),
      credentials: async () => {
        const held = await access.assume(signal);
        if (!held.ok) throw new Error(`credentials could not be renewed: ${held.error.code}`);
        return held.credentials;
      },
      accountId: cloud.accountId,
      partition: cloud.partition,
      homeRegion: access.homeRegion,
      types: catalog.resourceTypes,
      sensitiveKey: parts.sensitiveKey,
      signal: AbortSignal.any([signal, cancel.signal]),
    },
    due,
    sliceMs,
  );
  try {
    for await (const page of slice) {
      await batch.add(page);
      await report(batch.progress);
    }
    await batch.flush();
  } catch (cause) {
    if (!cancel.signal.aborted) throw cause;
    await store.withTenant(tenantId, (tx) =>
      postponeDue(tx, cloud.id, new Date(Date.now() + strategy.intervalMinutes * 60_000)),
    );
    return "done";
  }
  if (batch.queued > 0) await parts.queues.wake("judge-cloud", { tenantId, id: cloud.id });
  return store.withTenant(tenantId, async (tx) => {
    const left = await readDueScopes(tx, cloud.id, 1);
    if (left.length > 0) return "more";
    await recordHarvested(tx, cloud.id);
    await saveHarvestStatus(tx, cloud.id);
    await endJob(tx, jobId, null);
    return "done";
  });
}

/** Writes progress at most once a second. */
function progressReporter(
  parts: JobParts,
  tenantId: string,
  jobId: string,
  total: number,
  onCancelled: () => void,
) {
  let next = 0;
  return async (progress: { scopes: number; failed: number }): Promise<void> => {
    if (Date.now() < next) return;
    next = Date.now() + 1000;
    const isWanted = await saveProgress(parts.store, tenantId, jobId, {
      done: progress.scopes,
      total,
      failed: progress.failed,
    });
    if (!isWanted) onCancelled();
  };
}
