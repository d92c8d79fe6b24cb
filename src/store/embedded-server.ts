// The server process: finds one that an earlier supervisor left behind, or starts one on a free port, and
// stops it. In a process group of its own, so that Ctrl-C in a terminal does not reach it.

import { type ChildProcess, spawn } from "node:child_process";
import { chown, open, readFile, rename, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#log.ts";
import { StartRefused } from "#model/problem.ts";
import type { Binaries } from "./embedded-binaries.ts";
import type { Place } from "./embedded-place.ts";
import { readPostmaster, removeStalePostmaster } from "./embedded-postmaster.ts";
import { isAlive } from "./embedded-process.ts";

export interface Server {
  pid: number;
  port: number;
  adopted: boolean;
  /** Settles when the process ends, for whatever reason. */
  ended: Promise<void>;
}

interface StartOptions {
  place: Place;
  binaries: Binaries;
  fsync: boolean;
  log: Log;
}

const pollMs = 10;
const readyLimitMs = 60_000;
/** Connections are cut and the last pages written: 0.1–0.5 s here; after this the next start recovers from WAL. */
const fastStopLimitMs = 4_000;
const crashStopLimitMs = 5_000;
const maxLogBytes = 10_000_000;

export async function adoptOrStart(options: StartOptions): Promise<Server> {
  const { place, log } = options;
  const running = await findRunning(place.cluster);
  if (running !== null) {
    log.info(
      { serverPid: running.pid, port: running.port },
      "adopted the PostgreSQL that an earlier Skywarden left running",
    );
    return running;
  }
  if (await removeStalePostmaster(place.cluster))
    log.info("removed a postmaster.pid that names another process");
  const deadline = Date.now() + readyLimitMs;
  let port = await preferredPort(place.home);
  for (;;) {
    const outcome = await tryStart(options, port);
    if ("pid" in outcome) {
      await writeFile(portFile(place.home), `${port}\n`);
      return outcome;
    }
    if (Date.now() > deadline || !outcome.canRetry) {
      throw new StartRefused(`The embedded PostgreSQL in ${place.home} does not start: ${outcome.reason}.`);
    }
    log.info({ port, reason: outcome.reason }, "trying again to start PostgreSQL");
    port = await freePort(0);
  }
}

export async function stopServer(server: Server, log: Log): Promise<void> {
  const steps = [
    { signal: "SIGINT", limitMs: fastStopLimitMs },
    { signal: "SIGQUIT", limitMs: crashStopLimitMs },
    { signal: "SIGKILL", limitMs: crashStopLimitMs },
  ] as const;
  for (const { signal, limitMs } of steps) {
    if (!isAlive(server.pid)) return;
    if (signal !== "SIGINT") log.warn({ serverPid: server.pid, signal }, "PostgreSQL does not stop");
    sendSignal(server.pid, signal);
    if (await endsWithin(server.ended, limitMs)) return;
  }
}

/** Waits while it starts, recovers or stops; null if there is none, or none any more. */
async function findRunning(cluster: string): Promise<Server | null> {
  const deadline = Date.now() + readyLimitMs;
  for (;;) {
    const postmaster = await readPostmaster(cluster);
    if (!postmaster?.isRunning) return null;
    const { pid, port } = postmaster;
    if (postmaster.isReady) return { pid, port, adopted: true, ended: endOf(pid) };
    if (Date.now() > deadline) {
      throw new StartRefused(
        `A PostgreSQL (process ${pid}) holds ${cluster} and does not get ready; end it first.`,
      );
    }
    await sleep(pollMs);
  }
}

type Failure = { reason: string; canRetry: boolean };

async function tryStart(options: StartOptions, port: number): Promise<Server | Failure> {
  const { place, binaries } = options;
  const logFile = await openServerLog(place);
  const { size: logStart } = await logFile.file.stat();
  const child = spawn(
    binaries.postgres,
    ["-D", place.cluster, ...settings(port, options.fsync).flatMap((setting) => ["-c", setting])],
    {
      ...place.account,
      // Nothing of our environment: it may hold secrets, and PG* variables would change the server.
      env: { LC_ALL: "C", TZ: "UTC" },
      cwd: "/",
      detached: true,
      stdio: ["ignore", logFile.file.fd, logFile.file.fd],
    },
  );
  const ended = new Promise<void>((settle) => {
    child.once("exit", () => settle());
    child.once("error", () => settle());
  });
  await logFile.file.close();
  child.unref();
  if (await becomesReady(child, place.cluster, ended)) {
    return { pid: child.pid ?? 0, port, adopted: false, ended };
  }
  const reason = await lastComplaint(logFile.path, logStart);
  // Another program took the port; or backends of a killed server still hold its memory.
  return {
    reason,
    canRetry: /could not bind|in use|could not create any TCP|shared memory|lock file/i.test(reason),
  };
}

/** shared_buffers and so on for a machine with 2 cores and a few GiB that does other work too. */
function settings(port: number, fsync: boolean): string[] {
  return [
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    // A deep folder would break the limit of 107 bytes on a socket's path.
    "unix_socket_directories=",
    "max_connections=60",
    "shared_buffers=256MB",
    "effective_cache_size=1GB",
    "work_mem=16MB",
    "maintenance_work_mem=128MB",
    "random_page_cost=1.1",
    // Parallel workers inside a statement gained nothing on 2 cores (reference/data.md §2.2).
    "max_parallel_workers_per_gather=0",
    "jit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "wal_compression=off",
    "max_wal_size=2GB",
    "checkpoint_timeout=15min",
    "synchronous_commit=on",
    `fsync=${fsync ? "on" : "off"}`,
    `full_page_writes=${fsync ? "on" : "off"}`,
    "timezone=UTC",
    "log_timezone=UTC",
    "log_line_prefix=%m [%p] ",
    "log_checkpoints=off",
    // Statements and DETAIL lines hold values of rows; a log must not.
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
  ];
}

async function becomesReady(child: ChildProcess, cluster: string, ended: Promise<void>): Promise<boolean> {
  let hasEnded = false;
  const end = ended.then(() => {
    hasEnded = true;
  });
  const deadline = Date.now() + readyLimitMs;
  while (!hasEnded && Date.now() < deadline) {
    const postmaster = await readPostmaster(cluster);
    if (postmaster?.pid === child.pid && postmaster?.isReady) return true;
    await Promise.race([end, sleep(pollMs)]);
  }
  if (!hasEnded) child.kill("SIGQUIT");
  await end;
  return false;
}

async function openServerLog(place: Place) {
  const path = join(place.home, "server.log");
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > maxLogBytes) await rename(path, `${path}.1`);
  const file = await open(path, "a", 0o600);
  if (place.account !== null) await chown(path, place.account.uid, place.account.gid);
  return { path, file };
}

/** What the server itself said last, without time and process. */
async function lastComplaint(path: string, from: number): Promise<string> {
  const text = (await readFile(path)).subarray(from).toString("utf8");
  const lines = text
    .split("\n")
    .filter((line) => /FATAL|PANIC|ERROR|LOG: +could not|WARNING: +could not/.test(line));
  const complaints = lines.map((line) => line.replace(/^.*?\] /, "").trim());
  return complaints.length > 0
    ? complaints.join("; ")
    : text.trim().split("\n").at(-1) || "it ended without a word";
}

/** The port of last time if it is free, so that a user's own client finds the database again. */
async function preferredPort(home: string): Promise<number> {
  const text = await readFile(portFile(home), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "0";
    throw error;
  });
  const last = Number(text);
  return freePort(Number.isInteger(last) && last > 0 && last < 65_536 ? last : 0);
}

function freePort(wanted: number): Promise<number> {
  return new Promise((settle, fail) => {
    const probe = createServer();
    probe.once("error", (error) => (wanted === 0 ? fail(error) : settle(freePort(0))));
    probe.listen(wanted, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => settle(typeof address === "object" && address !== null ? address.port : wanted));
    });
  });
}

function portFile(home: string): string {
  return join(home, "port");
}

/** Of a process that is not our child. */
async function endOf(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(50, undefined, { ref: false });
}

async function endsWithin(ended: Promise<void>, limitMs: number): Promise<boolean> {
  const controller = new AbortController();
  const limit = sleep(limitMs, false, { signal: controller.signal });
  const isEnded = await Promise.race([ended.then(() => true), limit]);
  controller.abort();
  await limit.catch(() => false);
  return isEnded;
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
