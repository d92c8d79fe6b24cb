// Audit events: who did what, written in the transaction that does it, read newest first.
import type { TenantTx } from "./open.ts";

export interface AuditEntry {
  actor: string;
  action: string;
  subject: string | null;
  /** Never a secret. */
  detail?: Record<string, unknown>;
}

export async function audit(tx: TenantTx, entries: AuditEntry | AuditEntry[]): Promise<void> {
  const rows = [entries].flat();
  if (rows.length === 0) return;
  await tx.client.query(
    `insert into audit_events (tenant_id, actor, action, subject, detail)
     select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[])`,
    [
      tx.tenantId,
      rows.map((row) => row.actor),
      rows.map((row) => row.action),
      rows.map((row) => row.subject),
      rows.map((row) => JSON.stringify(row.detail ?? {})),
    ],
  );
}

export async function listAuditEvents(
  tx: TenantTx,
  wanted: { action: string | undefined; before: string | null; limit: number },
) {
  let query = tx.db
    .selectFrom("audit_events")
    .selectAll()
    .where("tenant_id", "=", tx.tenantId)
    .orderBy("id", "desc")
    .limit(wanted.limit + 1);
  if (wanted.action !== undefined) query = query.where("action", "=", wanted.action);
  if (wanted.before !== null) query = query.where("id", "<", wanted.before);
  const rows = await query.execute();
  return rows.map(({ id, at, actor, action, subject, detail }) => ({
    id,
    at: at.toISOString(),
    actor,
    action,
    subject,
    detail: detail as Record<string, unknown>,
  }));
}
