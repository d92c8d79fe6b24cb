// The worker loop: takes woken keys from the queues, and every 15 s wakes every key that has due
// work, so that a lost wake-up costs seconds and never work.
import { isNewestCatalog } from "#store/catalog-generations.ts";
import { endIdleChecks } from "#store/cloud-checks.ts";
import { LeaseLost } from "#store/leases.ts";
import type { Tx } from "#store/open.ts";
import {
  type DueKey,
  dueHarvests,
  duePending,
  dueProofs,
  dueRemovals,
  dueRotations,
  dueSyncs,
  queueOutdated,
  refreshStatistics,
  removeOld,
  saveDailyHistory,
} from "#store/sweep.ts";
import { harvestCloud } from "./harvest-cloud.ts";
import { judgeCloud } from "./judge-cloud.ts";
import type { JobParts } from "./parts.ts";
import { proveNoAccess } from "./prove-no-access.ts";
import { type Address, type QueueName, queueNames } from "./queues.ts";
import { removeCloud } from "./remove-cloud.ts";
import { rotateExternalId } from "./rotate-external-id.ts";
import { runSync } from "./sync-organization.ts";

type Job = (parts: JobParts, address: Address, signal: AbortSignal) => Promise<"done" | "more">;

const jobs: Record<QueueName, { run: Job; concurrency: number }> = {
  "sync-organization": { run: runSync, concurrency: 2 },
  "harvest-cloud": { run: harvestCloud, concurrency: 6 },
  "judge-cloud": { run: judgeCloud, concurrency: 2 },
  "remove-cloud": { run: removeCloud, concurrency: 1 },
  "rotate-external-id": { run: rotateExternalId, concurrency: 1 },
  "prove-no-access": { run: proveNoAccess, concurrency: 1 },
};

const sweepMs = 15_000;
const upkeepMs = 60_000;
/** One of the workers sweeps; the lock is the transaction's. */
const sweepLock = 7_305_119;

export type SweepParts = Pick<JobParts, "store" | "judges" | "catalog" | "queues">;

export async function startWorker(parts: JobParts): Promise<void> {
  const { log, stopping } = parts;
  let isResting = true;
  let upkeepAt = 0;
  const beat = async () => {
    if (stopping.aborted) return;
    try {
      const isNewest = await parts.store.asSystem((tx) => isNewestCatalog(tx, parts.catalog.generation));
      if (isNewest && isResting) await takeJobs(parts);
      if (!isNewest && !isResting) {
        log.warn("a newer release judges this installation; this worker takes no more jobs");
        await parts.queues.rest();
      }
      isResting = !isNewest;
      const withUpkeep = Date.now() - upkeepAt > upkeepMs;
      if (isNewest) await sweep(parts, withUpkeep);
      if (isNewest && withUpkeep) upkeepAt = Date.now();
    } catch (error) {
      log.error({ err: error }, "sweep failed");
    }
    if (!stopping.aborted) setTimeout(beat, sweepMs).unref();
  };
  await beat();
}

async function takeJobs(parts: JobParts): Promise<void> {
  for (const queue of queueNames) {
    const { run, concurrency } = jobs[queue];
    await parts.queues.work(queue, concurrency, (address, signal) =>
      runJob(parts, queue, run, address, signal),
    );
  }
}

async function runJob(
  parts: JobParts,
  queue: QueueName,
  run: Job,
  address: Address,
  signal: AbortSignal,
): Promise<"done" | "more"> {
  const startedAt = performance.now();
  try {
    const outcome = await run(parts, address, signal);
    parts.log.debug(
      { queue, ...address, outcome, ms: Math.round(performance.now() - startedAt) },
      "job ended",
    );
    return outcome;
  } catch (error) {
    if (parts.stopping.aborted) return "done";
    if (error instanceof LeaseLost) {
      parts.log.info({ queue, ...address, reason: error.message }, "job given up");
      return "done";
    }
    parts.log.error({ queue, ...address, err: error }, "job failed");
    throw error;
  }
}

/** Wakes what is due; harmless if several do it. */
export async function sweep(parts: SweepParts, withUpkeep: boolean): Promise<void> {
  const due = await parts.store.asSystem(async (tx) => {
    if (!(await isSweeper(tx))) return null;
    const ruleSets = new Map([...parts.judges.values()].map((judge) => [judge.type, judge.ruleSet]));
    await queueOutdated(tx, ruleSets);
    if (withUpkeep) {
      const { insights } = parts.catalog;
      await saveDailyHistory(tx, new Map([...insights].map(([id, { severity }]) => [id, severity])));
      await removeOld(tx);
      await endIdleChecks(tx);
    }
    return {
      "sync-organization": await dueSyncs(tx),
      "harvest-cloud": await dueHarvests(tx),
      "judge-cloud": await duePending(tx),
      "remove-cloud": await dueRemovals(tx),
      "rotate-external-id": await dueRotations(tx),
      "prove-no-access": await dueProofs(tx),
    } satisfies Record<QueueName, DueKey[]>;
  });
  if (!due) return;
  // By itself: it holds locks on the tables that keep their structure as it is.
  await parts.store.asSystem(refreshStatistics);
  for (const queue of queueNames) await parts.queues.wake(queue, ...due[queue]);
}

async function isSweeper({ client }: Tx): Promise<boolean> {
  const { rows } = await client.query<{ mine: boolean }>("select pg_try_advisory_xact_lock($1) as mine", [
    sweepLock,
  ]);
  return rows[0]?.mine ?? false;
}
