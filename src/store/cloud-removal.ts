// Taking a cloud out of the estate: tombstones for its resources, then the cloud itself. And its return.
import type { LostResource } from "./lost-resources.ts";
import type { TenantTx } from "./open.ts";

/** Code of the state of a cloud that somebody has removed, also when it is gone. */
export const removedByUser = "removed-by-user";

/** None once the cloud is not being removed any more, because its organization wants it again. */
export async function liveResources(tx: TenantTx, cloudId: string, limit: number): Promise<LostResource[]> {
  const { rows } = await tx.client.query<LostResource>(
    `select r.id, r.type, r.native_id as "nativeId", r.key_region as "keyRegion",
       greatest(r.observed_at, now()) as "lostAt", coalesce(s.insight_ids, '{}') as "judgedBefore"
     from resources r left join rule_sets s on s.hash = r.judged_hash
     where r.tenant_id = $1 and r.cloud_id = $2 and r.gone_at is null
       and exists (select from clouds c where c.tenant_id = $1 and c.id = $2 and c.state = 'removing')
     order by r.id limit $3`,
    [tx.tenantId, cloudId, limit],
  );
  return rows;
}

/** Returns the provider's account id, null if the cloud is not being removed (any more). */
export async function finishRemoval(tx: TenantTx, cloudId: string): Promise<string | null> {
  const { rows } = await tx.client.query<{ account_id: string }>(
    `update clouds set removed_at = now(), credentials = null, previous_credentials = null, changed_at = now()
     where tenant_id = $1 and id = $2 and state = 'removing' and removed_at is null returning account_id`,
    [tx.tenantId, cloudId],
  );
  if (!rows[0]) return null;
  for (const table of [
    "harvest_scopes",
    "listing_seen",
    "pending",
    "verdict_counts",
    "resource_counts",
    "badges",
    "cloud_tags",
    "cloud_terms",
    "known_denials",
    "role_inspections",
  ])
    await tx.client.query(`delete from ${table} where tenant_id = $1 and cloud_id = $2`, [
      tx.tenantId,
      cloudId,
    ]);
  return rows[0].account_id;
}

/**
 * Brings a removed cloud back under its old id, as if it were new; its scopes are gone, so its regions are read again.
 * False if another tenant has the account by now: row-level security hides that row, only the unique index knows it.
 */
export async function readmitCloud(tx: TenantTx, cloudId: string): Promise<boolean> {
  await tx.client.query("savepoint readmit");
  try {
    const { rowCount } = await tx.client.query(
      `update clouds set removed_at = null, regions = null, regions_off = null, regions_read_at = null, worked_at = null,
         awaiting_since = null, failures = 0, next_try_at = null, paused = false, changed_at = now()
       where tenant_id = $1 and id = $2 and removed_at is not null`,
      [tx.tenantId, cloudId],
    );
    await tx.client.query("release savepoint readmit");
    return rowCount === 1;
  } catch (cause) {
    const { code, constraint } = cause as { code?: string; constraint?: string };
    if (code !== "23505" || constraint !== "clouds_once") throw cause;
    await tx.client.query("rollback to savepoint readmit");
    return false;
  }
}
