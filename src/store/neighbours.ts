// Which resources must be judged again because of what a transaction changed: the reaches of the
// rules walked backwards, as SQL. Every query it makes yields (cloud_id, id).
import type { Hop, Reach, RelationalRules } from "#model/reach.ts";
import type { TenantTx } from "./open.ts";
import { openParameters, type Parameters } from "./parameters.ts";
import { queueAll } from "./pending.ts";
import type { TurnedType } from "./turned-scopes.ts";

/** A resource that was written or is gone. */
export interface ChangedResource {
  id: string;
  type: string;
  nativeId: string;
  keyRegion: string;
  /** Something of it could not be read, before or now. */
  hadGaps: boolean;
}

export interface CauseOfJudging {
  cloudId: string;
  changed: readonly ChangedResource[];
  turned: readonly TurnedType[];
  /** Resources whose own document does not decide. */
  undecided: readonly string[];
  /** What changed resources pointed to before their edges were replaced. */
  targetsBefore: readonly ResourceAddress[];
}

export interface ResourceAddress {
  cloudId: string;
  id: string;
}

/** Must be the transaction's last statement that waits for locks. */
export async function queueJudging(
  tx: TenantTx,
  rules: RelationalRules,
  cause: CauseOfJudging,
): Promise<number> {
  const parameters = openParameters();
  const walk: Walk = { parameters, tenantId: tx.tenantId, cloudId: cause.cloudId };
  const queries = [
    ...addresses(walk, [
      ...cause.undecided.map((id) => ({ cloudId: cause.cloudId, id })),
      ...cause.targetsBefore,
    ]),
    ...rules.reaches.flatMap((reach) => [
      ...fromChanged(walk, reach, cause.changed),
      ...fromTurned(walk, reach, cause),
    ]),
  ];
  return queueAll(tx, "judge", "neighbour", queries, parameters);
}

/** What resources look for that are pointed to by these, as their edges are now. */
export async function readTargets(
  tx: TenantTx,
  rules: RelationalRules,
  cloudId: string,
  changed: readonly ChangedResource[],
): Promise<ResourceAddress[]> {
  const parameters = openParameters();
  const walk: Walk = { parameters, tenantId: tx.tenantId, cloudId };
  const inward = rules.reaches.filter((reach) => reach.at(-1)?.kind === "in");
  const queries = inward.flatMap((reach) => fromChanged(walk, reach, changed));
  if (queries.length === 0) return [];
  const { rows } = await tx.client.query<ResourceAddress>(
    `select cloud_id as "cloudId", id from (${queries.join("\nunion\n")}) as q`,
    parameters.values,
  );
  return rows;
}

interface Walk {
  parameters: Parameters;
  tenantId: string;
  /** The cloud that changed. */
  cloudId: string;
}

const columns = "s.cloud_id, s.id, s.native_id, s.key_region";

// Look-ups are fenced (lateral … offset 0), each by the columns of one index alone: before the tables have
// statistics the planner takes every condition for one row, and joined whole types for each edge (minutes for
// 120 resources, 2026-11-22).
const lookUp = {
  edgesOf: (tenant: string, source: string) =>
    `lateral (select * from edges e where e.tenant_id = ${tenant} and e.source_id = ${source} offset 0)`,
  edgesTo: (tenant: string, type: string, nativeId: string) =>
    `lateral (select * from edges e where e.tenant_id = ${tenant} and e.target_type = ${type}
       and e.target_native_id = ${nativeId} offset 0)`,
  resource: (tenant: string, id: string) =>
    `lateral (select * from resources r where r.tenant_id = ${tenant} and r.id = ${id} offset 0)`,
  named: (tenant: string, nativeId: string) =>
    `lateral (select * from resources r where r.tenant_id = ${tenant} and r.native_id = ${nativeId} offset 0)`,
};

function addresses({ parameters }: Walk, all: ResourceAddress[]): string[] {
  if (all.length === 0) return [];
  const clouds = parameters.of(all.map((one) => one.cloudId));
  return [`select * from unnest(${clouds}::text[], ${parameters.of(all.map((one) => one.id))}::text[])`];
}

function fromChanged(walk: Walk, reach: Reach, changed: readonly ChangedResource[]): string[] {
  const last = reach.at(-1) as Hop;
  const ends = changed.filter((one) => one.type === last.to);
  if (ends.length === 0) return [];
  const column = (of: (one: ChangedResource) => string) => `${walk.parameters.of(ends.map(of))}::text[]`;
  const seed = `select ${walk.parameters.of(walk.cloudId)}::text as cloud_id, c.* from unnest(${column((one) => one.id)},
    ${column((one) => one.nativeId)}, ${column((one) => one.keyRegion)}) as c (id, native_id, key_region)`;
  return [rootsOf(walk, reach, seed)];
}

/** Through the hops before the last to the judged resources. */
function rootsOf(walk: Walk, reach: Reach, ends: string): string {
  const roots = reach.reduceRight((found, hop) => back(walk, hop, found), ends);
  return `select cloud_id, id from (${roots}) as roots`;
}

/** The live resources from which a hop leads to one of those that the query yields. */
function back({ parameters, tenantId }: Walk, hop: Hop, ends: string): string {
  const [tenant, from] = [parameters.of(tenantId), parameters.of(hop.from)];
  if (hop.kind === "exists")
    return `select ${columns} from (select distinct cloud_id from (${ends}) as e) as t
      join resources s on s.tenant_id = ${tenant} and s.cloud_id = t.cloud_id
      where s.type = ${from} and s.gone_at is null`;
  const relation = parameters.of(hop.relation);
  if (hop.kind === "out")
    return `select ${columns} from (${ends}) as t
      cross join ${lookUp.edgesTo(tenant, parameters.of(hop.to), "t.native_id")} as e
      cross join ${lookUp.resource(tenant, "e.source_id")} as s
      where e.kind = ${relation} and ${leadsTo("e", "t")} and s.type = ${from} and s.gone_at is null`;
  return `select ${columns} from (${ends}) as t
    cross join ${lookUp.edgesOf(tenant, "t.id")} as e
    cross join ${lookUp.named(tenant, "e.target_native_id")} as s
    where e.kind = ${relation} and e.target_type = ${from} and s.type = ${from} and ${leadsTo("e", "s")}
      and s.gone_at is null`;
}

/** Of an edge and a resource of its target's type and id. */
function leadsTo(edge: string, target: string): string {
  return `(${edge}.target_cloud_id is null or ${edge}.target_cloud_id = ${target}.cloud_id)
    and (${edge}.target_region is null or ${edge}.target_region = ${target}.key_region)`;
}

/** Where verdicts depend on having seen everything of a range, and that has turned. */
function fromTurned(walk: Walk, reach: Reach, { changed, turned }: CauseOfJudging): string[] {
  const last = reach.at(-1) as Hop;
  const type = turned.find((one) => one.type === last.to);
  // The edges of a source in gap may point to anything of the cloud.
  const hidesEdges = changed.some((one) => one.type === last.to && one.hadGaps);
  const found = lastHopOfTurned(walk, last, type, hidesEdges);
  return found === null ? [] : [rootsOf(walk, reach.slice(0, -1), found)];
}

function lastHopOfTurned(
  walk: Walk,
  hop: Hop,
  type: TurnedType | undefined,
  hidesEdges: boolean,
): string | null {
  if (hop.kind === "out") return type ? unresolved(walk, hop, type) : null;
  const inCloud =
    hop.kind === "exists"
      ? type !== undefined && (hop.range === "region" || type.inCloud)
      : (type?.inCloud ?? false) || hidesEdges;
  if (!inCloud) return null;
  if (hop.range === "estate" && !(type?.inEstate || hidesEdges)) return null;
  const { parameters, tenantId, cloudId } = walk;
  const place = hop.range === "estate" ? "true" : `s.cloud_id = ${parameters.of(cloudId)}`;
  return `select ${columns} from resources s where s.tenant_id = ${parameters.of(tenantId)} and ${place}
    and s.type = ${parameters.of(hop.from)} and s.gone_at is null`;
}

/** Those with an edge into the turned scopes whose target is not there. */
function unresolved({ parameters, tenantId, cloudId }: Walk, hop: Hop, type: TurnedType): string {
  const [tenant, cloud, from, to, relation] = [tenantId, cloudId, hop.from, hop.to, hop.relation].map(
    (value) => parameters.of(value),
  ) as [string, string, string, string, string];
  const inCloud = type.inEstate
    ? `(e.target_cloud_id = ${cloud} or e.target_cloud_id is null)`
    : `e.target_cloud_id = ${cloud}`;
  const inRegion =
    type.regions === null
      ? "true"
      : `(e.target_region is null or e.target_region = any(${parameters.of(type.regions)}))`;
  const edge = `e.kind = ${relation} and ${inCloud} and ${inRegion} and not exists (
    select from ${lookUp.named(tenant, "e.target_native_id")} as t
    where t.type = ${to} and t.gone_at is null and ${leadsTo("e", "t")})`;
  const live = `s.type = ${from} and s.gone_at is null`;
  return `select ${columns} from resources s cross join ${lookUp.edgesOf(tenant, "s.id")} as e
      where s.tenant_id = ${tenant} and s.cloud_id = ${cloud} and ${live} and e.target_type = ${to} and ${edge}
    union
    select ${columns} from edges e cross join ${lookUp.resource(tenant, "e.source_id")} as s
      where e.tenant_id = ${tenant} and e.target_type = ${to} and e.target_cloud_id is distinct from e.cloud_id
        and ${live} and ${edge}`;
}
