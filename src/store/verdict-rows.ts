// Rows of verdicts and their counters. A fresh pass has no row.
import type { InsightOutcome } from "#model/judgement.ts";
import type { Gap } from "#model/resource.ts";
import type { TenantTx } from "./open.ts";
import {
  type CountDelta,
  countColumns,
  countState,
  noCounts,
  type VerdictState,
} from "./verdict-transition.ts";

/** What becomes of one insight's verdict on one resource. */
export interface VerdictChange {
  resourceId: string;
  type: string;
  outcome: InsightOutcome;
  before: VerdictState;
  after: VerdictState;
}

export interface VerdictKey {
  resourceId: string;
  insightId: string;
}

/** By verdictKey; a pair without a row is a fresh pass, if it was judged. */
export async function readVerdicts(tx: TenantTx, resourceIds: string[]): Promise<Map<string, VerdictState>> {
  if (resourceIds.length === 0) return new Map();
  const { rows } = await tx.client.query<VerdictKey & { state: VerdictState }>(
    `select resource_id as "resourceId", insight_id as "insightId",
       json_build_object('verdict', verdict, 'stale', stale_since is not null) as state
     from verdicts where tenant_id = $1 and resource_id = any($2)`,
    [tx.tenantId, resourceIds],
  );
  return new Map(rows.map((row) => [verdictKey(row), row.state]));
}

export function verdictKey({ resourceId, insightId }: VerdictKey): string {
  return `${resourceId} ${insightId}`;
}

export async function saveVerdicts(tx: TenantTx, cloudId: string, changes: VerdictChange[]): Promise<void> {
  const passing = changes.filter(({ after }) => after?.verdict === "pass" && !after.stale);
  const rows = changes.filter(({ after }) => after && (after.verdict !== "pass" || after.stale));
  if (passing.length > 0)
    await tx.client.query(
      `delete from verdicts v using unnest($2::text[], $3::text[]) as p (resource_id, insight_id)
       where v.tenant_id = $1 and v.resource_id = p.resource_id and v.insight_id = p.insight_id`,
      [tx.tenantId, passing.map((c) => c.resourceId), passing.map((c) => c.outcome.insightId)],
    );
  if (rows.length === 0) return;
  await tx.client.query(
    `insert into verdicts as v (tenant_id, cloud_id, resource_id, insight_id, verdict, stale_since, gap)
     select $1, $2, r.resource_id, r.insight_id, r.verdict, case when r.stale then now() end, r.gap
     from unnest($3::text[], $4::text[], $5::text[], $6::boolean[], $7::jsonb[])
       as r (resource_id, insight_id, verdict, stale, gap)
     order by 3, 4
     on conflict (tenant_id, resource_id, insight_id) do update set
       verdict = excluded.verdict,
       stale_since = case when excluded.stale_since is null then null else coalesce(v.stale_since, excluded.stale_since) end,
       gap = excluded.gap,
       since = case when v.verdict = excluded.verdict then v.since else excluded.since end`,
    [
      tx.tenantId,
      cloudId,
      rows.map((c) => c.resourceId),
      rows.map((c) => c.outcome.insightId),
      rows.map((c) => c.after?.verdict),
      rows.map((c) => c.after?.stale),
      rows.map((c) => gapText(c.outcome.gap)),
    ],
  );
}

function gapText(gap: Gap | null): string | null {
  return gap === null ? null : JSON.stringify(gap);
}

export async function dropVerdicts(tx: TenantTx, rows: VerdictKey[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.client.query(
    `delete from verdicts v using unnest($2::text[], $3::text[]) as p (resource_id, insight_id)
     where v.tenant_id = $1 and v.resource_id = p.resource_id and v.insight_id = p.insight_id`,
    [tx.tenantId, rows.map((row) => row.resourceId), rows.map((row) => row.insightId)],
  );
}

/** In the transaction that changes what they count. */
export async function saveCounts(
  tx: TenantTx,
  cloudId: string,
  rows: { insightId: string; before: VerdictState; after: VerdictState }[],
): Promise<void> {
  const deltas = new Map<string, CountDelta>();
  for (const { insightId, before, after } of rows) {
    const delta = deltas.get(insightId) ?? noCounts();
    countState(delta, before, -1);
    countState(delta, after, 1);
    deltas.set(insightId, delta);
  }
  const changed = [...deltas]
    .filter(([, delta]) => countColumns.some((column) => delta[column] !== 0))
    .sort();
  if (changed.length === 0) return;
  const columns = countColumns.join(", ");
  await tx.client.query(
    `insert into verdict_counts as c (tenant_id, cloud_id, insight_id, ${columns})
     select $1, $2, * from unnest($3::text[], ${countColumns.map((_, i) => `$${i + 4}::int[]`).join(", ")})
     on conflict (tenant_id, cloud_id, insight_id) do update set
       ${countColumns.map((column) => `${column} = c.${column} + excluded.${column}`).join(", ")}`,
    [
      tx.tenantId,
      cloudId,
      changed.map(([insightId]) => insightId),
      ...countColumns.map((column) => changed.map(([, delta]) => delta[column])),
    ],
  );
}
