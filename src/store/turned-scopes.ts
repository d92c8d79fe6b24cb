// Ranges that have turned: what a rule ranges over was not all seen and is now, or the other way.
// Until then verdicts over it could not be more than unknown.
import type { RelationalRules } from "#model/reach.ts";
import type { TenantTx } from "./open.ts";

export interface TurnedType {
  type: string;
  /** Key regions whose scopes turned; null = all of the cloud's. */
  regions: readonly string[] | null;
  /** The cloud's scopes of the type, all together. */
  inCloud: boolean;
  /** Every cloud's scopes of the type, all together. */
  inEstate: boolean;
}

export interface ScopeSight {
  type: string;
  region: string;
  /** Completed once and not in gap. */
  before: boolean;
  after: boolean;
}

/** Call after the scopes are written. */
export async function turnedTypes(
  tx: TenantTx,
  cloudId: string,
  rules: RelationalRules,
  scopes: readonly ScopeSight[],
): Promise<TurnedType[]> {
  const turned = scopes.filter(({ before, after }) => before !== after);
  if (turned.length === 0) return [];
  const byType = Map.groupBy(turned, ({ type }) => type);
  const unseen = await unseenScopes(tx, cloudId, [...byType.keys()]);
  const types: TurnedType[] = [];
  for (const [type, ofType] of [...byType].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const ended = scopes.filter((scope) => scope.type === type);
    const isUnseen = { before: ended.some((one) => !one.before), after: ended.some((one) => !one.after) };
    const others = (unseen.get(type) ?? 0) - ended.filter((one) => !one.after).length;
    const inCloud = others === 0 && isUnseen.before !== isUnseen.after;
    types.push({
      type,
      regions: ofType.map(({ region }) => region),
      inCloud,
      inEstate: inCloud && (await hasTurnedInEstate(tx, cloudId, rules, type)),
    });
  }
  return types;
}

/** A cloud that has left the estate, in whatever had edges into it or ranged over all clouds. */
export async function typesOfLeftCloud(
  tx: TenantTx,
  cloudId: string,
  rules: RelationalRules,
): Promise<TurnedType[]> {
  const types = [...new Set(rules.reaches.map((reach) => reach.at(-1)?.to ?? ""))].sort();
  const left: TurnedType[] = [];
  for (const type of types)
    left.push({
      type,
      regions: null,
      inCloud: true,
      inEstate: await hasTurnedInEstate(tx, cloudId, rules, type),
    });
  return left;
}

async function unseenScopes(tx: TenantTx, cloudId: string, types: string[]): Promise<Map<string, number>> {
  const { rows } = await tx.client.query<{ type: string; unseen: number }>(
    `select type, count(*) filter (where completed_at is null or gap_since is not null)::int as unseen
     from harvest_scopes where tenant_id = $1 and cloud_id = $2 and type = any($3) group by type`,
    [tx.tenantId, cloudId, types],
  );
  return new Map(rows.map((row) => [row.type, row.unseen]));
}

/**
 * Only the last cloud that was not seen turns the estate, so that ten thousand clouds do not each queue every open
 * edge. Two that end at once must not each take the other for unseen: the lock, taken in the order of types,
 * lets the second look after the first has committed.
 */
async function hasTurnedInEstate(
  tx: TenantTx,
  cloudId: string,
  rules: RelationalRules,
  type: string,
): Promise<boolean> {
  const ranges = rules.reaches.some((reach) => {
    const hop = reach.at(-1);
    if (hop?.to !== type) return false;
    return hop.kind === "out" ? rules.anywhere.has(`${hop.from} ${hop.relation}`) : hop.range === "estate";
  });
  if (!ranges) return false;
  await tx.client.query("select pg_advisory_xact_lock(hashtextextended($1, 8))", [`${tx.tenantId} ${type}`]);
  const { rows } = await tx.client.query<{ others: boolean }>(
    `select exists (
       select from clouds c where c.tenant_id = $1 and c.removed_at is null and c.id <> $2
         and (not exists (select from harvest_scopes s where s.tenant_id = $1 and s.cloud_id = c.id and s.type = $3)
           or exists (select from harvest_scopes s where s.tenant_id = $1 and s.cloud_id = c.id and s.type = $3
             and (s.completed_at is null or s.gap_since is not null)))) as others`,
    [tx.tenantId, cloudId, type],
  );
  return rows[0]?.others === false;
}
