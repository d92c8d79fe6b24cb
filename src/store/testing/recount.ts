// What counters, findings and verdict rows must be, counted from the rows they stand for.
import type { SmallEstate } from "./small-estate.ts";

/** Every difference in one line; none if all agree. */
export async function disagreements(
  { rows }: Pick<SmallEstate, "rows">,
  tenantId: string,
): Promise<string[]> {
  const found: string[] = [];
  for (const [name, text] of Object.entries(checks))
    for (const row of await rows(text, [tenantId])) found.push(`${name}: ${JSON.stringify(row)}`);
  return found;
}

const judged = `select r.tenant_id, r.cloud_id, r.id as resource_id, i.insight_id, coalesce(v.verdict, 'pass') as verdict,
    v.stale_since is not null as stale
  from resources r join rule_sets s on s.hash = r.judged_hash cross join unnest(s.insight_ids) as i (insight_id)
  left join verdicts v on v.tenant_id = r.tenant_id and v.resource_id = r.id and v.insight_id = i.insight_id
  where r.tenant_id = $1 and r.gone_at is null`;

/** Each yields the rows that are wrong. */
const checks = {
  "live resources": `
    with counted as (
      select cloud_id, type, region, count(*)::int as live from resources where tenant_id = $1 and gone_at is null group by 1, 2, 3
    ), kept as (select cloud_id, type, region, live from resource_counts where tenant_id = $1 and live <> 0)
    select * from ((table counted except table kept) union all (table kept except table counted)) as wrong`,
  verdicts: `
    with judged as (${judged}), counted as (
      select cloud_id, insight_id, count(*)::int as judged, count(*) filter (where verdict = 'fail')::int as failed,
        count(*) filter (where verdict = 'unknown')::int as unknown,
        count(*) filter (where verdict = 'not-applicable')::int as not_applicable,
        count(*) filter (where verdict = 'pass' and stale)::int as stale_passed,
        count(*) filter (where verdict = 'fail' and stale)::int as stale_failed
      from judged group by 1, 2
    ), kept as (
      select cloud_id, insight_id, judged, failed, unknown, not_applicable, stale_passed, stale_failed from verdict_counts
      where tenant_id = $1 and (judged, failed, unknown, not_applicable, stale_passed, stale_failed) <> (0, 0, 0, 0, 0, 0)
    )
    select * from ((table counted except table kept) union all (table kept except table counted)) as wrong`,
  "verdicts of nothing": `
    select v.resource_id, v.insight_id from verdicts v where v.tenant_id = $1 and not exists (
      select from (${judged}) as j where j.resource_id = v.resource_id and j.insight_id = v.insight_id)`,
  findings: `
    with failing as (select resource_id, insight_id, stale from (${judged}) as j where verdict = 'fail'),
    open as (select resource_id, insight_id, stale_since is not null as stale from findings where tenant_id = $1 and status <> 'closed')
    select * from ((table failing except table open) union all (table open except table failing)) as wrong`,
  "history of findings": `
    select f.id, f.status, h.events from findings f cross join lateral (
      select array_agg(event order by id) as events from finding_events e where e.tenant_id = $1 and e.finding_id = f.id) as h
    where f.tenant_id = $1 and (h.events[1] is distinct from 'opened'
      or (f.status = 'closed') <> (h.events[array_length(h.events, 1)] = 'closed')
      or exists (select from generate_subscripts(h.events, 1) n where n > 1 and (h.events[n] = 'closed') = (h.events[n - 1] = 'closed')))`,
  "history of resources": `
    select r.id, r.gone_at, h.kinds from resources r cross join lateral (
      select array_agg(kind order by id) as kinds from resource_events e where e.tenant_id = $1 and e.resource_id = r.id) as h
    where r.tenant_id = $1 and (h.kinds[1] is distinct from 'created'
      or (r.gone_at is not null) <> (h.kinds[array_length(h.kinds, 1)] = 'gone'))`,
  "what hangs on nothing": `
    select 'documents' as what, resource_id from documents d where tenant_id = $1 and not exists (select from resources r where r.tenant_id = $1 and r.id = d.resource_id)
    union all select 'terms', resource_id from resource_terms d where tenant_id = $1 and not exists (select from resources r where r.tenant_id = $1 and r.id = d.resource_id)
    union all select 'edges', source_id from edges d where tenant_id = $1 and not exists (select from resources r where r.tenant_id = $1 and r.id = d.source_id)
    union all select 'no document', id from resources r where tenant_id = $1 and not exists (select from documents d where d.tenant_id = $1 and d.resource_id = r.id)`,
};
