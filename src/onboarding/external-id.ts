// The tenant's external id: made with the tenant, the same for every cloud and organization of it
// (S48–S50), kept sealed.
import type { TenantTx } from "#store/open.ts";
import { externalIdPlace } from "#store/tenants.ts";
import type { Vault } from "#store/vault.ts";

export async function tenantExternalId(vault: Vault, tx: TenantTx): Promise<string> {
  const row = await tx.db
    .selectFrom("tenants")
    .select("external_id")
    .where("id", "=", tx.tenantId)
    .executeTakeFirstOrThrow();
  if (!row.external_id) throw new Error("a tenant has no external id");
  return vault.open<string>(tx, row.external_id, externalIdPlace);
}
