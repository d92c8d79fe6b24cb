// A trail as the simulator keeps it, and which trails an account sees from a region: its own, the
// shadows of multi-region ones, and its organization's.
import type {
  AdvancedEventSelector,
  EventSelector,
  InsightSelector,
  Trail,
} from "@aws-sdk/client-cloudtrail";
import { AwsFault, type Call } from "../../operation.ts";
import { organizationOf } from "../../organization.ts";
import type { Stored } from "../../stored.ts";
import type { World } from "../../world.ts";

/** Value of the collection "cloudtrail:trail" (region "global") under "<home region>/<name>". */
export interface StoredTrail {
  trail: Stored<Trail>;
  isLogging: boolean;
  startedAt?: string;
  stoppedAt?: string;
  eventSelectors?: Stored<EventSelector>[];
  advancedEventSelectors?: Stored<AdvancedEventSelector>[];
  insightSelectors?: Stored<InsightSelector>[];
  tags: { Key: string; Value: string }[];
}

export const trailsOf = (world: World, accountId: string) =>
  world.collection<StoredTrail>({ accountId, region: "global" }, "cloudtrail:trail");

export const trailKey = ({ HomeRegion, Name }: Stored<Trail>) => `${HomeRegion}/${Name}`;

export const trailArn = (world: World, region: string, accountId: string, name: string) =>
  `arn:${world.partition}:cloudtrail:${region}:${accountId}:trail/${name}`;

export interface SeenTrail extends StoredTrail {
  ownerId: string;
  /** A copy of a trail whose home is another region or account. */
  isShadow: boolean;
}

/** Trails that record this account's events in this region, shadows included. */
export function trailsSeen({
  world,
  accountId,
  region,
}: Pick<Call, "world" | "accountId" | "region">): SeenTrail[] {
  const own = trailsOf(world, accountId)
    .list()
    .filter(({ trail }) => trail.IsMultiRegionTrail || trail.HomeRegion === region)
    .map((each) => ({ ...each, ownerId: accountId, isShadow: each.trail.HomeRegion !== region }));
  return [...own, ...organizationTrails(world, accountId, region)];
}

function organizationTrails(world: World, accountId: string, region: string): SeenTrail[] {
  const ownerId = world.managementAccountId;
  if (accountId === ownerId || !organizationOf(world)?.accounts.get(accountId)) return [];
  return trailsOf(world, ownerId)
    .list()
    .filter(
      ({ trail }) => trail.IsOrganizationTrail && (trail.IsMultiRegionTrail || trail.HomeRegion === region),
    )
    .map((each) => ({ ...each, ownerId, isShadow: true }));
}

/** By name in its home region, or by ARN from anywhere it reaches. */
export function needTrail(call: Call, given = ""): SeenTrail {
  const found = given.startsWith("arn:")
    ? [...ownAnywhere(call), ...trailsSeen(call)].find((each) => each.trail.TrailARN === given)
    : ownAnywhere(call).find((each) => each.trail.Name === given && !each.isShadow);
  if (found) return found;
  const arn = given.startsWith("arn:") ? given : trailArn(call.world, call.region, call.accountId, given);
  throw new AwsFault("TrailNotFoundException", `Unknown trail: ${arn} for the user: ${call.accountId}`);
}

function ownAnywhere({ world, accountId, region }: Call): SeenTrail[] {
  return trailsOf(world, accountId)
    .list()
    .map((each) => ({ ...each, ownerId: accountId, isShadow: each.trail.HomeRegion !== region }));
}

/** The trail, if the caller may change it from here. */
export function changeableTrail(call: Call, name: string | undefined): SeenTrail {
  const found = needTrail(call, name);
  if (found.ownerId !== call.accountId)
    throw new AwsFault(
      "NotOrganizationMasterAccountException",
      "The organization trail can be changed only in the management account",
    );
  if (found.trail.HomeRegion !== call.region)
    throw new AwsFault("InvalidHomeRegionException", `The trail's home region is ${found.trail.HomeRegion}.`);
  return found;
}

export function putTrail(call: Call, { ownerId: _, isShadow: __, ...value }: SeenTrail): void {
  trailsOf(call.world, call.accountId).put(trailKey(value.trail), value);
}
