// What leads to a resource and from it: look-up terms and edges, replaced when it is written.
import { cloudId as cloudIdOf } from "#model/resource.ts";
import type { TenantTx } from "./open.ts";
import type { CloudKey, WrittenResource } from "./resource-rows.ts";

/** Only the terms that differ are written: a changed resource mostly keeps its name, ids and tags. */
export async function writeTerms(tx: TenantTx, written: WrittenResource[]): Promise<void> {
  const rows = written.flatMap(({ prepared: { id, terms } }) => terms.map((term) => ({ id, term })));
  const existing = written.filter(({ existed }) => existed).map(({ prepared }) => prepared.id);
  const [ids, terms] = [rows.map((row) => row.id), rows.map((row) => row.term)];
  if (existing.length > 0)
    await tx.client.query(
      `delete from resource_terms t where t.tenant_id = $1 and t.resource_id = any($2)
         and not exists (select from unnest($3::text[], $4::text[]) as n (id, term)
           where n.id = t.resource_id and n.term = t.term)`,
      [tx.tenantId, existing, ids, terms],
    );
  if (rows.length === 0) return;
  await tx.client.query(
    `insert into resource_terms (tenant_id, term, resource_id)
     select $1, n.term, n.id from unnest($2::text[], $3::text[]) as n (id, term) on conflict do nothing`,
    [tx.tenantId, ids, terms],
  );
}

/** `anywhere`: "type relation" of relations whose target may be in any cloud. */
export async function writeEdges(
  tx: TenantTx,
  cloud: CloudKey,
  written: WrittenResource[],
  anywhere: ReadonlySet<string>,
): Promise<void> {
  const existing = written.filter(({ existed }) => existed).map(({ prepared }) => prepared.id);
  const rows = written.flatMap((one) => edgeRows(cloud, one, anywhere));
  const columns = [
    rows.map((row) => row.id),
    rows.map((row) => row.kind),
    rows.map((row) => row.targetType),
    rows.map((row) => row.targetNativeId),
    rows.map((row) => row.cloudId),
    rows.map((row) => row.targetRegion),
  ];
  const given = "unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])";
  if (existing.length > 0)
    await tx.client.query(
      `delete from edges e where e.tenant_id = $1 and e.source_id = any($8)
         and not exists (select from ${given} as n (id, kind, type, native_id, cloud_id, region)
           where n.id = e.source_id and n.kind = e.kind and n.type = e.target_type and n.native_id = e.target_native_id
             and n.cloud_id is not distinct from e.target_cloud_id and n.region is not distinct from e.target_region)`,
      [tx.tenantId, ...columns, existing],
    );
  if (rows.length === 0) return;
  await tx.client.query(
    `insert into edges (tenant_id, cloud_id, source_id, kind, target_type, target_native_id, target_cloud_id, target_region)
     select $1, $8, * from ${given} on conflict do nothing`,
    [tx.tenantId, ...columns, cloud.cloudId],
  );
}

function edgeRows(
  cloud: CloudKey,
  { prepared: { id, resource } }: WrittenResource,
  anywhere: ReadonlySet<string>,
) {
  return resource.edges.map((edge) => ({
    ...edge,
    id,
    cloudId: anywhere.has(`${resource.type} ${edge.kind}`) ? null : targetCloud(cloud, edge.targetAccountId),
  }));
}

function targetCloud(cloud: CloudKey, accountId: string | null): string {
  return accountId === null || accountId === cloud.accountId
    ? cloud.cloudId
    : cloudIdOf(cloud.tenantId, cloud.provider, accountId);
}
