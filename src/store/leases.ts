// Who may write a cloud's resources. A worker holds a lease with an epoch; every write checks it,
// so that a stalled or outdated worker can do no harm. Inside a transaction the cloud's lock keeps
// sweep, events and judging from interleaving.
import type { Store, TenantTx } from "./open.ts";

export interface Lease {
  tenantId: string;
  cloudId: string;
  epoch: string;
}

export const leaseMs = 90_000;

/** Takes the lease if nobody holds a live one; null if somebody does, or there is no such cloud. */
export async function takeLease(
  store: Store,
  tenantId: string,
  cloudId: string,
  holder: string,
): Promise<Lease | null> {
  return store.withTenant(tenantId, async (tx) => {
    const { rows } = await tx.client.query<{ epoch: string }>(
      `insert into cloud_leases as l (tenant_id, cloud_id, epoch, holder, until)
       select tenant_id, id, 1, $3, clock_timestamp() + $4 * interval '1 ms'
       from clouds where tenant_id = $1 and id = $2 and removed_at is null
       on conflict (tenant_id, cloud_id) do update
         set epoch = l.epoch + 1, holder = excluded.holder, until = excluded.until
         where l.until < clock_timestamp() or l.holder = excluded.holder
       returning epoch`,
      [tenantId, cloudId, holder, leaseMs],
    );
    const epoch = rows[0]?.epoch;
    return epoch === undefined ? null : { tenantId, cloudId, epoch };
  });
}

/** Extends a lease that is still ours; false if it was taken over. */
export async function extendLease(store: Store, lease: Lease): Promise<boolean> {
  return store.withTenant(lease.tenantId, async (tx) => {
    const { rowCount } = await tx.client.query(
      `update cloud_leases set until = clock_timestamp() + $4 * interval '1 ms'
       where tenant_id = $1 and cloud_id = $2 and epoch = $3`,
      [lease.tenantId, lease.cloudId, lease.epoch, leaseMs],
    );
    return rowCount === 1;
  });
}

export async function dropLease(store: Store, lease: Lease): Promise<void> {
  await store.withTenant(lease.tenantId, (tx) =>
    tx.client.query(
      "update cloud_leases set until = '-infinity', holder = null where tenant_id = $1 and cloud_id = $2 and epoch = $3",
      [lease.tenantId, lease.cloudId, lease.epoch],
    ),
  );
}

/** Nobody holds the cloud any more: what is under way is refused at its next write. */
export async function revokeLease(tx: TenantTx, cloudId: string): Promise<void> {
  await tx.client.query(
    `update cloud_leases set epoch = epoch + 1, until = '-infinity', holder = null
     where tenant_id = $1 and cloud_id = $2 and until > clock_timestamp()`,
    [tx.tenantId, cloudId],
  );
}

/** The writer has lost its right to write; it ends without harm and without a failure. */
export class LeaseLost extends Error {}

/** First statement of every write to a cloud: one writer at a time, and only with the right to write. */
export async function lockCloud(
  tx: TenantTx,
  cloudId: string,
  lease: Lease | null,
  generation: string,
): Promise<void> {
  await tx.client.query("select pg_advisory_xact_lock(hashtextextended($1, 7))", [
    `${tx.tenantId} ${cloudId}`,
  ]);
  const { rows } = await tx.client.query<{ newest: string | null; epoch: string | null; wanted: boolean }>(
    `select (select generation from catalog_generations order by number desc limit 1) as newest,
       (select epoch from cloud_leases where tenant_id = $1 and cloud_id = $2 and until > clock_timestamp()) as epoch,
       exists (select from clouds where tenant_id = $1 and id = $2 and removed_at is null and state <> 'removing') as wanted`,
    [tx.tenantId, cloudId],
  );
  const row = rows[0];
  if (row?.newest !== generation)
    throw new LeaseLost("A newer release judges this installation now; this worker stops taking work.");
  if (lease && row.epoch !== lease.epoch) throw new LeaseLost("Another worker has taken over this cloud.");
  if (lease && !row.wanted) throw new LeaseLost("The cloud is being removed.");
}
