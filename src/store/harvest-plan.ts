// What a harvest needs to know of a cloud, and what it leaves behind.
import type { Strategy } from "#model/strategy.ts";
import type { TenantTx } from "./open.ts";

export interface CloudToHarvest {
  id: string;
  name: string;
  provider: string;
  partition: string;
  accountId: string;
  state: string;
  stateCode: string | null;
  stateSince: Date;
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
    stateCode: row.state_code,
    stateSince: row.state_since,
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

/** Those of the cloud, which all count; if it has none, the tenant's default. */
export async function readStrategies(tx: TenantTx, ids: string[]): Promise<Strategy[]> {
  const { rows } = await tx.client.query(
    `select id = any($2) as is_own, interval_minutes, resource_types, regions from harvesting_strategies
     where tenant_id = $1 and (id = any($2) or is_default) order by id`,
    [tx.tenantId, ids],
  );
  const own = rows.filter((row) => row.is_own);
  const found = (own.length > 0 ? own : rows).map((row) => ({
    intervalMinutes: row.interval_minutes,
    types: row.resource_types,
    regions: row.regions,
  }));
  return found.length > 0 ? found : [{ intervalMinutes: 120, types: null, regions: null }];
}

export async function saveRegions(
  tx: TenantTx,
  cloudId: string,
  { enabled, disabled }: { enabled: string[]; disabled: string[] },
): Promise<void> {
  await tx.client.query(
    "update clouds set regions = $3, regions_off = $4, regions_read_at = now() where tenant_id = $1 and id = $2",
    [tx.tenantId, cloudId, enabled, disabled],
  );
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
