// The estate in figures that no other noun counts: clouds by state, what changed last, daily history.
// From counters and short lists only. `cloudIds`: only of these clouds; null = all.
import { sql } from "kysely";
import { type CloudState, cloudStates } from "#model/cloud.ts";
import { noFindings, type Severity, type SeverityCounts, severities } from "#model/verdict.ts";
import { among } from "./among.ts";
import type { TenantTx } from "./open.ts";

type CloudIds = string[] | null;

export async function countCloudsByState(
  tx: TenantTx,
  cloudIds: CloudIds,
): Promise<Record<CloudState, number>> {
  const { rows } = await sql<{ state: CloudState; count: number }>`
    select state, count(*)::int as count from clouds
    where tenant_id = ${tx.tenantId} and removed_at is null and ${among("id", cloudIds)} group by 1`.execute(
    tx.db,
  );
  const counts = Object.fromEntries(cloudStates.map((state) => [state, 0])) as Record<CloudState, number>;
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}

/** Calls made to AWS: harvests, and the last sync of each organization, which belongs to no cloud. */
export async function countCalls(tx: TenantTx, cloudIds: CloudIds): Promise<number> {
  const syncs = sql`(select sum(sync_calls) from cloud_organizations where tenant_id = ${tx.tenantId})`;
  const { rows } = await sql<{ calls: string }>`
    select coalesce((select sum(calls) from clouds where tenant_id = ${tx.tenantId} and ${among("id", cloudIds)}), 0)
      + coalesce(${cloudIds === null ? syncs : sql`0`}, 0) as calls`.execute(tx.db);
  return Number(rows[0]?.calls ?? 0);
}

export interface TroubledSync {
  id: string;
  nickname: string;
  state: "failed" | "needs-confirmation";
}

export async function troubledSyncs(tx: TenantTx): Promise<TroubledSync[]> {
  const rows = await tx.db
    .selectFrom("cloud_organizations")
    .select(["id", "nickname", "sync_state"])
    .where("tenant_id", "=", tx.tenantId)
    .where("sync_state", "in", ["failed", "needs-confirmation"])
    .orderBy("nickname")
    .execute();
  return rows.map(({ id, nickname, sync_state }) => ({
    id,
    nickname,
    state: sync_state as TroubledSync["state"],
  }));
}

export interface RecentFinding {
  at: string;
  findingId: string;
  event: string;
  insightId: string;
  resource: string;
  cloud: string;
}

const searchedEvents = 2_000;

export async function recentFindings(
  tx: TenantTx,
  limit: number,
  cloudIds: CloudIds,
): Promise<RecentFinding[]> {
  // Of some clouds only what is among the newest of all: nothing tells their events without reading each finding.
  const latest =
    cloudIds === null
      ? sql`select id, at, finding_id, event from finding_events where tenant_id = ${tx.tenantId} order by id desc limit ${limit}`
      : sql`select e.* from (
            select id, at, finding_id, event from finding_events where tenant_id = ${tx.tenantId} order by id desc limit ${searchedEvents}
          ) e join findings f on f.tenant_id = ${tx.tenantId} and f.id = e.finding_id and ${among("f.cloud_id", cloudIds)}
          order by e.id desc limit ${limit}`;
  const { rows } = await sql<{
    at: Date;
    finding_id: string;
    event: string;
    insight_id: string;
    resource: string;
    cloud: string;
  }>`
    with latest as materialized (${latest})
    select l.at, l.finding_id, l.event, f.insight_id, coalesce(r.name, r.native_id) as resource, c.name as cloud
    from latest l join findings f on f.tenant_id = ${tx.tenantId} and f.id = l.finding_id
    join resources r on r.tenant_id = f.tenant_id and r.id = f.resource_id
    join clouds c on c.tenant_id = f.tenant_id and c.id = f.cloud_id
    order by l.id desc`.execute(tx.db);
  return rows.map(({ at, finding_id, event, insight_id, resource, cloud }) => ({
    at: at.toISOString(),
    findingId: finding_id,
    event,
    insightId: insight_id,
    resource,
    cloud,
  }));
}

export interface RecentState {
  at: string;
  cloudId: string;
  cloud: string;
  state: string;
  reason: string | null;
}

export async function recentStates(tx: TenantTx, limit: number, cloudIds: CloudIds): Promise<RecentState[]> {
  const { rows } = await sql<{
    at: Date;
    cloud_id: string;
    name: string;
    state: string;
    reason: string | null;
  }>`
    select s.at, s.cloud_id, c.name, s.state, s.reason
    from cloud_states s join clouds c on c.tenant_id = s.tenant_id and c.id = s.cloud_id
    where s.tenant_id = ${tx.tenantId} and s.state <> 'pending' and ${among("s.cloud_id", cloudIds)}
    order by s.at desc, s.id desc limit ${limit}`.execute(tx.db);
  return rows.map(({ at, cloud_id, name, state, reason }) => ({
    at: at.toISOString(),
    cloudId: cloud_id,
    cloud: name,
    state,
    reason,
  }));
}

export interface RecentDeed {
  at: string;
  actor: string;
  action: string;
  /** What it was done to, where that is a cloud or an organization that is still there. */
  name: string | null;
  cloudId: string | null;
  organizationId: string | null;
}

/** Without coming and going, and without what syncs say of single clouds. A sync names a cloud by its account. */
export async function recentDeeds(tx: TenantTx, limit: number): Promise<RecentDeed[]> {
  const rows = await tx.db
    .selectFrom("audit_events")
    .select(["at", "actor", "action", "subject"])
    .where("tenant_id", "=", tx.tenantId)
    .where("action", "not in", [
      "session.opened",
      "session.closed",
      "external-id.read",
      "cloud.added",
      "badge.imported",
    ])
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  const known = await subjectsOf(
    tx,
    rows.flatMap(({ subject }) => subject ?? []),
  );
  return rows.map(({ at, actor, action, subject }) => ({
    ...{ at: at.toISOString(), actor, action },
    ...(known.get(subject ?? "") ?? { name: null, cloudId: null, organizationId: null }),
  }));
}

async function subjectsOf(tx: TenantTx, subjects: string[]) {
  const found = new Map<string, Pick<RecentDeed, "name" | "cloudId" | "organizationId">>();
  if (subjects.length === 0) return found;
  const clouds = await tx.db
    .selectFrom("clouds")
    .select(["id", "account_id", "name"])
    .where("tenant_id", "=", tx.tenantId)
    .where("removed_at", "is", null)
    .where((where) => where.or([where("id", "in", subjects), where("account_id", "in", subjects)]))
    .execute();
  for (const { id, account_id, name } of clouds)
    for (const subject of [id, account_id]) found.set(subject, { name, cloudId: id, organizationId: null });
  const organizations = await tx.db
    .selectFrom("cloud_organizations")
    .select(["id", "nickname"])
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "in", subjects)
    .execute();
  for (const { id, nickname } of organizations)
    found.set(id, { name: nickname, cloudId: null, organizationId: id });
  return found;
}

export interface HistoryDay {
  /** YYYY-MM-DD, UTC. */
  day: string;
  findings: SeverityCounts;
  passed: number;
  failed: number;
}

/** Of the whole estate, or of some clouds: what those had, whatever badges they carried then. */
export async function readHistory(tx: TenantTx, days: number, cloudIds: CloudIds): Promise<HistoryDay[]> {
  const within = sql`tenant_id = ${tx.tenantId} and day > (now() at time zone 'UTC')::date - ${days}::int`;
  const kept =
    cloudIds === null
      ? sql`select day, critical, high, medium, low, info, passed, failed from daily_history where ${within}`
      : sql`select day, sum(critical)::int as critical, sum(high)::int as high, sum(medium)::int as medium,
          sum(low)::int as low, sum(info)::int as info, sum(passed) as passed, sum(failed) as failed
        from cloud_daily_history where ${within} and ${among("cloud_id", cloudIds)} group by day`;
  const { rows } = await sql<Record<Severity, number> & { day: string; passed: string; failed: string }>`
    select to_char(day, 'YYYY-MM-DD') as day, critical, high, medium, low, info, passed, failed
    from (${kept}) as kept order by 1`.execute(tx.db);
  return rows.map((row) => ({
    day: row.day,
    findings: Object.fromEntries(severities.map((severity) => [severity, row[severity]])) as SeverityCounts,
    passed: Number(row.passed),
    failed: Number(row.failed),
  }));
}

/** Failing verdicts by severity; `severityOf` names the insights of today. */
export function findingsBySeverity(
  counts: readonly { insightId: string; failed: number }[],
  severityOf: ReadonlyMap<string, Severity>,
): SeverityCounts {
  const sums = noFindings();
  for (const { insightId, failed } of counts) {
    const severity = severityOf.get(insightId);
    if (severity) sums[severity] += failed;
  }
  return sums;
}

/** Resources that wait to be judged again. */
export async function countPending(tx: TenantTx, cloudIds: CloudIds): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from pending
    where tenant_id = ${tx.tenantId} and kind = 'judge' and ${among("cloud_id", cloudIds)}`.execute(tx.db);
  return rows[0]?.n ?? 0;
}
