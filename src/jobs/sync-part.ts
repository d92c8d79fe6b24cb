// Syncs the accounts and units of an organization that somebody asked for by themselves, one after the other. Where
// the whole must be looked at instead, that is made due, and answers them.
import { providerNamed } from "#onboarding/providers.ts";
import type { SyncedOrganization, SyncParts } from "#onboarding/sync-parts.ts";
import { endJob } from "#store/job-rows.ts";
import type { Store } from "#store/open.ts";
import { makeSyncDue } from "#store/organization-syncs.ts";
import { answerSyncRequest, type SyncRequest } from "#store/sync-requests.ts";

export interface SyncRun extends SyncParts {
  /** Aborted once a person has cancelled the job. */
  cancelled: AbortSignal;
}

export type OpenRun = (jobId: string) => SyncRun;

interface AskedParts {
  store: Store;
  run: OpenRun;
  organization: SyncedOrganization;
  requests: SyncRequest[];
}

export async function runParts({ store, run, organization, requests }: AskedParts): Promise<"done" | "more"> {
  const { tenantId, id } = organization;
  let isAnswered = true;
  for (const request of requests) {
    const outcome = await runPart(run(request.jobId), organization, request);
    const isNext = await store.withTenant(tenantId, async (tx) => {
      if (outcome?.kind === "whole-sync-needed") {
        await makeSyncDue(tx, id);
        return false;
      }
      const isLast = await answerSyncRequest(tx, id, request);
      const error =
        outcome?.kind === "failed" ? `${outcome.operation} failed: ${outcome.error.message}` : null;
      if (isLast) await endJob(tx, request.jobId, error);
      else isAnswered = false;
      return true;
    });
    if (!isNext) return "more";
  }
  return isAnswered ? "done" : "more";
}

/** null if it was cancelled. */
async function runPart(run: SyncRun, organization: SyncedOrganization, { target }: SyncRequest) {
  await run.onProgress(0);
  if (run.cancelled.aborted) return null;
  return providerNamed(organization.provider)
    .syncPart(run, organization, target)
    .catch((cause: unknown) => {
      if (run.cancelled.aborted) return null;
      throw cause;
    });
}
