// Idempotency keys of a tenant; the sweep removes those older than a day.
import { sql } from "kysely";
import type { TenantTx } from "./open.ts";

/** A request that has not answered by then died with its process. */
const deadMinutes = 10;

export type Claim =
  | { state: "first" }
  | { state: "running" }
  | { state: "other-request" }
  | { state: "done"; answer: unknown };

export async function claimKey(
  tx: TenantTx,
  asked: { key: string; route: string; bodyHash: Buffer },
): Promise<Claim> {
  await sql`delete from idempotency_keys where tenant_id = ${tx.tenantId} and key = ${asked.key}
    and status is null and created_at < now() - ${`${deadMinutes} minutes`}::interval`.execute(tx.db);
  const inserted = await tx.db
    .insertInto("idempotency_keys")
    .values({ tenant_id: tx.tenantId, key: asked.key, route: asked.route, body_hash: asked.bodyHash })
    .onConflict((conflict) => conflict.doNothing())
    .returning("key")
    .executeTakeFirst();
  if (inserted) return { state: "first" };
  const row = await tx.db
    .selectFrom("idempotency_keys")
    .select(["route", "body_hash", "status", "answer"])
    .where("tenant_id", "=", tx.tenantId)
    .where("key", "=", asked.key)
    .executeTakeFirst();
  if (!row) return { state: "running" };
  if (row.route !== asked.route || !row.body_hash.equals(asked.bodyHash)) return { state: "other-request" };
  return row.status === null ? { state: "running" } : { state: "done", answer: row.answer };
}

export async function keepAnswer(tx: TenantTx, key: string, status: number, answer: unknown): Promise<void> {
  await tx.db
    .updateTable("idempotency_keys")
    .set({ status, answer: JSON.stringify(answer) })
    .where("tenant_id", "=", tx.tenantId)
    .where("key", "=", key)
    .execute();
}

export async function dropKey(tx: TenantTx, key: string): Promise<void> {
  await tx.db
    .deleteFrom("idempotency_keys")
    .where("tenant_id", "=", tx.tenantId)
    .where("key", "=", key)
    .execute();
}
