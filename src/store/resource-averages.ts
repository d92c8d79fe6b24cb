// How many resources of each type a harvested cloud of the tenant has on average.
import type { TenantTx } from "./open.ts";

/** null: none was harvested yet. */
export async function resourcesPerCloud(tx: TenantTx): Promise<Map<string, number> | null> {
  const { rows } = await tx.client.query<{ type: string; average: number }>(
    `with harvested as (
       select id from clouds where tenant_id = $1 and removed_at is null and last_harvest_at is not null)
     select type, (sum(live)::float8 / (select count(*) from harvested))::float8 as average
     from resource_counts where tenant_id = $1 and cloud_id in (select id from harvested) group by type`,
    [tx.tenantId],
  );
  return rows.length === 0 ? null : new Map(rows.map(({ type, average }) => [type, average]));
}
