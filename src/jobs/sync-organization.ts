// Runs one sync of a cloud organization and records what came of it. Killed and run again it ends
// in the same state: every step compares before it writes.
import { partitionNamed } from "#aws/partitions.ts";
import type { OrganizationReader } from "#onboarding/organization-reader.ts";
import { providerNamed } from "#onboarding/providers.ts";
import type { SyncOutcome } from "#onboarding/sync.ts";
import type { SyncedOrganization } from "#onboarding/sync-parts.ts";
import { endJob, saveProgress, startSyncJobs } from "#store/job-rows.ts";
import type { TenantTx } from "#store/open.ts";
import { isSyncDue, recordSync, recordSyncStart } from "#store/organization-syncs.ts";
import { readOrganizationToSync, type StoredOrganization } from "#store/organizations.ts";
import { OrganizationChanged, organizationRevision } from "#store/revision.ts";
import { answerSyncRequest, readSyncRequests, type SyncRequest } from "#store/sync-requests.ts";
import { assuming, type CloudAccess, sourceOf } from "./cloud-access.ts";
import { inspectOrganizationRole } from "./inspect-role.ts";
import type { JobParts } from "./parts.ts";
import type { Address } from "./queues.ts";
import { type OpenRun, runParts, type SyncRun } from "./sync-part.ts";

const retryMinutes = 5;

/** What is due: the whole organization, or the accounts and units that were asked for by themselves. */
export async function runSync(
  parts: JobParts,
  { tenantId, id }: Address,
  signal: AbortSignal,
): Promise<"done" | "more"> {
  const opened = await parts.store.withTenant(tenantId, (tx) => openSync(parts, tx, id));
  if (!opened) return "done";
  const { wholeJobIds, requests } = opened;
  const run: OpenRun = (jobId) => openRun(parts, tenantId, opened, jobId, signal);
  const organization = synced(tenantId, opened);
  try {
    const [wholeJobId] = wholeJobIds;
    return wholeJobId === undefined
      ? await runParts({ store: parts.store, run, organization, requests })
      : await runWhole(parts, opened, run(wholeJobId), organization, signal);
  } catch (cause) {
    // The same job goes on with what it is now; of one that is gone nothing is left to do.
    if (cause instanceof OrganizationChanged) return "more";
    throw cause;
  }
}

interface OpenedSync {
  organization: StoredOrganization;
  revision: string;
  /** None: the whole is not due. The first one shows its progress. */
  wholeJobIds: string[];
  requests: SyncRequest[];
  assume: CloudAccess["assume"];
}

async function openSync(parts: JobParts, tx: TenantTx, id: string): Promise<OpenedSync | null> {
  // Before the row: a change between the two is noticed.
  const revision = await organizationRevision(tx, id);
  const organization = await readOrganizationToSync(tx, parts.vault, id);
  if (!organization || revision === null) return null;
  const requests = await readSyncRequests(tx, id);
  const assume = await assumeOrganizationRole(parts, tx, organization);
  if (!(await isSyncDue(tx, id))) return { organization, revision, wholeJobIds: [], requests, assume };
  // Whoever asks from now on is answered by the next one.
  await recordSyncStart(tx, id);
  const wholeJobIds = await startSyncJobs(tx, id, organization.nickname);
  return { organization, revision, wholeJobIds, requests, assume };
}

/** What a sync works with; its progress stands in the job, and a job that a person cancels stops it. */
function openRun(
  parts: JobParts,
  tenantId: string,
  { organization, assume }: OpenedSync,
  jobId: string,
  signal: AbortSignal,
): SyncRun {
  const cancel = new AbortController();
  const stop = AbortSignal.any([signal, parts.stopping, cancel.signal]);
  return {
    store: parts.store,
    reader: openReader(parts, organization, assume, stop),
    onClouds: (ids) => wakeAll(parts, "harvest-cloud", tenantId, ids),
    onRemoving: (ids) => wakeAll(parts, "remove-cloud", tenantId, ids),
    onProgress: async (done) => {
      const isWanted = await saveProgress(parts.store, tenantId, jobId, { done, total: null, failed: 0 });
      if (!isWanted) cancel.abort(new Error("cancelled"));
    },
    cancelled: cancel.signal,
  };
}

async function runWhole(
  parts: JobParts,
  opened: OpenedSync,
  run: SyncRun,
  organization: SyncedOrganization,
  signal: AbortSignal,
): Promise<"done" | "more"> {
  const { store } = parts;
  const { requests, wholeJobIds } = opened;
  const outcome = await providerNamed(organization.provider)
    .sync(run, organization)
    .catch((cause: unknown) => {
      // Or the queue would begin it anew.
      if (run.cancelled.aborted) return null;
      throw cause;
    });
  const result = outcome ? resultOf(outcome) : cancelled;
  const error = outcome?.kind === "done" ? null : result.error;
  const isDueAgain = await store.withTenant(organization.tenantId, async (tx) => {
    const nextMinutes = outcome?.kind === "failed" ? retryMinutes : null;
    await recordSync(tx, organization.id, { ...result, calls: run.reader.calls, nextMinutes });
    for (const jobId of wholeJobIds) await endJob(tx, jobId, error);
    for (const request of requests)
      if (await answerSyncRequest(tx, organization.id, request)) await endJob(tx, request.jobId, error);
    return isSyncDue(tx, organization.id);
  });
  if (outcome && outcome.kind !== "failed") await lookAtRole(parts, opened, organization.tenantId, signal);
  return isDueAgain ? "more" : "done";
}

/** The role works; whether it is still what its template makes is looked at once a day, after what people wait for. */
async function lookAtRole(
  parts: JobParts,
  { organization, assume }: OpenedSync,
  tenantId: string,
  signal: AbortSignal,
): Promise<void> {
  const held = await assume(signal);
  if (!held.ok) return;
  const principal = organization.credentials.organizationRole.arn;
  const region = regionOf(organization.partition);
  const { credentials } = held;
  await inspectOrganizationRole(parts, tenantId, organization, { principal, region, credentials, signal });
}

const cancelled = { state: "failed" as const, error: "The sync was cancelled.", accounts: null };

function resultOf(outcome: SyncOutcome): {
  state: "done" | "failed" | "needs-confirmation";
  error: string | null;
  accounts: { total: number; included: number; excluded: number } | null;
} {
  switch (outcome.kind) {
    case "done":
      return {
        state: "done",
        error: outcome.report.warnings.join(" ") || null,
        accounts: outcome.report.accounts,
      };
    case "needs-confirmation":
      return { state: "needs-confirmation", error: outcome.reason, accounts: outcome.report.accounts };
    case "failed":
      return {
        state: "failed",
        error: `${outcome.operation} failed: ${outcome.error.message}`,
        accounts: null,
      };
  }
}

async function wakeAll(
  parts: JobParts,
  queue: "harvest-cloud" | "remove-cloud",
  tenantId: string,
  ids: string[],
): Promise<void> {
  await parts.queues.wake(queue, ...ids.map((id) => ({ tenantId, id })));
}

/** `tryNew`: while the external id is rotated, the new one is tried even if it was refused just now. */
export function assumeOrganizationRole(
  parts: JobParts,
  tx: TenantTx,
  { id: subject, credentials, partition }: StoredOrganization,
  tryNew = false,
): Promise<CloudAccess["assume"]> {
  const { arn: roleArn, sessionName, durationSeconds } = credentials.organizationRole;
  const source = sourceOf(parts.platform.in(partition), credentials);
  const role = { source, roleArn, sessionName, durationSeconds, region: regionOf(partition) };
  return assuming(parts, tx, { subject, role, externalId: credentials.externalId, tryNew });
}

function regionOf(partition: string): string {
  return partitionNamed(partition)?.globalRegion ?? "us-east-1";
}

function openReader(
  parts: JobParts,
  { credentials, partition }: StoredOrganization,
  assume: CloudAccess["assume"],
  signal: AbortSignal,
): OrganizationReader {
  return {
    call: parts.call,
    credentials: () => assume(signal),
    region: regionOf(partition),
    accountId: credentials.organizationRole.arn.split(":")[4] ?? "",
    calls: 0,
    signal,
  };
}

function synced(tenantId: string, { organization, revision }: OpenedSync): SyncedOrganization {
  const { id, provider, partition, awsOrganizationId, nickname, filters, badges, isConfirmed, row } =
    organization;
  const managementAccountId = row.management_account_id;
  return {
    ...{ tenantId, id, provider, partition, awsOrganizationId, managementAccountId },
    ...{ nickname, filters, badges, isConfirmed, revision },
  };
}
