// What the operating system says of a process by its number: alive, since when, which command. Numbers are
// reused, so no pid file is believed without one of the other two.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // EPERM: there is one, of another account.
    return (error as NodeJS.ErrnoException).code === "EPERM" && !isZombie(pid);
  }
}

/** Differs for two processes that had the same number; "" where the system does not tell (Windows). */
export function startOf(pid: number): string {
  if (process.platform === "linux") return linuxFields(pid)?.[19] ?? "";
  return process.platform === "win32" ? "" : psColumn(pid, "lstart=");
}

/** The command line, or "" where the system does not tell. */
export function commandOf(pid: number): string {
  if (process.platform === "linux") return readIfThere(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ") ?? "";
  return process.platform === "win32" ? "" : psColumn(pid, "command=");
}

/** An ended child that its parent has not yet looked at still answers signal 0. */
function isZombie(pid: number): boolean {
  return process.platform === "linux" && linuxFields(pid)?.[0] === "Z";
}

/** /proc/<pid>/stat from the state on: the name before it may hold spaces and parentheses. */
function linuxFields(pid: number): string[] | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // ESRCH: it ended between opening and reading.
    if (["ENOENT", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

function psColumn(pid: number, column: string): string {
  try {
    return execFileSync("ps", ["-o", column, "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch (error) {
    // ps exits 1 when there is no such process.
    if ((error as { status?: number }).status === 1) return "";
    throw error;
  }
}
