// Resources as lists and pages show them. Lists touch the narrow tables only, by equality and ranges that
// use indexes under row-level security; rows come in the order of their ids.
import { type RawBuilder, sql } from "kysely";
import type { Tag } from "#model/resource.ts";
import { endOfPrefix, tagTerm, wordsOf } from "#model/terms.ts";
import { noFindings, type Severity, type SeverityCounts, severities } from "#model/verdict.ts";
import type { SqlExpression } from "#rules/compile-sql.ts";
import { among, oneOf } from "./among.ts";
import type { BadgeFilter } from "./badges.ts";
import type { TenantTx } from "./open.ts";

export interface Resource {
  id: string;
  type: string;
  cloudId: string;
  cloudName: string;
  accountId: string;
  region: string;
  nativeId: string;
  arn: string | null;
  name: string | null;
  createdAt: string | null;
  tags: Tag[];
  observedAt: string;
  goneAt: string | null;
  findingCounts: SeverityCounts;
}

export interface ResourcesAsked {
  types: string[] | undefined;
  /** null = all. */
  cloudIds: string[] | null;
  regions: string[] | undefined;
  tags: BadgeFilter[];
  text: string | undefined;
  gone: boolean;
  after: string | null;
  limit: number;
}

interface ResourceRow {
  id: string;
  type: string;
  cloud_id: string;
  cloud_name: string;
  account_id: string;
  region: string;
  native_id: string;
  arn: string | null;
  name: string | null;
  created_at: Date | null;
  tags: Tag[];
  observed_at: Date;
  gone_at: Date | null;
}

const columns = `r.id, r.type, r.cloud_id, r.account_id, r.region, r.native_id, r.arn, r.name, r.created_at, r.tags,
  r.observed_at, r.gone_at`;
/** One row more than asked if there are more. */
export async function listResources(tx: TenantTx, asked: ResourcesAsked): Promise<Resource[]> {
  if (asked.cloudIds?.length === 0) return [];
  const words = await findWords(tx, asked);
  const where = [...conditions(tx, asked), ...tagConditions(tx, asked), ...words.conditions];
  const page = (more: RawBuilder<unknown>[], limit: number) =>
    readPage(tx, sql`${sql.join([...where, ...more], sql` and `)} order by r.id limit ${limit}`);
  if (words.ids === null) return page([], asked.limit + 1);
  const found: Resource[] = [];
  for (let at = 0; at < words.ids.length && found.length <= asked.limit; at += candidatesAtOnce) {
    const ids = words.ids.slice(at, at + candidatesAtOnce);
    found.push(...(await page([sql`r.id = any(${ids})`], asked.limit + 1 - found.length)));
  }
  return found;
}

/** Looked up by their keys, so that no plan depends on how well the planner guesses the rest. */
const candidatesAtOnce = 500;
/** More resources than these have a word: it is common, and a page is full soon in the order of ids. */
const maxCandidates = 5_000;

interface FoundWords {
  /** Of resources that have all the rare words, in order; null if none is rare. */
  ids: string[] | null;
  conditions: RawBuilder<unknown>[];
}

/**
 * The planner takes the terms of a prefix for spread over all resources and walks the index of terms from
 * its start (202 ms for one page of 100,000 resources; looked up first, the whole request took 28 ms; both
 * on a busy machine, 2026-11-22), so rare words are looked up first.
 */
async function findWords(tx: TenantTx, asked: ResourcesAsked): Promise<FoundWords> {
  const rare: Set<string>[] = [];
  const common: RawBuilder<unknown>[] = [];
  for (const word of wordsOf(asked.text ?? "")) {
    const range = sql`t.tenant_id = ${tx.tenantId} and t.term >= ${word} and t.term < ${endOfPrefix(word)}`;
    const { rows } = await sql<{ resource_id: string }>`
      select t.resource_id from resource_terms t where ${range} limit ${maxCandidates + 1}`.execute(tx.db);
    if (rows.length > maxCandidates) {
      common.push(sql`exists (select 1 from resource_terms t where ${range} and t.resource_id = r.id)`);
      continue;
    }
    rare.push(new Set(rows.map((row) => row.resource_id)));
  }
  const [first, ...others] = rare;
  const { after } = asked;
  return {
    ids:
      first === undefined
        ? null
        : [...first]
            .filter((id) => (after === null || id > after) && others.every((other) => other.has(id)))
            .sort(),
    conditions: common,
  };
}

function conditions(tx: TenantTx, asked: ResourcesAsked): RawBuilder<unknown>[] {
  const all = [sql`r.tenant_id = ${tx.tenantId}`];
  all.push(asked.gone ? sql`r.gone_at is not null` : sql`r.gone_at is null`);
  if (asked.types) all.push(oneOf("r.type", asked.types));
  if (asked.cloudIds) all.push(oneOf("r.cloud_id", asked.cloudIds));
  if (asked.regions) all.push(oneOf("r.region", asked.regions));
  if (asked.after !== null) all.push(sql`r.id > ${asked.after}`);
  return all;
}

function tagConditions(tx: TenantTx, asked: ResourcesAsked): RawBuilder<unknown>[] {
  const after = asked.after === null ? sql`` : sql`and t.resource_id > ${asked.after}`;
  return asked.tags.map(
    ({ key, value }) => sql`exists (select 1 from resource_terms t where t.tenant_id = ${tx.tenantId}
      and t.term = ${tagTerm(key, value ?? undefined)} and t.resource_id = r.id ${after})`,
  );
}

export interface ResourceSearch {
  type: string;
  /** null = all. */
  cloudIds: string[] | null;
  /** Over the aliases r and d; true for what is wanted. Its parameters begin at `searchOffset` + 1. */
  rule: SqlExpression;
  after: string | null;
  limit: number;
}

/** Parameters that stand before those of a search's rule. */
export const searchOffset = 5;

/** The rule is asked row by row in the order of ids, until the page is full. */
export async function searchResources(tx: TenantTx, asked: ResourceSearch): Promise<Resource[]> {
  const { rows } = await tx.client.query<ResourceRow>(
    `with page as materialized (
       select ${columns} from resources r join documents d on d.tenant_id = r.tenant_id and d.resource_id = r.id
       where r.tenant_id = $1 and r.type = $2 and r.gone_at is null and r.id > $3
         and ($5::text[] is null or r.cloud_id = any($5)) and (${asked.rule.text})
       order by r.id limit $4
     ) select page.*, c.name as cloud_name
     from page join clouds c on c.tenant_id = $1 and c.id = page.cloud_id order by page.id`,
    [tx.tenantId, asked.type, asked.after ?? "", asked.limit + 1, asked.cloudIds, ...asked.rule.values],
  );
  return resourcesOf(tx, rows);
}

async function readPage(tx: TenantTx, where: RawBuilder<unknown>): Promise<Resource[]> {
  const { rows } = await sql<ResourceRow>`
    with page as materialized (select ${sql.raw(columns)} from resources r where ${where})
    select page.*, c.name as cloud_name
    from page join clouds c on c.tenant_id = ${tx.tenantId} and c.id = page.cloud_id order by page.id`.execute(
    tx.db,
  );
  return resourcesOf(tx, rows);
}

async function resourcesOf(tx: TenantTx, rows: ResourceRow[]): Promise<Resource[]> {
  const counts = await findingCounts(
    tx,
    rows.map((row) => row.id),
  );
  return rows.map((row) => resourceOf(row, counts.get(row.id) ?? noFindings()));
}

function resourceOf(row: ResourceRow, findings: SeverityCounts): Resource {
  return {
    id: row.id,
    type: row.type,
    cloudId: row.cloud_id,
    cloudName: row.cloud_name,
    accountId: row.account_id,
    region: row.region,
    nativeId: row.native_id,
    arn: row.arn,
    name: row.name,
    createdAt: row.created_at?.toISOString() ?? null,
    tags: row.tags,
    observedAt: row.observed_at.toISOString(),
    goneAt: row.gone_at?.toISOString() ?? null,
    findingCounts: findings,
  };
}

async function findingCounts(tx: TenantTx, ids: string[]): Promise<Map<string, SeverityCounts>> {
  const counts = new Map<string, SeverityCounts>();
  if (ids.length === 0) return counts;
  const { rows } = await sql<{ resource_id: string; severity_rank: number; count: number }>`
    select resource_id, severity_rank, count(*)::int as count from findings
    where tenant_id = ${tx.tenantId} and resource_id = any(${ids}) and status = 'open' group by 1, 2`.execute(
    tx.db,
  );
  for (const { resource_id, severity_rank, count } of rows) {
    const known = counts.get(resource_id) ?? noFindings();
    known[severities[severity_rank] as Severity] = count;
    counts.set(resource_id, known);
  }
  return counts;
}

/** From the counters; null where they do not tell (tags, text, gone). */
export async function countResources(tx: TenantTx, asked: ResourcesAsked): Promise<number | null> {
  if (asked.gone || asked.tags.length > 0 || wordsOf(asked.text ?? "").length > 0) return null;
  const all = [sql`n.tenant_id = ${tx.tenantId}`];
  if (asked.types) all.push(oneOf("n.type", asked.types));
  if (asked.cloudIds) all.push(oneOf("n.cloud_id", asked.cloudIds));
  if (asked.regions) all.push(oneOf("n.region", asked.regions));
  const { rows } = await sql<{ live: number }>`
    select coalesce(sum(n.live), 0)::int as live from resource_counts n where ${sql.join(all, sql` and `)}`.execute(
    tx.db,
  );
  return rows[0]?.live ?? 0;
}

export async function findResource(tx: TenantTx, id: string): Promise<Resource | undefined> {
  return (await readPage(tx, sql`r.tenant_id = ${tx.tenantId} and r.id = ${id}`))[0];
}

/** Live resources of each type, in these clouds; null = all. */
export async function countByType(tx: TenantTx, cloudIds: string[] | null): Promise<Map<string, number>> {
  const { rows } = await sql<{ type: string; live: number }>`
    select type, sum(live)::int as live from resource_counts
    where tenant_id = ${tx.tenantId} and ${among("cloud_id", cloudIds)} group by type`.execute(tx.db);
  return new Map(rows.map((row) => [row.type, row.live]));
}
