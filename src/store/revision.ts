// Revisions of what several people may change at once, made from the instant of the last change.
import { sql } from "kysely";
import { Problem } from "#model/problem.ts";
import type { TenantTx } from "./open.ts";

/** Microseconds: two changes in one millisecond are two revisions. */
const revisionText = sql<string>`(extract(epoch from changed_at) * 1000000)::bigint::text`;

export function organizationRevision(tx: TenantTx, id: string): Promise<string | null> {
  return revisionOf(tx, "cloud_organizations", id);
}

export function cloudRevision(tx: TenantTx, id: string): Promise<string | null> {
  return revisionOf(tx, "clouds", id);
}

/** In the transaction that writes: locks the row and refuses if it is no longer what the writer saw. */
export async function requireRevision(
  tx: TenantTx,
  table: "cloud_organizations" | "clouds",
  id: string,
  expected: string | null,
): Promise<void> {
  if (expected === null) return;
  const row = await tx.db
    .selectFrom(table)
    .select(revisionText.as("revision"))
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  if (row?.revision !== expected)
    throw new Problem("changed-meanwhile", "Read it again, then make your change on what it is now.");
}

/** Waits for what a sync is writing: the first statement of a change or a removal of an organization. */
export async function lockOrganization(tx: TenantTx, id: string): Promise<void> {
  await tx.client.query("select from cloud_organizations where tenant_id = $1 and id = $2 for update", [
    tx.tenantId,
    id,
  ]);
}

/** The organization is not what a sync has read any more; the sync ends without harm and begins anew. */
export class OrganizationChanged extends Error {}

/**
 * First statement of each transaction in which a sync writes what people see. Without it a sync went on under filters
 * that somebody had changed meanwhile: it removed clouds, made badges, and stored clouds of an organization that was gone.
 */
export async function holdOrganization(tx: TenantTx, id: string, expected: string): Promise<void> {
  const row = await tx.db
    .selectFrom("cloud_organizations")
    .select(revisionText.as("revision"))
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .forKeyShare()
    .executeTakeFirst();
  if (row?.revision !== expected) throw new OrganizationChanged("It was changed while it was synced.");
}

async function revisionOf(
  tx: TenantTx,
  table: "cloud_organizations" | "clouds",
  id: string,
): Promise<string | null> {
  const row = await tx.db
    .selectFrom(table)
    .select(revisionText.as("revision"))
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.revision ?? null;
}
