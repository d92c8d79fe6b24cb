// The calls that CloudTrail's event history knows, newest last: at most so many per account and region and
// in all, so that memory stays flat whatever is changed.

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

export interface History {
  add(place: { accountId: string; region: string }, entry: Omit<HistoryEntry, "sequence">): void;
  /** Newest first. */
  list(place: { accountId: string; region: string }): HistoryEntry[];
  readonly last: number;
}

const keptPerPlace = 2_000;
/** About 1.5 kB each. */
const keptInAll = 20_000;

export function openHistory(): History {
  const places = new Map<string, HistoryEntry[]>();
  let sequence = 0;
  let count = 0;
  const dropOldest = (key: string, entries: HistoryEntry[]) => {
    entries.shift();
    count--;
    if (entries.length === 0) places.delete(key);
  };
  return {
    get last() {
      return sequence;
    },
    add({ accountId, region }, entry) {
      const key = `${accountId}|${region}`;
      let entries = places.get(key);
      if (!entries) {
        entries = [];
        places.set(key, entries);
      }
      entries.push({ ...entry, sequence: ++sequence });
      count++;
      if (entries.length > keptPerPlace) dropOldest(key, entries);
      for (const [oldest, first] of places) {
        if (count <= keptInAll) break;
        dropOldest(oldest, first);
      }
    },
    list: ({ accountId, region }) => (places.get(`${accountId}|${region}`) ?? []).toReversed(),
  };
}
