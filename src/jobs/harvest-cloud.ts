// One slice of one cloud's harvest: due scopes for at most a minute, pages into the main
// transaction in batches. May be killed at any line: what is due stays due.
import { scopesOfAll } from "#harvest/plan.ts";
import type { AwsError } from "#model/aws-call.ts";
import { dormantStates } from "#model/cloud.ts";
import { endChecks } from "#store/cloud-checks.ts";
import { setCloudStates } from "#store/cloud-states.ts";
import {
  type CloudToHarvest,
  readCloudToHarvest,
  readStrategies,
  recordFailure,
  recordWorked,
} from "#store/harvest-plan.ts";
import { endHarvestJobs } from "#store/job-rows.ts";
import { probeDenials } from "#store/known-denials.ts";
import { dropLease, extendLease, type Lease, leaseMs, lockCloud, takeLease } from "#store/leases.ts";
import type { TenantTx } from "#store/open.ts";
import { isInspectionDue } from "#store/role-inspections.ts";
import { forgetListings, readDueScopes, saveScopePlan } from "#store/scope-plan.ts";
import { type CloudAccess, openAccess } from "./cloud-access.ts";
import { enabledRegions } from "./enabled-regions.ts";
import { runSlice } from "./harvest-slice.ts";
import { saveHarvestStatus } from "./harvest-status.ts";
import { inspectRole } from "./inspect-role.ts";
import type { JobParts } from "./parts.ts";
import type { Address } from "./queues.ts";
import { assumePatiently } from "./refused-credentials.ts";
import { nextTry, statusOfFailure } from "./role-failure.ts";

const scopesPerSlice = 5_000;

export async function harvestCloud(
  parts: JobParts,
  { tenantId, id }: Address,
  signal: AbortSignal,
): Promise<"done" | "more"> {
  const lease = await takeLease(parts.store, tenantId, id, parts.holder);
  // Somebody else is at it; the sweep comes back if anything stays due.
  if (!lease) return "done";
  const beat = setInterval(() => {
    extendLease(parts.store, lease).catch((error) =>
      parts.log.warn({ err: error, cloud: id }, "lease not extended"),
    );
  }, leaseMs / 3);
  try {
    const outcome = await harvestLeased(parts, lease, AbortSignal.any([signal, parts.stopping]));
    if (outcome === "done") await parts.store.withTenant(tenantId, (tx) => endChecks(tx, id));
    return outcome;
  } finally {
    clearInterval(beat);
    await dropLease(parts.store, lease);
  }
}

async function harvestLeased(parts: JobParts, lease: Lease, signal: AbortSignal): Promise<"done" | "more"> {
  const { store } = parts;
  const { tenantId, cloudId } = lease;
  const opened = await store.withTenant(tenantId, (tx) => openCloud(parts, tx, cloudId));
  if (!opened) return "done";
  const { cloud, access, strategies, isLookedAt } = opened;
  // A session outlives the trust it was made by: whoever asks is told what the role does now.
  if (isLookedAt) parts.roles.forget(access.principal);
  const { held, isInvalid } = await assumePatiently(parts, tenantId, cloud, access, signal);
  if (!held.ok) return failed(parts, { ...cloud, isInvalid }, tenantId, access, held.error);
  await store.withTenant(tenantId, async (tx) => {
    await recordWorked(tx, cloudId);
    // It did not work and does: it may be another role.
    if (cloud.failures > 0) await probeDenials(tx, { cloudId });
  });
  await inspectRole(parts, tenantId, cloud, {
    principal: access.principal,
    region: access.homeRegion,
    credentials: held.credentials,
    signal,
  });
  const regions = await enabledRegions(parts, tenantId, cloud, {
    region: access.homeRegion,
    credentials: held.credentials,
    signal,
  });
  if (!regions) return "done";
  const due = await store.withTenant(tenantId, async (tx) => {
    await lockCloud(tx, cloudId, lease, parts.catalog.generation);
    await forgetListings(tx, cloudId);
    await saveScopePlan(
      tx,
      cloudId,
      scopesOfAll([...parts.catalog.resourceTypes.values()], regions, strategies),
      parts.relational,
    );
    const scopes = await readDueScopes(tx, cloudId, scopesPerSlice);
    if (scopes.length === 0) {
      // The role works, also where its failure was the last that was told of the cloud.
      await saveHarvestStatus(tx, cloudId);
      await endHarvestJobs(tx, cloudId, null);
    }
    return scopes;
  });
  if (due.length === 0) return "done";
  return runSlice(parts, { lease, cloud, access, strategies }, due, signal);
}

/** null: it is not to be harvested, and who waits for it is told. */
async function openCloud(parts: JobParts, tx: TenantTx, cloudId: string) {
  const cloud = await readCloudToHarvest(tx, cloudId);
  if (!cloud) return null;
  const isDormant = (dormantStates as readonly string[]).includes(cloud.state);
  const access = isDormant ? null : await openAccess(parts, tx, cloud);
  if (access)
    return {
      ...{ cloud, access, strategies: await readStrategies(tx, cloud.strategyIds) },
      isLookedAt: await isInspectionDue(tx, cloudId),
    };
  const why = isDormant ? `The cloud is ${cloud.state}` : "There are no credentials for the cloud";
  await endHarvestJobs(tx, cloudId, `${why}; it is not harvested.`);
  return null;
}

async function failed(
  parts: JobParts,
  cloud: CloudToHarvest & { isInvalid: boolean },
  tenantId: string,
  { principal, keyId }: CloudAccess,
  error: AwsError,
): Promise<"done"> {
  const now = new Date();
  const isManaged = cloud.organizationId !== null;
  const status = statusOfFailure(
    error,
    { ...cloud, principal, keyId, isManaged, awaitingMs: parts.patience?.awaitingRoleMs ?? null },
    now,
  );
  await parts.store.withTenant(tenantId, async (tx) => {
    await recordFailure(tx, cloud.id, nextTry(cloud.failures, now));
    if (status) await setCloudStates(tx, [cloud.id], status);
    await endHarvestJobs(tx, cloud.id, `${principal} cannot be used: ${error.message}`);
  });
  return "done";
}
