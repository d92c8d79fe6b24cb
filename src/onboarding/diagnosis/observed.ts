// What our own calls were told of an action in a region. The best evidence there is; silence is not one of its answers.
import type { KnownDenial } from "#model/known-denial.ts";
import type { Gap } from "#model/resource.ts";
import type { ToldByCalls, ToldScope } from "#store/diagnosis-inputs.ts";
import type { NeededAction, NeededCall } from "./needed-actions.ts";

/** What keeps calls from being answered that is no lack of permission. */
export const obstacles = ["not-activated", "region-refused", "throttled", "unavailable", "failed"] as const;
export type Obstacle = (typeof obstacles)[number];

export interface Observation {
  /** denied-for-some: single resources refuse it, others do not. */
  outcome: "allowed" | "denied" | "denied-for-some" | Obstacle;
  at: Date;
  code: string | null;
  message: string | null;
  /** As AWS's message names it. */
  deniedBy: Gap["deniedBy"] | null;
  /** How many resources it was refused for; null = all that was asked. */
  resources: number | null;
}

/** Codes by which AWS says that it is not about permission. */
const obstacleOfCode: Record<string, Obstacle> = {
  OptInRequired: "not-activated",
  SubscriptionRequiredException: "not-activated",
  AuthFailure: "region-refused",
  InvalidClientTokenId: "region-refused",
  UnrecognizedClientException: "region-refused",
};

/** By operation and by type, then by region: a cloud has a few hundred scopes and a thousand questions are asked of them. */
export interface Told {
  denials: ReadonlyMap<string, ReadonlyMap<string, readonly KnownDenial[]>>;
  scopes: ReadonlyMap<string, ReadonlyMap<string, ToldScope>>;
}

export function toldOf({ scopes, denials }: ToldByCalls): Told {
  const byOperation = new Map<string, Map<string, KnownDenial[]>>();
  for (const denial of denials) {
    const regions = byOperation.get(denial.operation) ?? new Map<string, KnownDenial[]>();
    byOperation.set(denial.operation, regions);
    regions.set(denial.region, [...(regions.get(denial.region) ?? []), denial]);
  }
  const byType = new Map<string, Map<string, ToldScope>>();
  for (const scope of scopes) {
    const regions = byType.get(scope.type) ?? new Map<string, ToldScope>();
    byType.set(scope.type, regions);
    regions.set(scope.region, scope);
  }
  return { denials: byOperation, scopes: byType };
}

/** null: none of the calls was made, so far as is known. */
export function observed(told: Told, needed: NeededAction, region: string): Observation | null {
  const refused =
    told.denials.size === 0
      ? []
      : needed.calls.flatMap(({ operation }) => told.denials.get(operation)?.get(region) ?? []);
  const wide = refused.find(({ target }) => target === "");
  if (wide) return denial(wide, "denied", null);
  let seen: Observation | null = null;
  let answered: Observation | null = null;
  for (const call of needed.calls) {
    const one = seenIn(told, needed, call, region);
    if (one?.outcome === "allowed") answered ??= one;
    else if (one && (seen === null || one.outcome === "denied")) seen = one;
  }
  const [some] = refused;
  // What a resource's own policy refuses says nothing of the others.
  const isOfSome = answered !== null || some?.deniedBy?.layer === "resource";
  if (some) return denial(some, isOfSome ? "denied-for-some" : "denied", refused.length);
  return seen ?? answered;
}

function denial(known: KnownDenial, outcome: Observation["outcome"], resources: number | null): Observation {
  const { triedAt, code, message, deniedBy } = known;
  return { outcome, at: triedAt, code, message, deniedBy, resources };
}

function seenIn(
  told: Told,
  { place }: NeededAction,
  { operation, type, isListing, isSometimes }: NeededCall,
  region: string,
): Observation | null {
  const regions = told.scopes.get(type);
  const scope = regions?.get(region) ?? (place === "home" ? regions?.get("global") : undefined);
  if (!scope?.triedAt) return null;
  const gap = scope.gaps.find((one) => one.operation === operation);
  if (gap) return ofGap(gap, scope.triedAt);
  // Without a complete listing nobody knows whether the call was made.
  if (scope.completedAt === null || scope.gaps.some(({ path }) => path === "")) return null;
  if (!isListing && (isSometimes || scope.resources === 0)) return null;
  return { ...nothing, outcome: "allowed", at: scope.completedAt };
}

const nothing = { code: null, message: null, deniedBy: null, resources: null };

function ofGap({ code, message, reason }: Gap, at: Date): Observation {
  const outcome = obstacleOfCode[code] ?? reason;
  return { ...nothing, outcome, at, code, message };
}
