// As many accounts with as many things as one asks for, in a tree of units. Nothing is kept of them: an account's
// facts follow from its number, its things are drawn when one of its collections is first read.
import { organizationId } from "../ids.ts";
import type { Organization, OrganizationalUnit } from "../shapes.ts";
import type { AccountFact, World, WorldDefinition } from "../world.ts";
import { type AccountNumbers, accountNumbers } from "./account-numbers.ts";
import { computedMap } from "./computed-map.ts";
import type { DemoAccount, Environment } from "./demo/accounts.ts";
import { drawnCollections } from "./demo/derive.ts";
import { estate } from "./estate/kinds.ts";

/** Of one round of drawing; what is there once per account makes up for the rest (2026-11-22: 627 things where 630 were asked for). */
const resourcesPerRound = 60;
/** An index that no account of the organization has. */
const hostingIndex = 900_000_000;
const environments: readonly Environment[] = ["prod", "prod", "staging", "dev", "dev", "sandbox"];
const accountsPerUnit = 25;
const unitsPerUnit = 8;
const mostUnits = 1000;

export const largeWorld = largeWorldOf();

/** `resourcesPerAccount` is met to the next whole round of drawing. */
export function largeWorldOf(resourcesPerAccount = resourcesPerRound): WorldDefinition {
  const rounds = Math.max(1, Math.round(resourcesPerAccount / resourcesPerRound));
  return {
    name: "large",
    withResources: largeWorldOf,
    managementAccountId: (world) => numbersOf(world).at(0),
    hostingAccountId: (world) => numbersOf(world).at(hostingIndex),
    accounts: accountsOf,
    hasDefaultVpc: (world, { accountId }) => !demoAccountOf(world, accountId),
    derive: {
      ...estate,
      ...drawnCollections({ accountOf: demoAccountOf, rounds }),
      "organizations:organization": (world, { accountId }) =>
        accountId === world.managementAccountId ? [["self", organizationOf(world)]] : [],
      "organizations:ou": (world, { accountId }) =>
        accountId === world.managementAccountId ? unitsOf(world).map((unit) => [unit.Id, unit]) : [],
    },
  };
}

const kept = new WeakMap<World, AccountNumbers>();

function numbersOf(world: World): AccountNumbers {
  let numbers = kept.get(world);
  if (!numbers) {
    numbers = accountNumbers(world.random("large", "first-account"));
    kept.set(world, numbers);
  }
  return numbers;
}

function accountsOf(world: World): ReadonlyMap<string, AccountFact> {
  const numbers = numbersOf(world);
  return computedMap(world.accountCount + 1, {
    keyAt: (at) => numbers.at(at === world.accountCount ? hostingIndex : at),
    get: (accountId) => factOf(world, accountId),
  });
}

function factOf(world: World, accountId: string): AccountFact | undefined {
  const index = numbersOf(world).indexOf(accountId);
  if (index === hostingIndex) return hosting(world, accountId);
  return index === undefined || index >= world.accountCount ? undefined : factAt(world, accountId, index);
}

function factAt(world: World, id: string, index: number): AccountFact {
  const environment = environmentOf(index);
  const name = index === 0 ? "management" : `team-${Math.floor(index / 6)}-${environment}-${index % 6}`;
  const units = unitCount(world);
  const random = world.random("large", "account", index);
  return {
    id,
    name,
    email: `aws+${name}@large.example`,
    // One in a hundred, and never the management account.
    state: index % 100 === 99 ? "SUSPENDED" : "ACTIVE",
    parentId: index === 0 ? rootId(world) : unitId(world, index % units),
    joinedAt: new Date(world.bornAt.getTime() - (30 + random.int(1500)) * 86_400_000),
    tags: index % 23 === 11 ? {} : { env: environment, owner: `team-${Math.floor(index / 6)}@large.example` },
  };
}

function hosting(world: World, id: string): AccountFact {
  const joinedAt = new Date(world.bornAt.getTime() - 30 * 86_400_000);
  return {
    id,
    name: "hosting",
    email: "aws@hosting.example",
    state: "ACTIVE",
    parentId: null,
    joinedAt,
    tags: {},
  };
}

const environmentOf = (index: number): Environment => environments[index % environments.length] ?? "dev";

function demoAccountOf(world: World, accountId: string): DemoAccount | undefined {
  const fact = world.accounts.get(accountId);
  if (!fact || fact.parentId === null) return undefined;
  return { fact, environment: environmentOf(numbersOf(world).indexOf(accountId) ?? 0), unit: undefined };
}

function rootId(world: World): string {
  return organizationId("r-", 4, world.random("large", "root"));
}

function unitId(world: World, index: number): string {
  return organizationId(`ou-${rootId(world).slice(2)}-`, 8, world.random("large", "unit", index));
}

function unitCount({ accountCount }: World): number {
  return Math.min(mostUnits, Math.max(1, Math.round(accountCount / accountsPerUnit)));
}

function unitsOf(world: World): OrganizationalUnit[] {
  return Array.from({ length: unitCount(world) }, (_, index) => ({
    Id: unitId(world, index),
    Name: `unit-${index}`,
    parentId:
      index < unitsPerUnit ? rootId(world) : unitId(world, Math.floor((index - unitsPerUnit) / unitsPerUnit)),
    tags: {},
  }));
}

function organizationOf(world: World): Organization {
  return {
    Id: organizationId("o-", 10, world.random("large", "organization")),
    rootId: rootId(world),
    managementAccountId: world.managementAccountId,
    managementAccountEmail: "aws+management@large.example",
    FeatureSet: "ALL",
    enabledPolicyTypes: ["SERVICE_CONTROL_POLICY"],
  };
}
