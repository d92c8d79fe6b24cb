// Work that must not be lost: upserted in the transaction that causes it, removed by a drainer
// only where seq did not move while it worked (design §4).
import type { TenantTx } from "./open.ts";
import type { Parameters } from "./parameters.ts";

export type PendingKind = "judge";

export interface PendingRow {
  resource: string;
  seq: string;
  reason: string;
}

/**
 * Queues resources that the queries name, each a select of (cloud_id, id). They may lie in other clouds, whose
 * rows other transactions write too: so it is one statement in key order, and the last of its transaction that
 * waits for locks. Two statements deadlocked.
 */
export async function queueAll(
  tx: TenantTx,
  kind: PendingKind,
  reason: string,
  queries: string[],
  parameters: Parameters,
): Promise<number> {
  if (queries.length === 0) return 0;
  const [tenant, kindAt, reasonAt] = [tx.tenantId, kind, reason].map((value) => parameters.of(value));
  const { rowCount } = await tx.client.query(
    `insert into pending as p (tenant_id, cloud_id, kind, resource, reason)
     select distinct ${tenant}::text, q.cloud_id collate "C", ${kindAt}::text, q.id collate "C", ${reasonAt}::text
     from (${queries.join("\nunion all\n")}) as q (cloud_id, id)
     order by 2, 4
     on conflict (tenant_id, cloud_id, kind, resource) do update
       set seq = nextval('pending_seq'), reason = excluded.reason`,
    parameters.values,
  );
  return rowCount ?? 0;
}

export async function readPending(
  tx: TenantTx,
  cloudId: string,
  kind: PendingKind,
  limit: number,
): Promise<PendingRow[]> {
  const { rows } = await tx.client.query<PendingRow>(
    `select resource, seq, reason from pending where tenant_id = $1 and cloud_id = $2 and kind = $3
     order by seq limit $4`,
    [tx.tenantId, cloudId, kind, limit],
  );
  return rows;
}

/** Only rows that were not queued again since they were read; locked in key order, as queueAll does. */
export async function removePending(
  tx: TenantTx,
  cloudId: string,
  kind: PendingKind,
  rows: PendingRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.client.query(
    `with done as materialized (
       select p.resource from pending p join unnest($4::text[], $5::bigint[]) as d (resource, seq)
         on p.resource = d.resource and p.seq = d.seq
       where p.tenant_id = $1 and p.cloud_id = $2 and p.kind = $3
       order by p.resource for update of p
     )
     delete from pending p using done d
     where p.tenant_id = $1 and p.cloud_id = $2 and p.kind = $3 and p.resource = d.resource`,
    [tx.tenantId, cloudId, kind, rows.map((row) => row.resource), rows.map((row) => row.seq)],
  );
}
