// What is due across all tenants: the floor of correctness under every wake-up. Runs as the
// system role; finds keys to wake and does the small upkeep that belongs to nobody else.
import type { Tx } from "./open.ts";

export interface DueKey {
  tenantId: string;
  id: string;
}

const limit = 2_000;

async function keys(tx: Tx, query: string, values: unknown[] = []): Promise<DueKey[]> {
  const { rows } = await tx.client.query<DueKey>(query, values);
  return rows;
}

/** Clouds with due scopes, or never harvested, that may be tried now. */
export function dueHarvests(tx: Tx): Promise<DueKey[]> {
  return keys(
    tx,
    `select c.tenant_id as "tenantId", c.id from clouds c
     where c.removed_at is null and not c.paused and c.state not in ('paused', 'suspended', 'out-of-scope', 'removing')
       and (c.next_try_at is null or c.next_try_at <= now())
       and (c.regions is null or exists (
         select from harvest_scopes s where s.tenant_id = c.tenant_id and s.cloud_id = c.id and s.due_at <= now()))
     order by c.last_harvest_at nulls first limit ${limit}`,
  );
}

export function duePending(tx: Tx): Promise<DueKey[]> {
  return keys(
    tx,
    `select distinct tenant_id as "tenantId", cloud_id as id from pending where kind = 'judge' limit ${limit}`,
  );
}

export function dueSyncs(tx: Tx): Promise<DueKey[]> {
  return keys(
    tx,
    `select tenant_id as "tenantId", id from cloud_organizations
     where next_sync_at <= now() or sync_state in ('pending', 'running') limit ${limit}`,
  );
}

export function dueRemovals(tx: Tx): Promise<DueKey[]> {
  return keys(
    tx,
    `select tenant_id as "tenantId", id from clouds where state = 'removing' and removed_at is null limit ${limit}`,
  );
}

/** Queues resources whose rules are outdated or whose time rules flip now. `ruleSets`: hash by type. */
export async function queueOutdated(tx: Tx, ruleSets: ReadonlyMap<string, string>): Promise<number> {
  const { rowCount } = await tx.client.query(
    `insert into pending as p (tenant_id, cloud_id, kind, resource, reason)
     select * from (
       select r.tenant_id, r.cloud_id, 'judge', r.id, 'time' from resources r
       where r.flips_at <= now() and r.gone_at is null
       union
       select r.tenant_id, r.cloud_id, 'judge', r.id, 'rules'
       from unnest($1::text[], $2::text[]) as s (type, hash) join resources r on r.type = s.type
       where r.gone_at is null and r.judged_hash <> s.hash
     ) as due (tenant_id, cloud_id, kind, resource, reason)
     order by 1, 2, 4 limit 20000
     on conflict (tenant_id, cloud_id, kind, resource) do nothing`,
    [[...ruleSets.keys()], [...ruleSets.values()]],
  );
  return rowCount ?? 0;
}

/** Today's row of the daily history, kept up to the minute. */
export async function saveDailyHistory(tx: Tx): Promise<void> {
  await tx.client.query(
    `insert into daily_history as h (tenant_id, day, critical, high, medium, low, info, passed, failed)
     select t.id, current_date, f.critical, f.high, f.medium, f.low, f.info, v.passed, v.failed
     from tenants t
     cross join lateral (
       select count(*) filter (where severity = 'critical') as critical, count(*) filter (where severity = 'high') as high,
         count(*) filter (where severity = 'medium') as medium, count(*) filter (where severity = 'low') as low,
         count(*) filter (where severity = 'info') as info
       from findings where tenant_id = t.id and status = 'open') f
     cross join lateral (
       select coalesce(sum(judged - failed - unknown - not_applicable), 0) as passed, coalesce(sum(failed), 0) as failed
       from verdict_counts where tenant_id = t.id) v
     where v.passed + v.failed > 0
     on conflict (tenant_id, day) do update set critical = excluded.critical, high = excluded.high, medium = excluded.medium,
       low = excluded.low, info = excluded.info, passed = excluded.passed, failed = excluded.failed
     where (h.critical, h.high, h.medium, h.low, h.info, h.passed, h.failed)
       is distinct from (excluded.critical, excluded.high, excluded.medium, excluded.low, excluded.info, excluded.passed, excluded.failed)`,
  );
}

/** Tombstones are kept 400 days; ended sessions and old idempotency keys a day. */
export async function removeOld(tx: Tx): Promise<void> {
  await tx.client.query(
    `delete from resources where (tenant_id, id) in (
       select tenant_id, id from resources where gone_at < now() - interval '400 days' limit 5000)`,
  );
  await tx.client.query("delete from sessions where expires_at < now() - interval '1 day'");
  await tx.client.query("delete from idempotency_keys where created_at < now() - interval '1 day'");
  await tx.client.query("delete from jobs where finished_at < now() - interval '7 days'");
}

/** Registers this release's rules; older workers stop taking jobs once it is the newest. */
export async function registerCatalog(
  tx: Tx,
  generation: string,
  version: string,
  ruleSets: { hash: string; type: string; insightIds: string[] }[],
): Promise<void> {
  for (const { hash, type, insightIds } of ruleSets)
    await tx.client.query(
      "insert into rule_sets (hash, resource_type, insight_ids) values ($1, $2, $3) on conflict do nothing",
      [hash, type, insightIds],
    );
  const { rows } = await tx.client.query<{ generation: string }>(
    "select generation from catalog_generations order by number desc limit 1",
  );
  if (rows[0]?.generation === generation) return;
  // Going back to an earlier release makes its rules the newest again.
  await tx.client.query("delete from catalog_generations where generation = $1", [generation]);
  await tx.client.query("insert into catalog_generations (generation, version) values ($1, $2)", [
    generation,
    version,
  ]);
}
