// The status of a cloud and its history, kept for 400 days; the one place that changes it.
import type { CloudState } from "#model/cloud.ts";
import { announce } from "./changes.ts";
import type { TenantTx } from "./open.ts";

export interface StateChange {
  state: CloudState;
  code: string | null;
  reason: string | null;
  action: string | null;
  /** What the state rests on: a policy, a role without its account, a key, operations. Equal causes are one problem. */
  cause?: string | null;
}

/**
 * Sets the status of clouds. `since` moves with the state, the history also with code or reason. Returns the ids that
 * changed.
 */
export async function setCloudStates(
  tx: TenantTx,
  cloudIds: string[],
  change: StateChange,
): Promise<string[]> {
  if (cloudIds.length === 0) return [];
  const { rows } = await tx.client.query<{ id: string }>(
    `with old as (
       select id, state, state_code, state_reason from clouds
       where tenant_id = $1 and id = any($2)
         and (state, state_code, state_reason, state_action, state_cause) is distinct from ($3, $4, $5, $6, $7)
       order by id for update
     ), changed as (
       update clouds c set state = $3, state_code = $4, state_reason = $5, state_action = $6, state_cause = $7,
         changed_at = now(), state_since = case when c.state = $3 then c.state_since else now() end
       from old where c.tenant_id = $1 and c.id = old.id
       returning c.id, old.state as from_state,
         (old.state, old.state_code, old.state_reason) is distinct from ($3, $4, $5) as is_told
     ), history as (
       insert into cloud_states (tenant_id, cloud_id, from_state, state, code, reason)
       select $1, id, from_state, $3, $4, $5 from changed where is_told
     )
     select id from changed`,
    [tx.tenantId, cloudIds, change.state, change.code, change.reason, change.action, change.cause ?? null],
  );
  if (rows.length > 0) await announce(tx, "cloud", rows.length === 1 ? (rows[0]?.id ?? null) : null);
  return rows.map((row) => row.id);
}

export interface StatusChange {
  id: string;
  at: string;
  from: CloudState | null;
  to: CloudState;
  code: string | null;
  reason: string | null;
}

/** Newest first; one row more than asked if there are more. `before`: id of the last one seen. */
export async function listStatusChanges(
  tx: TenantTx,
  cloudId: string,
  asked: { before: string | null; limit: number },
): Promise<StatusChange[]> {
  let query = tx.db
    .selectFrom("cloud_states")
    .select(["id", "at", "from_state", "state", "code", "reason"])
    .where("tenant_id", "=", tx.tenantId)
    .where("cloud_id", "=", cloudId)
    .orderBy("id", "desc")
    .limit(asked.limit + 1);
  if (asked.before !== null) query = query.where("id", "<", asked.before);
  return (await query.execute()).map(({ id, at, from_state, state, code, reason }) => ({
    id,
    at: at.toISOString(),
    from: from_state as CloudState | null,
    to: state as CloudState,
    code,
    reason,
  }));
}
