// Users of a tenant. An e-mail address belongs to one user of the whole installation.
import { sql } from "kysely";
import type { Role } from "#model/cloud.ts";
import { newId } from "./new-id.ts";
import type { TenantTx, Tx } from "./open.ts";

export interface User {
  id: string;
  email: string;
  role: Role;
  createdAt: string;
  lastSignInAt: string | null;
}

interface UserRow {
  id: string;
  email: string;
  role: string;
  created_at: Date;
  last_sign_in_at: Date | null;
}

const columns = ["id", "email", "role", "created_at", "last_sign_in_at"] as const;

function userOf(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    role: row.role as Role,
    createdAt: row.created_at.toISOString(),
    lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
  };
}

/** Across tenants, for signing in. */
export async function findLogin(tx: Tx, email: string) {
  return tx.db
    .selectFrom("users")
    .select(["id", "tenant_id as tenantId", "email", "password_hash as passwordHash"])
    .where(sql<boolean>`lower(email) = lower(${email})`)
    .executeTakeFirst();
}

export async function listUsers(tx: TenantTx, after: string | null, limit: number): Promise<User[]> {
  let query = tx.db
    .selectFrom("users")
    .select(columns)
    .where("tenant_id", "=", tx.tenantId)
    .orderBy("id")
    .limit(limit + 1);
  if (after !== null) query = query.where("id", ">", after);
  return (await query.execute()).map(userOf);
}

export async function findUser(tx: TenantTx, id: string): Promise<User | undefined> {
  const row = await tx.db
    .selectFrom("users")
    .select(columns)
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && userOf(row);
}

/** "taken" if the address is in use, in whichever tenant. */
export async function createUser(
  tx: Tx & { tenantId: string },
  form: { email: string; passwordHash: string; role: Role },
): Promise<User | "taken"> {
  const row = await tx.db
    .insertInto("users")
    .values({
      id: newId("usr"),
      tenant_id: tx.tenantId,
      email: form.email,
      password_hash: form.passwordHash,
      role: form.role,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning(columns)
    .executeTakeFirst();
  return row ? userOf(row) : "taken";
}

export async function changeUser(
  tx: TenantTx,
  id: string,
  change: { role?: Role | undefined; passwordHash?: string | undefined },
): Promise<void> {
  await tx.db
    .updateTable("users")
    .set({
      ...(change.role === undefined ? {} : { role: change.role }),
      ...(change.passwordHash === undefined ? {} : { password_hash: change.passwordHash }),
    })
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .execute();
}

export async function removeUser(tx: TenantTx, id: string): Promise<void> {
  await tx.db.deleteFrom("users").where("tenant_id", "=", tx.tenantId).where("id", "=", id).execute();
}

/** Across tenants: whether somebody else could still rule the installation. */
export async function isLastDomainAdmin(tx: Tx, id: string): Promise<boolean> {
  // Locks the rows, so that two administrators cannot take each other's role at once.
  const { rows } = await sql<{ id: string }>`
    select id from users where role = 'domain-admin' order by id for update`.execute(tx.db);
  return rows.length === 1 && rows[0]?.id === id;
}
