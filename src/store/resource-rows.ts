// Rows of resources with their documents, history and live counters.
import type { Judgement } from "#model/judgement.ts";
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
  isGone: boolean;
}

export async function readStored(tx: TenantTx, ids: string[]): Promise<Map<string, StoredResource>> {
  if (ids.length === 0) return new Map();
  const { rows } = await tx.client.query<{ id: string; fingerprint: Buffer; is_gone: boolean }>(
    `select id, fingerprint, gone_at is not null as is_gone from resources where tenant_id = $1 and id = any($2)`,
    [tx.tenantId, ids],
  );
  return new Map(rows.map((row) => [row.id, { fingerprint: row.fingerprint, isGone: row.is_gone }]));
}

export interface WrittenResource {
  prepared: PreparedResource;
  judgement: Judgement;
  /** A row of it was there, live or gone. */
  existed: boolean;
  /** It was live under another creation time: what is known of the old one says nothing of it. */
  isRecreated: boolean;
  hadGaps: boolean;
  /** Insights that had a verdict on it; empty for what was not there or gone. */
  judgedBefore: string[];
}

/** Writes what is newer than the stored reading; returns only those. */
export async function writeResources(
  tx: TenantTx,
  cloud: CloudKey,
  changed: PreparedResource[],
  judgements: ReadonlyMap<string, Judgement>,
): Promise<WrittenResource[]> {
  if (changed.length === 0) return [];
  const judged = new Map(
    changed.map((prepared) => [
      prepared.id,
      { prepared, judgement: judgements.get(prepared.id) as Judgement },
    ]),
  );
  await copyInto(tx, createIncoming, "incoming", incomingRows(judged.values()));
  const { rows } = await tx.client.query<AppliedRow>(upsert, [
    cloud.tenantId,
    cloud.cloudId,
    cloud.accountId,
  ]);
  return rows.flatMap((row) => {
    const one = judged.get(row.id);
    if (!one) return [];
    return {
      ...one,
      existed: row.existed,
      isRecreated: row.is_recreated,
      hadGaps: row.had_gaps || one.prepared.gapPaths.length > 0,
      judgedBefore: row.was_live ? (row.insight_ids ?? []) : [],
    };
  });
}

// Constraints and an order would cost more than they save: it holds one batch.
const createIncoming = `create temp table if not exists incoming (
  id text collate "C", type text collate "C", key_region text collate "C", region text collate "C",
  native_id text collate "C", arn text, name text, created_at timestamptz, tags jsonb, fingerprint bytea,
  observed_at timestamptz, judged_hash text collate "C", flips_at timestamptz,
  properties jsonb, gaps jsonb, gap_paths text[]) on commit delete rows`;

function* incomingRows(
  judged: Iterable<{ prepared: PreparedResource; judgement: Judgement }>,
): Generator<CopyValue[]> {
  for (const { prepared, judgement } of judged) {
    const { id, resource, propertiesText, fingerprint, observedAt, gapPaths } = prepared;
    const { type, keyRegion, region, nativeId, arn, name, createdAt } = resource;
    yield [
      ...[id, type, keyRegion, region, nativeId, arn, name, createdAt, JSON.stringify(resource.tags)],
      ...[fingerprint, observedAt, judgement.ruleSet, judgement.flipsAt],
      ...[propertiesText, JSON.stringify(resource.gaps), gapPaths],
    ];
  }
}

interface AppliedRow {
  id: string;
  existed: boolean;
  was_live: boolean;
  is_recreated: boolean;
  had_gaps: boolean;
  insight_ids: string[] | null;
}

// A resource that was gone, or whose creation time moved, is a new incarnation under its old id. An equal
// instant is written: it is the same reading, or two that cannot be told apart.
const upsert = `
with known as materialized (
  select r.id, r.gone_at is null as was_live, r.region, r.type, s.insight_ids,
    coalesce(r.gone_at is null and r.created_at <> i.created_at, false) as is_recreated,
    exists (select from documents d where d.tenant_id = $1 and d.resource_id = r.id and d.gap_paths <> '{}') as had_gaps
  from incoming i join resources r on r.tenant_id = $1 and r.id = i.id
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
    changed_at = now(), fingerprint = excluded.fingerprint, gone_at = null,
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
    case when k.id is null or k.is_recreated then 'created' when k.was_live then 'changed' else 'returned' end,
    a.observed_at
  from applied a left join known k using (id)
), live as (
  insert into resource_counts as c (tenant_id, cloud_id, type, region, live)
  select $1, $2, type, region, sum(n) from (
    select a.type, a.region, 1 as n from applied a
    union all
    select k.type, k.region, -1 from known k join applied a using (id) where k.was_live
  ) as moves group by type, region having sum(n) <> 0 order by type, region
  on conflict (tenant_id, cloud_id, type, region) do update set live = c.live + excluded.live
)
select a.id, k.id is not null as existed, coalesce(k.was_live, false) as was_live,
  coalesce(k.is_recreated, false) as is_recreated, coalesce(k.had_gaps, false) as had_gaps, k.insight_ids
from applied a left join known k using (id)`;
