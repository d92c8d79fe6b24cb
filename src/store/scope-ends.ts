// What the end of a listing means: what it did not see is gone, if it saw everything; what could
// not be read is a gap. A scope that loses much at once must be listed completely twice.
import type { HarvestScope } from "#model/resource.ts";
import type { ScopeEnd } from "./ingest.ts";
import { type LostResource, markGone, unseenResources } from "./lost-resources.ts";
import type { TenantTx } from "./open.ts";
import type { CloudKey } from "./resource-rows.ts";
import type { ScopeSight } from "./turned-scopes.ts";

/** A listing as far as one batch holds it. */
export interface BatchListing {
  scope: HarvestScope;
  listing: string;
  startedAt: Date;
  /** Ids of the resources that this batch saw. */
  seen: string[];
  /** Earlier batches saw resources of it too. */
  isContinued: boolean;
  end: ScopeEnd | null;
}

export interface ScopeEnds {
  gone: LostResource[];
  sights: ScopeSight[];
}

/** Keeps what listings longer than one batch have seen. */
export async function spillSeen(tx: TenantTx, cloud: CloudKey, listings: BatchListing[]): Promise<void> {
  const rows = listings
    .filter(({ end }) => end === null)
    .flatMap(({ listing, seen }) => seen.map((id) => ({ listing, id })));
  if (rows.length === 0) return;
  await tx.client.query(
    `insert into listing_seen (tenant_id, cloud_id, listing, resource_id)
     select $1, $2, * from unnest($3::text[], $4::text[]) on conflict do nothing`,
    [cloud.tenantId, cloud.cloudId, rows.map((row) => row.listing), rows.map((row) => row.id)],
  );
}

export async function endScopes(tx: TenantTx, cloud: CloudKey, listings: BatchListing[]): Promise<ScopeEnds> {
  const ended = listings.filter(({ end }) => end !== null);
  if (ended.length === 0) return { gone: [], sights: [] };
  const complete = ended.filter(({ end }) => end?.complete);
  const lost = await unseenResources(tx, cloud, complete);
  const suspected = await suspectedScopes(tx, cloud, lost);
  const gone = lost.filter((row) => !suspected.has(keyOf({ type: row.type, region: row.keyRegion })));
  await markGone(tx, cloud, gone);
  const sights = await saveScopes(tx, cloud, ended, suspected);
  await forgetSeen(
    tx,
    cloud,
    ended.filter(({ isContinued }) => isContinued),
  );
  return { gone, sights };
}

async function forgetSeen(tx: TenantTx, cloud: CloudKey, continued: BatchListing[]): Promise<void> {
  if (continued.length === 0) return;
  await tx.client.query(
    "delete from listing_seen where tenant_id = $1 and cloud_id = $2 and listing = any($3)",
    [cloud.tenantId, cloud.cloudId, continued.map(({ listing }) => listing)],
  );
}

const fewLosses = 10;
const shareOfLosses = 0.2;

/** Scopes that lost more than 20 % and more than 10 rows for the first time: their loss waits. */
async function suspectedScopes(tx: TenantTx, cloud: CloudKey, lost: LostResource[]): Promise<Set<string>> {
  const losses = Map.groupBy(lost, (row) => keyOf({ type: row.type, region: row.keyRegion }));
  const large = [...losses].filter(([, rows]) => rows.length > fewLosses);
  if (large.length === 0) return new Set();
  const scopes = large.map(([, rows]) => rows[0] as LostResource);
  const { rows } = await tx.client.query<{ type: string; region: string; live: number }>(
    `select s.type, s.region, (select count(*)::int from resources r where r.tenant_id = $1 and r.cloud_id = $2
         and r.type = s.type and r.key_region = s.region and r.gone_at is null) as live
     from harvest_scopes s join unnest($3::text[], $4::text[]) as l (type, region) using (type, region)
     where s.tenant_id = $1 and s.cloud_id = $2 and s.loss_suspected_at is null`,
    [cloud.tenantId, cloud.cloudId, scopes.map((row) => row.type), scopes.map((row) => row.keyRegion)],
  );
  const isLarge = (row: { type: string; region: string; live: number }) =>
    (losses.get(keyOf(row))?.length ?? 0) > row.live * shareOfLosses;
  return new Set(rows.filter(isLarge).map(keyOf));
}

function keyOf({ type, region }: HarvestScope): string {
  return `${type} ${region}`;
}

// An incomplete listing neither confirms a suspected loss nor clears it.
async function saveScopes(
  tx: TenantTx,
  cloud: CloudKey,
  ended: BatchListing[],
  suspected: ReadonlySet<string>,
): Promise<ScopeSight[]> {
  const { rows } = await tx.client.query<ScopeSight>(
    `with ended as materialized (
       select * from unnest($3::text[], $4::text[], $5::timestamptz[], $6::boolean[], $7::boolean[], $8::jsonb[], $9::timestamptz[])
         as e (type, region, started_at, complete, suspected, gaps, next_due_at)
     ), known as materialized (
       select s.type, s.region, s.completed_at is not null and s.gap_since is null as sight from harvest_scopes s
       join ended e using (type, region) where s.tenant_id = $1 and s.cloud_id = $2
     ), counts as materialized (
       select r.type, r.key_region as region, count(*) as live from resources r
       join ended e on e.type = r.type and e.region = r.key_region
       where r.tenant_id = $1 and r.cloud_id = $2 and r.gone_at is null group by 1, 2
     ), saved as (
       insert into harvest_scopes as s (tenant_id, cloud_id, type, region, due_at, tried_at, completed_at, gap_since, gaps, loss_suspected_at, resource_count)
       select $1, $2, type, region, case when suspected then now() else next_due_at end, now(),
         case when complete then started_at end, case when not complete then now() end, gaps,
         case when suspected then now() end, coalesce(live, 0)
       from ended left join counts using (type, region) order by type, region
       on conflict (tenant_id, cloud_id, type, region) do update set
         due_at = excluded.due_at, tried_at = excluded.tried_at,
         completed_at = coalesce(excluded.completed_at, s.completed_at),
         gap_since = case when excluded.gap_since is null then null else coalesce(s.gap_since, excluded.gap_since) end,
         gaps = excluded.gaps, resource_count = excluded.resource_count,
         loss_suspected_at = case when excluded.completed_at is null then s.loss_suspected_at else excluded.loss_suspected_at end
     )
     select e.type, e.region, coalesce(k.sight, false) as before, e.complete as after
     from ended e left join known k using (type, region)`,
    [
      cloud.tenantId,
      cloud.cloudId,
      ended.map(({ scope }) => scope.type),
      ended.map(({ scope }) => scope.region),
      ended.map(({ startedAt }) => startedAt),
      ended.map(({ end }) => end?.complete ?? false),
      ended.map(({ scope }) => suspected.has(keyOf(scope))),
      ended.map(({ end }) => JSON.stringify(end?.gaps ?? [])),
      ended.map(({ end }) => end?.nextDueAt ?? null),
    ],
  );
  return rows;
}
