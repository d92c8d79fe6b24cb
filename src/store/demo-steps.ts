// What the demo's "Try it" shows of the product's own work: the organization's sync, the clouds it is about.
import type { CloudState } from "#model/cloud.ts";
import type { TenantTx } from "./open.ts";

export interface DemoOrganization {
  id: string;
  sync: { state: string; startedAt: Date | null; isDue: boolean; error: string | null };
}

export async function readDemoOrganization(
  tx: TenantTx,
  managementAccountId: string,
): Promise<DemoOrganization | null> {
  const { rows } = await tx.client.query<{
    id: string;
    state: string;
    started_at: Date | null;
    is_due: boolean | null;
    error: string | null;
  }>(
    `select id, sync_state as state, sync_started_at as started_at, next_sync_at <= now() as is_due, sync_error as error
     from cloud_organizations where tenant_id = $1 and management_account_id = $2`,
    [tx.tenantId, managementAccountId],
  );
  const row = rows[0];
  if (!row) return null;
  const { id, state, started_at: startedAt, is_due: isDue, error } = row;
  return { id, sync: { state, startedAt, isDue: isDue === true, error } };
}

export interface DemoCloud {
  id: string;
  accountId: string;
  name: string;
  state: CloudState;
  reason: string | null;
  path: string | null;
  isActive: boolean;
}

/** Of the whole organization, by account id: a demo's. */
export async function readDemoClouds(tx: TenantTx, organizationId: string): Promise<DemoCloud[]> {
  const { rows } = await tx.client.query<DemoCloud>(
    `select id, account_id as "accountId", name, state, state_reason as reason, organizational_path as path,
       coalesce(provider_state = 'ACTIVE', false) as "isActive"
     from clouds where tenant_id = $1 and organization_id = $2 and removed_at is null order by account_id`,
    [tx.tenantId, organizationId],
  );
  return rows;
}
