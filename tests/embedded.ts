// For the tests of the embedded PostgreSQL: folders of their own and supervisors in processes of their own, all of
// which are ended and removed after the test, whatever happened.

import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { onTestFinished } from "vitest";
import { packageFolder } from "#store/embedded-binaries.ts";
import { readPostmaster } from "#store/embedded-postmaster.ts";
import { isAlive } from "#store/embedded-process.ts";

export interface SupervisorOrder {
  dataDir: string;
  systemDir: string;
  /** The account to become, if the tests run as root. */
  uid?: number;
  umask?: number;
  fsync?: boolean;
  native?: string;
}

export type SupervisorAnswer =
  | { url: string; port: number; pid: number; adopted: boolean }
  | { refused: string }
  | { lost: string };

export interface Supervisor {
  process: ChildProcess;
  url: string;
  port: number;
  /** Of the server. */
  pid: number;
  adopted: boolean;
  /** What it says when the server ended without its doing. */
  lost(): Promise<string>;
  query(text: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
  /** As `kill -9` does: the server stays. */
  kill(): Promise<void>;
}

/** A first start takes 1.6 s on a quiet machine and took 12 s beside five other test runs (2026-11-22). */
export const patienceMs = 60_000;
export const isRoot = process.getuid?.() === 0;
/** An account that is not root, for tests that run as root. */
export const nobody = 65_534;

/** A folder that every account can enter; removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await makeFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** For more than one test: the caller removes it. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skywarden-embedded-"));
  await chmod(folder, 0o777);
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  // An initdb whose supervisor was killed goes on for a second.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}

/**
 * PostgreSQL's programs where the account can run them: a copy below `folder` if the checkout is closed to it. Who
 * is not root has a checkout that it can read.
 */
export async function programsFor(
  uid: number | undefined,
  folder: string,
): Promise<Pick<SupervisorOrder, "native">> {
  const native = packageFolder();
  const program = join(native, "bin", "postgres");
  const asAccount = uid === undefined ? {} : { uid, gid: uid };
  if (spawnSync(program, ["--version"], { ...asAccount, cwd: "/", env: {} }).status === 0) return {};
  const copy = join(folder, "package");
  await cp(dirname(native), copy, { recursive: true, verbatimSymlinks: true });
  return { native: join(copy, "native") };
}

/** Folders for one data folder below `folder`. */
export async function orderIn(folder: string, more: Partial<SupervisorOrder> = {}): Promise<SupervisorOrder> {
  const systemDir = join(folder, "system");
  await mkdir(systemDir, { recursive: true });
  return { dataDir: join(folder, "data"), systemDir, ...more };
}

export async function supervise(order: SupervisorOrder): Promise<Supervisor> {
  const { child, first, lost } = run(order);
  const started = await first;
  if (!("url" in started)) throw new Error(JSON.stringify(started));
  const { url, port, pid, adopted } = started;
  const stop = async () => {
    const ended = endOf(child);
    child.send("stop");
    await ended;
  };
  return {
    ...{ process: child, url, port, pid, adopted, lost, stop },
    query: (text) => query(url, text),
    kill: () => kill(child),
  };
}

/** The sentence and the exit code of a start that must not succeed. */
export async function refusalOf(order: SupervisorOrder): Promise<{ sentence: string; code: number | null }> {
  const { child, first } = run(order);
  const ended = endOf(child);
  const answer = await first;
  if (!("refused" in answer)) throw new Error(`not refused: ${JSON.stringify(answer)}`);
  return { sentence: answer.refused, code: await ended };
}

export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  // A server that stops says so on the connection too, beside the query's own error.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not happen: ${what}`);
    await sleep(20);
  }
}

/** As a crash of the machine would: no process of the server remains. */
export async function killServer(pid: number): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, "SIGKILL");
  await until(() => !isAlive(pid), "the server ends");
}

function run(order: SupervisorOrder) {
  const script = new URL("./embedded-process.ts", import.meta.url);
  const child = fork(script, [JSON.stringify(order)], {
    execArgv: [],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  onTestFinished(async () => {
    await kill(child);
    await killServersOf(order);
  });
  const answers: SupervisorAnswer[] = [];
  child.on("message", (message) => answers.push(message as SupervisorAnswer));
  const find = async (wanted: (answer: SupervisorAnswer) => boolean, what: string) => {
    await until(() => answers.some(wanted) || child.exitCode !== null, what);
    const answer = answers.find(wanted);
    if (answer === undefined) throw new Error(`${what}: it ended with ${child.exitCode}`);
    return answer;
  };
  const first = find(() => true, "the supervisor answers");
  const lost = async () => {
    const answer = await find((message) => "lost" in message, "the supervisor notices");
    return "lost" in answer ? answer.lost : "";
  };
  return { child, first, lost };
}

/** Also one whose supervisor did not get to say so. */
async function killServersOf({ dataDir, systemDir }: SupervisorOrder): Promise<void> {
  const homes = existsSync(systemDir) ? await readdir(systemDir) : [];
  for (const home of [join(dataDir, "postgres"), ...homes.map((name) => join(systemDir, name))]) {
    const postmaster = await readPostmaster(join(home, "cluster"));
    if (postmaster?.isRunning) await killServer(postmaster.pid);
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = endOf(child);
  child.kill("SIGKILL");
  await ended;
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((settle) => child.once("exit", (code) => settle(code)));
}
