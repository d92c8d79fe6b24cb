// Findings as lists and pages show them: the worst first, then by id.
import { type RawBuilder, sql } from "kysely";
import { severityRank } from "#model/finding.ts";
import type { Evidence, Severity } from "#model/verdict.ts";
import { oneOf } from "./among.ts";
import type { TenantTx } from "./open.ts";

export type FindingStatus = "open" | "closed" | "exempt";

export interface Finding {
  id: string;
  insightId: string;
  severity: Severity;
  status: FindingStatus;
  cloudId: string;
  cloudName: string;
  accountId: string;
  region: string;
  resourceId: string;
  resourceName: string | null;
  resourceNativeId: string;
  resourceType: string;
  openedAt: string;
  closedAt: string | null;
  stale: boolean;
  evidence: Evidence[];
}

export interface FindingsAsked {
  insightIds: string[] | null;
  severities: Severity[] | undefined;
  cloudIds: string[] | null;
  resourceId: string | undefined;
  types: string[] | undefined;
  statuses: FindingStatus[];
  after: { rank: number; id: string } | null;
  limit: number;
}

interface FindingRow {
  id: string;
  insight_id: string;
  severity: string;
  status: string;
  cloud_id: string;
  cloud_name: string;
  account_id: string;
  region: string;
  resource_id: string;
  resource_name: string | null;
  native_id: string;
  resource_type: string;
  opened_at: Date;
  closed_at: Date | null;
  stale_since: Date | null;
  evidence: Evidence[];
}

const columns = sql`f.id, f.insight_id, f.severity, f.severity_rank, f.status, f.cloud_id, f.resource_id,
  f.resource_type, f.opened_at, f.closed_at, f.stale_since, f.evidence`;

/** One row more than asked if there are more. */
export async function listFindings(tx: TenantTx, asked: FindingsAsked): Promise<Finding[]> {
  if (asked.cloudIds?.length === 0 || asked.insightIds?.length === 0) return [];
  // Each status by itself: an index gives its findings in the order of the page.
  const pages = asked.statuses.map(
    (status) => sql`(select ${columns} from findings f
      where ${sql.join(conditions(tx, asked, status), sql` and `)}
      order by f.severity_rank, f.id limit ${asked.limit + 1})`,
  );
  return readPage(
    tx,
    sql`select * from (${sql.join(pages, sql` union all `)}) f order by f.severity_rank, f.id limit ${asked.limit + 1}`,
  );
}

function conditions(tx: TenantTx, asked: FindingsAsked, status: FindingStatus): RawBuilder<unknown>[] {
  // A literal: the planner must see that a partial index serves it.
  const all = [sql`f.tenant_id = ${tx.tenantId}`, sql`f.status = ${sql.lit(status)}`];
  const { after } = asked;
  if (asked.severities)
    all.push(sql`f.severity_rank = any(${asked.severities.map(severityRank)}::smallint[])`);
  if (asked.insightIds) all.push(oneOf("f.insight_id", asked.insightIds));
  if (asked.cloudIds) all.push(oneOf("f.cloud_id", asked.cloudIds));
  if (asked.types) all.push(oneOf("f.resource_type", asked.types));
  if (asked.resourceId !== undefined) all.push(sql`f.resource_id = ${asked.resourceId}`);
  if (after) all.push(sql`(f.severity_rank, f.id) > (${after.rank}::smallint, ${after.id})`);
  return all;
}

async function readPage(tx: TenantTx, page: RawBuilder<unknown>): Promise<Finding[]> {
  const { rows } = await sql<FindingRow>`
    with page as materialized (${page})
    select page.*, c.name as cloud_name, c.account_id, r.region, r.name as resource_name, r.native_id
    from page join resources r on r.tenant_id = ${tx.tenantId} and r.id = page.resource_id
    join clouds c on c.tenant_id = ${tx.tenantId} and c.id = page.cloud_id
    order by page.severity_rank, page.id`.execute(tx.db);
  return rows.map((row) => ({
    id: row.id,
    insightId: row.insight_id,
    severity: row.severity as Severity,
    status: row.status as FindingStatus,
    cloudId: row.cloud_id,
    cloudName: row.cloud_name,
    accountId: row.account_id,
    region: row.region,
    resourceId: row.resource_id,
    resourceName: row.resource_name,
    resourceNativeId: row.native_id,
    resourceType: row.resource_type,
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    stale: row.stale_since !== null,
    evidence: row.evidence,
  }));
}

export interface FindingHistory {
  at: string;
  event: "opened" | "closed" | "reopened";
  reason: string;
}

export async function readFinding(
  tx: TenantTx,
  id: string,
): Promise<(Finding & { history: FindingHistory[] }) | undefined> {
  const [finding] = await readPage(
    tx,
    sql`select ${columns} from findings f where f.tenant_id = ${tx.tenantId} and f.id = ${id}`,
  );
  if (!finding) return undefined;
  const rows = await tx.db
    .selectFrom("finding_events")
    .select(["at", "event", "reason"])
    .where("tenant_id", "=", tx.tenantId)
    .where("finding_id", "=", id)
    .orderBy("id", "desc")
    .limit(200)
    .execute();
  const history = rows.map(({ at, event, reason }) => ({
    at: at.toISOString(),
    event: event as FindingHistory["event"],
    reason,
  }));
  return { ...finding, history };
}

/** Open findings from the counters of verdicts; `insightIds` are those whose severity and type are wanted. */
export async function countOpenFindings(
  tx: TenantTx,
  insightIds: string[],
  cloudIds: string[] | null,
): Promise<number> {
  const all = [sql`n.tenant_id = ${tx.tenantId}`, sql`n.insight_id = any(${insightIds})`];
  if (cloudIds) all.push(oneOf("n.cloud_id", cloudIds));
  const { rows } = await sql<{ failed: number }>`
    select coalesce(sum(n.failed), 0)::int as failed from verdict_counts n where ${sql.join(all, sql` and `)}`.execute(
    tx.db,
  );
  return rows[0]?.failed ?? 0;
}
