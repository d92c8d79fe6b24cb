// pg-boss: it wakes workers and lets one of them work on a key at a time. What is to be done lies
// in our own tables, so a lost or doubled job loses and doubles nothing.
import pg from "pg";
import { PgBoss } from "pg-boss";
import type { Log } from "#log.ts";
import type { Store } from "#store/open.ts";

export const queueNames = [
  "sync-organization",
  "harvest-cloud",
  "judge-cloud",
  "remove-cloud",
  "rotate-external-id",
  "prove-no-access",
] as const;
export type QueueName = (typeof queueNames)[number];

/** Where the work is; never what it is. */
export interface Address {
  tenantId: string;
  /** Of the cloud, the organization, the proof; the tenant's own where the work is the tenant's. */
  id: string;
}

export interface Queues {
  /** Wakes workers for keys; nothing happens where one is queued or at work already. */
  wake(queue: QueueName, ...addresses: Address[]): Promise<void>;
  work(
    queue: QueueName,
    concurrency: number,
    run: (address: Address, signal: AbortSignal) => Promise<"done" | "more">,
  ): Promise<void>;
  /** Takes no further jobs; those under way go on. */
  rest(): Promise<void>;
  stop(): Promise<void>;
}

const schema = "pgboss";
const options = {
  // One queued or active job a key. Others (singleton, stately) starve keys (measured, design §4).
  policy: "exclusive",
  notify: true,
  heartbeatSeconds: 30,
  expireInSeconds: 900,
  retryLimit: 3,
  retryDelay: 5,
  retryBackoff: true,
  deleteAfterSeconds: 600,
} as const;

/** Makes schema and queues; run as the owner when migrating. */
export async function migrateQueues(ownerUrl: string, roles: string[]): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, schema, supervise: false, schedule: false, max: 2 });
  boss.on("error", () => undefined);
  await boss.start();
  for (const name of queueNames) {
    if (!(await boss.getQueue(name))) await boss.createQueue(name, options);
  }
  await boss.stop({ graceful: false });
  await grant(ownerUrl, roles.join(", "));
}

async function grant(ownerUrl: string, roles: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(
      `grant usage on schema ${schema} to ${roles};
       grant select, insert, update, delete on all tables in schema ${schema} to ${roles};
       grant usage on all sequences in schema ${schema} to ${roles};
       grant execute on all functions in schema ${schema} to ${roles}`,
    );
  } finally {
    await client.end();
  }
}

export async function openQueues(systemUrl: string, store: Store, log: Log): Promise<Queues> {
  const boss = new PgBoss({
    connectionString: systemUrl,
    schema,
    migrate: false,
    createSchema: false,
    useListenNotify: true,
    schedule: false,
    max: 6,
    application_name: "skywarden-jobs",
  });
  boss.on("error", (error) => log.warn({ err: error }, "job engine"));
  await boss.start();
  return {
    async wake(queue, ...addresses) {
      if (addresses.length === 0) return;
      await boss.insert(
        queue,
        addresses.map((address) => ({ data: address, singletonKey: keyOf(address) })),
      );
    },
    async work(queue, concurrency, run) {
      // Jobs that last longer than the interval are followed at once by the next.
      const polling = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 };
      await boss.work<Address>(
        queue,
        { localConcurrency: concurrency, batchSize: 1, ...polling },
        async ([job]) => {
          if (!job) return;
          const outcome = await run(job.data, job.signal);
          if (outcome === "more") await requeue(boss, store, queue, job.id, job.data);
        },
      );
    },
    async rest() {
      for (const name of queueNames) await boss.offWork(name, { wait: false });
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: 4_000 });
    },
  };
}

/** `send` to a key that is active answers null, so the slice ends and begins again in one transaction. */
async function requeue(
  boss: PgBoss,
  store: Store,
  queue: QueueName,
  id: string,
  address: Address,
): Promise<void> {
  await store.asSystem(async ({ client }) => {
    const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };
    await boss.complete(queue, id, null, { db });
    await boss.send(queue, address, { singletonKey: keyOf(address), db });
  });
}

function keyOf({ tenantId, id }: Address): string {
  return `${tenantId} ${id}`;
}
