// A simulated AWS: accounts, and collections of things derived from a seed with what the API
// changed laid over them. Knows nothing of wire formats or of who may do what.
// Derived state is made on first use and may be dropped and derived again: it depends only on
// (seed, account, region, kind) and `bornAt`. Changes made by API are journaled and win over it.

import { openCollections } from "./collections.ts";
import { randomFrom } from "./random.ts";
import type { SettingsChange } from "./settings.ts";

export interface AccountFact {
  id: string;
  name: string;
  email: string;
  state: "ACTIVE" | "SUSPENDED" | "PENDING_CLOSURE" | "PENDING_ACTIVATION" | "CLOSED";
  /** OU or root id that holds the account; null for an account outside the organization. */
  parentId: string | null;
  joinedAt: Date;
  tags: Record<string, string>;
}

/** What a world file contributes: the accounts it starts with and how each collection is derived. */
export interface WorldDefinition {
  name: string;
  /** "aws-us-gov" or "aws-cn"; "aws" unless told. */
  partition?: string;
  /** Of those that `accountCount` may ask for; 1 unless told. */
  fewestAccounts?: number;
  /** The same world with about as many things in each account; absent where their number is given. */
  withResources?: (perAccount: number) => WorldDefinition;
  /** A list, or by id where they are too many to keep. */
  accounts(world: World): AccountFact[] | ReadonlyMap<string, AccountFact>;
  /** Holds the organization; organization-wide collections live in it. */
  managementAccountId(world: World): string;
  /** Where the product is thought to run: an account outside the organization. */
  hostingAccountId(world: World): string;
  /** Entries of a collection before any API call, by kind, for example "ec2:vpc". */
  derive: Record<string, (world: World, place: Place) => Iterable<[id: string, value: object]>>;
  /** The same entry that `derive` gives, where it can be had without the others; by kind. */
  deriveOne?: Record<string, (world: World, place: Place, id: string) => object | undefined>;
  /** Whether AWS's default VPC still stands in a region of an account; everywhere unless told. */
  hasDefaultVpc?: (world: World, place: Place) => boolean;
  /** Where the simulation's settings differ from the initial ones. */
  settings?: (world: World) => SettingsChange;
}

/** Where a collection lives. Global collections use region "global". */
export interface Place {
  accountId: string;
  region: string;
}

export interface Change extends Place {
  kind: string;
  id: string;
  /** null = deleted. */
  value: object | null;
}

export interface Collection<T extends object> {
  /** Moves with every change; a memo of what was read here is good while it stands. */
  readonly revision: number;
  get(id: string): T | undefined;
  list(): T[];
  /** Adds or replaces; the value must be JSON (dates as ISO strings). */
  put(id: string, value: T): void;
  delete(id: string): boolean;
}

export interface World {
  readonly seed: number;
  readonly accountCount: number;
  readonly partition: string;
  /** The instant the world was first made; every derived date is an offset from it. */
  readonly bornAt: Date;
  readonly managementAccountId: string;
  readonly hostingAccountId: string;
  /** Every account the world was made with, by id; the state of today's is in "organizations:account". */
  readonly accounts: ReadonlyMap<string, AccountFact>;
  /** Moves with every change of anything; a memo of what was read is good while it stands. */
  readonly revision: number;
  /** Collection of one kind in one place; derived lazily. Organization-wide kinds use the management account and "global". */
  collection<T extends object>(place: Place, kind: string): Collection<T>;
  /** Deterministic numbers for derivation: the same parts give the same stream. */
  random(...parts: (string | number)[]): Random;
}

export interface Random {
  next(): number;
  int(below: number): number;
  pick<T>(of: readonly T[]): T;
  chance(probability: number): boolean;
  hex(length: number): string;
}

export interface WorldSettings {
  definition: WorldDefinition;
  seed: number;
  accountCount: number;
  bornAt: Date;
  partition?: string;
  /** Called with each change made by API, in order; the journal appends it. */
  onChange?: (change: Change) => void;
  /** Changes kept from earlier runs. */
  kept?: Iterable<Change>;
}

export function openWorld(settings: WorldSettings): World {
  const { definition } = settings;
  let accounts: ReadonlyMap<string, AccountFact> | undefined;
  let managementAccountId: string | undefined;
  let hostingAccountId: string | undefined;
  const collections = openCollections({
    derive: (kind, place) => definition.derive[kind]?.(world, place) ?? [],
    deriveOne: (kind, place, id) => definition.deriveOne?.[kind]?.(world, place, id),
    onChange: settings.onChange,
    kept: settings.kept ?? [],
  });
  const world: World = {
    seed: settings.seed,
    accountCount: settings.accountCount,
    partition: settings.partition ?? definition.partition ?? "aws",
    bornAt: settings.bornAt,
    get managementAccountId() {
      managementAccountId ??= definition.managementAccountId(world);
      return managementAccountId;
    },
    get hostingAccountId() {
      hostingAccountId ??= definition.hostingAccountId(world);
      return hostingAccountId;
    },
    get accounts() {
      accounts ??= byId(definition.accounts(world));
      return accounts;
    },
    random: (...parts) => randomFrom([settings.seed, ...parts].join("|")),
    collection: collections.of,
    get revision() {
      return collections.revision;
    },
  };
  return world;
}

function byId(accounts: AccountFact[] | ReadonlyMap<string, AccountFact>): ReadonlyMap<string, AccountFact> {
  return Array.isArray(accounts) ? new Map(accounts.map((account) => [account.id, account])) : accounts;
}
