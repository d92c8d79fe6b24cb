// Clouds that are connected by themselves, not through an organization.
import { readmitCloud } from "./cloud-removal.ts";
import { setCloudStates } from "./cloud-states.ts";
import { writeCloudTerms } from "./cloud-terms.ts";
import type { TenantTx } from "./open.ts";

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
  const created = (await insertCloud(tx, cloud)) || (await returnCloud(tx, cloud));
  if (!created) return false;
  await tx.client.query(
    "insert into badges (tenant_id, cloud_id, key, value, kind) values ($1, $2, 'system.cloud_type', 'aws', 'system')",
    [tx.tenantId, cloud.id],
  );
  await writeCloudTerms(tx, [cloud]);
  return true;
}

async function insertCloud(tx: TenantTx, cloud: SingleCloud): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `with inserted as (
       insert into clouds (tenant_id, id, provider, partition, account_id, name, state, credentials)
       values ($1, $2, 'aws', $3, $4, $5, 'pending', $6) on conflict do nothing returning id
     )
     insert into cloud_states (tenant_id, cloud_id, state) select $1, id, 'pending' from inserted`,
    [tx.tenantId, cloud.id, cloud.partition, cloud.accountId, cloud.name, cloud.credentials],
  );
  return rowCount === 1;
}

/** A cloud that was removed before comes back under its old id. */
async function returnCloud(tx: TenantTx, cloud: SingleCloud): Promise<boolean> {
  if (!(await readmitCloud(tx, cloud.id))) return false;
  await tx.client.query(
    `update clouds set organization_id = null, unit_id = null, organizational_path = null, name = $3, credentials = $4
     where tenant_id = $1 and id = $2`,
    [tx.tenantId, cloud.id, cloud.name, cloud.credentials],
  );
  await setCloudStates(tx, [cloud.id], { state: "pending", code: null, reason: null, action: null });
  return true;
}
