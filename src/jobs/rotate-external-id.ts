// Tries every role that follows the tenant's external id while that is rotated (E28), and remembers which one each
// uses. Killed at any line it begins anew: those that use the new one are not asked again.
import { readRotation, recordCheck } from "#store/external-id-rotations.ts";
import { countUses, type Follower, followersToTry } from "#store/external-id-trials.ts";
import { readCloudToHarvest } from "#store/harvest-plan.ts";
import { endJob, queueJob, saveProgress } from "#store/job-rows.ts";
import { readOrganizationToSync } from "#store/organizations.ts";
import { openAccess } from "./cloud-access.ts";
import type { JobParts } from "./parts.ts";
import type { Address } from "./queues.ts";
import { assumeOrganizationRole } from "./sync-organization.ts";

const pageSize = 200;
const atOnce = 10;
const checkAgainMinutes = 15;

export async function rotateExternalId(
  parts: JobParts,
  { tenantId }: Address,
  signal: AbortSignal,
): Promise<"done"> {
  const { store } = parts;
  const stop = AbortSignal.any([signal, parts.stopping]);
  const opened = await store.withTenant(tenantId, async (tx) => {
    const jobId = await queueJob(tx, { kind: "rotate-external-id", subject: "of the tenant" });
    const rotation = await readRotation(tx);
    if (!rotation) await endJob(tx, jobId, "The rotation has ended.");
    const { clouds, organizations } = await countUses(tx);
    const total = clouds.total + organizations.total;
    return rotation && { jobId, rotation, total, done: clouds.new + organizations.new };
  });
  if (!opened) return "done";
  const { jobId, rotation, total } = opened;
  let { done } = opened;
  let after = "";
  for (;;) {
    const page = await store.withTenant(tenantId, (tx) => followersToTry(tx, after, pageSize));
    for (let at = 0; at < page.length; at += atOnce) {
      const some = page.slice(at, at + atOnce);
      await Promise.all(some.map((follower) => tryRole(parts, tenantId, follower, stop)));
      if (stop.aborted) return "done";
      done += some.length;
      const isWanted = await saveProgress(store, tenantId, jobId, { done, total, failed: 0 });
      if (!isWanted) return end();
    }
    if (page.length < pageSize) return end();
    after = page.at(-1)?.subject ?? "";
  }

  async function end(): Promise<"done"> {
    await store.withTenant(tenantId, async (tx) => {
      await recordCheck(tx, rotation.id, rotation.nextCheckAt, checkAgainMinutes);
      await endJob(tx, jobId, null);
    });
    return "done";
  }
}

/** What is learnt is written where the role is assumed. */
async function tryRole(
  parts: JobParts,
  tenantId: string,
  { kind, subject }: Follower,
  signal: AbortSignal,
): Promise<void> {
  const assume = await parts.store.withTenant(tenantId, async (tx) => {
    if (kind === "organization") {
      const organization = await readOrganizationToSync(tx, parts.vault, subject);
      return organization && assumeOrganizationRole(parts, tx, organization, true);
    }
    const cloud = await readCloudToHarvest(tx, subject);
    return cloud && (await openAccess(parts, tx, cloud, true))?.assume;
  });
  await assume?.(signal).catch((error: unknown) => {
    // Whoever stops the job learns nothing, and nothing is lost: the next check tries it.
    if (!signal.aborted) throw error;
  });
}
