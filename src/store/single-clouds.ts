// Clouds that are connected by themselves, not through an organization.
import type { CloudCredentials } from "#model/cloud-credentials.ts";
import { replaceBadges } from "./badges.ts";
import { readmitCloud } from "./cloud-removal.ts";
import { setCloudStates } from "./cloud-states.ts";
import { writeCloudTerms } from "./cloud-terms.ts";
import { forgetTrial } from "./external-id-trials.ts";
import { probeDenials } from "./known-denials.ts";
import type { Store, TenantTx } from "./open.ts";
import type { Vault } from "./vault.ts";

export interface SingleCloud {
  id: string;
  accountId: string;
  partition: string;
  name: string;
  /** Sealed. */
  credentials: Buffer;
  usesTenantExternalId?: boolean;
  strategyIds?: string[];
  /** The user's. */
  badges?: { key: string; value: string }[];
}

/** False if the account is connected to this installation already, by whatever tenant. */
export async function createSingleCloud(tx: TenantTx, cloud: SingleCloud): Promise<boolean> {
  const created = (await insertCloud(tx, cloud)) || (await returnCloud(tx, cloud));
  if (!created) return false;
  await tx.client.query(
    "insert into badges (tenant_id, cloud_id, key, value, kind) values ($1, $2, 'system.cloud_type', 'aws', 'system')",
    [tx.tenantId, cloud.id],
  );
  await replaceBadges(tx, cloud.id, cloud.badges ?? []);
  await writeCloudTerms(tx, [cloud]);
  return true;
}

async function insertCloud(tx: TenantTx, cloud: SingleCloud): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `with inserted as (
       insert into clouds (tenant_id, id, provider, partition, account_id, name, state, credentials, strategy_ids,
         uses_tenant_external_id)
       values ($1, $2, 'aws', $3, $4, $5, 'pending', $6, $7, $8) on conflict do nothing returning id
     )
     insert into cloud_states (tenant_id, cloud_id, state) select $1, id, 'pending' from inserted`,
    [
      tx.tenantId,
      cloud.id,
      cloud.partition,
      cloud.accountId,
      cloud.name,
      cloud.credentials,
      cloud.strategyIds ?? [],
      cloud.usesTenantExternalId ?? false,
    ],
  );
  return rowCount === 1;
}

/** A cloud that was removed before comes back under its old id. */
async function returnCloud(tx: TenantTx, cloud: SingleCloud): Promise<boolean> {
  if (!(await readmitCloud(tx, cloud.id))) return false;
  await tx.client.query(
    `update clouds set organization_id = null, unit_id = null, organizational_path = null, name = $3, credentials = $4,
       strategy_ids = $5, uses_tenant_external_id = $6
     where tenant_id = $1 and id = $2`,
    [
      tx.tenantId,
      cloud.id,
      cloud.name,
      cloud.credentials,
      cloud.strategyIds ?? [],
      cloud.usesTenantExternalId ?? false,
    ],
  );
  await setCloudStates(tx, [cloud.id], { state: "pending", code: null, reason: null, action: null });
  return true;
}

/** Where a cloud's own credentials are sealed to. */
export function credentialsPlace(id: string): string {
  return `cloud/${id}`;
}

/** null: there is no such cloud, or an organization manages it. */
export async function readCloudCredentials(
  tx: TenantTx,
  vault: Vault,
  id: string,
): Promise<CloudCredentials | null> {
  const { rows } = await tx.client.query<{ credentials: Buffer | null }>(
    "select credentials from clouds where tenant_id = $1 and id = $2 and organization_id is null and removed_at is null",
    [tx.tenantId, id],
  );
  const sealed = rows[0]?.credentials;
  return sealed ? vault.open<CloudCredentials>(tx, sealed, credentialsPlace(id)) : null;
}

/** The replaced block is kept, sealed, for a way back (E20). */
export async function changeSingleCloud(
  tx: TenantTx,
  id: string,
  change: {
    access?: Pick<SingleCloud, "credentials" | "usesTenantExternalId">;
    strategyIds?: string[] | undefined;
  },
): Promise<void> {
  const { access, strategyIds } = change;
  await tx.client.query(
    `update clouds set changed_at = clock_timestamp(), strategy_ids = coalesce($4, strategy_ids),
       previous_credentials = case when $3::bytea is null then previous_credentials else credentials end,
       previous_credentials_at = case when $3::bytea is null then previous_credentials_at else now() end,
       credentials = coalesce($3, credentials),
       uses_tenant_external_id = coalesce($5, uses_tenant_external_id), next_try_at = null
     where tenant_id = $1 and id = $2`,
    [tx.tenantId, id, access?.credentials ?? null, strategyIds ?? null, access?.usesTenantExternalId ?? null],
  );
  // What is known of the former access says nothing of this one.
  if (!access) return;
  await forgetTrial(tx, id);
  await probeDenials(tx, { cloudId: id });
}

/** Whether any tenant of the installation has the account (E11). */
export async function isAccountConnected(
  store: Store,
  accountId: string,
  exceptId: string | null,
): Promise<boolean> {
  return store.asSystem(async ({ client }) => {
    const { rowCount } = await client.query(
      "select 1 from clouds where provider = 'aws' and account_id = $1 and removed_at is null and id <> $2",
      [accountId, exceptId ?? ""],
    );
    return rowCount !== 0;
  });
}
