// Reading of audit events, newest first. They are written by audit.ts.
import type { TenantTx } from "./open.ts";

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
