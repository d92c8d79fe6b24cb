// Cloud accounts as people see and steer them. What a sync writes stands in organization-clouds.ts.
import { type RawBuilder, sql } from "kysely";
import type { Badge, CloudState } from "#model/cloud.ts";
import { endOfPrefix, wordsOf } from "#model/terms.ts";
import type { Severity, SeverityCounts } from "#model/verdict.ts";
import { noFindings } from "#model/verdict.ts";
import { badgesOf } from "./badges.ts";
import { type Follower, usesOfClouds } from "./external-id-trials.ts";
import type { TenantTx } from "./open.ts";

export interface Cloud {
  id: string;
  provider: string;
  accountId: string;
  name: string;
  organizationId: string | null;
  organizationNickname: string | null;
  organizationalPath: string | null;
  managed: boolean;
  status: {
    state: CloudState;
    code: string | null;
    reason: string | null;
    since: string;
    action: string | null;
  };
  badges: Badge[];
  lastHarvestAt: string | null;
  externalIdUse: Follower["uses"] | null;
  resourceCount: number;
  findingCounts: SeverityCounts;
}

export const cloudSorts = {
  name: { value: sql`lower(c.name) collate "C"`, descending: false },
  "-name": { value: sql`lower(c.name) collate "C"`, descending: true },
  status: { value: sql`c.state`, descending: false },
  // Padded, so that numbers compare as their texts do.
  "-resources": { value: countText("resource_counts", "live"), descending: true },
  "-findings": { value: countText("verdict_counts", "failed"), descending: true },
  lastHarvestAt: { value: instantText(), descending: false },
  "-lastHarvestAt": { value: instantText(), descending: true },
} as const satisfies Record<string, { value: RawBuilder<unknown>; descending: boolean }>;
export type CloudSort = keyof typeof cloudSorts;

function countText(table: string, column: string): RawBuilder<unknown> {
  return sql`lpad(coalesce((select sum(n.${sql.ref(column)}) from ${sql.table(table)} n
    where n.tenant_id = c.tenant_id and n.cloud_id = c.id), 0)::text, 20, '0')`;
}

function instantText(): RawBuilder<unknown> {
  return sql`coalesce(to_char(c.last_harvest_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '')`;
}

export interface CloudsAsked {
  /** Only among these; null = all. */
  ids: string[] | null;
  states: CloudState[] | undefined;
  /** Of the status. */
  code: string | undefined;
  cause: string | undefined;
  organizationId: string | undefined;
  text: string | undefined;
  sort: CloudSort;
  after: { value: string; id: string } | null;
  limit: number;
}

interface CloudRow {
  id: string;
  provider: string;
  account_id: string;
  name: string;
  organization_id: string | null;
  nickname: string | null;
  organizational_path: string | null;
  state: string;
  state_code: string | null;
  state_reason: string | null;
  state_since: Date;
  state_action: string | null;
  last_harvest_at: Date | null;
  sort_value: string;
}

export interface CloudWithKey extends Cloud {
  sortValue: string;
}

/** One row more than asked if there are more. */
export async function listClouds(
  tx: TenantTx,
  asked: CloudsAsked,
  severityOf: ReadonlyMap<string, Severity>,
): Promise<CloudWithKey[]> {
  const { value, descending } = cloudSorts[asked.sort];
  const beyond = descending ? sql`<` : sql`>`;
  const after =
    asked.after === null
      ? sql`true`
      : sql`(s.sort_value ${beyond} ${asked.after.value} or s.sort_value = ${asked.after.value} and s.id > ${asked.after.id})`;
  const { rows } = await sql<CloudRow>`
    select * from (select ${columns}, (${value})::text collate "C" as sort_value ${from} where ${conditions(tx, asked)}) s
    where ${after}
    order by s.sort_value ${descending ? sql`desc` : sql`asc`}, s.id limit ${asked.limit + 1}`.execute(tx.db);
  const clouds = await cloudsOf(tx, rows, severityOf);
  return clouds.map((cloud, i) => ({ ...cloud, sortValue: rows[i]?.sort_value ?? "" }));
}

export async function countClouds(tx: TenantTx, asked: CloudsAsked): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count ${from} where ${conditions(tx, asked)}`.execute(tx.db);
  return rows[0]?.count ?? 0;
}

const columns = sql`c.id, c.provider, c.account_id, c.name, c.organization_id, o.nickname, c.organizational_path,
  c.state, c.state_code, c.state_reason, c.state_since, c.state_action, c.last_harvest_at`;
const from = sql`from clouds c left join cloud_organizations o on o.tenant_id = c.tenant_id and o.id = c.organization_id`;

function conditions(
  tx: TenantTx,
  asked: Pick<CloudsAsked, "ids"> & Partial<CloudsAsked>,
): RawBuilder<unknown> {
  const all = [sql`c.tenant_id = ${tx.tenantId}`, sql`c.removed_at is null`];
  if (asked.ids) all.push(sql`c.id = any(${asked.ids})`);
  if (asked.states) all.push(sql`c.state = any(${asked.states})`);
  if (asked.code !== undefined) all.push(sql`c.state_code = ${asked.code}`);
  if (asked.cause !== undefined) all.push(sql`c.state_cause = ${asked.cause}`);
  if (asked.organizationId !== undefined) all.push(sql`c.organization_id = ${asked.organizationId}`);
  for (const word of wordsOf(asked.text ?? ""))
    all.push(sql`(exists (select 1 from cloud_terms t where t.tenant_id = ${tx.tenantId} and t.cloud_id = c.id
      and t.term >= ${word} and t.term < ${endOfPrefix(word)}) or ${isOfOrganization(word)})`);
  return sql.join(all, sql` and `);
}

/** Its id begins so, its nickname, or a word of that: what its system badges say of every cloud (S82, S104). */
function isOfOrganization(word: string): RawBuilder<unknown> {
  return sql`starts_with(lower(o.provider_organization_id), ${word}) or starts_with(lower(o.nickname), ${word})
    or strpos(regexp_replace(lower(o.nickname), '[^[:alnum:]]+', ' ', 'g'), ${` ${word}`}) > 0`;
}

async function cloudsOf(
  tx: TenantTx,
  rows: CloudRow[],
  severityOf: ReadonlyMap<string, Severity>,
): Promise<Cloud[]> {
  const ids = rows.map((row) => row.id);
  const badges = await badgesOf(tx, ids);
  const resources = await resourceCounts(tx, ids);
  const findings = await findingCounts(tx, ids, severityOf);
  const externalIds = await usesOfClouds(tx, ids);
  return rows.map((row) => ({
    id: row.id,
    provider: row.provider,
    accountId: row.account_id,
    name: row.name,
    organizationId: row.organization_id,
    organizationNickname: row.nickname,
    organizationalPath: row.organizational_path,
    managed: row.organization_id !== null,
    status: {
      state: row.state as CloudState,
      code: row.state_code,
      reason: row.state_reason,
      since: row.state_since.toISOString(),
      action: row.state_action,
    },
    badges: badges.get(row.id) ?? [],
    lastHarvestAt: row.last_harvest_at?.toISOString() ?? null,
    externalIdUse: externalIds.get(row.id) ?? null,
    resourceCount: resources.get(row.id) ?? 0,
    findingCounts: findings.get(row.id) ?? noFindings(),
  }));
}

async function resourceCounts(tx: TenantTx, cloudIds: string[]): Promise<Map<string, number>> {
  if (cloudIds.length === 0) return new Map();
  const { rows } = await sql<{ cloud_id: string; live: number }>`
    select cloud_id, sum(live)::int as live from resource_counts
    where tenant_id = ${tx.tenantId} and cloud_id = any(${cloudIds}) group by cloud_id`.execute(tx.db);
  return new Map(rows.map((row) => [row.cloud_id, row.live]));
}

/** From the counters of verdicts: a finding is open where the verdict is fail. */
async function findingCounts(
  tx: TenantTx,
  cloudIds: string[],
  severityOf: ReadonlyMap<string, Severity>,
): Promise<Map<string, SeverityCounts>> {
  const counts = new Map<string, SeverityCounts>();
  if (cloudIds.length === 0) return counts;
  const { rows } = await sql<{ cloud_id: string; severity: Severity; failed: number }>`
    select c.cloud_id, i.severity, sum(c.failed)::int as failed
    from verdict_counts c join unnest(${[...severityOf.keys()]}::text[], ${[...severityOf.values()]}::text[])
      as i (id, severity) on i.id = c.insight_id
    where c.tenant_id = ${tx.tenantId} and c.cloud_id = any(${cloudIds}) and c.failed > 0
    group by 1, 2`.execute(tx.db);
  for (const { cloud_id, severity, failed } of rows) {
    const known = counts.get(cloud_id) ?? noFindings();
    known[severity] = failed;
    counts.set(cloud_id, known);
  }
  return counts;
}

export async function findCloud(
  tx: TenantTx,
  id: string,
  severityOf: ReadonlyMap<string, Severity>,
): Promise<Cloud | undefined> {
  const asked = { ids: [id] };
  const { rows } = await sql<CloudRow>`
    select ${columns}, '' as sort_value ${from} where ${conditions(tx, asked)}`.execute(tx.db);
  return (await cloudsOf(tx, rows, severityOf))[0];
}

/** What one cloud's page shows beside its row in the list. */
export async function readCloudDetail(tx: TenantTx, id: string) {
  const row = await tx.db
    .selectFrom("clouds")
    .select(["email", "joined_at", "provider_state", "strategy_ids"])
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  const tags = await tx.db
    .selectFrom("cloud_tags")
    .select(["key", "value"])
    .where("tenant_id", "=", tx.tenantId)
    .where("cloud_id", "=", id)
    .orderBy("key")
    .execute();
  return {
    email: row.email,
    joinedAt: row.joined_at?.toISOString() ?? null,
    providerState: row.provider_state,
    strategyIds: row.strategy_ids,
    tags,
  };
}

export async function cloudExists(tx: TenantTx, id: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom("clouds")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .where("removed_at", "is", null)
    .executeTakeFirst();
  return row !== undefined;
}
