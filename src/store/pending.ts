// Work that must not be lost: upserted in the transaction that causes it, removed by a drainer
// only where seq did not move while it worked (design §4).
import type { TenantTx } from "./open.ts";

export type PendingKind = "judge";

export interface PendingRow {
  resource: string;
  seq: string;
  reason: string;
}

/**
 * Queues resources named by a query that yields (cloud_id, id). Rows are written in key order so that
 * two transactions that queue for the same clouds do not deadlock.
 */
export async function queueWhere(
  tx: TenantTx,
  kind: PendingKind,
  reason: string,
  query: string,
  values: unknown[],
): Promise<number> {
  const at = values.length;
  const { rowCount } = await tx.client.query(
    `insert into pending as p (tenant_id, cloud_id, kind, resource, reason)
     select distinct $${at + 1}, q.cloud_id, $${at + 2}, q.id, $${at + 3} from (${query}) as q (cloud_id, id)
     order by 2, 4
     on conflict (tenant_id, cloud_id, kind, resource) do update
       set seq = nextval('pending_seq'), reason = excluded.reason`,
    [...values, tx.tenantId, kind, reason],
  );
  return rowCount ?? 0;
}

export async function readPending(
  tx: TenantTx,
  cloudId: string,
  kind: PendingKind,
  limit: number,
): Promise<PendingRow[]> {
  return tx.db
    .selectFrom("pending")
    .select(["resource", "seq", "reason"])
    .where("tenant_id", "=", tx.tenantId)
    .where("cloud_id", "=", cloudId)
    .where("kind", "=", kind)
    .orderBy("seq")
    .limit(limit)
    .execute();
}

export async function removePending(
  tx: TenantTx,
  cloudId: string,
  kind: PendingKind,
  rows: PendingRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.client.query(
    `delete from pending p using unnest($4::text[], $5::bigint[]) as d (resource, seq)
     where p.tenant_id = $1 and p.cloud_id = $2 and p.kind = $3 and p.resource = d.resource and p.seq = d.seq`,
    [tx.tenantId, cloudId, kind, rows.map((row) => row.resource), rows.map((row) => row.seq)],
  );
}
