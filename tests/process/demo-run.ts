// For the tests of whole processes: a command of Skywarden in a process group of its own, what it prints, and
// every process that works for a data folder, whoever started it.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isAlive } from "#store/embedded-process.ts";

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const isRoot = process.getuid?.() === 0;
export const nobody = 65_534;
/** A first start and main job of 6 accounts: 12 s alone on 2 cores, a minute beside other test runs (2026-11-22). */
export const patienceMs = 150_000;

export interface RunOptions {
  dataDir: string;
  /** Instead of this checkout. */
  checkout?: string;
  env?: NodeJS.ProcessEnv;
  /** The account to run as, if the tests run as root. */
  uid?: number;
  /** Through `npm start`, as a user does. */
  withNpm?: boolean;
}

export interface Run {
  process: ChildProcess;
  pid: number;
  stdout(): string;
  stderr(): string;
  /** Of the process itself and of its output. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Waits until the text stands in stdout or stderr. */
  says(text: string): Promise<void>;
}

const started: Run[] = [];
const folders: string[] = [];

/** What is inherited from the machine that tests must not depend on. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const isKept = ([name]: [string, unknown]) => !/^(SKYWARDEN_|AWS_|NODE_OPTIONS|VITEST|npm_)/i.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(isKept));
}

export function run(args: string[], options: RunOptions): Run {
  const { dataDir, checkout = repository, env = {}, uid, withNpm = false } = options;
  const [command, words] = withNpm
    ? ["npm", ["start", "--", ...args]]
    : [nodeOf(checkout), [join(checkout, "bin", "skywarden.js"), ...args]];
  const child = spawn(command, words, {
    cwd: checkout,
    // A process group of its own, as a terminal gives to each command.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
    env: {
      ...cleanEnvironment(),
      npm_config_update_notifier: "false",
      SKYWARDEN_DATA_DIR: dataDir,
      ...env,
    },
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (chunk) => {
      texts[name] += chunk;
    });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((settle) => {
    child.once("close", (code, signal) => settle({ code, signal }));
  });
  const result: Run = {
    process: child,
    pid: child.pid ?? 0,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    ended,
    says: (text) =>
      until(() => {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`it ended before it said "${text}":\n${texts.stdout}${texts.stderr}`);
        return texts.stdout.includes(text) || texts.stderr.includes(text);
      }, `it says "${text}"`),
  };
  started.push(result);
  return result;
}

/** Another account may not enter the folder of the Node that runs the tests. */
function nodeOf(checkout: string): string {
  return checkout === repository ? process.execPath : join(checkout, "node_modules", "node", "bin", "node");
}

/** The exit code and what was printed. */
export async function outcomeOf(args: string[], options: RunOptions) {
  const asked = run(args, options);
  const { code } = await asked.ended;
  return { code, stdout: asked.stdout(), stderr: asked.stderr() };
}

export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not happen: ${what}`);
    await sleep(20);
  }
}

/** For data folders; removed by `cleanUp`. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "skywarden-process-"));
  folders.push(folder);
  return folder;
}

/** `<pid> <command>` of each process that belongs to the data folder: by its environment or command line. */
export function processesOf(dataDir: string): string[] {
  const home = serverHome(dataDir);
  const isOurs = (text: string) => text.includes(dataDir) || (home !== null && text.includes(home));
  if (process.platform !== "linux") {
    const lines = execFileSync("ps", ["axwwE", "-o", "pid=,command="], { encoding: "utf8" }).split("\n");
    return lines.filter((line) => isOurs(line) && !line.includes("ps axwwE")).map((line) => line.trim());
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && isAlive(Number(name)))
    .map((pid) => ({ pid, command: procFile(pid, "cmdline"), environment: procFile(pid, "environ") }))
    .filter(({ command, environment }) => isOurs(`${command}\n${environment}`))
    .map(({ pid, command }) => `${pid} ${command.replaceAll("\0", " ").slice(0, 200)}`);
}

/** As root PostgreSQL's files lie elsewhere. */
export function serverHome(dataDir: string): string | null {
  const pointer = join(dataDir, "postgres-home");
  return existsSync(pointer) ? readFileSync(pointer, "utf8").trim() : null;
}

function procFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch (error) {
    // It ended meanwhile, or is another account's.
    if (["ENOENT", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}

/** Ends what a failed test left, and removes the folders. */
export async function cleanUp(): Promise<void> {
  for (const { process: child, pid } of started.splice(0))
    if (child.exitCode === null && child.signalCode === null) kill(-pid);
  for (const folder of folders.splice(0)) {
    for (const name of readdirSync(folder)) await removeDataFolder(join(folder, name));
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

async function removeDataFolder(dataDir: string): Promise<void> {
  const home = serverHome(dataDir);
  await until(() => {
    const left = processesOf(dataDir);
    for (const line of left) kill(Number(line.split(" ")[0]));
    return left.length === 0;
  }, "what is left ends");
  if (home !== null) rmSync(home, { recursive: true, force: true });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
