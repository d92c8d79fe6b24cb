// The tenant's external id: made with the tenant, the same for every cloud and organization of it
// (S48–S50), kept sealed. While it is rotated there are two (E28).
import { type FollowedRotation, readFollowedRotation } from "#store/external-id-rotations.ts";
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

/** What a role is assumed with that follows the tenant's external id. */
export interface FollowedExternalIds {
  current: string;
  /** null: none is under way. */
  rotation: (Omit<FollowedRotation, "sealed"> & { next: string }) | null;
}

/** `subject`: the cloud or the organization whose role it is; null for one that is not stored yet. */
export async function readExternalIds(
  vault: Vault,
  tx: TenantTx,
  subject: string | null,
): Promise<FollowedExternalIds> {
  const current = await tenantExternalId(vault, tx);
  const followed = await readFollowedRotation(tx, subject);
  if (!followed) return { current, rotation: null };
  const { sealed, ...rotation } = followed;
  return { current, rotation: { ...rotation, next: await vault.open<string>(tx, sealed, externalIdPlace) } };
}

/** In the order of trying where nothing is known yet. */
export function asList({ current, rotation }: FollowedExternalIds): string[] {
  return rotation ? [rotation.next, current] : [current];
}
