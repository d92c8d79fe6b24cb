// How many calls a day connecting would make, by the catalog: pure arithmetic with its basis in words. What the
// accounts hold is not known before they are read, so what rests on it is marked as assumed.
import type { ResourceTypeDefinition } from "#catalog/define.ts";
import { coversType } from "#model/strategy.ts";

export interface EstimateFacts {
  types: Iterable<ResourceTypeDefinition>;
  strategy: { intervalMinutes: number; types: string[] | null; regions: string[] | null };
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
  const { strategy, accounts, regions, sessionSeconds } = facts;
  const types = [...facts.types].filter(({ type }) => coversType(strategy.types, type));
  const [regional, global] = [
    types.filter(({ scope }) => scope === "regional"),
    types.filter(({ scope }) => scope === "global"),
  ];
  const regionCount = countRegions(facts);
  const runs = dayMinutes / strategy.intervalMinutes;
  const each = (of: ResourceTypeDefinition[], calls: (type: ResourceTypeDefinition) => number) =>
    of.reduce((sum, type) => sum + calls(type), 0);
  const listings = each(regional, listingCalls) * regionCount + each(global, listingCalls);
  const details = each(types, (type) => type.details.length * resourcesOf(facts, type, regionCount));
  const perDay = (calls: number) => Math.round(calls * runs * accounts);
  const sessions = Math.ceil(86_400 / (sessionSeconds * 0.8));
  const known = regions === null ? ", AWS's default," : "";
  const rhythm = `every ${rhythmText(strategy.intervalMinutes)} in ${counted(accounts, "account")}`;
  return [
    {
      name: "Listings",
      callsPerDay: perDay(listings),
      detail: `${counted(regional.length, "regional type")} in ${counted(regionCount, "region")}${known} and ${counted(global.length, "global type")}, ${rhythm}; one call each, more where a list has several pages.`,
    },
    { name: "Details", callsPerDay: perDay(details), detail: detailsText(facts) },
    {
      name: "Sessions and regions",
      callsPerDay: (sessions + 1) * accounts,
      detail: `A role is assumed about ${sessions} times a day in each account, and its enabled regions are read once.`,
    },
  ];
}

function countRegions({ strategy, regions, partition }: EstimateFacts): number {
  if (regions) return regions.filter((region) => strategy.regions?.includes(region) ?? true).length;
  const all = regionsByDefault[partition] ?? 17;
  return strategy.regions ? Math.min(strategy.regions.length, all) : all;
}

const listingCalls = ({ list, marks }: ResourceTypeDefinition) => (list ? 1 : 0) + Object.keys(marks).length;

/** Where nothing is listed there is exactly one in each place. */
function resourcesOf(
  { resourcesPerAccount }: EstimateFacts,
  { list, type, scope }: ResourceTypeDefinition,
  regionCount: number,
): number {
  if (list === null) return scope === "regional" ? regionCount : 1;
  return resourcesPerAccount ? (resourcesPerAccount.get(type) ?? 0) : assumedResources;
}

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

const counted = (count: number, noun: string) =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
const rhythmText = (minutes: number) =>
  minutes === 60 ? "hour" : minutes % 60 === 0 ? `${minutes / 60} hours` : `${minutes} minutes`;
