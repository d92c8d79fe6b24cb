// Empties and removes a cloud: its resources become tombstones in batches, its findings close, its
// history stays for the retention period; then it leaves every list.
import { audit } from "#store/audit.ts";
import { finishRemoval, liveResources } from "#store/cloud-removal.ts";
import { endHarvestJobs } from "#store/job-rows.ts";
import { lockCloud, revokeLease } from "#store/leases.ts";
import { markGone } from "#store/lost-resources.ts";
import { queueJudging } from "#store/neighbours.ts";
import type { TenantTx } from "#store/open.ts";
import { typesOfLeftCloud } from "#store/turned-scopes.ts";
import { dropJudged } from "#store/verdicts.ts";
import type { JobParts } from "./parts.ts";
import type { Address } from "./queues.ts";

const batchSize = 1_000;

export type RemovalParts = Pick<JobParts, "store" | "catalog" | "relational" | "stopping">;

export async function removeCloud(
  parts: RemovalParts,
  { tenantId, id }: Address,
  signal: AbortSignal,
): Promise<"done"> {
  let left = true;
  while (left && !signal.aborted && !parts.stopping.aborted)
    left = await parts.store.withTenant(tenantId, (tx) => removeBatch(parts, tx, id));
  return "done";
}

async function removeBatch(parts: RemovalParts, tx: TenantTx, cloudId: string): Promise<boolean> {
  await lockCloud(tx, cloudId, null, parts.catalog.generation);
  const rows = await liveResources(tx, cloudId, batchSize);
  if (rows.length === 0) return finish(parts, tx, cloudId);
  // A harvest that is under way would fill it again.
  await revokeLease(tx, cloudId);
  await markGone(tx, { tenantId: tx.tenantId, cloudId }, rows);
  await dropJudged(tx, cloudId, rows);
  const changed = rows.map((row) => ({ ...row, hadGaps: false }));
  await queueJudging(tx, parts.relational, { ...nothing, cloudId, changed });
  return true;
}

async function finish({ relational }: RemovalParts, tx: TenantTx, cloudId: string): Promise<false> {
  const accountId = await finishRemoval(tx, cloudId);
  if (accountId === null) return false;
  await revokeLease(tx, cloudId);
  await endHarvestJobs(tx, cloudId, "The cloud has been removed.");
  await audit(tx, { actor: "system", action: "cloud.removed", subject: accountId });
  // Edges that lead there lead out of the estate from now on.
  const turned = await typesOfLeftCloud(tx, cloudId, relational);
  await queueJudging(tx, relational, { ...nothing, cloudId, turned });
  return false;
}

const nothing = { changed: [], turned: [], undecided: [], targetsBefore: [] };
