// What the end of a listing means: what it did not see is gone, if it saw everything; what could
// not be read is a gap. A scope that loses much at once must be listed completely twice.
import type { ScopePart } from "./ingest.ts";
import type { TenantTx } from "./open.ts";
import type { CloudKey } from "./resource-rows.ts";

export interface GoneResource {
  resourceId: string;
  type: string;
  judgedBefore: string[];
}

export interface ScopeEnds {
  gone: GoneResource[];
  /** Scopes completed for the first time, or that fell into or came out of a gap. */
  turned: { type: string; region: string }[];
}

/** Keeps what a listing longer than one batch has seen. */
export async function spillSeen(tx: TenantTx, cloud: CloudKey, parts: ScopePart[]): Promise<void> {
  const rows = parts
    .filter((part) => part.continued || part.end === null)
    .flatMap((part) => part.resources.map((prepared) => ({ listing: part.listing, id: prepared.id })));
  if (rows.length === 0) return;
  await tx.client.query(
    `insert into listing_seen (tenant_id, cloud_id, listing, resource_id)
     select $1, $2, * from unnest($3::text[], $4::text[]) on conflict do nothing`,
    [cloud.tenantId, cloud.cloudId, rows.map((row) => row.listing), rows.map((row) => row.id)],
  );
}

export async function endScopes(tx: TenantTx, cloud: CloudKey, parts: ScopePart[]): Promise<ScopeEnds> {
  const ended = parts.filter((part) => part.end !== null);
  if (ended.length === 0) return { gone: [], turned: [] };
  const complete = ended.filter((part) => part.end?.complete);
  const lost = await unseen(tx, cloud, complete);
  const suspected = await suspectedScopes(tx, cloud, complete, lost);
  const key = (scope: { type: string; region: string }) => `${scope.type} ${scope.region}`;
  const gone = lost.filter((row) => !suspected.has(key({ type: row.type, region: row.key_region })));
  if (gone.length > 0)
    await markGone(
      tx,
      cloud,
      gone.map((row) => row.id),
      ended,
    );
  const turned = await saveScopes(tx, cloud, ended, (part) => suspected.has(key(part.scope)));
  const continued = complete.filter((part) => part.continued);
  if (continued.length > 0)
    await tx.client.query(
      "delete from listing_seen where tenant_id = $1 and cloud_id = $2 and listing = any($3)",
      [cloud.tenantId, cloud.cloudId, continued.map((part) => part.listing)],
    );
  return {
    gone: gone.map((row) => ({ resourceId: row.id, type: row.type, judgedBefore: row.insight_ids ?? [] })),
    turned,
  };
}

interface LostRow {
  id: string;
  type: string;
  key_region: string;
  insight_ids: string[] | null;
}

async function unseen(tx: TenantTx, cloud: CloudKey, complete: ScopePart[]): Promise<LostRow[]> {
  if (complete.length === 0) return [];
  const { rows } = await tx.client.query<LostRow>(
    `select r.id, r.type, r.key_region, s.insight_ids
     from unnest($3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[])
       as l (type, region, listing, started_at, continued)
     join resources r on r.tenant_id = $1 and r.cloud_id = $2 and r.type = l.type and r.key_region = l.region
       and r.gone_at is null and r.observed_at < l.started_at
     left join rule_sets s on s.hash = r.judged_hash
     where not r.id = any($8::text[])
       and not (l.continued and exists (
         select from listing_seen n where n.tenant_id = $1 and n.cloud_id = $2 and n.listing = l.listing and n.resource_id = r.id))`,
    [
      cloud.tenantId,
      cloud.cloudId,
      complete.map((part) => part.scope.type),
      complete.map((part) => part.scope.region),
      complete.map((part) => part.listing),
      complete.map((part) => part.startedAt),
      complete.map((part) => part.continued),
      complete.flatMap((part) => part.resources.map((prepared) => prepared.id)),
    ],
  );
  return rows;
}

/** Scopes that lost more than 20 % and more than 10 rows for the first time: their loss waits. */
async function suspectedScopes(
  tx: TenantTx,
  cloud: CloudKey,
  complete: ScopePart[],
  lost: LostRow[],
): Promise<Set<string>> {
  const losses = new Map<string, number>();
  for (const row of lost) {
    const key = `${row.type} ${row.key_region}`;
    losses.set(key, (losses.get(key) ?? 0) + 1);
  }
  const large = complete.filter((part) => (losses.get(`${part.scope.type} ${part.scope.region}`) ?? 0) > 10);
  const suspected = new Set<string>();
  for (const { scope } of large) {
    const { rows } = await tx.client.query<{ live: number; suspected: boolean }>(
      `select (select count(*)::int from resources where tenant_id = $1 and cloud_id = $2 and type = $3 and key_region = $4 and gone_at is null) as live,
         exists (select from harvest_scopes where tenant_id = $1 and cloud_id = $2 and type = $3 and region = $4 and loss_suspected_at is not null) as suspected`,
      [cloud.tenantId, cloud.cloudId, scope.type, scope.region],
    );
    const key = `${scope.type} ${scope.region}`;
    const row = rows[0];
    if (row && !row.suspected && (losses.get(key) ?? 0) > row.live * 0.2) suspected.add(key);
  }
  return suspected;
}

async function markGone(tx: TenantTx, cloud: CloudKey, ids: string[], ended: ScopePart[]): Promise<void> {
  const latest = new Date(Math.max(...ended.map((part) => part.startedAt.getTime())));
  await tx.client.query(
    `with gone as (
       update resources set gone_at = now(), flips_at = null
       where tenant_id = $1 and id = any($3) returning id, type, region
     ), history as (
       insert into resource_events (tenant_id, resource_id, kind, observed_at) select $1, id, 'gone', $4 from gone
     )
     insert into resource_counts as c (tenant_id, cloud_id, type, region, live)
     select $1, $2, type, region, -count(*) from gone group by type, region order by type, region
     on conflict (tenant_id, cloud_id, type, region) do update set live = c.live + excluded.live`,
    [cloud.tenantId, cloud.cloudId, ids, latest],
  );
}

async function saveScopes(
  tx: TenantTx,
  cloud: CloudKey,
  ended: ScopePart[],
  isSuspected: (part: ScopePart) => boolean,
): Promise<{ type: string; region: string }[]> {
  const { rows } = await tx.client.query<{ type: string; region: string; turned: boolean }>(
    `with ended as (
       select * from unnest($3::text[], $4::text[], $5::timestamptz[], $6::boolean[], $7::boolean[], $8::jsonb[], $9::timestamptz[])
         as e (type, region, started_at, complete, suspected, gaps, next_due_at)
     ), known as (
       select s.type, s.region, s.completed_at, s.gap_since from harvest_scopes s
       join ended e using (type, region) where s.tenant_id = $1 and s.cloud_id = $2
     ), saved as (
       insert into harvest_scopes as s (tenant_id, cloud_id, type, region, due_at, tried_at, completed_at, gap_since, gaps, loss_suspected_at, resource_count)
       select $1, $2, e.type, e.region, case when suspected then now() else next_due_at end, now(),
         case when complete then started_at end, case when not complete then now() end, gaps,
         case when suspected then now() end,
         (select count(*) from resources r where r.tenant_id = $1 and r.cloud_id = $2 and r.type = e.type and r.key_region = e.region and r.gone_at is null)
       from ended e order by type, region
       on conflict (tenant_id, cloud_id, type, region) do update set
         due_at = excluded.due_at, tried_at = excluded.tried_at,
         completed_at = coalesce(excluded.completed_at, s.completed_at),
         gap_since = case when excluded.gap_since is null then null else coalesce(s.gap_since, excluded.gap_since) end,
         gaps = excluded.gaps, loss_suspected_at = excluded.loss_suspected_at, resource_count = excluded.resource_count
       returning s.type, s.region
     )
     select e.type, e.region,
       (k.completed_at is null and e.complete) or (k.gap_since is not null) <> (not e.complete) as turned
     from ended e left join known k using (type, region)`,
    [
      cloud.tenantId,
      cloud.cloudId,
      ended.map((part) => part.scope.type),
      ended.map((part) => part.scope.region),
      ended.map((part) => part.startedAt),
      ended.map((part) => part.end?.complete ?? false),
      ended.map(isSuspected),
      ended.map((part) => JSON.stringify(part.end?.gaps ?? [])),
      ended.map((part) => part.end?.nextDueAt ?? null),
    ],
  );
  return rows.filter((row) => row.turned);
}
