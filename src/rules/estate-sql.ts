// SQL over the estate around a resource: which scopes a rule ranges over, and whether they were
// all completed and none is in gap now. Follows the tables of store/migrations.
import type { SqlScope } from "./sql-scope.ts";

/** Joins a resource to its document. */
export function documentJoin(resource: string, document: string): string {
  return `join documents ${document} on ${document}.tenant_id = ${resource}.tenant_id and ${document}.resource_id = ${resource}.id`;
}

export interface Range {
  /** SQL of the cloud's id; null = every cloud of the tenant. */
  cloud: string | null;
  /** SQL parameter of the resource type. */
  type: string;
  /** SQL condition on the alias of a scope's row; null = every region. */
  region: ((scopeAlias: string) => string) | null;
}

/** True while something of the range may not have been seen. */
export function isUnseenSql(scope: SqlScope, range: Range): string {
  const tenant = `${scope.resource}.tenant_id`;
  const cloud = scope.fresh("k");
  const due = scope.fresh("h");
  const inRange = [
    `${due}.tenant_id = ${cloud}.tenant_id`,
    `${due}.cloud_id = ${cloud}.id`,
    `${due}.type = ${range.type}`,
    ...(range.region === null ? [] : [range.region(due)]),
  ].join(" and ");
  return `exists (select 1 from clouds ${cloud} where ${cloud}.tenant_id = ${tenant} and ${cloud}.removed_at is null
    ${range.cloud === null ? "" : `and ${cloud}.id = ${range.cloud}`}
    and (not exists (select 1 from harvest_scopes ${due} where ${inRange})
      or exists (select 1 from harvest_scopes ${due} where ${inRange}
        and (${due}.completed_at is null or ${due}.gap_since is not null))))`;
}
