// A simulated AWS: accounts, and collections of things derived from a seed with what the API
// changed laid over them. Knows nothing of wire formats or of who may do what.
// Derived state is made on first use and may be dropped and derived again: it depends only on
// (seed, account, region, kind) and `bornAt`. Changes made by API are journaled and win over it.

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
  /** Of those that `accountCount` may ask for; 1 unless told. */
  fewestAccounts?: number;
  accounts(world: World): AccountFact[];
  /** Holds the organization; organization-wide collections live in it. */
  managementAccountId(world: World): string;
  /** Where the product is thought to run: an account outside the organization. */
  hostingAccountId(world: World): string;
  /** Entries of a collection before any API call, by kind, for example "ec2:vpc". */
  derive: Record<string, (world: World, place: Place) => Iterable<[id: string, value: object]>>;
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

/** Derived entries kept in memory; past it the collections loaded first are dropped. */
const keptEntries = 200_000;

interface Slot {
  place: Place;
  kind: string;
  /** Absent until read, and again after being dropped. */
  entries: Map<string, object> | undefined;
  overlay: Map<string, object | null>;
  revision: number;
  /** Entries when it was loaded. */
  size: number;
  collection: Collection<object> | undefined;
}

export function openWorld(settings: WorldSettings): World {
  const { definition } = settings;
  const slots = slotsOf(settings.kept ?? []);
  const loaded = new Set<Slot>();
  let entryCount = 0;
  let accounts: ReadonlyMap<string, AccountFact> | undefined;
  let managementAccountId: string | undefined;
  let hostingAccountId: string | undefined;
  const world: World = {
    seed: settings.seed,
    accountCount: settings.accountCount,
    partition: settings.partition ?? "aws",
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
      accounts ??= new Map(definition.accounts(world).map((account) => [account.id, account]));
      return accounts;
    },
    random: (...parts) => randomFrom([settings.seed, ...parts].join("|")),
    collection<T extends object>(place: Place, kind: string): Collection<T> {
      const slot = slotIn(slots, place, kind);
      slot.collection ??= openCollection(slot, load, settings.onChange);
      return slot.collection as Collection<T>;
    },
  };
  const load = (slot: Slot): Map<string, object> => {
    if (slot.entries) return slot.entries;
    slot.entries = new Map(definition.derive[slot.kind]?.(world, slot.place) ?? []);
    for (const [id, value] of slot.overlay) {
      if (value === null) slot.entries.delete(id);
      else slot.entries.set(id, value);
    }
    loaded.add(slot);
    slot.size = slot.entries.size + 1;
    entryCount += slot.size;
    for (const oldest of loaded) {
      if (entryCount <= keptEntries || oldest === slot) break;
      entryCount -= oldest.size;
      oldest.entries = undefined;
      loaded.delete(oldest);
    }
    return slot.entries;
  };
  return world;
}

function openCollection<T extends object>(
  slot: Slot,
  load: (slot: Slot) => Map<string, object>,
  changed: WorldSettings["onChange"],
): Collection<T> {
  const record = (id: string, value: T | null) => {
    slot.overlay.set(id, value);
    slot.revision++;
    changed?.({ ...slot.place, kind: slot.kind, id, value });
  };
  return {
    get revision() {
      return slot.revision;
    },
    get: (id) => load(slot).get(id) as T | undefined,
    list: () => [...load(slot).values()] as T[],
    put(id, value) {
      load(slot).set(id, value);
      record(id, value);
    },
    delete(id) {
      const had = load(slot).delete(id);
      if (had) record(id, null);
      return had;
    },
  };
}

function openSlot(place: Place, kind: string): Slot {
  return { place, kind, entries: undefined, overlay: new Map(), revision: 0, size: 0, collection: undefined };
}

/** By account, region and kind: three look-ups of ready strings cost less than one of a joined one (2026-11-22: 5 % of a call). */
type Slots = Map<string, Map<string, Map<string, Slot>>>;

function slotIn(slots: Slots, { accountId, region }: Place, kind: string): Slot {
  let ofAccount = slots.get(accountId);
  if (!ofAccount) {
    ofAccount = new Map();
    slots.set(accountId, ofAccount);
  }
  let ofRegion = ofAccount.get(region);
  if (!ofRegion) {
    ofRegion = new Map();
    ofAccount.set(region, ofRegion);
  }
  let slot = ofRegion.get(kind);
  if (!slot) {
    slot = openSlot({ accountId, region }, kind);
    ofRegion.set(kind, slot);
  }
  return slot;
}

function slotsOf(kept: Iterable<Change>): Slots {
  const slots: Slots = new Map();
  for (const { accountId, region, kind, id, value } of kept) {
    slotIn(slots, { accountId, region }, kind).overlay.set(id, value);
  }
  return slots;
}
