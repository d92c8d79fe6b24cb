// Which other resources must be judged again because of what a transaction changed. The catalog's
// relational insights say over which relations and types verdicts reach.
import type { TenantTx } from "./open.ts";
import { queueWhere } from "./pending.ts";
import type { CloudKey } from "./resource-rows.ts";

export interface RelationalRules {
  /** "type kind" of relations whose target is named uniquely in the whole provider. */
  anywhere: ReadonlySet<string>;
  /** Types with an insight that looks at neighbours at all. */
  judgedWithNeighbours: ReadonlySet<string>;
  /** Insight on `on` looks along its own edges `kind` at resources of type `at`. */
  outward: { on: string; kind: string; at: string }[];
  /** Insight on `on` looks at sources of type `at` whose edge `kind` points to it. */
  inward: { on: string; kind: string; at: string }[];
  /** Insight on `on` asks whether a resource of type `at` exists in its cloud. */
  existing: { on: string; at: string }[];
}

export interface CauseOfJudging {
  /** Ids of resources written or gone in this transaction. */
  changed: string[];
  changedTypes: ReadonlySet<string>;
  scopesTurned: { type: string; region: string }[];
}

export async function queueNeighbours(
  tx: TenantTx,
  cloud: CloudKey,
  rules: RelationalRules,
  cause: CauseOfJudging,
): Promise<number> {
  let queued = 0;
  if (cause.changed.length > 0) {
    queued += await queueChanged(tx, rules, cause.changed);
    queued += await queueSources(tx, rules, cause.changed);
    queued += await queueTargets(tx, rules, cause.changed);
  }
  const types = new Set([...cause.changedTypes, ...cause.scopesTurned.map((scope) => scope.type)]);
  const byType = new Set(rules.existing.filter((rule) => types.has(rule.at)).map((rule) => rule.on));
  const turned = new Set(cause.scopesTurned.map((scope) => scope.type));
  for (const rule of [...rules.outward, ...rules.inward]) if (turned.has(rule.at)) byType.add(rule.on);
  if (byType.size > 0)
    queued += await queueWhere(
      tx,
      "judge",
      "neighbour",
      `select cloud_id, id from resources where tenant_id = $1 and cloud_id = $2 and type = any($3) and gone_at is null`,
      [tx.tenantId, cloud.cloudId, [...byType]],
    );
  return queued;
}

/** The changed resources themselves, where an insight of theirs looks at neighbours. */
function queueChanged(tx: TenantTx, rules: RelationalRules, changed: string[]): Promise<number> {
  return queueWhere(
    tx,
    "judge",
    "changed",
    `select cloud_id, id from resources where tenant_id = $1 and id = any($2) and type = any($3) and gone_at is null`,
    [tx.tenantId, changed, [...rules.judgedWithNeighbours]],
  );
}

/** Resources with an edge to a changed one, in whatever cloud they are. */
async function queueSources(tx: TenantTx, rules: RelationalRules, changed: string[]): Promise<number> {
  if (rules.outward.length === 0) return 0;
  return queueWhere(
    tx,
    "judge",
    "neighbour",
    `select s.cloud_id, s.id from resources t
     join unnest($3::text[], $4::text[], $5::text[]) as rule (on_type, kind, at_type) on rule.at_type = t.type
     join edges e on e.tenant_id = $1 and e.target_type = t.type and e.target_native_id = t.native_id and e.kind = rule.kind
       and (e.target_cloud_id is null or e.target_cloud_id = t.cloud_id)
       and (e.target_region is null or e.target_region = t.key_region)
     join resources s on s.tenant_id = $1 and s.id = e.source_id and s.type = rule.on_type and s.gone_at is null
     where t.tenant_id = $1 and t.id = any($2)`,
    [
      tx.tenantId,
      changed,
      rules.outward.map((rule) => rule.on),
      rules.outward.map((rule) => rule.kind),
      rules.outward.map((rule) => rule.at),
    ],
  );
}

/** Resources that a changed one points to; called before and after its edges are replaced. */
export async function queueTargets(tx: TenantTx, rules: RelationalRules, changed: string[]): Promise<number> {
  if (rules.inward.length === 0) return 0;
  return queueWhere(
    tx,
    "judge",
    "neighbour",
    `select t.cloud_id, t.id from resources s
     join unnest($3::text[], $4::text[], $5::text[]) as rule (on_type, kind, at_type) on rule.at_type = s.type
     join edges e on e.tenant_id = $1 and e.source_id = s.id and e.kind = rule.kind and e.target_type = rule.on_type
     join resources t on t.tenant_id = $1 and t.type = e.target_type and t.native_id = e.target_native_id and t.gone_at is null
       and (e.target_cloud_id is null or e.target_cloud_id = t.cloud_id)
       and (e.target_region is null or e.target_region = t.key_region)
     where s.tenant_id = $1 and s.id = any($2)`,
    [
      tx.tenantId,
      changed,
      rules.inward.map((rule) => rule.on),
      rules.inward.map((rule) => rule.kind),
      rules.inward.map((rule) => rule.at),
    ],
  );
}
