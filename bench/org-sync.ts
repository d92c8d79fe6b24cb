// What a sync costs at 127, 1,000 and 10,000 accounts: calls against the fewest that do, time against the floor of the
// rate limit, memory, and rows written by a second sync of an unchanged organization.
// In real time 10,000 accounts at 4 calls a second take six minutes, so limits and latency run faster there, by the
// factor that the notes name. What the product itself does is not faster: the figure is an upper bound.
import { type BenchDatabase, openBenchDatabase } from "./bench-database.ts";
import type { BenchmarkOptions, Figure } from "./figure.ts";
import { type MeasuredSync, openStand, type Stand } from "./org-sync-stand.ts";
import { rowVersions, storedTree } from "./tenant-tables.ts";

const callsPerSecond = [4, 10, 20];
const latencyMs = 50;
/** Next to none: the floor is calls / rate, as in aws.md §3, and a burst would be below it. */
const burst = 2;
/** Limits are made faster until so many calls a second go out. */
const realCallsPerSecond = (accounts: number) => (accounts >= 1_000 ? 20 : 0);
/** Written by every sync: what it has listed is kept there until it ends. Its job writes `jobs` and its result. */
const bookkeeping = ["listed_accounts", "cloud_organizations", "jobs"];
/** What 9,000 more accounts may hold: the pages under way do not grow, the targets of a policy for all do. */
const mostGrowthMiB = 4;

export default async function run({ accounts }: BenchmarkOptions): Promise<Figure[]> {
  const sizes = typeof accounts === "string" ? [Number(accounts)] : [127, 1_000, 10_000];
  const database = await openBenchDatabase();
  try {
    const figures: Figure[] = [];
    const grown = new Map<number, number>();
    for (const size of sizes) {
      const stand = await openStand(database, size);
      try {
        const measured = await measureSize(stand, database, size);
        figures.push(...measured.figures);
        grown.set(size, measured.grownMiB);
      } finally {
        await stand.close();
      }
    }
    return [...figures, ...memoryFigures(grown)];
  } finally {
    await database.close();
  }
}

async function measureSize(
  stand: Stand,
  database: BenchDatabase,
  accounts: number,
): Promise<{ figures: Figure[]; grownMiB: number }> {
  const figures: Figure[] = [];
  let grownMiB = 0;
  let last: MeasuredSync | null = null;
  for (const rate of callsPerSecond) {
    const scale = Math.max(1, realCallsPerSecond(accounts) / rate);
    const limit = { capacity: burst, refillPerSecond: rate * scale };
    await stand.reset();
    const sync = await stand.sync({ limit, latencyMs: latencyMs / scale });
    figures.push(timeFigure(accounts, rate, scale, sync));
    grownMiB = Math.max(grownMiB, sync.memory.grownMiB);
    last = sync;
  }
  if (!last) throw new Error("nothing was measured");
  const before = await rowVersions(database.url, bookkeeping);
  const again = await stand.sync(null);
  const after = await rowVersions(database.url, bookkeeping);
  const changed = [...after].filter(([table, version]) => before.get(table) !== version);
  grownMiB = Math.max(grownMiB, again.memory.grownMiB);
  return {
    grownMiB,
    figures: [
      ...callFigures(accounts, last, await storedTree(database.url)),
      ...figures,
      {
        name: `org-sync.${accounts}.tables_written_again`,
        measured: changed.length,
        atMost: 0,
        unit: "tables",
        note: `of ${after.size}, by a sync of the unchanged organization in ${again.seconds.toFixed(1)} s${changed.length ? `: ${changed.map(([table]) => table).join(", ")}` : ""}; not counted: ${bookkeeping.join(", ")}`,
      },
    ],
  };
}

function callFigures(
  accounts: number,
  { report, throttled }: MeasuredSync,
  { units, targets }: { units: number; targets: number[] },
): Figure[] {
  const fewest = 2 + Math.ceil(accounts / 20) + units + 1 + Math.ceil(accounts / 100);
  const fewestPolicyCalls = targets.reduce((sum, n) => sum + 1 + Math.max(1, Math.ceil(n / 20)), 2);
  return [
    {
      name: `org-sync.${accounts}.accounts`,
      measured: report.accounts.included,
      atLeast: accounts,
      unit: "accounts",
    },
    {
      name: `org-sync.${accounts}.calls`,
      measured: report.calls,
      atMost: fewest * 1.1,
      unit: "calls",
      note: `accounts, ${units} units and tags; ${fewest} are the fewest (aws.md §3)`,
    },
    {
      name: `org-sync.${accounts}.policy_calls`,
      measured: report.policyCalls,
      atMost: fewestPolicyCalls * 1.1,
      unit: "calls",
      note: `a list for each of 2 types, and 1 + ⌈targets / 20⌉ a policy; ${fewestPolicyCalls} are the fewest`,
    },
    { name: `org-sync.${accounts}.throttled`, measured: throttled, atMost: 0, unit: "answers" },
  ];
}

function timeFigure(accounts: number, rate: number, scale: number, sync: MeasuredSync): Figure {
  const { calls, seconds } = sync;
  // Each service has a bucket; the slower one is the floor.
  const counts = [calls.organizations ?? 0, calls["resource-groups-tagging-api"] ?? 0];
  const floorSeconds = Math.max(...counts) / rate;
  const scaled = scale === 1 ? "in real time" : `limits and latency ${scale} times as fast`;
  return {
    name: `org-sync.${accounts}.time_over_floor_at_${rate}`,
    measured: (seconds * scale) / floorSeconds,
    atMost: 1.15,
    unit: "times",
    note: `${(seconds * scale).toFixed(1)} s for ${counts[0]} calls of Organizations, ${latencyMs} ms each, at ${rate}/s: the floor is ${floorSeconds.toFixed(1)} s; ${scaled}`,
  };
}

function memoryFigures(grown: Map<number, number>): Figure[] {
  const figures: Figure[] = [...grown].map(([accounts, grownMiB]) => ({
    name: `org-sync.${accounts}.heap_growth`,
    measured: grownMiB,
    unit: "MiB",
    note: "in use after a collection, above what was before the sync; the most of four syncs",
  }));
  const [some, many] = [grown.get(1_000), grown.get(10_000)];
  if (some === undefined || many === undefined) return figures;
  const more = {
    name: "org-sync.heap_growth_from_1000_to_10000",
    measured: Math.max(0, many - some),
    atMost: mostGrowthMiB,
    unit: "MiB",
    note: "of it 0.3 MiB are the ids of 9,000 accounts as targets of the policy that is on everything",
  };
  return [...figures, more];
}
