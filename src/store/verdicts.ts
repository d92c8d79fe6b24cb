// Writes the differences that new judgements make: verdict rows, counters, findings and their
// history, all in the caller's transaction. Callers hold the cloud's write lock (store/leases.ts).
import { findingId, severityRank } from "#model/finding.ts";
import type { InsightOutcome, Judgement } from "#model/judgement.ts";
import type { Gap } from "#model/resource.ts";
import type { TenantTx } from "./open.ts";
import {
  type CountDelta,
  countColumns,
  countState,
  nextState,
  noCounts,
  type VerdictState,
} from "./verdict-transition.ts";

export interface JudgedResource {
  judgement: Judgement;
  type: string;
  /** Insights of the rule set that judged it before; empty for a new or returned resource. */
  judgedBefore: string[];
}

interface Change {
  resourceId: string;
  type: string;
  outcome: InsightOutcome;
  before: VerdictState;
  after: VerdictState;
}

/** Returns how many findings were opened and closed. */
export async function writeVerdicts(
  tx: TenantTx,
  cloudId: string,
  judged: JudgedResource[],
): Promise<{ opened: number; closed: number }> {
  if (judged.length === 0) return { opened: 0, closed: 0 };
  const stored = await storedVerdicts(
    tx,
    judged.map(({ judgement }) => judgement.resourceId),
  );
  const changes: Change[] = [];
  const removed: { resourceId: string; insightId: string; before: VerdictState }[] = [];
  for (const { judgement, type, judgedBefore } of judged) {
    const before = (insightId: string): VerdictState =>
      judgedBefore.includes(insightId)
        ? (stored.get(`${judgement.resourceId} ${insightId}`) ?? { verdict: "pass", stale: false })
        : null;
    for (const outcome of judgement.outcomes) {
      const was = before(outcome.insightId);
      changes.push({
        resourceId: judgement.resourceId,
        type,
        outcome,
        before: was,
        after: nextState(was, outcome.verdict),
      });
    }
    const now = new Set(judgement.outcomes.map((outcome) => outcome.insightId));
    for (const insightId of judgedBefore)
      if (!now.has(insightId))
        removed.push({ resourceId: judgement.resourceId, insightId, before: before(insightId) });
  }
  await saveVerdicts(tx, cloudId, changes.filter(differs));
  await dropVerdicts(tx, removed);
  await saveCounts(tx, cloudId, [
    ...changes.map((change) => ({
      insightId: change.outcome.insightId,
      before: change.before,
      after: change.after,
    })),
    ...removed.map((row) => ({ ...row, after: null })),
  ]);
  const opened = await openFindings(
    tx,
    cloudId,
    changes.filter((change) => isFail(change) && change.outcome.verdict !== "wait"),
  );
  const closed = await closeFindings(tx, [
    ...changes
      .filter((change) => change.before?.verdict === "fail" && !isFail(change))
      .map((change) => ({
        resourceId: change.resourceId,
        insightId: change.outcome.insightId,
        reason: closeReason(change),
      })),
    ...removed
      .filter((row) => row.before?.verdict === "fail")
      .map((row) => ({ ...row, reason: "insight-removed" })),
  ]);
  return { opened, closed };
}

/** Takes resources that are gone out of verdicts and counters and closes their findings. */
export async function dropJudged(
  tx: TenantTx,
  cloudId: string,
  gone: { resourceId: string; judgedBefore: string[] }[],
): Promise<number> {
  if (gone.length === 0) return 0;
  const stored = await storedVerdicts(
    tx,
    gone.map((row) => row.resourceId),
  );
  const rows = gone.flatMap(({ resourceId, judgedBefore }) =>
    judgedBefore.map((insightId) => ({
      resourceId,
      insightId,
      before: stored.get(`${resourceId} ${insightId}`) ?? ({ verdict: "pass", stale: false } as VerdictState),
      after: null,
    })),
  );
  await tx.client.query("delete from verdicts where tenant_id = $1 and resource_id = any($2)", [
    tx.tenantId,
    gone.map((row) => row.resourceId),
  ]);
  await saveCounts(tx, cloudId, rows);
  return closeFindings(
    tx,
    rows.filter((row) => row.before?.verdict === "fail").map((row) => ({ ...row, reason: "resource-gone" })),
  );
}

async function storedVerdicts(tx: TenantTx, ids: string[]): Promise<Map<string, VerdictState>> {
  const rows = await tx.db
    .selectFrom("verdicts")
    .select(["resource_id", "insight_id", "verdict", "stale_since"])
    .where("tenant_id", "=", tx.tenantId)
    .where("resource_id", "in", ids)
    .execute();
  return new Map(
    rows.map((row) => [
      `${row.resource_id} ${row.insight_id}`,
      { verdict: row.verdict, stale: row.stale_since !== null } as VerdictState,
    ]),
  );
}

function isFail(change: Change): boolean {
  return change.after?.verdict === "fail";
}

function differs({ before, after, outcome }: Change): boolean {
  if (before?.verdict !== after?.verdict || before?.stale !== after?.stale) return true;
  return outcome.verdict === "unknown";
}

function closeReason(change: Change): string {
  return change.after?.verdict === "not-applicable" ? "not-applicable" : "passes";
}

async function saveVerdicts(tx: TenantTx, cloudId: string, changes: Change[]): Promise<void> {
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

async function dropVerdicts(tx: TenantTx, rows: { resourceId: string; insightId: string }[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.client.query(
    `delete from verdicts v using unnest($2::text[], $3::text[]) as p (resource_id, insight_id)
     where v.tenant_id = $1 and v.resource_id = p.resource_id and v.insight_id = p.insight_id`,
    [tx.tenantId, rows.map((row) => row.resourceId), rows.map((row) => row.insightId)],
  );
}

async function saveCounts(
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

async function openFindings(tx: TenantTx, cloudId: string, failing: Change[]): Promise<number> {
  if (failing.length === 0) return 0;
  const { rows } = await tx.client.query<{ id: string; event: string }>(
    `with input as (
       select * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::boolean[], $10::jsonb[])
         as i (id, resource_id, type, insight_id, severity, rank, stale, evidence)
     ), known as (
       select f.id, f.status from findings f join input i on f.tenant_id = $1 and f.id = i.id
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
       where f.status = 'closed' or f.severity <> excluded.severity or f.evidence <> excluded.evidence
         or (f.stale_since is null) <> (excluded.stale_since is null)
       returning f.id
     )
     insert into finding_events (tenant_id, finding_id, event, reason)
     select $1, s.id, case when k.id is null then 'opened' else 'reopened' end, 'fails'
     from saved s left join known k on k.id = s.id
     where k.id is null or k.status = 'closed'
     returning finding_id as id, event`,
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
  return rows.length;
}

async function closeFindings(
  tx: TenantTx,
  rows: { resourceId: string; insightId: string; reason: string }[],
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
