// postmaster.pid, the file in which a running PostgreSQL names its process, its port and how far it is.

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { commandOf, isAlive } from "./embedded-process.ts";

export interface Postmaster {
  pid: number;
  port: number;
  isReady: boolean;
  /** The process lives and is the server of this very cluster, not another one that got its number. */
  isRunning: boolean;
}

export async function readPostmaster(cluster: string): Promise<Postmaster | null> {
  const text = await readIfThere(fileOf(cluster));
  if (text === null) return null;
  // Process, cluster, start time, port, socket folder, listen address, shared memory, status.
  const lines = text.split("\n").map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid < 1) return null;
  return { pid, port: Number(lines[3]), isReady: lines[7] === "ready", isRunning: isServerOf(pid, cluster) };
}

/** PostgreSQL refuses to start while any process has the number in its old file, whatever that process is. */
export async function removeStalePostmaster(cluster: string): Promise<boolean> {
  const postmaster = await readPostmaster(cluster);
  if (postmaster === null || postmaster.isRunning || !isAlive(postmaster.pid)) return false;
  await rm(fileOf(cluster), { force: true });
  return true;
}

function isServerOf(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false;
  const command = commandOf(pid);
  // Where the system does not show commands, being alive must do; the connection then tells.
  return command === "" ? process.platform === "win32" : command.includes(cluster);
}

function fileOf(cluster: string): string {
  return join(cluster, "postmaster.pid");
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
