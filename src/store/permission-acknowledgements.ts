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

type Place = Pick<PermissionAcknowledgement, "region" | "action">;

export async function saveAcknowledgements(
  tx: TenantTx,
  cloudId: string,
  places: readonly Place[],
  { note, until, by }: Pick<PermissionAcknowledgement, "note" | "until" | "by">,
): Promise<PermissionAcknowledgement[]> {
  const { rows } = await tx.client.query<PermissionAcknowledgement>(
    `insert into permission_acknowledgements (tenant_id, cloud_id, region, action, note, until, acknowledged_by)
     select $1, $2, region, action, $5, $6, $7 from unnest($3::text[], $4::text[]) as place (region, action)
     on conflict (tenant_id, cloud_id, region, action) do update set note = excluded.note, until = excluded.until,
       acknowledged_by = excluded.acknowledged_by, acknowledged_at = now() returning ${columns}`,
    [tx.tenantId, cloudId, ...columnsOf(places), note, until, by],
  );
  return rows;
}

/** How many there were. */
export async function deleteAcknowledgements(
  tx: TenantTx,
  cloudId: string,
  places: readonly Place[],
): Promise<number> {
  const { rowCount } = await tx.client.query(
    `delete from permission_acknowledgements where tenant_id = $1 and cloud_id = $2
     and (region, action) in (select * from unnest($3::text[], $4::text[]))`,
    [tx.tenantId, cloudId, ...columnsOf(places)],
  );
  return rowCount ?? 0;
}

function columnsOf(places: readonly Place[]): [string[], string[]] {
  return [places.map(({ region }) => region), places.map(({ action }) => action)];
}
