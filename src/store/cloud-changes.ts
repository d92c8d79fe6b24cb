// What people change of a cloud: its name, and whether it is harvested.
import { sql } from "kysely";
import type { CloudState } from "#model/cloud.ts";
import { type StateChange, setCloudStates } from "./cloud-states.ts";
import { writeCloudTerms } from "./cloud-terms.ts";
import type { TenantTx } from "./open.ts";

export interface CloudRights {
  name: string;
  accountId: string;
  organizationId: string | null;
  state: CloudState;
  paused: boolean;
}

/** Locked, for a change that depends on it. */
export async function lockCloudRow(tx: TenantTx, id: string): Promise<CloudRights | undefined> {
  const row = await tx.db
    .selectFrom("clouds")
    .select(["name", "account_id", "organization_id", "state", "paused"])
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .where("removed_at", "is", null)
    .forUpdate()
    .executeTakeFirst();
  return (
    row && {
      name: row.name,
      accountId: row.account_id,
      organizationId: row.organization_id,
      state: row.state as CloudState,
      paused: row.paused,
    }
  );
}

export async function renameCloud(
  tx: TenantTx,
  id: string,
  cloud: { name: string; accountId: string },
): Promise<void> {
  await tx.db
    .updateTable("clouds")
    .set({ name: cloud.name, changed_at: sql`clock_timestamp()` })
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .execute();
  await writeCloudTerms(tx, [{ id, ...cloud }]);
}

export async function pauseCloud(tx: TenantTx, id: string, by: string): Promise<void> {
  await setPaused(tx, id, true);
  await setCloudStates(tx, [id], paused(`Paused by ${by}.`));
}

const paused = (reason: string): StateChange => ({
  state: "paused",
  code: "paused-by-user",
  reason,
  action: "Resume it to harvest it again.",
});
const pending: StateChange = { state: "pending", code: null, reason: null, action: null };

/** What was due meanwhile is harvested next; the state follows from what that meets, or stays what AWS has made it. */
export async function resumeCloud(tx: TenantTx, id: string, state: CloudState): Promise<void> {
  await setPaused(tx, id, false);
  if (state === "paused") await setCloudStates(tx, [id], pending);
}

/** Clouds whose own state has ended: to be harvested, but for those that somebody has paused. Returns the former. */
export async function wakeClouds(tx: TenantTx, ids: string[]): Promise<string[]> {
  const { rows } = await tx.client.query<{ id: string; reason: string | null }>(
    `select id, (select reason from cloud_states s where s.tenant_id = $1 and s.cloud_id = c.id and s.state = 'paused'
       order by s.id desc limit 1) as reason
     from clouds c where tenant_id = $1 and id = any($2) and paused`,
    [tx.tenantId, ids],
  );
  for (const { id, reason } of rows) await setCloudStates(tx, [id], paused(reason ?? "Paused."));
  const rest = ids.filter((id) => !rows.some((row) => row.id === id));
  await setCloudStates(tx, rest, pending);
  return rest;
}

async function setPaused(tx: TenantTx, id: string, paused: boolean): Promise<void> {
  await tx.db
    .updateTable("clouds")
    .set({ paused, changed_at: sql`clock_timestamp()`, next_try_at: null })
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .execute();
}
