// How worlds that hold every service draw things: a few per account and home region, from the world's numbers
// only, careful and careless owners mixed. Knows nothing of the services; dates are offsets from `bornAt`.
import { ec2Id } from "../../services/ec2/ids.ts";
import type { Place, Random, World } from "../../world.ts";

export interface Draw {
  world: World;
  place: Place;
  random: Random;
  index: number;
  /** For example "orders-2": the same for every kind in a place. */
  name: string;
  tagMap: Record<string, string>;
  /** Whether this setting is as it should be. */
  isGood(): boolean;
  daysAgo(least: number, most?: number): string;
  arn(prefix: string, resource: string): string;
}

const teams = ["billing", "orders", "search", "identity", "reports", "media", "checkout", "ledger"];
const homes = ["us-east-1", "eu-central-1", "eu-west-1", "us-west-2"];

/** Where an account keeps its things. */
function isHome(world: World, { accountId, region }: Place): boolean {
  const account = world.accounts.get(accountId);
  if (!account || account.parentId === null) return false;
  const first = world.random("estate", accountId, "home").int(homes.length);
  return region === "global" || region === homes[first] || region === homes[(first + 1) % homes.length];
}

/** Up to `most` things of a kind; none outside the account's regions. */
export function* derived<T extends object>(
  world: World,
  place: Place,
  kind: string,
  most: number,
  build: (draw: Draw) => [id: string, value: T],
): Iterable<[id: string, value: T]> {
  if (!isHome(world, place)) return;
  const count = most === 1 ? 1 : 1 + world.random("estate", place.accountId, place.region, kind).int(most);
  for (let index = 0; index < count; index++) yield build(drawOf(world, place, kind, index));
}

/** The same thing drawn again: what another kind refers to. */
export function drawOf(world: World, place: Place, kind: string, index: number): Draw {
  const random = world.random("estate", place.accountId, place.region, kind, index);
  const rigour = 0.55 + world.random("estate", place.accountId, "rigour").next() * 0.4;
  const team = teams[(index + Number(place.accountId.slice(-4))) % teams.length] ?? "orders";
  return {
    world,
    place,
    random,
    index,
    name: `${team}-${index + 1}`,
    tagMap: random.chance(0.8) ? { team, env: random.pick(["prod", "staging", "dev"]) } : {},
    isGood: () => random.chance(rigour),
    daysAgo: (least, most = least) =>
      new Date(
        world.bornAt.getTime() - Math.round((least + random.next() * (most - least)) * 86_400_000),
      ).toISOString(),
    arn: (prefix, resource) =>
      `arn:${world.partition}:${prefix}:${place.region === "global" ? "" : place.region}:${place.accountId}:${resource}`,
  };
}

/** The VPC of the place with two subnets and a group: those of the world, else made-up ones. */
export function networkOf({ world, place }: Pick<Draw, "world" | "place">) {
  const first = (kind: string, member: string) =>
    world
      .collection<Record<string, unknown>>(place, kind)
      .list()
      .map((each) => String(each[member]));
  const random = world.random("estate", place.accountId, place.region, "network");
  const vpcId = first("ec2:vpc", "VpcId")[0] ?? ec2Id("vpc", random);
  const subnetIds = first("ec2:subnet", "SubnetId").slice(0, 2);
  const groupId = first("ec2:security-group", "GroupId")[0] ?? ec2Id("sg", random);
  return {
    vpcId,
    subnetIds: subnetIds.length > 0 ? subnetIds : [ec2Id("subnet", random), ec2Id("subnet", random)],
    groupId,
  };
}

/** A key of the customer's in this place, as other services refer to it. */
export function keyArnOf({ world, place }: Pick<Draw, "world" | "place">): string {
  const random = world.random("estate", place.accountId, place.region, "key");
  const hex = random.hex(32);
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  return `arn:${world.partition}:kms:${place.region}:${place.accountId}:key/${id}`;
}
