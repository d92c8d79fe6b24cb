// Runs one sync of a cloud organization and records what came of it. Killed and run again it ends
// in the same state: every step compares before it writes.
import { partitionNamed } from "#aws/partitions.ts";
import type { OrganizationReader } from "#onboarding/organization-reader.ts";
import { type SyncOutcome, syncOrganization } from "#onboarding/sync.ts";
import type { SyncedOrganization } from "#onboarding/sync-parts.ts";
import { endJob, queueJob, saveProgress } from "#store/job-rows.ts";
import type { TenantTx } from "#store/open.ts";
import {
  readOrganizationToSync,
  recordSync,
  recordSyncStart,
  type StoredOrganization,
} from "#store/organizations.ts";
import { assuming, type CloudAccess, sourceOf } from "./cloud-access.ts";
import type { JobParts } from "./parts.ts";
import type { Address } from "./queues.ts";

const retryMinutes = 5;

export async function runSync(
  parts: JobParts,
  { tenantId, id }: Address,
  signal: AbortSignal,
): Promise<"done"> {
  const { store } = parts;
  const opened = await store.withTenant(tenantId, async (tx) => {
    const organization = await readOrganizationToSync(tx, parts.vault, id);
    if (!organization) return null;
    const jobId = await queueJob(tx, {
      kind: "sync-organization",
      subject: organization.nickname,
      organizationId: id,
    });
    await recordSyncStart(tx, id);
    return { organization, jobId, assume: await assumeOrganizationRole(parts, tx, organization) };
  });
  if (!opened) return "done";
  const { organization, jobId } = opened;
  const cancel = new AbortController();
  const stop = AbortSignal.any([signal, parts.stopping, cancel.signal]);
  const reader = openReader(parts, organization, opened.assume, stop);
  const outcome = await syncOrganization(
    {
      store,
      reader,
      onClouds: (ids) => wakeAll(parts, "harvest-cloud", tenantId, ids),
      onRemoving: (ids) => wakeAll(parts, "remove-cloud", tenantId, ids),
      onProgress: async (accounts) => {
        const isWanted = await saveProgress(store, tenantId, jobId, {
          done: accounts,
          total: null,
          failed: 0,
        });
        if (!isWanted) cancel.abort(new Error("cancelled"));
      },
    },
    synced(tenantId, organization),
  );
  await store.withTenant(tenantId, async (tx) => {
    await recordSync(tx, id, {
      ...resultOf(outcome),
      calls: reader.calls,
      nextMinutes: outcome.kind === "failed" ? retryMinutes : null,
    });
    await endJob(tx, jobId, outcome.kind === "done" ? null : resultOf(outcome).error);
  });
  return "done";
}

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
  for (const id of ids) await parts.queues.wake(queue, { tenantId, id });
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

function synced(tenantId: string, organization: StoredOrganization): SyncedOrganization {
  const { id, provider, partition, awsOrganizationId, nickname, filters, badges, isConfirmed } = organization;
  return { tenantId, id, provider, partition, awsOrganizationId, nickname, filters, badges, isConfirmed };
}
