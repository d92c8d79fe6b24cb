// One account of the demo world being drawn up: where its things are collected, how strict its owners
// are, and small tools to choose and date. Sections (network, compute …) add to it in order.
import type { Place, Random, World } from "../../world.ts";
import type { DemoAccount, Environment } from "./accounts.ts";

export interface Draft {
  world: World;
  accountId: string;
  name: string;
  environment: Environment;
  /** Share of settings that are as they should be. */
  rigour: number;
  /** At least four; the first is where most things are. */
  regions: readonly [string, string, string, string];
  /** 0, or more where an account's things are drawn several times. */
  round: number;
  /** "region|kind" to entries. */
  entries: Map<string, [string, object][]>;
}

const rigours: Record<Environment, number> = {
  core: 0.92,
  prod: 0.88,
  staging: 0.8,
  dev: 0.74,
  sandbox: 0.62,
};

const homes = [
  "us-east-1",
  "us-east-1",
  "eu-central-1",
  "eu-west-1",
  "eu-central-1",
  "us-west-2",
  "ap-southeast-2",
];
const neighbours: Record<string, [string, string, string]> = {
  "us-east-1": ["us-west-2", "eu-west-1", "us-east-2"],
  "us-west-2": ["us-east-1", "us-west-1", "ap-northeast-1"],
  "eu-central-1": ["eu-west-1", "us-east-1", "eu-north-1"],
  "eu-west-1": ["eu-central-1", "us-east-1", "eu-west-2"],
  "ap-southeast-2": ["ap-southeast-1", "us-east-1", "ap-south-1"],
};

export function newDraft(world: World, { fact, environment }: DemoAccount, round = 0): Draft {
  const random = world.random("demo", fact.id, "character");
  const home = fact.id === world.managementAccountId ? "us-east-1" : random.pick(homes);
  const near = neighbours[home] ?? ["us-east-1", "us-west-2", "eu-west-1"];
  return {
    world,
    accountId: fact.id,
    name: fact.name,
    environment,
    // Owners differ: a few are far less careful than their environment's average.
    rigour: rigours[environment] - (random.chance(0.12) ? 0.25 : 0),
    regions: [home, ...near],
    round,
    entries: new Map(),
  };
}

export const streamOf = (draft: Draft, section: string): Random =>
  draft.world.random("demo", draft.accountId, section, ...(draft.round > 0 ? [draft.round] : []));

export const placeIn = (draft: Draft, region: string): Place => ({ accountId: draft.accountId, region });

export function add(draft: Draft, region: string, kind: string, id: string | undefined, value: object): void {
  const key = `${region}|${kind}`;
  const list = draft.entries.get(key);
  if (list) list.push([id ?? "", value]);
  else draft.entries.set(key, [[id ?? "", value]]);
}

/** Whether this setting is as it should be. */
export const isGood = (draft: Draft, random: Random): boolean => random.chance(draft.rigour);

/** Something that is rarely wrong, and never in a careful account: `odds` is its chance where rigour is 0. */
export const isRareFault = (draft: Draft, random: Random, odds: number): boolean =>
  random.chance(odds * (1 - draft.rigour));

export function daysAgo(draft: Draft, days: number): string {
  return new Date(draft.world.bornAt.getTime() - Math.round(days * 86_400_000)).toISOString();
}

export function tagsFor(
  draft: Draft,
  name: string,
  extra: Record<string, string> = {},
): { Key: string; Value: string }[] {
  const tags: Record<string, string> = { Name: name, env: draft.environment, team: teamOf(draft), ...extra };
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export const teamOf = ({ name }: Draft): string => name.replace(/-(prod|staging|dev)$/, "");

/** A random version 4 UUID of the stream, for keys. */
export function uuid(random: Random): string {
  const hex = random.hex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
