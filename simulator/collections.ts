// The collections of a world: derived when first read, changes laid over them, and forgotten again when memory is
// short, except for the changes. Knows nothing of what they hold.
import type { Change, Collection, Place } from "./world.ts";

export interface CollectionSource {
  derive(kind: string, place: Place): Iterable<[id: string, value: object]>;
  /** One entry, if it can be had without all others. */
  deriveOne(kind: string, place: Place, id: string): object | undefined;
  onChange?: ((change: Change) => void) | undefined;
  /** Changes of earlier runs. */
  kept: Iterable<Change>;
}

/** Derived entries kept in memory, about 1 kB each. */
const keptEntries = 40_000;
/** Collections remembered that hold nothing. */
const keptSlots = 5_000;

interface Slot {
  place: Place;
  kind: string;
  /** Absent until read, and again after being forgotten. */
  entries: Map<string, object> | undefined;
  /** The one entry that was derived alone. */
  one: { id: string; value: object } | undefined;
  /** What was changed; null = deleted. */
  overlay: Map<string, object | null> | undefined;
  /** Ids that derivation does not know: deleted, they leave nothing behind. */
  added: Set<string> | undefined;
  revision: number;
  /** Entries when it was loaded. */
  size: number;
  /** Since it was last looked at for forgetting. */
  isUsed: boolean;
  /** No longer in the index: whoever still holds it must look it up anew. */
  isForgotten: boolean;
  collection: Collection<object> | undefined;
}

/** By account, region and kind: three look-ups of ready strings cost less than one of a joined one (2026-11-22: 5 % of a call). */
type Index = Map<string, Map<string, Map<string, Slot>>>;

interface Store {
  source: CollectionSource;
  index: Index;
  slotCount: number;
  /** Next time that idle slots are looked for. */
  sweepAt: number;
  /** With entries, in the order in which they were loaded or last spared. */
  loaded: Set<Slot>;
  entryCount: number;
  revision: number;
}

export interface Collections {
  of<T extends object>(place: Place, kind: string): Collection<T>;
  /** Moves with every change of any. */
  readonly revision: number;
}

export function openCollections(source: CollectionSource): Collections {
  const store: Store = {
    source,
    index: new Map(),
    slotCount: 0,
    sweepAt: keptSlots,
    loaded: new Set(),
    entryCount: 0,
    revision: 0,
  };
  for (const { accountId, region, kind, id, value } of source.kept) {
    const slot = slotIn(store, { accountId, region }, kind);
    slot.overlay ??= new Map();
    slot.overlay.set(id, value);
  }
  return {
    of: <T extends object>(place: Place, kind: string) => {
      const slot = slotIn(store, place, kind);
      slot.collection ??= new OpenCollection(store, slot);
      return slot.collection as Collection<T>;
    },
    get revision() {
      return store.revision;
    },
  };
}

/** A class, because a getter in an object literal would give each collection a layout of its own. */
class OpenCollection implements Collection<object> {
  readonly #store: Store;
  #slot: Slot;
  constructor(store: Store, slot: Slot) {
    this.#store = store;
    this.#slot = slot;
  }
  #current(): Slot {
    const slot = this.#slot;
    if (!slot.isForgotten) return slot;
    this.#slot = slotIn(this.#store, slot.place, slot.kind);
    return this.#slot;
  }
  get revision(): number {
    return this.#current().revision;
  }
  get(id: string): object | undefined {
    const slot = this.#current();
    const isCheap = slot.entries === undefined && !slot.overlay?.has(id);
    return (isCheap ? oneIn(this.#store, slot, id) : undefined) ?? load(this.#store, slot).get(id);
  }
  list(): object[] {
    return [...load(this.#store, this.#current()).values()];
  }
  put(id: string, value: object): void {
    const slot = this.#current();
    const entries = load(this.#store, slot);
    if (!entries.has(id) && !slot.overlay?.has(id)) {
      slot.added ??= new Set();
      slot.added.add(id);
    }
    entries.set(id, value);
    slot.overlay ??= new Map();
    slot.overlay.set(id, value);
    noteChange(this.#store, slot, id, value);
  }
  delete(id: string): boolean {
    const slot = this.#current();
    if (!load(this.#store, slot).delete(id)) return false;
    slot.overlay ??= new Map();
    if (slot.added?.delete(id)) slot.overlay.delete(id);
    else slot.overlay.set(id, null);
    noteChange(this.#store, slot, id, null);
    return true;
  }
}

/** Kept until the slot is forgotten: the same role is asked for with every call of its sessions. */
function oneIn({ source }: Store, slot: Slot, id: string): object | undefined {
  if (slot.one?.id === id) return slot.one.value;
  const value = source.deriveOne(slot.kind, slot.place, id);
  if (value) slot.one = { id, value };
  return value;
}

function noteChange(store: Store, slot: Slot, id: string, value: object | null): void {
  slot.revision++;
  store.revision++;
  store.source.onChange?.({ ...slot.place, kind: slot.kind, id, value });
}

function load(store: Store, slot: Slot): Map<string, object> {
  slot.isUsed = true;
  if (slot.entries) return slot.entries;
  const entries = new Map(store.source.derive(slot.kind, slot.place));
  for (const [id, value] of slot.overlay ?? []) {
    if (value === null) entries.delete(id);
    else entries.set(id, value);
  }
  slot.entries = entries;
  slot.size = entries.size + 1;
  store.loaded.add(slot);
  store.entryCount += slot.size;
  if (store.entryCount > keptEntries) forgetEntries(store, slot);
  return entries;
}

/** The oldest go first; one that was used since the last look gets a second chance. */
function forgetEntries(store: Store, spared: Slot): void {
  let looks = store.loaded.size * 2;
  for (const slot of store.loaded) {
    if (store.entryCount <= keptEntries || looks-- <= 0) break;
    store.loaded.delete(slot);
    if (slot.isUsed || slot === spared) {
      slot.isUsed = slot === spared;
      store.loaded.add(slot);
      continue;
    }
    store.entryCount -= slot.size;
    slot.entries = undefined;
  }
}

function slotIn(store: Store, { accountId, region }: Place, kind: string): Slot {
  let ofAccount = store.index.get(accountId);
  if (!ofAccount) {
    ofAccount = new Map();
    store.index.set(accountId, ofAccount);
  }
  let ofRegion = ofAccount.get(region);
  if (!ofRegion) {
    ofRegion = new Map();
    ofAccount.set(region, ofRegion);
  }
  let slot = ofRegion.get(kind);
  if (!slot) {
    slot = newSlot({ accountId, region }, kind);
    ofRegion.set(kind, slot);
    store.slotCount++;
    if (store.slotCount > store.sweepAt) forgetIdle(store, slot);
  }
  return slot;
}

/** Slots without entries and without a past: whoever asks again gets an equal one. */
function forgetIdle(store: Store, spared: Slot): void {
  for (const [accountId, ofAccount] of store.index) {
    for (const [region, ofRegion] of ofAccount) {
      for (const [kind, slot] of ofRegion) {
        const isIdle = !slot.entries && slot.revision === 0 && !slot.overlay && slot !== spared;
        if (!isIdle) continue;
        slot.isForgotten = true;
        ofRegion.delete(kind);
        store.slotCount--;
      }
      if (ofRegion.size === 0) ofAccount.delete(region);
    }
    if (ofAccount.size === 0) store.index.delete(accountId);
  }
  store.sweepAt = Math.max(keptSlots, store.slotCount * 2);
}

function newSlot(place: Place, kind: string): Slot {
  return {
    place,
    kind,
    entries: undefined,
    one: undefined,
    overlay: undefined,
    added: undefined,
    revision: 0,
    size: 0,
    isUsed: false,
    isForgotten: false,
    collection: undefined,
  };
}
