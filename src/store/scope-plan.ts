// Which scopes of a cloud are to be harvested, and when.
import type { RelationalRules } from "#model/reach.ts";
import type { HarvestScope } from "#model/resource.ts";
import { askRefusedAgain } from "./known-denials.ts";
import { queueJudging } from "./neighbours.ts";
import type { TenantTx } from "./open.ts";
import { inspectRoleNow } from "./role-inspections.ts";
import { type ScopeSight, turnedTypes } from "./turned-scopes.ts";

/**
 * Adds scopes that are new. Those that are covered no more (a region was disabled, the strategy left them) are
 * forgotten, but not while they hold live resources: then they are out of sight from now on, and verdicts and
 * coverage say so.
 */
export async function saveScopePlan(
  tx: TenantTx,
  cloudId: string,
  scopes: HarvestScope[],
  rules: RelationalRules,
): Promise<void> {
  const planned = [scopes.map((scope) => scope.type), scopes.map((scope) => scope.region)];
  await tx.client.query(
    `insert into harvest_scopes as s (tenant_id, cloud_id, type, region)
     select $1, $2, * from unnest($3::text[], $4::text[]) order by 3, 4
     on conflict (tenant_id, cloud_id, type, region) do update set due_at = now() where s.due_at is null`,
    [tx.tenantId, cloudId, ...planned],
  );
  const { rows } = await tx.client.query<ScopeSight>(
    `with ended as (
       select type, region, resource_count > 0 as is_kept, completed_at is not null and gap_since is null as sight
       from harvest_scopes s where tenant_id = $1 and cloud_id = $2 and due_at is not null
         and not exists (select from unnest($3::text[], $4::text[]) as p (type, region) where p.type = s.type and p.region = s.region)
     ), forgotten as (
       delete from harvest_scopes s using ended e
       where s.tenant_id = $1 and s.cloud_id = $2 and s.type = e.type and s.region = e.region and not e.is_kept
     ), kept as (
       update harvest_scopes s set due_at = null, gap_since = coalesce(s.gap_since, now()), gaps = '[]'
       from ended e where s.tenant_id = $1 and s.cloud_id = $2 and s.type = e.type and s.region = e.region and e.is_kept
     )
     select type, region, sight as before, not is_kept as after from ended order by type, region`,
    [tx.tenantId, cloudId, ...planned],
  );
  const turned = await turnedTypes(tx, cloudId, rules, rows);
  await queueJudging(tx, rules, { cloudId, changed: [], turned, undecided: [], targetsBefore: [] });
}

/** What a listing that broke off had seen; its id is known to nobody any more. Only under the cloud's lease. */
export async function forgetListings(tx: TenantTx, cloudId: string): Promise<void> {
  await tx.client.query("delete from listing_seen where tenant_id = $1 and cloud_id = $2", [
    tx.tenantId,
    cloudId,
  ]);
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

/** Makes scopes due now, known denials and the look at the role too; all of them, or those of one type or region. */
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
  await askRefusedAgain(tx, cloudId, narrow);
  if (narrow.type === undefined && narrow.region === undefined) await inspectRoleNow(tx, cloudId);
  await tx.client.query("update clouds set next_try_at = null where tenant_id = $1 and id = $2", [
    tx.tenantId,
    cloudId,
  ]);
}

/** After a cancelled harvest: what was left waits for the next interval. */
export async function postponeDue(tx: TenantTx, cloudId: string, minutes: number): Promise<void> {
  await tx.client.query(
    `update harvest_scopes set due_at = now() + $3 * interval '1 minute'
     where tenant_id = $1 and cloud_id = $2 and due_at <= now()`,
    [tx.tenantId, cloudId, minutes],
  );
}
