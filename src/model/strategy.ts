// What harvesting strategies cover, and how often. A cloud may have several: it is harvested by all of them.

export interface Strategy {
  intervalMinutes: number;
  /** null: all. */
  types: readonly string[] | null;
  /** null: all that are enabled. Global types are in none. */
  regions: readonly string[] | null;
}

const globalRegion = "global";

export function coversScope(
  { types, regions }: Pick<Strategy, "types" | "regions">,
  { type, region }: { type: string; region: string },
): boolean {
  return coversType(types, type) && (region === globalRegion || (regions?.includes(region) ?? true));
}

/** Where several cover a scope, the most frequent counts. */
export function intervalOf(strategies: readonly Strategy[], scope: { type: string; region: string }): number {
  const covering = strategies.filter((strategy) => coversScope(strategy, scope));
  return leastInterval(covering.length > 0 ? covering : strategies);
}

export function leastInterval(strategies: readonly Strategy[]): number {
  return Math.min(...strategies.map(({ intervalMinutes }) => intervalMinutes));
}

/** `wanted`: types, also by their beginning ("aws.ec2.*"); null or undefined = all. */
export function coversType(wanted: readonly string[] | null | undefined, type: string): boolean {
  return (
    wanted?.some((pattern) =>
      pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : pattern === type,
    ) ?? true
  );
}
