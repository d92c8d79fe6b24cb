// Resources that a complete listing did not see, and their tombstones.
import type { TenantTx } from "./open.ts";
import type { CloudKey } from "./resource-rows.ts";
import type { BatchListing } from "./scope-ends.ts";

export interface LostResource {
  id: string;
  type: string;
  nativeId: string;
  keyRegion: string;
  /** When the listing began that did not see it. */
  lostAt: Date;
  judgedBefore: string[];
}

/** What was observed after a listing began may have come after it passed. */
export async function unseenResources(
  tx: TenantTx,
  cloud: CloudKey,
  complete: BatchListing[],
): Promise<LostResource[]> {
  if (complete.length === 0) return [];
  const { rows } = await tx.client.query<LostResource>(
    `select r.id, r.type, r.native_id as "nativeId", r.key_region as "keyRegion", l.started_at as "lostAt",
       coalesce(s.insight_ids, '{}') as "judgedBefore"
     from unnest($3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[])
       as l (type, region, listing, started_at, is_continued)
     join resources r on r.tenant_id = $1 and r.cloud_id = $2 and r.type = l.type and r.key_region = l.region
       and r.gone_at is null and r.observed_at < l.started_at
     left join rule_sets s on s.hash = r.judged_hash
     where not exists (select from unnest($8::text[]) as n (id) where n.id = r.id)
       and not (l.is_continued and exists (
         select from listing_seen n where n.tenant_id = $1 and n.cloud_id = $2 and n.listing = l.listing and n.resource_id = r.id))`,
    [
      cloud.tenantId,
      cloud.cloudId,
      complete.map(({ scope }) => scope.type),
      complete.map(({ scope }) => scope.region),
      complete.map(({ listing }) => listing),
      complete.map(({ startedAt }) => startedAt),
      complete.map(({ isContinued }) => isContinued),
      complete.flatMap(({ seen }) => seen),
    ],
  );
  return rows;
}

/** observed_at moves too: an older reading that comes late must not bring it back. */
export async function markGone(
  tx: TenantTx,
  cloud: { tenantId: string; cloudId: string },
  lost: Pick<LostResource, "id" | "lostAt">[],
): Promise<void> {
  if (lost.length === 0) return;
  await tx.client.query(
    `with gone as (
       update resources r set gone_at = now(), flips_at = null, observed_at = l.lost_at
       from unnest($3::text[], $4::timestamptz[]) as l (id, lost_at)
       where r.tenant_id = $1 and r.id = any($3) and r.id = l.id returning r.id, r.type, r.region, r.observed_at
     ), history as (
       insert into resource_events (tenant_id, resource_id, kind, observed_at)
       select $1, id, 'gone', observed_at from gone
     )
     update resource_counts c set live = c.live - g.n
     from (select type, region, count(*)::int as n from gone group by type, region) as g
     where c.tenant_id = $1 and c.cloud_id = $2 and c.type = g.type and c.region = g.region`,
    [cloud.tenantId, cloud.cloudId, lost.map(({ id }) => id), lost.map(({ lostAt }) => lostAt)],
  );
}
