// One demo per data folder: a pid file, never taken from a live process; and only in a folder that is a
// demo's own or empty.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StartRefused } from "#model/problem.ts";
import { claimFile, notWritable } from "#store/embedded-claim.ts";
import { isAlive, startOf } from "#store/embedded-process.ts";
import { signInFile } from "./sign-in.ts";

interface Owner {
  pid: number;
  /** Numbers are reused: this tells the owner from a process that got its number. */
  startedAt: string;
}

const leftoverLimitMs = 10_000;

/**
 * Returns what gives the folder back. Throws StartRefused with one sentence. Two that take over a dead owner's
 * file in the same moment are told apart by the server's own claim.
 */
export async function claimFolder(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, "demo.pid");
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await claim(path, dataDir);
  } catch (cause) {
    if (cause instanceof StartRefused || codeOf(cause) === "") throw cause;
    throw notWritable(dataDir, cause);
  }
  const release = () => rm(path, { force: true });
  if (existsSync(join(dataDir, "master.key")) && !existsSync(join(dataDir, signInFile))) {
    await release();
    throw new StartRefused(
      `The data folder ${dataDir} holds an installation that is not a demo; name another in SKYWARDEN_DATA_DIR.`,
    );
  }
  await leftoverEnds(join(dataDir, claimFile));
  return release;
}

async function claim(path: string, dataDir: string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString("hex")}`;
  const mine: Owner = { pid: process.pid, startedAt: startOf(process.pid) };
  await writeFile(draft, `${JSON.stringify(mine)}\n`, { mode: 0o600 });
  try {
    for (let tries = 0; tries < 3; tries++) {
      if (await linked(draft, path)) return;
      const owner = await readOwner(path);
      if (owner !== null && isOwner(owner))
        throw new StartRefused(
          `Another demo (process ${owner.pid}) is running on the data folder ${dataDir}; stop it first or name another folder in SKYWARDEN_DATA_DIR.`,
        );
      await rm(path, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw new StartRefused(`Another demo is just starting on the data folder ${dataDir}.`);
}

/** A link appears whole or not at all. False if the name is taken. */
async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return false;
    throw cause;
  }
}

/** The server of a demo that was killed ends by itself, in its own time. */
async function leftoverEnds(path: string): Promise<void> {
  const limit = Date.now() + leftoverLimitMs;
  for (;;) {
    const owner = await readOwner(path);
    if (owner === null || !isOwner(owner) || Date.now() > limit) return;
    await sleep(50);
  }
}

async function readOwner(path: string): Promise<Owner | null> {
  try {
    const owner = JSON.parse(await readFile(path, "utf8")) as Partial<Owner> | null;
    return typeof owner?.pid === "number" ? { pid: owner.pid, startedAt: owner.startedAt ?? "" } : null;
  } catch (cause) {
    // Gone, not ours to read, or cut off in the middle of writing.
    if (cause instanceof SyntaxError || ["ENOENT", "ENOTDIR", "EACCES"].includes(codeOf(cause))) return null;
    throw cause;
  }
}

function codeOf(cause: unknown): string {
  return (cause as { code?: string }).code ?? "";
}

function isOwner({ pid, startedAt }: Owner): boolean {
  return isAlive(pid) && (startedAt === "" || startedAt === startOf(pid));
}
