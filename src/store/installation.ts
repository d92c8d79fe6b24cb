// The first start: the installation's row, its default tenant and its first domain administrator.
// Later starts only check that it is the same master key.
import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { StartRefused } from "#model/problem.ts";
import { checkValue, type MasterKey, matchesCheckValue } from "#secrets.ts";
import { createApiKey, findApiKey } from "./api-keys.ts";
import { audit as recordAudit } from "./audit.ts";
import { newId } from "./new-id.ts";
import type { Store, Tx } from "./open.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { createTenant } from "./tenants.ts";
import { createUser, findLogin } from "./users.ts";

export interface FirstAdministrator {
  adminEmail: string | null;
  adminPassword: string | null;
  adminApiKey: string | null;
}

export interface Installation {
  isNew: boolean;
  adminEmail: string;
  /** Made up because none was given; shown once. */
  generatedPassword: string | null;
  /** Sentences for the person who started it. */
  notes: string[];
}

const defaultEmail = "admin@skywarden.local";
/** Two processes that start at once make one installation. */
const lockKey = 7_305_118;

export async function ensureInstallation(
  store: Store,
  master: MasterKey,
  wanted: FirstAdministrator,
): Promise<Installation> {
  return store.asSystem(async (tx) => {
    await sql`select pg_advisory_xact_lock(${lockKey})`.execute(tx.db);
    const known = await tx.db.selectFrom("installation").selectAll().executeTakeFirst();
    if (!known) return firstStart(tx, master, wanted);
    if (!matchesCheckValue(master, known.key_check))
      throw new StartRefused(
        `The database was sealed with the master key ${known.key_id}, this process has the key ${master.id}; start it with the right SKYWARDEN_MASTER_KEY.`,
      );
    return laterStart(tx, wanted);
  });
}

async function firstStart(tx: Tx, master: MasterKey, wanted: FirstAdministrator): Promise<Installation> {
  await tx.db
    .insertInto("installation")
    .values({ id: newId("ins"), key_id: master.id, key_check: checkValue(master) })
    .execute();
  const tenant = await createTenant(tx, master, "Default");
  const inTenant = { ...tx, tenantId: tenant.id };
  const email = wanted.adminEmail ?? defaultEmail;
  const password = wanted.adminPassword ?? randomBytes(15).toString("base64url");
  const user = await createUser(inTenant, {
    email,
    passwordHash: await hashPassword(password),
    role: "domain-admin",
  });
  if (user === "taken") throw new Error("a new database has a user already");
  if (wanted.adminApiKey !== null)
    await createApiKey(
      inTenant,
      { name: "SKYWARDEN_ADMIN_API_KEY", role: "domain-admin", userId: user.id, expiresAt: null },
      wanted.adminApiKey,
    );
  await recordAudit(inTenant, { actor: "system", action: "installation.created", subject: user.id });
  return {
    isNew: true,
    adminEmail: email,
    generatedPassword: wanted.adminPassword === null ? password : null,
    notes: [],
  };
}

async function laterStart(tx: Tx, wanted: FirstAdministrator): Promise<Installation> {
  const notes: string[] = [];
  const first = await tx.db
    .selectFrom("users")
    .select("email")
    .where("role", "=", "domain-admin")
    .orderBy("created_at")
    .orderBy("id")
    .executeTakeFirst();
  const login = wanted.adminEmail === null ? undefined : await findLogin(tx, wanted.adminEmail);
  if (wanted.adminEmail !== null && !login)
    notes.push(ignored("SKYWARDEN_ADMIN_EMAIL", `nobody has the address ${wanted.adminEmail}`));
  if (wanted.adminPassword !== null) {
    const owner = login ?? (first && (await findLogin(tx, first.email)));
    if (!(await verifyPassword(wanted.adminPassword, owner?.passwordHash ?? null)))
      notes.push(ignored("SKYWARDEN_ADMIN_PASSWORD", "the stored password differs"));
  }
  if (wanted.adminApiKey !== null && (await findApiKey(tx, wanted.adminApiKey, null)) === null)
    notes.push(ignored("SKYWARDEN_ADMIN_API_KEY", "no such key is stored"));
  return {
    isNew: false,
    adminEmail: login?.email ?? first?.email ?? defaultEmail,
    generatedPassword: null,
    notes,
  };
}

function ignored(name: string, why: string): string {
  return `${name} counts at the first start only and is ignored: ${why}.`;
}
