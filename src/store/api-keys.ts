// API keys: stored as SHA-256, bounded by the role their maker has today.
import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { type Role, roles } from "#model/cloud.ts";
import { newId } from "./new-id.ts";
import type { TenantTx, Tx } from "./open.ts";
import { type Identity, type IdentityRow, identityOf, tokenHash } from "./sessions.ts";

const noteUseEverySeconds = 60;

export interface NewApiKey {
  name: string;
  role: Role;
  userId: string | null;
  expiresAt: string | null;
}

/** Returns the key, which is stored nowhere. */
export async function createApiKey(
  tx: Tx & { tenantId: string },
  form: NewApiKey,
  key = `sky_${randomBytes(32).toString("base64url")}`,
): Promise<{ id: string; key: string }> {
  const id = newId("key");
  await tx.db
    .insertInto("api_keys")
    .values({
      id,
      tenant_id: tx.tenantId,
      user_id: form.userId,
      name: form.name,
      key_hash: tokenHash(key),
      role: form.role,
      expires_at: form.expiresAt,
    })
    .execute();
  return { id, key };
}

/** "expired" for a key that was there and has ended, null for none. */
export async function findApiKey(
  tx: Tx,
  key: string,
  tenantId: string | null,
): Promise<Identity | "expired" | null> {
  const hash = tokenHash(key);
  const { rows } = await sql<
    IdentityRow & { maker_role: string | null; expired: boolean; is_use_old: boolean }
  >`
    select k.user_id, u.email, k.id as key_id, k.role, u.role as maker_role, k.tenant_id as home,
      t.id as tenant_id, t.name as tenant_name, coalesce(k.expires_at <= now(), false) as expired,
      coalesce(k.last_used_at < now() - ${`${noteUseEverySeconds} s`}::interval, true) as is_use_old
    from api_keys k left join users u on u.id = k.user_id left join tenants t on t.id = coalesce(${tenantId}, k.tenant_id)
    where k.key_hash = ${hash}`.execute(tx.db);
  const row = rows[0];
  if (!row) return null;
  if (row.expired) return "expired";
  if (row.is_use_old)
    await sql`update api_keys set last_used_at = now() where key_hash = ${hash}`.execute(tx.db);
  const identity = identityOf(row);
  return row.maker_role === null
    ? identity
    : { ...identity, role: lesserRole(identity.role, row.maker_role as Role) };
}

/** `roles` runs from the most powerful to the least. */
export function lesserRole(a: Role, b: Role): Role {
  return roles.indexOf(a) > roles.indexOf(b) ? a : b;
}

export function isRoleWithin(role: Role, bound: Role): boolean {
  return lesserRole(role, bound) === role;
}

export async function listApiKeys(tx: TenantTx, after: string | null, limit: number) {
  let query = tx.db
    .selectFrom("api_keys")
    .select(["id", "name", "role", "created_at", "expires_at", "last_used_at"])
    .where("tenant_id", "=", tx.tenantId)
    .orderBy("id")
    .limit(limit + 1);
  if (after !== null) query = query.where("id", ">", after);
  return (await query.execute()).map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role as Role,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }));
}

export async function findApiKeyById(
  tx: TenantTx,
  id: string,
): Promise<{ name: string; role: Role } | undefined> {
  const row = await tx.db
    .selectFrom("api_keys")
    .select(["name", "role"])
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && { name: row.name, role: row.role as Role };
}

export async function removeApiKey(tx: TenantTx, id: string): Promise<void> {
  await tx.db.deleteFrom("api_keys").where("tenant_id", "=", tx.tenantId).where("id", "=", id).execute();
}
