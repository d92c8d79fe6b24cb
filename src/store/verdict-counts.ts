// What the counters say of insights and scopes, for insights, scores and the summary. Never reads a
// resource, a document or a verdict.
import { sql } from "kysely";
import { among } from "./among.ts";
import type { TenantTx } from "./open.ts";

export interface InsightCounts {
  insightId: string;
  judged: number;
  failed: number;
  unknown: number;
  notApplicable: number;
  stalePassed: number;
  staleFailed: number;
  /** Of the fresh known verdicts: how many lie in scopes that are not seen now, by share of resources. */
  outOfSight: number;
}

/**
 * `typeOf`: resource type by insight; of these clouds, null = all. A scope is out of sight while it is in gap, or
 * while its cloud's role does not work.
 */
export async function countByInsight(
  tx: TenantTx,
  typeOf: ReadonlyMap<string, string>,
  cloudIds: string[] | null = null,
): Promise<InsightCounts[]> {
  const { rows } = await sql<InsightCounts>`
    with hidden as (
      select s.cloud_id, s.type,
        sum(s.resource_count) filter (where s.gap_since is not null or ${isBlind}) / sum(s.resource_count)::float8 as share
      from harvest_scopes s join clouds c on c.tenant_id = s.tenant_id and c.id = s.cloud_id
      where s.tenant_id = ${tx.tenantId} and s.resource_count > 0 and ${among("s.cloud_id", cloudIds)} group by 1, 2
      having bool_or(s.gap_since is not null or ${isBlind})
    )
    select n.insight_id as "insightId", sum(n.judged)::int as judged, sum(n.failed)::int as failed,
      sum(n.unknown)::int as unknown, sum(n.not_applicable)::int as "notApplicable",
      sum(n.stale_passed)::int as "stalePassed", sum(n.stale_failed)::int as "staleFailed",
      sum(coalesce(h.share, 0) * (n.judged - n.unknown - n.not_applicable - n.stale_passed - n.stale_failed))::float8
        as "outOfSight"
    from verdict_counts n
    join unnest(${[...typeOf.keys()]}::text[], ${[...typeOf.values()]}::text[]) as i (id, type) on i.id = n.insight_id
    left join hidden h on h.cloud_id = n.cloud_id and h.type = i.type
    where n.tenant_id = ${tx.tenantId} and ${among("n.cloud_id", cloudIds)} group by 1`.execute(tx.db);
  return rows;
}

const isBlind = sql`c.state in ('awaiting-role', 'assume-role-failed', 'invalid-credentials')`;
const isDormant = sql`c.state in ('paused', 'suspended', 'out-of-scope', 'removing')`;

export interface ScopeCounts {
  /** By resource type; only of clouds that are to be harvested. */
  byType: Map<string, { expected: number; seen: number }>;
  activeClouds: number;
  /** Active clouds of which no scope is known. */
  cloudsWithoutScopes: number;
  done: number;
  due: number;
  inGap: number;
  oldestObservedAt: string | null;
}

/** A scope is seen when it was completed once, is not in gap, and its cloud's role works. `cloudIds`: null = all. */
export async function countScopes(tx: TenantTx, cloudIds: string[] | null = null): Promise<ScopeCounts> {
  const { rows } = await sql<{
    type: string;
    expected: number;
    seen: number;
    done: number;
    due: number;
    in_gap: number;
    oldest: Date | null;
  }>`
    select s.type, count(*)::int as expected,
      count(*) filter (where s.completed_at is not null and s.gap_since is null and not ${isBlind})::int as seen,
      count(*) filter (where s.completed_at is not null and s.due_at > now())::int as done,
      count(*) filter (where s.due_at <= now())::int as due,
      count(*) filter (where s.gap_since is not null)::int as in_gap,
      min(s.completed_at) as oldest
    from harvest_scopes s join clouds c on c.tenant_id = s.tenant_id and c.id = s.cloud_id
    where s.tenant_id = ${tx.tenantId} and c.removed_at is null and not ${isDormant} and ${among("s.cloud_id", cloudIds)}
    group by 1`.execute(tx.db);
  const clouds = await sql<{ active: number; without: number }>`
    select count(*)::int as active, count(*) filter (where not exists (
      select 1 from harvest_scopes s where s.tenant_id = c.tenant_id and s.cloud_id = c.id))::int as without
    from clouds c
    where c.tenant_id = ${tx.tenantId} and c.removed_at is null and not ${isDormant} and ${among("c.id", cloudIds)}`.execute(
    tx.db,
  );
  const sum = (key: "done" | "due" | "in_gap") => rows.reduce((total, row) => total + row[key], 0);
  const oldest = rows.flatMap((row) => row.oldest?.getTime() ?? []);
  return {
    byType: new Map(rows.map(({ type, expected, seen }) => [type, { expected, seen }])),
    activeClouds: clouds.rows[0]?.active ?? 0,
    cloudsWithoutScopes: clouds.rows[0]?.without ?? 0,
    done: sum("done"),
    due: sum("due"),
    inGap: sum("in_gap"),
    oldestObservedAt: oldest.length === 0 ? null : new Date(Math.min(...oldest)).toISOString(),
  };
}
