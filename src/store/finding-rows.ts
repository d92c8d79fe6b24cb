// Findings and their history: opened, closed and reopened by what becomes of verdicts.
import { findingId, severityRank } from "#model/finding.ts";
import type { TenantTx } from "./open.ts";
import type { VerdictChange, VerdictKey } from "./verdict-rows.ts";

/** Of failing pairs; returns how many were opened or opened again. Others are brought up to date. */
export async function openFindings(tx: TenantTx, cloudId: string, failing: VerdictChange[]): Promise<number> {
  if (failing.length === 0) return 0;
  const { rowCount } = await tx.client.query(
    `with given as (
       select * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::boolean[], $10::jsonb[])
         as i (id, resource_id, type, insight_id, severity, rank, stale, evidence)
     ), input as materialized (
       -- By the ids themselves: joined to the list alone the planner read all findings.
       select i.*, f.status as known
       from given i left join (select * from findings where tenant_id = $1 and id = any($3)) as f on f.id = i.id
       where f.id is null or f.status = 'closed' or f.severity <> i.severity or (f.stale_since is not null) <> i.stale
         or (not i.stale and f.evidence <> i.evidence)
     ), saved as (
       insert into findings as f (tenant_id, id, cloud_id, resource_id, resource_type, insight_id, severity, severity_rank, status, opened_at, stale_since, evidence)
       select $1, id, $2, resource_id, type, insight_id, severity, rank, 'open', now(), case when stale then now() end, evidence
       from input order by id
       on conflict (tenant_id, id) do update set
         status = case when f.status = 'closed' then 'open' else f.status end,
         opened_at = case when f.status = 'closed' then now() else f.opened_at end,
         closed_at = null,
         severity = excluded.severity,
         severity_rank = excluded.severity_rank,
         stale_since = case when excluded.stale_since is null then null else coalesce(f.stale_since, excluded.stale_since) end,
         evidence = case when excluded.stale_since is null then excluded.evidence else f.evidence end
     )
     insert into finding_events (tenant_id, finding_id, event, reason)
     select $1, id, case when known is null then 'opened' else 'reopened' end, 'fails'
     from input where known is null or known = 'closed'
`,
    [
      tx.tenantId,
      cloudId,
      failing.map((c) => findingId(tx.tenantId, c.resourceId, c.outcome.insightId)),
      failing.map((c) => c.resourceId),
      failing.map((c) => c.type),
      failing.map((c) => c.outcome.insightId),
      failing.map((c) => c.outcome.severity),
      failing.map((c) => severityRank(c.outcome.severity)),
      failing.map((c) => c.after?.stale),
      failing.map((c) => JSON.stringify(c.outcome.evidence)),
    ],
  );
  return rowCount ?? 0;
}

export async function closeFindings(
  tx: TenantTx,
  rows: (VerdictKey & { reason: string })[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const { rowCount } = await tx.client.query(
    `with closed as (
       update findings f set status = 'closed', closed_at = now(), stale_since = null
       from unnest($2::text[], $3::text[]) as i (id, reason)
       where f.tenant_id = $1 and f.id = i.id and f.status <> 'closed'
       returning f.id, i.reason
     )
     insert into finding_events (tenant_id, finding_id, event, reason) select $1, id, 'closed', reason from closed`,
    [
      tx.tenantId,
      rows.map((row) => findingId(tx.tenantId, row.resourceId, row.insightId)),
      rows.map((row) => row.reason),
    ],
  );
  return rowCount ?? 0;
}
