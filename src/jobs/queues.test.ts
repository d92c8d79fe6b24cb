// The job engine on a real PostgreSQL: one job a key, slices that follow each other, workers that rest; and
// the worker loop, which finds what nobody was woken for.
import { pino } from "pino";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { registerCatalog } from "#store/catalog-generations.ts";
import type { JobParts } from "./parts.ts";
import { type Address, migrateQueues, openQueues, type Queues } from "./queues.ts";
import { type CatalogEstate, openCatalogEstate, type TestCloud } from "./testing/catalog-estate.ts";
import { startWorker } from "./worker.ts";

let estate: CatalogEstate;
const log = pino({ level: "silent" });

beforeAll(async () => {
  estate = await openCatalogEstate();
  await migrateQueues(estate.database.url, ["skywarden_app", "skywarden_system"]);
}, 60_000);
afterAll(() => estate.close());

async function open(): Promise<Queues> {
  const queues = await openQueues(estate.database.systemUrl, estate.parts.store, log);
  onTestFinished(() => queues.stop());
  return queues;
}

const key = (id: string): Address => ({ tenantId: "t", id });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("a key has one job at a time, however often it is woken", async () => {
  const queues = await open();
  const runs: string[] = [];
  let active = 0;
  let most = 0;
  await queues.work("harvest-cloud", 3, async ({ id }) => {
    runs.push(id);
    most = Math.max(most, ++active);
    await pause(300);
    active--;
    return "done";
  });
  await queues.wake("harvest-cloud", key("a"), key("a"), key("b"));
  await queues.wake("harvest-cloud", key("a"), key("c"), key("d"), key("e"));
  await queues.wake("harvest-cloud");
  await expect.poll(() => runs.length, { timeout: 10_000 }).toBe(5);
  await pause(500);
  expect(runs.sort()).toEqual(["a", "b", "c", "d", "e"]);
  expect(most).toBe(3);
  await queues.wake("harvest-cloud", key("a"));
  await expect.poll(() => runs.length, { timeout: 10_000 }).toBe(6);
}, 30_000);

test("a job that has more to do goes on after the others, never twice at once", async () => {
  const queues = await open();
  const runs: string[] = [];
  const active = new Set<string>();
  let doubled = false;
  await queues.work("judge-cloud", 2, async ({ id }) => {
    doubled ||= active.has(id);
    active.add(id);
    runs.push(id);
    await pause(50);
    // Waking a key that is at work changes nothing.
    await queues.wake("judge-cloud", key(id));
    active.delete(id);
    return runs.filter((run) => run === id).length < 3 ? "more" : "done";
  });
  await queues.wake("judge-cloud", key("a"), key("b"));
  await expect.poll(() => runs.length, { timeout: 15_000 }).toBe(6);
  await pause(500);
  expect(runs.filter((run) => run === "a")).toHaveLength(3);
  expect(runs).toHaveLength(6);
  expect(doubled).toBe(false);
}, 30_000);

test("a worker that rests leaves the jobs to others", async () => {
  const [resting, other] = [await open(), await open()];
  const runs: string[] = [];
  await resting.work("remove-cloud", 1, async ({ id }) => {
    runs.push(`resting ${id}`);
    await pause(500);
    runs.push(`ended ${id}`);
    return "done";
  });
  await resting.wake("remove-cloud", key("a"));
  await expect.poll(() => runs, { timeout: 10_000 }).toEqual(["resting a"]);
  await resting.rest();
  await resting.wake("remove-cloud", key("b"));
  await pause(1_500);
  expect(runs).toEqual(["resting a", "ended a"]);
  await other.work("remove-cloud", 1, async ({ id }) => {
    runs.push(`other ${id}`);
    return "done";
  });
  await expect.poll(() => runs.at(-1), { timeout: 10_000 }).toBe("other b");
}, 30_000);

async function work(more: Partial<JobParts> = {}): Promise<void> {
  const queues = await open();
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  await startWorker({
    ...estate.parts,
    queues,
    log,
    stopping: stopping.signal,
    holder: "test",
    ...more,
  } as JobParts);
}

test("a worker finds what nobody was woken for", async () => {
  const [cloud] = (await estate.addTenant(1)) as [TestCloud];
  await estate.harvest(cloud, "aws.ec2.vpc", [{ VpcId: "vpc-1" }]);
  await estate.harvest(cloud, "aws.ec2.flow-log", []);
  expect(await estate.pending(cloud)).toEqual(["vpc-1"]);
  await work();
  await expect.poll(() => estate.pending(cloud), { timeout: 10_000 }).toEqual([]);
  expect(await estate.verdict(cloud, "aws.ec2.vpc-flow-logs-enabled", "vpc-1")).toBe("fail");
}, 30_000);

test("a worker of an older release takes no jobs", async () => {
  const [cloud] = (await estate.addTenant(1)) as [TestCloud];
  await estate.harvest(cloud, "aws.ec2.vpc", [{ VpcId: "vpc-1" }]);
  const { store, catalog } = estate.parts;
  await store.asSystem((tx) => registerCatalog(tx, "a newer one", "2", []));
  onTestFinished(() => store.asSystem((tx) => registerCatalog(tx, catalog.generation, "1", [])));
  await work();
  await (await open()).wake("judge-cloud", { tenantId: cloud.tenantId, id: cloud.id });
  await pause(2_500);
  expect(await estate.pending(cloud)).toEqual(["vpc-1"]);
}, 30_000);
