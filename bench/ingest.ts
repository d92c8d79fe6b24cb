// Pages of resources into committed rows with verdicts: first harvest, unchanged and changed re-harvest.
// Documents of the simulator's demo world, several to each, in clouds of a few thousand resources.
import { openJudges } from "#assess/judge.ts";
import { relationalRules } from "#assess/relational.ts";
import { loadCatalog } from "#catalog/load.ts";
import type { ScopePage } from "#harvest/collect.ts";
import { type IngestParts, openIngestBatch } from "#jobs/ingest-batch.ts";
import { cloudId } from "#model/resource.ts";
import { registerCatalog } from "#store/catalog-generations.ts";
import { takeLease } from "#store/leases.ts";
import type { Store } from "#store/open.ts";
import { type BenchDatabase, openBenchDatabase } from "./bench-database.ts";
import type { BenchmarkOptions, Figure } from "./figure.ts";
import { harvestPages } from "./harvested-documents.ts";
import { multiplyPages } from "./multiplied-pages.ts";

const tenantId = "ten_benchmark";
const accounts = 3;
const clouds = 12;
const copies = 64;
const mebibyte = 2 ** 20;

interface Estate {
  accountId: string;
  pages: ScopePage[];
}

export default async function run(options: BenchmarkOptions): Promise<Figure[]> {
  const catalog = await loadCatalog();
  const judges = openJudges(catalog);
  const harvested = [...(await harvestPages(catalog.resourceTypes, accounts))];
  const database = await openBenchDatabase();
  try {
    const parts = { store: database.store, catalog, judges, relational: relationalRules(catalog) };
    await prepareTenant(parts, Number(options.clouds ?? clouds));
    const estate = (n: number): Estate => {
      const [from, pages] = harvested[n % harvested.length] as [string, ScopePage[]];
      const accountId = accountOf(n);
      return { accountId, pages: multiplyPages(pages, from, accountId, Number(options.copies ?? copies)) };
    };
    return await measureAll(database, parts, estate, Number(options.clouds ?? clouds));
  } finally {
    await database.close();
  }
}

async function measureAll(
  database: BenchDatabase,
  parts: IngestParts,
  estate: (n: number) => Estate,
  count: number,
): Promise<Figure[]> {
  // One cloud to warm up, which the figures leave out.
  await measure(database, parts, [estate(count)]);
  const all = Array.from({ length: count }, (_, n) => estate(n));
  const first = await measure(database, parts, all);
  const unchanged = await measure(database, parts, all.map(later));
  const changed = await measure(database, parts, all.map(later).map(touched));
  const figures = (name: string, run: Measured, note?: string): Figure[] => [
    {
      name: `ingest.${name}_per_second`,
      measured: run.resources / run.seconds,
      unit: "resources/s",
      ...(note === undefined ? {} : { note }),
    },
    {
      name: `ingest.${name}_per_worker_cpu_second`,
      measured: run.resources / run.workerCpuSeconds,
      unit: "resources/CPU-s",
    },
    {
      name: `ingest.${name}_per_database_cpu_second`,
      measured: run.resources / run.databaseCpuSeconds,
      unit: "resources/CPU-s",
    },
  ];
  const cost = (run: Measured) => (run.workerCpuSeconds + run.databaseCpuSeconds) / run.resources;
  return [
    ...figures("first", first, `${first.resources} resources in ${count} clouds, ${first.written} written`),
    ...figures("unchanged", unchanged, `${unchanged.written} written`),
    ...figures("changed", changed, `${changed.written} written: one in ten has a new tag`),
    {
      name: "ingest.unchanged_speedup",
      measured: first.seconds / unchanged.seconds,
      unit: "times",
      atLeast: 5,
      note: `in CPU seconds ${(cost(first) / cost(unchanged)).toFixed(1)}`,
    },
    {
      name: "ingest.memory_growth",
      measured: changed.peakMiB - first.startMiB,
      unit: "MiB",
      atMost: 250,
      note: "heap in use above what the pages themselves need, at its highest after a batch",
    },
  ];
}

interface Measured {
  resources: number;
  written: number;
  seconds: number;
  workerCpuSeconds: number;
  databaseCpuSeconds: number;
  startMiB: number;
  peakMiB: number;
}

/** The clouds one after the other, as one slice of a worker does. */
async function measure(database: BenchDatabase, parts: IngestParts, estates: Estate[]): Promise<Measured> {
  const leases = await Promise.all(estates.map((estate) => leaseOf(parts.store, estate)));
  const measured = { resources: 0, written: 0, startMiB: heapMiB(), peakMiB: 0 };
  const [startedAt, cpu, databaseCpu] = [performance.now(), process.cpuUsage(), database.cpuSeconds()];
  for (const [n, { accountId, pages }] of estates.entries()) {
    const lease = leases[n];
    if (!lease) throw new Error("the lease is taken");
    const batch = openIngestBatch(parts, lease, { id: lease.cloudId, accountId, provider: "aws" }, () => 60);
    for (const page of pages) {
      await batch.add(page);
      measured.peakMiB = Math.max(measured.peakMiB, heapMiB());
    }
    await batch.flush();
    measured.resources += batch.progress.resources;
    measured.written += batch.written;
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...measured,
    seconds: (performance.now() - startedAt) / 1000,
    workerCpuSeconds: (user + system) / 1e6,
    databaseCpuSeconds: database.cpuSeconds() - databaseCpu,
  };
}

function heapMiB(): number {
  return process.memoryUsage().heapUsed / mebibyte;
}

function leaseOf(store: Store, { accountId }: Estate) {
  return takeLease(store, tenantId, cloudId(tenantId, "aws", accountId), "benchmark");
}

function accountOf(n: number): string {
  return String(200_000_000_000 + n);
}

async function prepareTenant({ store, catalog, judges }: IngestParts, count: number): Promise<void> {
  await store.asSystem(async (tx) => {
    await tx.client.query(
      "insert into tenants (id, name, key_id, wrapped_key) values ($1, 'Benchmark', '', '')",
      [tenantId],
    );
    const ruleSets = [...judges.values()].map(({ ruleSet, type, insights }) => ({
      hash: ruleSet,
      type,
      insightIds: insights.map(({ definition }) => definition.id),
    }));
    await registerCatalog(tx, catalog.generation, "benchmark", ruleSets);
  });
  const ids = Array.from({ length: count + 1 }, (_, n) => accountOf(n));
  await store.withTenant(tenantId, (tx) =>
    tx.client.query(
      `insert into clouds (tenant_id, id, provider, partition, account_id, name, state)
       select $1, c.id, 'aws', 'aws', c.account, c.account, 'healthy' from unnest($2::text[], $3::text[]) as c (id, account)`,
      [tenantId, ids.map((id) => cloudId(tenantId, "aws", id)), ids],
    ),
  );
}

/** The same answers of a harvest that begins now. */
function later(estate: Estate): Estate {
  const at = new Date();
  return {
    ...estate,
    pages: estate.pages.map((page) => ({ ...page, listingStartedAt: at, observedAt: at })),
  };
}

/** One resource in ten has a tag more. */
function touched(estate: Estate): Estate {
  let n = 0;
  return {
    ...estate,
    pages: estate.pages.map((page) => ({
      ...page,
      resources: page.resources.map((one) =>
        n++ % 10 === 0 ? { ...one, tags: [...one.tags, { key: "touched", value: String(n) }] } : one,
      ),
    })),
  };
}
