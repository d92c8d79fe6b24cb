// Writing of audit events: who did what, in the transaction that does it.
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
