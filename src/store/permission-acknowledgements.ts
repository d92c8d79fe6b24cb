// Missing permissions that a person has called known (S47): shown, but nobody need look again until then.
import type { TenantTx } from "./open.ts";

export interface PermissionAcknowledgement {
  region: string;
  action: string;
  note: string;
  until: Date | null;
  by: string;
  at: Date;
}

const columns = `region, action, note, until, acknowledged_by as "by", acknowledged_at as "at"`;

/** Those that still hold, of several clouds. */
export async function readAcknowledgements(
  tx: TenantTx,
  cloudIds: readonly string[],
): Promise<(PermissionAcknowledgement & { cloudId: string })[]> {
  const { rows } = await tx.client.query<PermissionAcknowledgement & { cloudId: string }>(
    `select cloud_id as "cloudId", ${columns} from permission_acknowledgements
     where tenant_id = $1 and cloud_id = any($2) and (until is null or until > now())`,
    [tx.tenantId, cloudIds],
  );
  return rows;
}

export async function saveAcknowledgement(
  tx: TenantTx,
  cloudId: string,
  given: Omit<PermissionAcknowledgement, "at">,
): Promise<PermissionAcknowledgement> {
  const { rows } = await tx.client.query<PermissionAcknowledgement>(
    `insert into permission_acknowledgements (tenant_id, cloud_id, region, action, note, until, acknowledged_by)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id, cloud_id, region, action) do update set note = excluded.note, until = excluded.until,
       acknowledged_by = excluded.acknowledged_by, acknowledged_at = now() returning ${columns}`,
    [tx.tenantId, cloudId, given.region, given.action, given.note, given.until, given.by],
  );
  const [row] = rows;
  if (!row) throw new Error("an upsert returns its row");
  return row;
}

/** false: there was none. */
export async function deleteAcknowledgement(
  tx: TenantTx,
  cloudId: string,
  { region, action }: Pick<PermissionAcknowledgement, "region" | "action">,
): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    "delete from permission_acknowledgements where tenant_id = $1 and cloud_id = $2 and region = $3 and action = $4",
    [tx.tenantId, cloudId, region, action],
  );
  return rowCount === 1;
}
