// Empties and removes a cloud: its resources become tombstones in batches, its findings close, its
// history stays for the retention period; then it leaves every list.
import { audit } from "#store/audit.ts";
import { finishRemoval, liveResources, markCloudGone } from "#store/cloud-removal.ts";
import { lockCloud } from "#store/leases.ts";
import type { TenantTx } from "#store/open.ts";
import { dropJudged } from "#store/verdicts.ts";
import type { JobParts } from "./parts.ts";
import type { Address } from "./queues.ts";

const batchSize = 1_000;

export async function removeCloud(
  parts: JobParts,
  { tenantId, id }: Address,
  signal: AbortSignal,
): Promise<"done"> {
  let left = true;
  while (left && !signal.aborted && !parts.stopping.aborted)
    left = await parts.store.withTenant(tenantId, (tx) => removeBatch(parts, tx, id));
  return "done";
}

async function removeBatch(parts: JobParts, tx: TenantTx, cloudId: string): Promise<boolean> {
  await lockCloud(tx, cloudId, null, parts.catalog.generation);
  const rows = await liveResources(tx, cloudId, batchSize);
  if (rows.length > 0) {
    await markCloudGone(
      tx,
      cloudId,
      rows.map((row) => row.resourceId),
    );
    await dropJudged(tx, cloudId, rows);
    return true;
  }
  const accountId = await finishRemoval(tx, cloudId);
  if (accountId) await audit(tx, { actor: "system", action: "cloud.removed", subject: accountId });
  return false;
}
