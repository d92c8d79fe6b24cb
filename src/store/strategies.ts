// Harvesting strategies: how often, and optionally which types and regions, a cloud is harvested.
import { newId } from "./new-id.ts";
import type { TenantTx, Tx } from "./open.ts";

export interface Strategy {
  id: string;
  name: string;
  isDefault: boolean;
  intervalMinutes: number;
  /** null = every type. */
  resourceTypes: string[] | null;
  /** null = every enabled region. */
  regions: string[] | null;
  createdAt: string;
}

export interface StrategyForm {
  name: string;
  intervalMinutes: number;
  resourceTypes: string[] | null;
  regions: string[] | null;
}

const defaultIntervalMinutes = 120;

export async function createDefaultStrategy(tx: Tx & { tenantId: string }): Promise<void> {
  await tx.db
    .insertInto("harvesting_strategies")
    .values({
      tenant_id: tx.tenantId,
      id: newId("str"),
      name: "Default",
      is_default: true,
      interval_minutes: defaultIntervalMinutes,
    })
    .execute();
}

interface StrategyRow {
  id: string;
  name: string;
  is_default: boolean;
  interval_minutes: number;
  resource_types: string[] | null;
  regions: string[] | null;
  created_at: Date;
}

function strategyOf(row: StrategyRow): Strategy {
  return {
    id: row.id,
    name: row.name,
    isDefault: row.is_default,
    intervalMinutes: row.interval_minutes,
    resourceTypes: row.resource_types,
    regions: row.regions,
    createdAt: row.created_at.toISOString(),
  };
}

export async function listStrategies(tx: TenantTx, after: string | null, limit: number): Promise<Strategy[]> {
  let query = tx.db
    .selectFrom("harvesting_strategies")
    .selectAll()
    .where("tenant_id", "=", tx.tenantId)
    .orderBy("id")
    .limit(limit + 1);
  if (after !== null) query = query.where("id", ">", after);
  return (await query.execute()).map(strategyOf);
}

export async function findStrategy(tx: TenantTx, id: string): Promise<Strategy | undefined> {
  const row = await tx.db
    .selectFrom("harvesting_strategies")
    .selectAll()
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && strategyOf(row);
}

export async function createStrategy(tx: TenantTx, form: StrategyForm): Promise<Strategy> {
  const row = await tx.db
    .insertInto("harvesting_strategies")
    .values({ tenant_id: tx.tenantId, id: newId("str"), ...columnsOf(form) })
    .returningAll()
    .executeTakeFirstOrThrow();
  return strategyOf(row);
}

export async function changeStrategy(tx: TenantTx, id: string, form: StrategyForm): Promise<Strategy> {
  const row = await tx.db
    .updateTable("harvesting_strategies")
    .set(columnsOf(form))
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return strategyOf(row);
}

function columnsOf(form: StrategyForm) {
  return {
    name: form.name,
    interval_minutes: form.intervalMinutes,
    resource_types: form.resourceTypes,
    regions: form.regions,
  };
}

/** Clouds and organizations that used it fall back to the default strategy. */
export async function removeStrategy(tx: TenantTx, id: string): Promise<void> {
  for (const table of ["clouds", "cloud_organizations"])
    await tx.client.query(
      `update ${table} set strategy_ids = array_remove(strategy_ids, $2), changed_at = now()
       where tenant_id = $1 and $2 = any(strategy_ids)`,
      [tx.tenantId, id],
    );
  await tx.db
    .deleteFrom("harvesting_strategies")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .execute();
}

/** Of the ids, those that the tenant has no strategy of. */
export async function unknownStrategyIds(tx: TenantTx, ids: string[]): Promise<string[]> {
  const rows = await tx.db
    .selectFrom("harvesting_strategies")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "in", ids)
    .execute();
  const known = new Set(rows.map((row) => row.id));
  return ids.filter((id) => !known.has(id));
}
