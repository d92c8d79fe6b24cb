// How many calls a day connecting would make, by the catalog: pure arithmetic with its basis in words. What the
// accounts hold is not known before they are read, so what rests on it is marked as assumed.
import type { ResourceTypeDefinition } from "#catalog/define.ts";
import { coversScope, intervalOf, type Strategy } from "#model/strategy.ts";

export interface EstimateFacts {
  types: Iterable<ResourceTypeDefinition>;
  /** At least one; all of them count. */
  strategies: readonly Strategy[];
  partition: string;
  /** Those that will be harvested. */
  accounts: number;
  /** Enabled in the account; null: not known, AWS's default is taken. */
  regions: string[] | null;
  /** Resources of a type in one account, on average of those that are harvested now; null: none is. */
  resourcesPerAccount: ReadonlyMap<string, number> | null;
  sessionSeconds: number;
  /** null: no organization. */
  sync: { intervalMinutes: number; accounts: number; units: number; isManagementAccount: boolean } | null;
}

export interface Estimate {
  callsPerDay: number;
  basis: { name: string; callsPerDay: number; detail: string }[];
}

/** Enabled without asking, as of 2026-11. */
const regionsByDefault: Record<string, number> = { aws: 17, "aws-us-gov": 2, "aws-cn": 2 };
/** Of a type whose resources are read one by one, where no account tells better. */
const assumedResources = 10;
const dayMinutes = 1440;

export function estimateCalls(facts: EstimateFacts): Estimate {
  const basis = [...harvestBasis(facts), ...syncBasis(facts.sync)];
  return { callsPerDay: basis.reduce((sum, part) => sum + part.callsPerDay, 0), basis };
}

function harvestBasis(facts: EstimateFacts): Estimate["basis"] {
  const { accounts, regions, sessionSeconds } = facts;
  const scopes = scopesOf(facts);
  const [regional, global] = [
    scopes.filter(({ type }) => type.scope === "regional"),
    scopes.filter(({ type }) => type.scope === "global"),
  ];
  const regionCount = new Set(regional.map(({ region }) => region)).size;
  const perDay = (calls: (scope: Scope) => number) =>
    Math.round(
      scopes.reduce((sum, scope) => sum + (calls(scope) * dayMinutes) / scope.minutes, 0) * accounts,
    );
  const sessions = Math.ceil(86_400 / (sessionSeconds * 0.8));
  const known = regions === null ? ", AWS's default," : "";
  const types = (of: Scope[]) => new Set(of.map(({ type }) => type)).size;
  return [
    {
      name: "Listings",
      callsPerDay: perDay(({ type }) => listingCalls(type)),
      detail: `${counted(types(regional), "regional type")} in ${counted(regionCount, "region")}${known} and ${counted(global.length, "global type")}, every ${rhythmsText(scopes)} in ${counted(accounts, "account")}; one call each, more where a list has several pages.`,
    },
    {
      name: "Details",
      callsPerDay: perDay(
        ({ type }) => type.details.length * resourcesOf(facts, type, regionsOf(scopes, type)),
      ),
      detail: detailsText(facts),
    },
    {
      name: "Sessions and regions",
      callsPerDay: (sessions + 1) * accounts,
      detail: `A role is assumed about ${sessions} times a day in each account, and its enabled regions are read once.`,
    },
  ];
}

interface Scope {
  type: ResourceTypeDefinition;
  region: string;
  /** Between two harvests. */
  minutes: number;
}

/** What is harvested: each type in each place that a strategy covers, as often as the most frequent of them says. */
function scopesOf(facts: EstimateFacts): Scope[] {
  const places = placesOf(facts);
  return [...facts.types].flatMap((type) =>
    (type.scope === "global" ? ["global"] : places)
      .map((region) => ({ type, region, named: { type: type.type, region } }))
      .filter(({ named }) => facts.strategies.some((strategy) => coversScope(strategy, named)))
      .map(({ named, ...scope }) => ({ ...scope, minutes: intervalOf(facts.strategies, named) })),
  );
}

/** Where it is not known which regions are enabled, those that strategies name are taken to be. */
function placesOf({ strategies, regions, partition }: EstimateFacts): string[] {
  if (regions) return regions;
  const count = regionsByDefault[partition] ?? 17;
  const named = [...new Set(strategies.flatMap((strategy) => strategy.regions ?? []))].slice(0, count);
  return [...named, ...Array.from({ length: count - named.length }, (_, i) => `another ${i}`)];
}

const listingCalls = ({ list, marks }: ResourceTypeDefinition) => (list ? 1 : 0) + Object.keys(marks).length;

/** In one place, on average. Where nothing is listed there is exactly one in each. */
function resourcesOf(
  { resourcesPerAccount }: EstimateFacts,
  { list, type }: ResourceTypeDefinition,
  places: number,
): number {
  if (list === null) return 1;
  return (resourcesPerAccount ? (resourcesPerAccount.get(type) ?? 0) : assumedResources) / places;
}

const regionsOf = (scopes: Scope[], { type }: ResourceTypeDefinition) =>
  scopes.filter((scope) => scope.type.type === type).length;

function detailsText({ resourcesPerAccount }: EstimateFacts): string {
  const what = "Resources of some types are read one by one, at most this often";
  return resourcesPerAccount
    ? `${what}; with as many resources as the accounts that are harvested now have on average.`
    : `${what}; with ${assumedResources} resources of each such type in each account, which is assumed: no account is harvested yet.`;
}

function syncBasis(sync: EstimateFacts["sync"]): Estimate["basis"] {
  if (!sync) return [];
  const { accounts, units, intervalMinutes, isManagementAccount } = sync;
  const tags = isManagementAccount ? Math.ceil(accounts / 100) : accounts;
  const calls = 3 + Math.ceil(accounts / 20) + units + tags;
  return [
    {
      name: "Sync of the organization",
      callsPerDay: Math.round((calls * dayMinutes) / intervalMinutes),
      detail: `About ${calls} calls every ${rhythmText(intervalMinutes)} for ${counted(accounts, "account")} in ${counted(units, "organizational unit")}, and some for policies.`,
    },
  ];
}

function rhythmsText(scopes: Scope[]): string {
  const minutes = [...new Set(scopes.map((scope) => scope.minutes))].sort((a, b) => a - b);
  const [least = dayMinutes, most = least] = [minutes[0], minutes.at(-1)];
  return least === most ? rhythmText(least) : `${rhythmText(least)} to ${rhythmText(most)}`;
}

const counted = (count: number, noun: string) =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
const rhythmText = (minutes: number) =>
  minutes === 60 ? "hour" : minutes % 60 === 0 ? `${minutes / 60} hours` : `${minutes} minutes`;
