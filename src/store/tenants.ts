// Tenants of the installation, across all of them: only the system role may write here.
import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { type MasterKey, newDataKey, seal, wrapKey } from "#secrets.ts";
import { newId } from "./new-id.ts";
import type { Tx } from "./open.ts";
import { createDefaultStrategy } from "./strategies.ts";

export interface Tenant {
  id: string;
  name: string;
  createdAt: string;
}

const tenantOf = (row: { id: string; name: string; created_at: Date }): Tenant => ({
  id: row.id,
  name: row.name,
  createdAt: row.created_at.toISOString(),
});

/** With a data key, an external id (S48) and a default harvesting strategy of its own. */
export async function createTenant(tx: Tx, master: MasterKey, name: string): Promise<Tenant> {
  const id = newId("ten");
  const dataKey = newDataKey();
  const row = await tx.db
    .insertInto("tenants")
    .values({
      id,
      name,
      key_id: master.id,
      wrapped_key: wrapKey(master, dataKey, id),
      // Sealed as store/vault.ts opens it: JSON, bound to its place.
      external_id: seal(dataKey, JSON.stringify(newExternalId()), `${id}/${externalIdPlace}`),
    })
    .returning(["id", "name", "created_at"])
    .executeTakeFirstOrThrow();
  await createDefaultStrategy({ ...tx, tenantId: id });
  return tenantOf(row);
}

/** Where a tenant's external id is kept, for the vault. */
export const externalIdPlace = "external-id";

export function newExternalId(): string {
  return `skywarden-${randomBytes(24).toString("hex")}`;
}

export async function listTenants(tx: Tx, after: string | null, limit: number): Promise<Tenant[]> {
  let query = tx.db
    .selectFrom("tenants")
    .select(["id", "name", "created_at"])
    .orderBy("id")
    .limit(limit + 1);
  if (after !== null) query = query.where("id", ">", after);
  return (await query.execute()).map(tenantOf);
}

export async function renameTenant(tx: Tx, id: string, name: string): Promise<Tenant | undefined> {
  const row = await tx.db
    .updateTable("tenants")
    .set({ name })
    .where("id", "=", id)
    .returning(["id", "name", "created_at"])
    .executeTakeFirst();
  return row && tenantOf(row);
}

/** With everything in it; what was sealed with its data key is lost for good. False if there is none. */
export async function removeTenant(tx: Tx, id: string): Promise<boolean> {
  await sql`delete from pending where tenant_id = ${id}`.execute(tx.db);
  await sql`delete from listing_seen where tenant_id = ${id}`.execute(tx.db);
  const { numDeletedRows } = await tx.db.deleteFrom("tenants").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}
