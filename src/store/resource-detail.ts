// One resource with its document, its relations and the verdicts on it.
import { sql } from "kysely";
import type { Gap } from "#model/resource.ts";
import type { Verdict } from "#model/verdict.ts";
import type { TenantTx } from "./open.ts";
import { findResource, type Resource } from "./resources.ts";

export interface ResourceRelation {
  kind: string;
  direction: "out" | "in";
  type: string;
  id: string | null;
  nativeId: string;
  name: string | null;
  resolved: boolean;
}

export interface ResourceVerdict {
  insightId: string;
  verdict: Verdict;
  stale: boolean;
  findingId: string | null;
}

export interface ResourceDetail extends Resource {
  properties: Record<string, unknown>;
  gaps: Omit<Gap, "deniedBy">[];
  relations: ResourceRelation[];
  /** Of the insights that judged it; a pass is one that has no row. */
  verdicts: ResourceVerdict[];
}

export async function readResource(tx: TenantTx, id: string): Promise<ResourceDetail | undefined> {
  const resource = await findResource(tx, id);
  if (!resource) return undefined;
  const document = await tx.db
    .selectFrom("documents")
    .select(["properties", "gaps"])
    .where("tenant_id", "=", tx.tenantId)
    .where("resource_id", "=", id)
    .executeTakeFirst();
  return {
    ...resource,
    properties: (document?.properties ?? {}) as Record<string, unknown>,
    gaps: ((document?.gaps ?? []) as Gap[]).map(({ path, operation, code, reason, message }) => ({
      path,
      operation,
      code,
      reason,
      message,
    })),
    relations: [...(await outgoing(tx, resource)), ...(await incoming(tx, resource))],
    verdicts: await verdictsOf(tx, id),
  };
}

/** A page shows no more of them; a graph asks for a neighbourhood. */
const maxRelations = 300;

/** The target is the live resource of that type and id, in that cloud and region where the edge names them. */
async function outgoing(tx: TenantTx, { id }: Resource): Promise<ResourceRelation[]> {
  const { rows } = await sql<RelationRow>`
    select e.kind, e.target_type as type, e.target_native_id as native_id, t.id, t.name
    from edges e left join lateral (
      select r.id, r.name from resources r
      where r.tenant_id = e.tenant_id and r.type = e.target_type and r.native_id = e.target_native_id and r.gone_at is null
        and (e.target_cloud_id is null or r.cloud_id = e.target_cloud_id)
        and (e.target_region is null or r.key_region = e.target_region)
      limit 1) t on true
    where e.tenant_id = ${tx.tenantId} and e.source_id = ${id}
    order by e.kind, e.target_native_id limit ${maxRelations}`.execute(tx.db);
  return rows.map((row) => relationOf(row, "out"));
}

async function incoming(
  tx: TenantTx,
  { type, nativeId, cloudId, id }: Resource,
): Promise<ResourceRelation[]> {
  const { rows } = await sql<RelationRow>`
    select e.kind, s.type, s.native_id, s.id, s.name
    from edges e join resources s on s.tenant_id = e.tenant_id and s.id = e.source_id and s.gone_at is null
    where e.tenant_id = ${tx.tenantId} and e.target_type = ${type} and e.target_native_id = ${nativeId}
      and (e.target_cloud_id is null or e.target_cloud_id = ${cloudId})
      and (e.target_region is null or e.target_region = (
        select key_region from resources where tenant_id = ${tx.tenantId} and id = ${id}))
    order by e.kind, s.id limit ${maxRelations}`.execute(tx.db);
  return rows.map((row) => relationOf(row, "in"));
}

interface RelationRow {
  kind: string;
  type: string;
  native_id: string;
  id: string | null;
  name: string | null;
}

function relationOf(row: RelationRow, direction: "out" | "in"): ResourceRelation {
  const { kind, type, id, native_id: nativeId, name } = row;
  return { kind, direction, type, id, nativeId, name, resolved: id !== null };
}

async function verdictsOf(tx: TenantTx, id: string): Promise<ResourceVerdict[]> {
  const { rows } = await sql<{
    insight_id: string;
    verdict: Verdict | null;
    stale: boolean;
    finding_id: string | null;
  }>`
    select i.insight_id, v.verdict, v.stale_since is not null as stale, f.id as finding_id
    from resources r join rule_sets s on s.hash = r.judged_hash cross join lateral unnest(s.insight_ids) as i (insight_id)
    left join verdicts v on v.tenant_id = r.tenant_id and v.resource_id = r.id and v.insight_id = i.insight_id
    left join findings f on f.tenant_id = r.tenant_id and f.resource_id = r.id and f.insight_id = i.insight_id
      and f.status <> 'closed'
    where r.tenant_id = ${tx.tenantId} and r.id = ${id} and r.gone_at is null`.execute(tx.db);
  return rows.map((row) => ({
    insightId: row.insight_id,
    verdict: row.verdict ?? "pass",
    stale: row.stale,
    findingId: row.finding_id,
  }));
}
