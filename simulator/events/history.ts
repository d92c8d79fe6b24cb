// The calls that CloudTrail's event history knows, newest last: at most so many per account and region and in all, so
// that memory stays flat whatever is changed or read. Reads are kept apart, as what their records are made from: there
// are many, and hardly one is ever looked up.

export interface HistoryEntry {
  /** Grows with every entry of the world. */
  sequence: number;
  at: number;
  eventId: string;
  eventName: string;
  eventSource: string;
  readOnly: boolean;
  userName: string | undefined;
  accessKeyId: string | undefined;
  resources: { ResourceType: string; ResourceName: string }[];
  /** The whole record as JSON. */
  record: string;
}

type Entry = Omit<HistoryEntry, "sequence">;

export interface History {
  add(place: { accountId: string; region: string }, entry: Entry): void;
  /** `make` is called when somebody looks; what it needs is `of`, for which no closure must be made. */
  addRead<T>(place: { accountId: string; region: string }, of: T, make: (of: T) => Entry): void;
  /** Newest first. */
  list(place: { accountId: string; region: string }): HistoryEntry[];
  readonly last: number;
}

/** About 1.5 kB each. */
const mostChanges: Bounds = { perPlace: 2_000, inAll: 20_000 };
/** Few: what outlives the collector's next rounds costs more than the call (2026-11-22: 5,000 took a tenth of all). */
const mostReads: Bounds = { perPlace: 100, inAll: 1_000 };

interface Read {
  sequence: number;
  of: unknown;
  make: (of: never) => Entry;
  made?: HistoryEntry;
}

export function openHistory(): History {
  const changes = openQueues<HistoryEntry>(mostChanges);
  const reads = openQueues<Read>(mostReads);
  let sequence = 0;
  const made = (read: Read): HistoryEntry => {
    read.made ??= { ...read.make(read.of as never), sequence: read.sequence };
    return read.made;
  };
  return {
    get last() {
      return sequence;
    },
    add: (place, entry) => changes.add(place, { ...entry, sequence: ++sequence }),
    addRead: (place, of, make) => reads.add(place, { sequence: ++sequence, of, make }),
    list: (place) =>
      [...changes.list(place), ...reads.list(place).map(made)].sort(
        (one, other) => other.sequence - one.sequence,
      ),
  };
}

interface Bounds {
  perPlace: number;
  inAll: number;
}

/** By place; what is too much goes from its own place's beginning, then from the oldest place's. */
function openQueues<T>({ perPlace, inAll }: Bounds) {
  const places = new Map<string, T[]>();
  let count = 0;
  const dropOldest = (key: string, entries: T[]) => {
    entries.shift();
    count--;
    if (entries.length === 0) places.delete(key);
  };
  return {
    add({ accountId, region }: { accountId: string; region: string }, entry: T) {
      const key = `${accountId}|${region}`;
      let entries = places.get(key);
      if (!entries) {
        entries = [];
        places.set(key, entries);
      }
      entries.push(entry);
      count++;
      if (entries.length > perPlace) dropOldest(key, entries);
      if (count <= inAll) return;
      for (const [oldest, first] of places) {
        if (count <= inAll) break;
        dropOldest(oldest, first);
      }
    },
    list: ({ accountId, region }: { accountId: string; region: string }): T[] =>
      places.get(`${accountId}|${region}`) ?? [],
  };
}
