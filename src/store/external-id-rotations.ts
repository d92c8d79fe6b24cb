// The rotation of a tenant's external id (E28): begun, known of, ended. Sealed values come and go as they are.
// What each role uses meanwhile stands in external-id-trials.ts.
import { newId } from "./new-id.ts";
import type { TenantTx } from "./open.ts";

export type ExternalIdUse = "new" | "old" | "neither";

export interface FollowedRotation {
  id: string;
  /** The new external id. */
  sealed: Buffer;
  /** What the subject's role was assumed with last; null: not tried yet. */
  uses: ExternalIdUse | null;
  /** When the new one was refused last. */
  refusedAt: Date | null;
}

export async function readFollowedRotation(
  tx: TenantTx,
  subject: string | null,
): Promise<FollowedRotation | null> {
  const { rows } = await tx.client.query<FollowedRotation>(
    `select r.id, r.next_external_id as sealed, t.uses, t.refused_at as "refusedAt"
     from external_id_rotations r left join external_id_trials t on t.tenant_id = r.tenant_id and t.subject = $2
     where r.tenant_id = $1`,
    [tx.tenantId, subject ?? ""],
  );
  return rows[0] ?? null;
}

export interface Rotation {
  id: string;
  sealed: Buffer;
  startedBy: string;
  startedAt: Date;
  checkedAt: Date | null;
  nextCheckAt: Date;
}

export async function readRotation(tx: TenantTx): Promise<Rotation | null> {
  const { rows } = await tx.client.query<Rotation>(
    `select id, next_external_id as sealed, started_by as "startedBy", started_at as "startedAt",
       checked_at as "checkedAt", next_check_at as "nextCheckAt" from external_id_rotations where tenant_id = $1`,
    [tx.tenantId],
  );
  return rows[0] ?? null;
}

/** False if one is under way. */
export async function insertRotation(tx: TenantTx, sealed: Buffer, by: string): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `insert into external_id_rotations (tenant_id, id, next_external_id, started_by) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [tx.tenantId, newId("rot"), sealed, by],
  );
  return rowCount === 1;
}

/** Until the transaction ends nothing is written of what roles use. False if none is under way. */
export async function lockRotation(tx: TenantTx): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    "select from external_id_rotations where tenant_id = $1 for update",
    [tx.tenantId],
  );
  return rowCount === 1;
}

/** The new external id becomes the tenant's; the old one is gone. Only the system role may write tenants. */
export async function adoptNextExternalId(tx: TenantTx): Promise<void> {
  await tx.client.query(
    `update tenants t set external_id = r.next_external_id from external_id_rotations r
     where t.id = $1 and r.tenant_id = $1`,
    [tx.tenantId],
  );
}

/** With what was learnt of it. */
export async function deleteRotation(tx: TenantTx): Promise<void> {
  await tx.client.query("delete from external_id_rotations where tenant_id = $1", [tx.tenantId]);
}

/** Every role is tried now. */
export async function askForCheck(tx: TenantTx): Promise<void> {
  await tx.client.query("update external_id_rotations set next_check_at = now() where tenant_id = $1", [
    tx.tenantId,
  ]);
}

/** `since`: a check that was asked for after this one began still has to come. */
export async function recordCheck(
  tx: TenantTx,
  rotationId: string,
  since: Date,
  nextMinutes: number,
): Promise<void> {
  await tx.client.query(
    `update external_id_rotations set checked_at = now(),
       next_check_at = case when next_check_at > $3 then next_check_at else now() + $4 * interval '1 minute' end
     where tenant_id = $1 and id = $2`,
    [tx.tenantId, rotationId, since, nextMinutes],
  );
}
