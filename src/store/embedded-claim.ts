// Who owns a data folder: the pid file of the supervisor, the process that started Skywarden on it. Two that
// take over a dead owner's file in the same moment are told apart later by an advisory lock (embedded.ts).

import { mkdir, open, readFile, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { StartRefused } from "#model/problem.ts";
import { isAlive, startOf } from "./embedded-process.ts";

export interface Claim {
  /** The folder's real path, without symbolic links. */
  dataDir: string;
  release(): Promise<void>;
}

interface Owner {
  pid: number;
  startedAt: string;
}

export const claimFile = "supervisor.pid";

/** Makes the folder if need be. Throws StartRefused with one sentence if it is owned or not writable. */
export async function claimDataFolder(folder: string): Promise<Claim> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const dataDir = await realpath(folder);
    const path = join(dataDir, claimFile);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (await writeOwner(path)) return { dataDir, release: () => releaseClaim(path) };
      const owner = await readOwner(path);
      if (owner !== null && isOwner(owner)) throw heldBy(dataDir, owner.pid);
      await rm(path, { force: true });
    }
    throw new StartRefused(`Another Skywarden is starting on the data folder ${dataDir}; try again.`);
  } catch (error) {
    if (error instanceof StartRefused) throw error;
    throw notWritable(folder, error);
  }
}

export function heldBy(dataDir: string, pid: number | null): StartRefused {
  const process = pid === null ? "Another Skywarden" : `Another Skywarden (process ${pid})`;
  return new StartRefused(
    `${process} is running on the data folder ${dataDir}; stop it first or name another folder in SKYWARDEN_DATA_DIR.`,
  );
}

export function notWritable(folder: string, cause: unknown): StartRefused {
  const { code } = cause as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    EACCES: "permission denied",
    EPERM: "permission denied",
    EROFS: "read-only file system",
    ENOTDIR: "a part of the path is a file",
    EEXIST: "there is a file of that name",
    ENOSPC: "the disk is full",
  };
  const reason = reasons[code ?? ""] ?? (cause instanceof Error ? cause.message : String(cause));
  return new StartRefused(
    `Skywarden cannot write to the data folder ${folder} (${reason}); make it writable or name another in SKYWARDEN_DATA_DIR.`,
    2,
    cause,
  );
}

/** False if there is a file already. */
async function writeOwner(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o644);
    const owner: Owner = { pid: process.pid, startedAt: startOf(process.pid) };
    await file.writeFile(`${JSON.stringify(owner)}\n`).finally(() => file.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function readOwner(path: string): Promise<Owner | null> {
  try {
    const owner: unknown = JSON.parse(await readFile(path, "utf8"));
    return isOwnerShape(owner) ? owner : null;
  } catch (error) {
    // Gone meanwhile, or cut off by a crash in the middle of writing: nobody's.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function isOwnerShape(value: unknown): value is Owner {
  return typeof value === "object" && value !== null && "pid" in value && typeof value.pid === "number";
}

function isOwner(owner: Owner): boolean {
  return isAlive(owner.pid) && (owner.startedAt === "" || owner.startedAt === startOf(owner.pid));
}

async function releaseClaim(path: string): Promise<void> {
  const owner = await readOwner(path);
  if (owner?.pid === process.pid) await rm(path, { force: true });
}
