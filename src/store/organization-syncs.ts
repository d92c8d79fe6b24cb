// When an organization is synced, and what came of it.
import type { TenantTx } from "./open.ts";
import { forgetShownRemovals } from "./shown-removals.ts";

/** Not so where a worker is woken for a part of it. A sync that began and has not ended was killed. */
export async function isSyncDue(tx: TenantTx, id: string): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `select from cloud_organizations where tenant_id = $1 and id = $2
       and (next_sync_at <= now() or sync_state in ('pending', 'running'))`,
    [tx.tenantId, id],
  );
  return rowCount === 1;
}

export async function makeSyncDue(tx: TenantTx, id: string): Promise<void> {
  await tx.client.query(
    "update cloud_organizations set next_sync_at = now() where tenant_id = $1 and id = $2",
    [tx.tenantId, id],
  );
}

/** Cancelled before it began: it waits for its next time. One that runs breaks off by itself and records that. */
export async function postponeSync(tx: TenantTx, id: string): Promise<void> {
  await tx.client.query(
    `update cloud_organizations set next_sync_at = now() + sync_interval_minutes * interval '1 minute',
       sync_state = case when sync_state = 'pending' then 'failed' else sync_state end,
       sync_error = case when sync_state = 'pending' then 'The sync was cancelled.' else sync_error end
     where tenant_id = $1 and id = $2 and sync_state <> 'running'`,
    [tx.tenantId, id],
  );
}

export async function recordSyncStart(tx: TenantTx, id: string): Promise<void> {
  await tx.client.query(
    "update cloud_organizations set sync_state = 'running', sync_started_at = now(), next_sync_at = null where tenant_id = $1 and id = $2",
    [tx.tenantId, id],
  );
}

export interface SyncResult {
  state: "done" | "failed" | "needs-confirmation";
  error: string | null;
  accounts: { total: number; included: number; excluded: number } | null;
  calls: number;
  /** Until the next one; null = the organization's interval. */
  nextMinutes: number | null;
}

/** Of the time until the next sync: organizations that were connected together do not stay in step. */
const jitter = 0.1;

export async function recordSync(tx: TenantTx, id: string, result: SyncResult): Promise<void> {
  if (result.state === "done") await forgetShownRemovals(tx, id);
  await tx.client.query(
    `update cloud_organizations set sync_state = $3, sync_error = $4, sync_calls = $5, sync_finished_at = now(),
       -- Not null: asked for again, with other filters perhaps, while this one ran.
       next_sync_at = coalesce(next_sync_at,
         now() + coalesce($6, sync_interval_minutes) * (1 - ${jitter} * random()) * interval '1 minute'),
       -- A sync that failed has not done yet what was confirmed.
       confirmed_removals = case when $3 = 'done' then '{}' else confirmed_removals end,
       accounts_total = coalesce($7, accounts_total), accounts_included = coalesce($8, accounts_included),
       accounts_excluded = coalesce($9, accounts_excluded)
     where tenant_id = $1 and id = $2`,
    [
      tx.tenantId,
      id,
      result.state,
      result.error,
      result.calls,
      result.nextMinutes,
      result.accounts?.total ?? null,
      result.accounts?.included ?? null,
      result.accounts?.excluded ?? null,
    ],
  );
}
