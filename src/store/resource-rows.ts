// Rows of resources and what hangs on each: document, terms, edges, history, live counters.
import type { Judgement } from "#model/judgement.ts";
import { cloudId as cloudIdOf } from "#model/resource.ts";
import { type CopyValue, copyInto } from "./copy.ts";
import type { PreparedResource } from "./ingest.ts";
import type { TenantTx } from "./open.ts";

export interface CloudKey {
  tenantId: string;
  cloudId: string;
  accountId: string;
  provider: string;
}

export interface StoredResource {
  fingerprint: Buffer;
  judgedHash: string | null;
  goneAt: Date | null;
}

export async function readStored(tx: TenantTx, ids: string[]): Promise<Map<string, StoredResource>> {
  if (ids.length === 0) return new Map();
  const { rows } = await tx.client.query<{
    id: string;
    fingerprint: Buffer;
    judged_hash: string | null;
    gone_at: Date | null;
  }>("select id, fingerprint, judged_hash, gone_at from resources where tenant_id = $1 and id = any($2)", [
    tx.tenantId,
    ids,
  ]);
  return new Map(
    rows.map((row) => [
      row.id,
      { fingerprint: row.fingerprint, judgedHash: row.judged_hash, goneAt: row.gone_at },
    ]),
  );
}

export interface WrittenResource {
  prepared: PreparedResource;
  /** Insights that had a verdict on it; empty for a new or returned one. */
  judgedBefore: string[];
}

/** Writes what is newer than the stored reading; returns only those. */
export async function writeResources(
  tx: TenantTx,
  cloud: CloudKey,
  changed: PreparedResource[],
  judgements: Map<string, Judgement>,
  anywhere: ReadonlySet<string>,
): Promise<WrittenResource[]> {
  if (changed.length === 0) return [];
  const rows = changed.map((prepared) => incomingRow(prepared, judgements.get(prepared.id) as Judgement));
  await copyInto(tx, createIncoming, "incoming", rows);
  const { rows: applied } = await tx.client.query<AppliedRow>(upsert, [
    cloud.tenantId,
    cloud.cloudId,
    cloud.accountId,
  ]);
  const byId = new Map(changed.map((prepared) => [prepared.id, prepared]));
  const written = applied.flatMap((row) => {
    const prepared = byId.get(row.id);
    return prepared ? [{ prepared, row }] : [];
  });
  const existing = written.filter(({ row }) => row.existed).map(({ row }) => row.id);
  await writeTerms(
    tx,
    written.map(({ prepared }) => prepared),
    existing,
  );
  await writeEdges(
    tx,
    cloud,
    written.map(({ prepared }) => prepared),
    existing,
    anywhere,
  );
  return written.map(({ prepared, row }) => ({
    prepared,
    judgedBefore: row.live_before ? (row.insight_ids ?? []) : [],
  }));
}

const createIncoming = `create temp table if not exists incoming (
  id text collate "C", type text collate "C", key_region text collate "C", region text collate "C",
  native_id text collate "C", arn text, name text, created_at timestamptz, tags jsonb, fingerprint bytea,
  observed_at timestamptz, judged_hash text collate "C", flips_at timestamptz,
  properties jsonb, gaps jsonb, gap_paths text[]) on commit delete rows`;

function incomingRow(
  { id, resource, propertiesText, fingerprint, observedAt, gapPaths }: PreparedResource,
  judgement: Judgement,
): CopyValue[] {
  return [
    id,
    resource.type,
    resource.keyRegion,
    resource.region,
    resource.nativeId,
    resource.arn,
    resource.name,
    resource.createdAt,
    JSON.stringify(resource.tags),
    fingerprint,
    observedAt,
    judgement.ruleSet,
    judgement.flipsAt,
    propertiesText,
    JSON.stringify(resource.gaps),
    gapPaths,
  ];
}

interface AppliedRow {
  id: string;
  existed: boolean;
  live_before: boolean;
  insight_ids: string[] | null;
}

// A resource that was gone, or whose creation time moved, is a new incarnation under its old id.
const upsert = `
with known as (
  select r.id, r.gone_at, r.region, r.type, s.insight_ids
  from resources r join incoming i on r.tenant_id = $1 and r.id = i.id
  left join rule_sets s on s.hash = r.judged_hash
), applied as (
  insert into resources as r (tenant_id, cloud_id, account_id, id, type, key_region, region, native_id, arn, name,
    created_at, tags, fingerprint, observed_at, judged_hash, flips_at)
  select $1, $2, $3, id, type, key_region, region, native_id, arn, name, created_at, tags, fingerprint, observed_at,
    judged_hash, flips_at
  from incoming order by id
  on conflict (tenant_id, id) do update set
    region = excluded.region, arn = excluded.arn, name = excluded.name, created_at = excluded.created_at,
    tags = excluded.tags, observed_at = excluded.observed_at,
    changed_at = case when r.fingerprint = excluded.fingerprint then r.changed_at else now() end,
    fingerprint = excluded.fingerprint, gone_at = null,
    incarnation = r.incarnation + coalesce(r.gone_at is not null or r.created_at <> excluded.created_at, false)::int,
    judged_hash = excluded.judged_hash, flips_at = excluded.flips_at
  where r.observed_at <= excluded.observed_at
  returning r.id, r.type, r.region, r.observed_at
), saved_documents as (
  insert into documents as d (tenant_id, cloud_id, resource_id, properties, gaps, gap_paths)
  select $1, $2, i.id, i.properties, i.gaps, i.gap_paths from incoming i join applied a using (id) order by i.id
  on conflict (tenant_id, resource_id) do update set
    properties = excluded.properties, gaps = excluded.gaps, gap_paths = excluded.gap_paths
), history as (
  insert into resource_events (tenant_id, resource_id, kind, observed_at)
  select $1, a.id,
    case when k.id is null then 'created' when k.gone_at is not null then 'returned' else 'changed' end,
    a.observed_at
  from applied a left join known k using (id)
), live as (
  insert into resource_counts as c (tenant_id, cloud_id, type, region, live)
  select $1, $2, type, region, sum(n) from (
    select a.type, a.region, 1 as n from applied a
    union all
    select k.type, k.region, -1 from known k join applied a using (id) where k.gone_at is null
  ) as moves group by type, region having sum(n) <> 0 order by type, region
  on conflict (tenant_id, cloud_id, type, region) do update set live = c.live + excluded.live
)
select a.id, k.id is not null as existed, (k.id is not null and k.gone_at is null) as live_before, k.insight_ids
from applied a left join known k using (id)`;

async function writeTerms(tx: TenantTx, written: PreparedResource[], existing: string[]): Promise<void> {
  if (existing.length > 0)
    await tx.client.query("delete from resource_terms where tenant_id = $1 and resource_id = any($2)", [
      tx.tenantId,
      existing,
    ]);
  const rows = written.flatMap(({ id, terms }) => terms.map((term) => ({ id, term })));
  if (rows.length === 0) return;
  await tx.client.query(
    `insert into resource_terms (tenant_id, term, resource_id)
     select distinct $1, t.term, t.id from unnest($2::text[], $3::text[]) as t (term, id)`,
    [tx.tenantId, rows.map((row) => row.term), rows.map((row) => row.id)],
  );
}

async function writeEdges(
  tx: TenantTx,
  cloud: CloudKey,
  written: PreparedResource[],
  existing: string[],
  anywhere: ReadonlySet<string>,
): Promise<void> {
  if (existing.length > 0)
    await tx.client.query("delete from edges where tenant_id = $1 and source_id = any($2)", [
      tx.tenantId,
      existing,
    ]);
  const rows = written.flatMap(({ id, resource }) =>
    resource.edges.map((edge) => ({
      ...edge,
      id,
      cloudId: anywhere.has(`${resource.type} ${edge.kind}`)
        ? null
        : edge.targetAccountId === null || edge.targetAccountId === cloud.accountId
          ? cloud.cloudId
          : cloudIdOf(cloud.tenantId, cloud.provider, edge.targetAccountId),
    })),
  );
  if (rows.length === 0) return;
  await tx.client.query(
    `insert into edges (tenant_id, cloud_id, source_id, kind, target_type, target_native_id, target_cloud_id, target_region)
     select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
     on conflict do nothing`,
    [
      tx.tenantId,
      cloud.cloudId,
      rows.map((row) => row.id),
      rows.map((row) => row.kind),
      rows.map((row) => row.targetType),
      rows.map((row) => row.targetNativeId),
      rows.map((row) => row.cloudId),
      rows.map((row) => row.targetRegion),
    ],
  );
}
