// Who has an account in the demo world: the management account, a core of shared accounts, teams
// with production, staging and development, sandboxes, and two suspended ones at the end of the list.
import type { AccountFact, World } from "../../world.ts";
import { accountNumbers } from "../account-numbers.ts";
import { domain, rootId, type UnitName, unitId } from "./company.ts";

export type Environment = "core" | "prod" | "staging" | "dev" | "sandbox";

export interface DemoAccount {
  fact: AccountFact;
  environment: Environment;
  unit: UnitName | undefined;
}

export const smallestDemo = 5;

const core: [name: string, unit: UnitName][] = [
  ["log-archive", "Security"],
  ["security-tooling", "Security"],
  ["audit", "Security"],
  ["network-hub", "Network"],
  ["dns", "Network"],
  ["shared-platform", "Platform"],
  ["identity", "Platform"],
  ["backup-vault", "Platform"],
  ["ci-cd", "Deployments"],
  ["artifact-registry", "Deployments"],
  ["policy-canary", "Policy Staging"],
  ["vendor-portal", "Exceptions"],
];

/** Teams and the unit that holds their production. */
const teams: [name: string, unit: UnitName][] = [
  ["checkout", "Payments"],
  ["catalog", "Storefront"],
  ["shipping", "Logistics"],
  ["warehouse-lake", "Analytics"],
  ["card-vault", "Regulated"],
  ["search", "Storefront"],
  ["billing", "Payments"],
  ["fleet", "Logistics"],
  ["forecasting", "Analytics"],
  ["harbour-pos", "Harbour Retail"],
  ["recommendations", "Storefront"],
  ["fraud", "Payments"],
  ["returns", "Logistics"],
  ["reporting", "Analytics"],
  ["health-benefits", "Regulated"],
  ["loyalty", "Storefront"],
  ["ledger", "Payments"],
  ["customs", "Logistics"],
  ["experiments", "Analytics"],
  ["harbour-web", "Harbour Retail"],
  ["reviews", "Storefront"],
  ["payouts", "Payments"],
  ["depot", "Logistics"],
  ["streaming", "Analytics"],
  ["content", "Storefront"],
  ["invoicing", "Payments"],
  ["routing", "Logistics"],
  ["notifications", "Storefront"],
  ["gift-cards", "Payments"],
  ["suppliers", "Logistics"],
  ["mobile-api", "Storefront"],
];

const people = ["amara", "bruno", "chen", "dalia", "emil", "fatima", "goran", "hana", "ivo", "jun"];
const suspended = ["legacy-erp", "old-campaign-site"];
const stages = ["prod", "staging", "dev"] as const;

export function accountIdAt(world: World, index: number): string {
  return accountNumbers(world.random("demo", "first-account")).at(index);
}

/** An index that no account of the organization has. */
export const hostingIndex = 500_009;

const memo = new WeakMap<World, Map<string, DemoAccount>>();

/** Every account of the organization by id, the management account first. */
export function demoAccounts(world: World): ReadonlyMap<string, DemoAccount> {
  let found = memo.get(world);
  if (!found) {
    if (world.accountCount < smallestDemo)
      throw new Error(`The demo world needs at least ${smallestDemo} accounts.`);
    found = new Map();
    for (let index = 0; index < world.accountCount; index++) {
      const account = accountAt(world, index);
      found.set(account.fact.id, account);
    }
    memo.set(world, found);
  }
  return found;
}

function accountAt(world: World, index: number): DemoAccount {
  const { name, unit, environment } = placeOf(world, index);
  const isSuspended = unit === "Suspended";
  const daysAgo = 1400 - Math.floor((index / world.accountCount) * 1200);
  return {
    environment,
    unit,
    fact: {
      id: accountIdAt(world, index),
      name,
      email: `aws+${name}@${domain}`,
      state: isSuspended ? "SUSPENDED" : "ACTIVE",
      parentId: unit ? unitId(world, unit) : rootId(world),
      joinedAt: new Date(world.bornAt.getTime() - daysAgo * 86_400_000),
      tags: tagsOf(index, name, environment, unit),
    },
  };
}

function placeOf(
  world: World,
  index: number,
): { name: string; unit: UnitName | undefined; environment: Environment } {
  if (index === 0) return { name: "management", unit: undefined, environment: "core" };
  const fromEnd = index - (world.accountCount - suspended.length);
  if (fromEnd >= 0) return { name: suspended[fromEnd] ?? "", unit: "Suspended", environment: "dev" };
  const [name, unit] = core[index - 1] ?? [];
  if (name && unit) return { name, unit, environment: "core" };
  const at = index - 1 - core.length;
  const turn = Math.floor(at / 10);
  // Every tenth is somebody's sandbox.
  if (at % 10 === 9) {
    const person = people[turn % people.length];
    const round = Math.floor(turn / people.length);
    return {
      name: `sandbox-${person}${round ? `-${round + 1}` : ""}`,
      unit: "Sandbox",
      environment: "sandbox",
    };
  }
  return teamAccount(at - turn);
}

function teamAccount(at: number): { name: string; unit: UnitName; environment: Environment } {
  const slot = Math.floor(at / stages.length);
  const round = Math.floor(slot / teams.length);
  const [team, production] = teams[slot % teams.length] ?? ["team", "Production"];
  const stage = stages[at % stages.length] ?? "dev";
  const unit = stage === "prod" ? production : stage === "staging" ? "Staging" : "Development";
  const isAcquired = production === "Harbour Retail";
  return {
    name: `${team}${round ? `-${round + 1}` : ""}-${stage}`,
    unit: isAcquired ? production : unit,
    environment: stage,
  };
}

/** A few accounts were never tagged, and two have keys that are hard to parse. */
function tagsOf(
  index: number,
  name: string,
  environment: Environment,
  unit: UnitName | undefined,
): Record<string, string> {
  if (index % 23 === 11) return {};
  const team = name.replace(/-(prod|staging|dev)$/, "");
  const tags: Record<string, string> = {
    owner: `${team}@${domain}`,
    env: environment === "core" ? "prod" : environment,
    "cost-center": `CC-${1000 + ((index * 37) % 900)}`,
    "data-class": dataClass(environment, unit),
  };
  if (index === 1) tags["meridian:retention"] = "7y";
  if (index === 2) tags["tier=0"] = "yes";
  return tags;
}

function dataClass(environment: Environment, unit: UnitName | undefined): string {
  if (unit === "Regulated" || unit === "Payments") return "restricted";
  if (environment === "prod" || environment === "core") return "confidential";
  return environment === "sandbox" ? "public" : "internal";
}

/** Where things that the demo needs lie; positions are fractions, so that they hold for every size. */
export function chosenIds(world: World) {
  const ordinary = world.accountCount - 1 - suspended.length;
  const at = (fraction: number) => accountIdAt(world, 1 + Math.floor(ordinary * fraction));
  return {
    logArchiveAccountId: accountIdAt(world, 1),
    pipelineAccountId: accountIdAt(world, Math.min(9, ordinary)),
    suspendedAccountIds: suspended.map((_, each) =>
      accountIdAt(world, world.accountCount - suspended.length + each),
    ),
    scpDeniedAccountId: at(0.4),
    forgottenAccountId: at(0.7),
  };
}
