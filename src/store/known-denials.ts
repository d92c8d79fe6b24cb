// What AWS refused to let read, cloud by cloud, and when it is asked again.
import type { DenialChanges, DenialKey, KnownDenial } from "#model/known-denial.ts";
import type { TenantTx } from "./open.ts";

/** By cloud; a cloud without any is not in it. */
export async function readKnownDenials(
  tx: TenantTx,
  cloudIds: string[],
): Promise<Map<string, KnownDenial[]>> {
  const { rows } = await tx.client.query<KnownDenial & { cloudId: string }>(
    `select cloud_id as "cloudId", operation, region, target, code, message, denied_by as "deniedBy", since,
       tried_at as "triedAt", next_try_at as "nextTryAt"
     from known_denials where tenant_id = $1 and cloud_id = any($2)`,
    [tx.tenantId, cloudIds],
  );
  const byCloud = new Map<string, KnownDenial[]>();
  for (const { cloudId, ...denial } of rows) {
    const known = byCloud.get(cloudId);
    if (known) known.push(denial);
    else byCloud.set(cloudId, [denial]);
  }
  return byCloud;
}

/** What has not been asked for three days is not there to be asked any more. */
export async function saveKnownDenials(tx: TenantTx, cloudId: string, changes: DenialChanges): Promise<void> {
  const { denied, lifted } = changes;
  const key = [tx.tenantId, cloudId];
  await tx.client.query(
    `delete from known_denials d where tenant_id = $1 and cloud_id = $2
       and (tried_at < now() - interval '3 days' or exists (
         select from unnest($3::text[], $4::text[], $5::text[]) as l (operation, region, target)
         where (l.operation, l.region, l.target) = (d.operation, d.region, d.target)))`,
    [...key, ...keyColumns(lifted)],
  );
  if (denied.length === 0) return;
  await tx.client.query(
    `insert into known_denials (tenant_id, cloud_id, operation, region, target, code, message, denied_by, since, tried_at, next_try_at)
     select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[],
       $9::timestamptz[], $10::timestamptz[], $11::timestamptz[]) order by 3, 4, 5
     on conflict (tenant_id, cloud_id, operation, region, target) do update set code = excluded.code,
       message = excluded.message, denied_by = excluded.denied_by, tried_at = excluded.tried_at,
       next_try_at = excluded.next_try_at`,
    [
      ...key,
      ...keyColumns(denied),
      denied.map((row) => row.code),
      denied.map((row) => row.message),
      denied.map((row) => row.deniedBy && JSON.stringify(row.deniedBy)),
      denied.map((row) => row.since),
      denied.map((row) => row.triedAt),
      denied.map((row) => row.nextTryAt),
    ],
  );
}

function keyColumns(rows: readonly DenialKey[]): string[][] {
  return [rows.map((row) => row.operation), rows.map((row) => row.region), rows.map((row) => row.target)];
}

/** A person asks for a harvest: what it covers is asked again, refused or not. */
export async function askRefusedAgain(
  tx: TenantTx,
  cloudId: string,
  narrow: { type?: string | undefined; region?: string | undefined },
): Promise<void> {
  // An operation of a global type is asked in whatever region is its home, or its item's.
  await tx.client.query(
    `update known_denials d set next_try_at = tried_at where tenant_id = $1 and cloud_id = $2
       and ($3::text is null and $4::text is null or exists (
         select from harvest_scopes s cross join lateral jsonb_array_elements(s.gaps) as g
         where s.tenant_id = $1 and s.cloud_id = $2 and ($3::text is null or s.type = $3)
           and ($4::text is null or s.region = $4) and g->>'operation' = d.operation
           and (s.region = 'global' or s.region = d.region)))`,
    [tx.tenantId, cloudId, narrow.type ?? null, narrow.region ?? null],
  );
}

/** What the clouds' roles may do has changed: everything that was refused is asked again, at once. */
export async function probeDenials(
  tx: TenantTx,
  of: { cloudId: string } | { cloudIds: string[] } | { organizationId: string },
): Promise<void> {
  const [condition, value] =
    "cloudId" in of
      ? ["id = $2", of.cloudId]
      : "cloudIds" in of
        ? ["id = any($2)", of.cloudIds]
        : ["organization_id = $2", of.organizationId];
  if (value.length === 0) return;
  const clouds = `select id from clouds where tenant_id = $1 and ${condition} and removed_at is null`;
  const { rowCount } = await tx.client.query(
    `update known_denials set next_try_at = tried_at where tenant_id = $1 and cloud_id in (${clouds})`,
    [tx.tenantId, value],
  );
  if (rowCount === 0) return;
  await tx.client.query(
    `update harvest_scopes set due_at = now() where tenant_id = $1 and cloud_id in (${clouds})
       and due_at > now() and gaps @> '[{"reason": "denied"}]'`,
    [tx.tenantId, value],
  );
}
