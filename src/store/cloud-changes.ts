// What people change of a cloud: its name, and whether it is harvested.
import { sql } from "kysely";
import type { CloudState } from "#model/cloud.ts";
import { setCloudStates } from "./cloud-states.ts";
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
  await setCloudStates(tx, [id], {
    state: "paused",
    code: "paused-by-user",
    reason: `Paused by ${by}.`,
    action: "Resume it to harvest it again.",
  });
}

/** What was due meanwhile is harvested next; the state follows from what that meets. */
export async function resumeCloud(tx: TenantTx, id: string): Promise<void> {
  await setPaused(tx, id, false);
  await setCloudStates(tx, [id], { state: "pending", code: null, reason: null, action: null });
}

async function setPaused(tx: TenantTx, id: string, paused: boolean): Promise<void> {
  await tx.db
    .updateTable("clouds")
    .set({ paused, changed_at: sql`clock_timestamp()`, next_try_at: null })
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .execute();
}
