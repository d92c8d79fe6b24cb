// What a harvest needs to know of a cloud and its scopes, and what it leaves behind.
import type { HarvestScope } from "#model/resource.ts";
import type { TenantTx } from "./open.ts";

export interface CloudToHarvest {
  id: string;
  name: string;
  provider: string;
  partition: string;
  accountId: string;
  state: string;
  organizationId: string | null;
  /** Sealed credentials: the cloud's own, or its organization's. */
  sealed: { bytes: Buffer; place: string } | null;
  regions: string[] | null;
  regionsReadAt: Date | null;
  awaitingSince: Date | null;
  workedAt: Date | null;
  failures: number;
  strategyIds: string[];
  createdAt: Date;
}

export async function readCloudToHarvest(tx: TenantTx, cloudId: string): Promise<CloudToHarvest | null> {
  const { rows } = await tx.client.query(
    `select c.*, o.credentials as organization_credentials, o.strategy_ids as organization_strategies
     from clouds c left join cloud_organizations o on o.tenant_id = c.tenant_id and o.id = c.organization_id
     where c.tenant_id = $1 and c.id = $2 and c.removed_at is null`,
    [tx.tenantId, cloudId],
  );
  const row = rows[0];
  if (!row) return null;
  const own = row.credentials ? { bytes: row.credentials, place: `cloud/${row.id}` } : null;
  const shared = row.organization_credentials
    ? { bytes: row.organization_credentials, place: `organization/${row.organization_id}` }
    : null;
  return {
    id: row.id,
    name: row.name,
    provider: row.provider,
    partition: row.partition,
    accountId: row.account_id,
    state: row.paused ? "paused" : row.state,
    organizationId: row.organization_id,
    sealed: shared ?? own,
    regions: row.regions,
    regionsReadAt: row.regions_read_at,
    awaitingSince: row.awaiting_since,
    workedAt: row.worked_at,
    failures: row.failures,
    strategyIds: row.strategy_ids.length > 0 ? row.strategy_ids : (row.organization_strategies ?? []),
    createdAt: row.created_at,
  };
}

export interface StrategyRow {
  intervalMinutes: number;
  types: string[] | null;
  regions: string[] | null;
}

/** The first of the cloud's strategies, else the tenant's default. */
export async function readStrategy(tx: TenantTx, ids: string[]): Promise<StrategyRow> {
  const { rows } = await tx.client.query(
    `select interval_minutes, resource_types, regions from harvesting_strategies
     where tenant_id = $1 and (id = any($2) or is_default) order by array_position($2, id) nulls last limit 1`,
    [tx.tenantId, ids],
  );
  const row = rows[0];
  return {
    intervalMinutes: row?.interval_minutes ?? 120,
    types: row?.resource_types ?? null,
    regions: row?.regions ?? null,
  };
}

export async function saveRegions(tx: TenantTx, cloudId: string, regions: string[]): Promise<void> {
  await tx.client.query(
    "update clouds set regions = $3, regions_read_at = now() where tenant_id = $1 and id = $2",
    [tx.tenantId, cloudId, regions],
  );
}

/** Adds scopes that are new and removes those that are covered no more. */
export async function saveScopePlan(tx: TenantTx, cloudId: string, scopes: HarvestScope[]): Promise<void> {
  const values = [
    tx.tenantId,
    cloudId,
    scopes.map((scope) => scope.type),
    scopes.map((scope) => scope.region),
  ];
  await tx.client.query(
    `insert into harvest_scopes (tenant_id, cloud_id, type, region)
     select $1, $2, * from unnest($3::text[], $4::text[]) order by 3, 4 on conflict do nothing`,
    values,
  );
  await tx.client.query(
    `delete from harvest_scopes s where tenant_id = $1 and cloud_id = $2
       and not exists (select from unnest($3::text[], $4::text[]) as p (type, region) where p.type = s.type and p.region = s.region)`,
    values,
  );
}

/** Scopes that are due, never tried ones first, then the longest ago. */
export async function readDueScopes(tx: TenantTx, cloudId: string, limit: number): Promise<HarvestScope[]> {
  const { rows } = await tx.client.query<HarvestScope>(
    `select type, region from harvest_scopes where tenant_id = $1 and cloud_id = $2 and due_at <= now()
     order by tried_at nulls first, region = 'global' desc, region, type limit $3`,
    [tx.tenantId, cloudId, limit],
  );
  return rows;
}

/** Makes scopes due now; all of them, or those of one type or region. */
export async function makeDue(
  tx: TenantTx,
  cloudId: string,
  narrow: { type?: string | undefined; region?: string | undefined },
): Promise<void> {
  await tx.client.query(
    `update harvest_scopes set due_at = now() where tenant_id = $1 and cloud_id = $2
       and ($3::text is null or type = $3) and ($4::text is null or region = $4) and due_at > now()`,
    [tx.tenantId, cloudId, narrow.type ?? null, narrow.region ?? null],
  );
  await tx.client.query("update clouds set next_try_at = null where tenant_id = $1 and id = $2", [
    tx.tenantId,
    cloudId,
  ]);
}

/** After a cancelled harvest: what was left waits for the next interval. */
export async function postponeDue(tx: TenantTx, cloudId: string, until: Date): Promise<void> {
  await tx.client.query(
    "update harvest_scopes set due_at = $3 where tenant_id = $1 and cloud_id = $2 and due_at <= now()",
    [tx.tenantId, cloudId, until],
  );
}

export interface DeniedGap {
  operation: string;
  reason: string;
  code: string;
  deniedBy: { layer: string; policyArn: string | null } | null;
  scopes: number;
  regions: number;
  message: string;
}

/** Gaps of the cloud's scopes, equal causes together, the widest first. */
export async function readGaps(tx: TenantTx, cloudId: string): Promise<DeniedGap[]> {
  const { rows } = await tx.client.query<DeniedGap>(
    `select g->>'operation' as operation, g->>'reason' as reason, g->>'code' as code, g->'deniedBy' as "deniedBy",
       count(*)::int as scopes, count(distinct s.region)::int as regions, min(g->>'message') as message
     from harvest_scopes s cross join lateral jsonb_array_elements(s.gaps) as g
     where s.tenant_id = $1 and s.cloud_id = $2
     group by 1, 2, 3, 4 order by scopes desc, operation`,
    [tx.tenantId, cloudId],
  );
  return rows;
}

/** A cloud whose role worked: failures are forgotten. */
export async function recordWorked(tx: TenantTx, cloudId: string): Promise<void> {
  await tx.client.query(
    "update clouds set worked_at = now(), awaiting_since = null, failures = 0, next_try_at = null where tenant_id = $1 and id = $2",
    [tx.tenantId, cloudId],
  );
}

export async function recordHarvested(tx: TenantTx, cloudId: string): Promise<void> {
  await tx.client.query("update clouds set last_harvest_at = now() where tenant_id = $1 and id = $2", [
    tx.tenantId,
    cloudId,
  ]);
}

export async function recordFailure(tx: TenantTx, cloudId: string, nextTryAt: Date): Promise<void> {
  await tx.client.query(
    `update clouds set failures = failures + 1, next_try_at = $3, awaiting_since = coalesce(awaiting_since, now())
     where tenant_id = $1 and id = $2`,
    [tx.tenantId, cloudId, nextTryAt],
  );
}
