// Which scopes of a cloud are due: the catalog's types in the account's enabled regions, as the
// cloud's harvesting strategy has them. Pure; knows neither AWS nor the store.
import type { ResourceTypeDefinition } from "#catalog/define.ts";
import type { HarvestScope } from "#model/resource.ts";
import { coversType } from "#model/strategy.ts";

export interface HarvestingStrategy {
  intervalMinutes: number;
  /** Resource types, also by their beginning ("aws.ec2.*"); default all. */
  types?: readonly string[] | null;
  /** Regions; default all that are enabled. Global types are always harvested. */
  regions?: readonly string[] | null;
}

/** What is remembered of a scope that was harvested before. */
export interface KnownScope extends HarvestScope {
  /** When its last harvest began, complete or not; null = never. */
  startedAt: Date | null;
}

type Planned = Pick<ResourceTypeDefinition, "type" | "scope">;

/** Every scope that the strategy covers, global ones first. */
export function scopesOf(
  types: Iterable<Planned>,
  enabledRegions: readonly string[],
  strategy: HarvestingStrategy,
): HarvestScope[] {
  const regions = enabledRegions.filter((region) => strategy.regions?.includes(region) ?? true);
  const wanted = [...types].filter(({ type }) => coversType(strategy.types, type));
  return [
    ...wanted.filter(({ scope }) => scope === "global").map(({ type }) => ({ type, region: "global" })),
    ...wanted
      .filter(({ scope }) => scope === "regional")
      .flatMap(({ type }) => regions.map((region) => ({ type, region }))),
  ];
}

/** Of several strategies, each scope once. */
export function scopesOfAll(
  types: readonly Planned[],
  enabledRegions: readonly string[],
  strategies: readonly HarvestingStrategy[],
): HarvestScope[] {
  const all = strategies.flatMap((strategy) => scopesOf(types, enabledRegions, strategy));
  return [...new Map(all.map((scope) => [keyOf(scope), scope])).values()];
}

/** Those whose interval has passed: never harvested ones first, then the longest ago. */
export function dueScopes(
  types: Iterable<Planned>,
  enabledRegions: readonly string[],
  strategy: HarvestingStrategy,
  known: Iterable<KnownScope>,
  now: Date,
): HarvestScope[] {
  const startedAt = new Map([...known].map((scope) => [keyOf(scope), scope.startedAt?.getTime() ?? null]));
  const latest = now.getTime() - strategy.intervalMinutes * 60_000;
  return scopesOf(types, enabledRegions, strategy)
    .map((scope) => ({ scope, at: startedAt.get(keyOf(scope)) ?? Number.NEGATIVE_INFINITY }))
    .filter(({ at }) => at <= latest)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map(({ scope }) => scope);
}

/** Scopes that were harvested and are no more: their region is disabled, or the strategy left them. */
export function leftScopes<Scope extends HarvestScope>(
  scopes: readonly HarvestScope[],
  known: Iterable<Scope>,
): Scope[] {
  const covered = new Set(scopes.map(keyOf));
  return [...known].filter((scope) => !covered.has(keyOf(scope)));
}

function keyOf({ type, region }: HarvestScope): string {
  return `${type} ${region}`;
}
