// The status of a cloud and its history; the one place that changes it.
import type { CloudState } from "#model/cloud.ts";
import { announce } from "./changes.ts";
import type { TenantTx } from "./open.ts";

export interface StateChange {
  state: CloudState;
  code: string | null;
  reason: string | null;
  action: string | null;
}

/**
 * Sets the status of clouds. `since` moves with the state, the history also with code, reason or action. Returns the
 * ids that changed.
 */
export async function setCloudStates(
  tx: TenantTx,
  cloudIds: string[],
  change: StateChange,
): Promise<string[]> {
  if (cloudIds.length === 0) return [];
  const { rows } = await tx.client.query<{ id: string }>(
    `with changed as (
       update clouds set state = $3, state_code = $4, state_reason = $5, state_action = $6, changed_at = now(),
         state_since = case when state = $3 then state_since else now() end
       where tenant_id = $1 and id = any($2)
         and (state, state_code, state_reason, state_action) is distinct from ($3, $4, $5, $6)
       returning id
     ), history as (
       insert into cloud_states (tenant_id, cloud_id, state, code, reason) select $1, id, $3, $4, $5 from changed
     )
     select id from changed`,
    [tx.tenantId, cloudIds, change.state, change.code, change.reason, change.action],
  );
  if (rows.length > 0) await announce(tx, "cloud", rows.length === 1 ? (rows[0]?.id ?? null) : null);
  return rows.map((row) => row.id);
}
