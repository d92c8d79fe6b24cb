// Clouds that are connected by themselves, not through an organization.
import type { TenantTx } from "./open.ts";
import { cloudTerms } from "./organization-clouds.ts";

export interface SingleCloud {
  id: string;
  accountId: string;
  partition: string;
  name: string;
  /** Sealed. */
  credentials: Buffer;
}

/** False if the account is connected to this installation already, by whatever tenant. */
export async function createSingleCloud(tx: TenantTx, cloud: SingleCloud): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `insert into clouds as c (tenant_id, id, provider, partition, account_id, name, state, credentials)
     select $1, $2, 'aws', $3, $4, $5, 'pending', $6
     where not exists (select from clouds k where k.tenant_id = $1 and k.id = $2 and k.removed_at is null)
     on conflict do nothing`,
    [tx.tenantId, cloud.id, cloud.partition, cloud.accountId, cloud.name, cloud.credentials],
  );
  const created = rowCount === 1 || (await returned(tx, cloud));
  if (!created) return false;
  await tx.client.query("insert into cloud_states (tenant_id, cloud_id, state) values ($1, $2, 'pending')", [
    tx.tenantId,
    cloud.id,
  ]);
  await tx.client.query(
    "insert into badges (tenant_id, cloud_id, key, value, kind) values ($1, $2, 'system.cloud_type', 'aws', 'system') on conflict do nothing",
    [tx.tenantId, cloud.id],
  );
  await tx.client.query(
    "insert into cloud_terms (tenant_id, term, cloud_id) select distinct $1, t, $2 from unnest($3::text[]) as t on conflict do nothing",
    [tx.tenantId, cloud.id, cloudTerms(cloud.name, cloud.accountId)],
  );
  return true;
}

/** A cloud that was removed before comes back under its old id. */
async function returned(tx: TenantTx, cloud: SingleCloud): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `update clouds set removed_at = null, organization_id = null, name = $3, credentials = $4, state = 'pending',
       state_code = null, state_reason = null, state_action = null, state_since = now(), changed_at = now()
     where tenant_id = $1 and id = $2 and removed_at is not null
       and not exists (select from clouds k where k.tenant_id = $1 and k.account_id = $5 and k.removed_at is null)`,
    [tx.tenantId, cloud.id, cloud.name, cloud.credentials, cloud.accountId],
  );
  return rowCount === 1;
}
