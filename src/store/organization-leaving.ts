// What a complete listing of an organization takes away: clouds out of scope, and suspended ones.
// Nothing is deleted here; their data is kept, or a job of its own removes it.
import { audit } from "./audit.ts";
import { setCloudStates } from "./cloud-states.ts";
import type { TenantTx } from "./open.ts";

export interface LiveCloud {
  cloudId: string;
  accountId: string;
  state: string;
}

export interface LeavingCloud {
  cloudId: string;
  accountId: string;
  code: "left-organization" | "excluded";
  reason: string;
}

/** Clouds of the organization that are in the lists, whatever their state. */
export async function liveClouds(tx: TenantTx, organizationId: string): Promise<LiveCloud[]> {
  return tx.db
    .selectFrom("clouds")
    .select(["id as cloudId", "account_id as accountId", "state"])
    .where("tenant_id", "=", tx.tenantId)
    .where("organization_id", "=", organizationId)
    .where("removed_at", "is", null)
    .orderBy("id")
    .execute();
}

export async function putOutOfScope(tx: TenantTx, leaving: LeavingCloud[]): Promise<void> {
  const byCause = Map.groupBy(leaving, ({ code, reason }) => `${code} ${reason}`);
  for (const alike of byCause.values()) {
    const { code, reason } = alike[0] as LeavingCloud;
    const changed = await setCloudStates(
      tx,
      alike.map((cloud) => cloud.cloudId),
      {
        state: "out-of-scope",
        code,
        reason,
        action: "Its data is kept and no longer refreshed. Remove the cloud when it is not needed any more.",
      },
    );
    await audit(tx, auditRows("cloud.out-of-scope", alike, changed, { code, reason }));
  }
}

/** Suspended clouds that the organization wants removed; a background job empties and removes them. */
export async function startRemoving(tx: TenantTx, clouds: LiveCloud[]): Promise<void> {
  const changed = await setCloudStates(
    tx,
    clouds.map((cloud) => cloud.cloudId),
    {
      state: "removing",
      code: "account-suspended",
      reason: "The account is suspended and the organization removes suspended accounts.",
      action: null,
    },
  );
  await audit(tx, auditRows("cloud.removing", clouds, changed, {}));
}

function auditRows(
  action: string,
  clouds: { cloudId: string; accountId: string }[],
  changed: string[],
  detail: Record<string, unknown>,
) {
  const ids = new Set(changed);
  return clouds
    .filter(({ cloudId }) => ids.has(cloudId))
    .map(({ accountId }) => ({ actor: "sync", action, subject: accountId, detail }));
}
