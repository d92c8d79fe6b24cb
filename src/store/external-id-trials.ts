// Which external id each role was assumed with last, during a rotation, and who follows it at all: clouds and
// organizations without an external id of their own.
import { announce } from "./changes.ts";
import type { ExternalIdUse } from "./external-id-rotations.ts";
import type { TenantTx } from "./open.ts";

/** Clouds that nothing is asked of for now count for nothing. */
const resting = "('suspended', 'out-of-scope', 'removing')";

const follows =
  "case when c.organization_id is null then c.uses_tenant_external_id else o.uses_tenant_external_id end";

const followers = `
  select 'cloud' as kind, c.id as subject from clouds c
  left join cloud_organizations o on o.tenant_id = c.tenant_id and o.id = c.organization_id
  where c.tenant_id = $1 and c.removed_at is null and c.state not in ${resting} and ${follows}
  union all
  select 'organization', id from cloud_organizations where tenant_id = $1 and uses_tenant_external_id`;

export interface Trial {
  rotationId: string;
  subject: string;
  uses: ExternalIdUse;
  /** The new one was tried and refused. */
  isNewRefused: boolean;
}

/** Nothing is written for a rotation that has ended meanwhile. */
export async function recordTrial(tx: TenantTx, trial: Trial): Promise<void> {
  const { rowCount } = await tx.client.query(
    `with underway as (select tenant_id from external_id_rotations where tenant_id = $1 and id = $2 for share)
     insert into external_id_trials as t (tenant_id, subject, uses, refused_at)
     select tenant_id, $3, $4, case when $5 then now() end from underway
     on conflict (tenant_id, subject) do update set uses = excluded.uses, changed_at = now(),
       refused_at = coalesce(excluded.refused_at, t.refused_at)`,
    [tx.tenantId, trial.rotationId, trial.subject, trial.uses, trial.isNewRefused],
  );
  if (rowCount === 1) await announce(tx, "cloud", trial.subject);
}

export async function forgetTrial(tx: TenantTx, subject: string): Promise<void> {
  await tx.client.query("delete from external_id_trials where tenant_id = $1 and subject = $2", [
    tx.tenantId,
    subject,
  ]);
}

export interface Follower {
  kind: "cloud" | "organization";
  subject: string;
  uses: ExternalIdUse | "unknown";
}

/** By subject. Those that use the new one already are left out. */
export async function followersToTry(tx: TenantTx, after: string, limit: number): Promise<Follower[]> {
  const { rows } = await tx.client.query<Follower>(
    `select f.kind, f.subject, coalesce(t.uses, 'unknown') as uses from (${followers}) f
     left join external_id_trials t on t.tenant_id = $1 and t.subject = f.subject
     where f.subject > $2 and t.uses is distinct from 'new' order by f.subject limit $3`,
    [tx.tenantId, after, limit],
  );
  return rows;
}

export interface UseCounts {
  total: number;
  new: number;
  old: number;
  neither: number;
  unknown: number;
}

export async function countUses(tx: TenantTx): Promise<{ clouds: UseCounts; organizations: UseCounts }> {
  const { rows } = await tx.client.query<{ kind: Follower["kind"]; uses: Follower["uses"]; count: number }>(
    `select f.kind, coalesce(t.uses, 'unknown') as uses, count(*)::int as count from (${followers}) f
     left join external_id_trials t on t.tenant_id = $1 and t.subject = f.subject group by 1, 2`,
    [tx.tenantId],
  );
  const counts = () => ({ total: 0, new: 0, old: 0, neither: 0, unknown: 0 });
  const told = { clouds: counts(), organizations: counts() };
  for (const { kind, uses, count } of rows) {
    const of = kind === "cloud" ? told.clouds : told.organizations;
    of[uses] += count;
    of.total += count;
  }
  return told;
}

/** Of the clouds that follow a rotation which is under way; nothing of others. */
export async function usesOfClouds(
  tx: TenantTx,
  cloudIds: string[],
): Promise<ReadonlyMap<string, Follower["uses"]>> {
  if (cloudIds.length === 0) return new Map();
  const { rows } = await tx.client.query<{ id: string; uses: Follower["uses"] }>(
    `select c.id, coalesce(t.uses, 'unknown') as uses
     from external_id_rotations r join clouds c on c.tenant_id = r.tenant_id
     left join cloud_organizations o on o.tenant_id = c.tenant_id and o.id = c.organization_id
     left join external_id_trials t on t.tenant_id = c.tenant_id and t.subject = c.id
     where r.tenant_id = $1 and c.id = any($2) and c.state not in ${resting} and ${follows}`,
    [tx.tenantId, cloudIds],
  );
  return new Map(rows.map(({ id, uses }) => [id, uses]));
}

/** Ids of the clouds that use one of these, for a filter. */
export async function cloudsUsing(tx: TenantTx, wanted: Follower["uses"][]): Promise<string[]> {
  const { rows } = await tx.client.query<{ subject: string }>(
    `select f.subject from (${followers}) f join external_id_rotations r on r.tenant_id = $1
     left join external_id_trials t on t.tenant_id = $1 and t.subject = f.subject
     where f.kind = 'cloud' and coalesce(t.uses, 'unknown') = any($2)`,
    [tx.tenantId, wanted],
  );
  return rows.map(({ subject }) => subject);
}
