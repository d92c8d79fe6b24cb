// What is due across all tenants: the floor of correctness under every wake-up. Runs as the
// system role; finds keys to wake and does the small upkeep that belongs to nobody else.
import { type Severity, severities as severityNames } from "#model/verdict.ts";
import { forgetOldSecrets } from "./former-credentials.ts";
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

/** Clouds with due scopes, or without a plan of scopes, that may be tried now. */
export function dueHarvests(tx: Tx): Promise<DueKey[]> {
  return keys(
    tx,
    `select c.tenant_id as "tenantId", c.id from clouds c
     where c.removed_at is null and not c.paused and c.state not in ('paused', 'suspended', 'out-of-scope', 'removing')
       and (c.next_try_at is null or c.next_try_at <= now())
       and (exists (select from harvest_scopes s where s.tenant_id = c.tenant_id and s.cloud_id = c.id and s.due_at <= now())
         or not exists (select from harvest_scopes s where s.tenant_id = c.tenant_id and s.cloud_id = c.id))
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
     where next_sync_at <= now() or sync_state in ('pending', 'running')
     union select tenant_id, organization_id from sync_requests limit ${limit}`,
  );
}

export function dueRemovals(tx: Tx): Promise<DueKey[]> {
  return keys(
    tx,
    `select tenant_id as "tenantId", id from clouds where state = 'removing' and removed_at is null limit ${limit}`,
  );
}

/** Tenants whose external id is rotated, when its roles are to be tried. */
export function dueRotations(tx: Tx): Promise<DueKey[]> {
  return keys(
    tx,
    `select tenant_id as "tenantId", tenant_id as id from external_id_rotations where next_check_at <= now() limit ${limit}`,
  );
}

export function dueProofs(tx: Tx): Promise<DueKey[]> {
  return keys(
    tx,
    `select tenant_id as "tenantId", id from access_proofs where state = 'running' and credentials is not null limit ${limit}`,
  );
}

const outdatedAtOnce = 20_000;

/** Queues resources whose rules are outdated or whose time rules flip now. `ruleSets`: hash by type. */
export async function queueOutdated(tx: Tx, ruleSets: ReadonlyMap<string, string>): Promise<number> {
  // Two ranges instead of <>: the index then shows that nothing is outdated without reading every resource.
  const { rowCount } = await tx.client.query(
    `insert into pending as p (tenant_id, cloud_id, kind, resource, reason)
     select * from (
       select * from (
         select r.tenant_id, r.cloud_id, 'judge', r.id, 'time' from resources r
         where r.flips_at <= now() and r.gone_at is null and r.type = any($1) limit ${outdatedAtOnce}) as flipping
       union
       select * from (
         select r.tenant_id, r.cloud_id, 'judge', r.id, 'rules'
         from unnest($1::text[], $2::text[]) as s (type, hash) cross join lateral (
           select * from resources r where r.type = s.type and r.gone_at is null and r.judged_hash < s.hash
           union all
           select * from resources r where r.type = s.type and r.gone_at is null and r.judged_hash > s.hash) as r
         limit ${outdatedAtOnce}) as outdated
     ) as due (tenant_id, cloud_id, kind, resource, reason)
     order by 1, 2, 4
     on conflict (tenant_id, cloud_id, kind, resource) do nothing`,
    [[...ruleSets.keys()], [...ruleSets.values()]],
  );
  return rowCount ?? 0;
}

/** Today's rows of the daily history (UTC), of each tenant and each cloud, kept up to the minute. From counters only. */
export async function saveDailyHistory(tx: Tx, severities: ReadonlyMap<string, Severity>): Promise<void> {
  await saveHistoryBy(tx, severities, { table: "daily_history", key: ["tenant_id"] });
  await saveHistoryBy(tx, severities, { table: "cloud_daily_history", key: ["tenant_id", "cloud_id"] });
}

async function saveHistoryBy(
  tx: Tx,
  severities: ReadonlyMap<string, Severity>,
  { table, key }: { table: string; key: string[] },
): Promise<void> {
  await tx.client.query(
    `insert into ${table} as h (${key.join(", ")}, day, critical, high, medium, low, info, passed, failed)
     select ${key.map((name) => `n.${name}`).join(", ")}, (now() at time zone 'UTC')::date,
       ${severityNames.map((name) => `coalesce(sum(n.failed) filter (where i.severity = '${name}'), 0)`).join(", ")},
       sum(n.judged - n.failed - n.unknown - n.not_applicable), sum(n.failed)
     from verdict_counts n join unnest($1::text[], $2::text[]) as i (id, severity) on i.id = n.insight_id
     group by ${key.map((_, at) => at + 1).join(", ")} having sum(n.judged) > 0
     on conflict (${key.join(", ")}, day) do update set critical = excluded.critical, high = excluded.high, medium = excluded.medium,
       low = excluded.low, info = excluded.info, passed = excluded.passed, failed = excluded.failed
     where (h.critical, h.high, h.medium, h.low, h.info, h.passed, h.failed)
       is distinct from (excluded.critical, excluded.high, excluded.medium, excluded.low, excluded.info, excluded.passed, excluded.failed)`,
    [[...severities.keys()], [...severities.values()]],
  );
}

/** Of tables that changed by more than a tenth; returns of how many. Cheap when nothing changed. */
export async function refreshStatistics(tx: Tx): Promise<number> {
  const { rows } = await tx.client.query<{ refreshed: number }>("select refresh_statistics() as refreshed");
  return rows[0]?.refreshed ?? 0;
}

/** Tombstones and the history of statuses are kept 400 days; ended sessions and old idempotency keys a day. */
export async function removeOld(tx: Tx): Promise<void> {
  await tx.client.query(
    `delete from resources where (tenant_id, id) in (
       select tenant_id, id from resources where gone_at < now() - interval '400 days' limit 5000)`,
  );
  await tx.client.query(
    `delete from cloud_states where (tenant_id, cloud_id, id) in (
       select tenant_id, cloud_id, id from cloud_states where at < now() - interval '400 days' limit 5000)`,
  );
  await tx.client.query("delete from credential_refusals where changed_at < now() - interval '1 hour'");
  await tx.client.query("delete from sessions where expires_at < now() - interval '1 day'");
  await tx.client.query("delete from idempotency_keys where created_at < now() - interval '1 day'");
  await tx.client.query("delete from jobs where finished_at < now() - interval '7 days'");
  await tx.client.query("delete from cloud_daily_history where day < (now() at time zone 'UTC')::date - 31");
  await forgetOldSecrets(tx);
}
