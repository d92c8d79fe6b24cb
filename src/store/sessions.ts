// Sessions of the browser: only a hash of the token is stored. A session ends after some hours without
// use and after some days anyway; the sweep keeps its row for a day, to tell "ended" from "never was".
import { createHash, randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { Role } from "#model/cloud.ts";
import type { Tx } from "./open.ts";

export const sessionIdleMs = 8 * 3_600_000;
export const sessionLongestMs = 7 * 24 * 3_600_000;
/** A session in use is extended at most this often. */
const extendEveryMs = 60_000;

export function tokenHash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** Returns the token, which is stored nowhere. */
export async function openSession(tx: Tx, user: { id: string; tenantId: string }): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await sql`insert into sessions (token_hash, user_id, tenant_id, expires_at)
    values (${tokenHash(token)}, ${user.id}, ${user.tenantId}, now() + ${`${sessionIdleMs} ms`}::interval)`.execute(
    tx.db,
  );
  await tx.db.updateTable("users").set({ last_sign_in_at: sql`now()` }).where("id", "=", user.id).execute();
  return token;
}

export async function endSession(tx: Tx, hash: Buffer): Promise<void> {
  await tx.db.deleteFrom("sessions").where("token_hash", "=", hash).execute();
}

export async function endSessionsOf(tx: Tx, userId: string): Promise<void> {
  await tx.db.deleteFrom("sessions").where("user_id", "=", userId).execute();
}

export interface Identity {
  userId: string | null;
  email: string | null;
  keyId: string | null;
  role: Role;
  homeTenantId: string;
  /** The tenant that was asked for; null if there is no such tenant. */
  tenant: { id: string; name: string } | null;
}

/** Extends a session that is in use; "expired" for one that was there and has ended, null for none. */
export async function findSession(
  tx: Tx,
  hash: Buffer,
  tenantId: string | null,
): Promise<Identity | "expired" | null> {
  const { rows } = await sql<IdentityRow & { expired: boolean; is_long_unextended: boolean }>`
    select s.user_id, u.email, null as key_id, u.role, s.tenant_id as home, t.id as tenant_id, t.name as tenant_name,
      s.expires_at <= now() as expired,
      s.expires_at < least(now() + ${`${sessionIdleMs - extendEveryMs} ms`}::interval,
        s.created_at + ${`${sessionLongestMs} ms`}::interval) as is_long_unextended
    from sessions s join users u on u.id = s.user_id left join tenants t on t.id = coalesce(${tenantId}, s.tenant_id)
    where s.token_hash = ${hash}`.execute(tx.db);
  const row = rows[0];
  if (!row) return null;
  if (row.expired) return "expired";
  if (row.is_long_unextended)
    await sql`update sessions set expires_at = least(now() + ${`${sessionIdleMs} ms`}::interval,
      created_at + ${`${sessionLongestMs} ms`}::interval) where token_hash = ${hash}`.execute(tx.db);
  return identityOf(row);
}

export interface IdentityRow {
  user_id: string | null;
  email: string | null;
  key_id: string | null;
  role: string;
  home: string;
  tenant_id: string | null;
  tenant_name: string | null;
}

export function identityOf(row: IdentityRow): Identity {
  return {
    userId: row.user_id,
    email: row.email,
    keyId: row.key_id,
    role: row.role as Role,
    homeTenantId: row.home,
    tenant: row.tenant_id === null ? null : { id: row.tenant_id, name: row.tenant_name ?? "" },
  };
}
