// One process at a time works on a folder: a lock file names its owner, and the lock of a process that
// was killed is taken over. Knows nothing of what lies in the folder.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface FolderLock {
  release(): void;
}

/** The lock, or the id of the living process that holds it. */
export function lockFolder(folder: string): FolderLock | { heldBy: number } {
  const file = join(folder, "lock");
  const mine = join(folder, `lock.${process.pid}`);
  const owner = ownerText(process.pid);
  try {
    for (;;) {
      // A link appears whole or not at all, and never over another one.
      writeFileSync(mine, owner, { mode: 0o600 });
      if (linked(mine, file)) return { release: () => rmSync(file, { force: true }) };
      const holder = readIfThere(file);
      if (holder === undefined) continue;
      if (isAlive(holder)) return { heldBy: Number.parseInt(holder, 10) };
      takeAway(file, mine, holder);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Moved aside first: of two that find a dead owner's lock, one may already have made its own there. */
function takeAway(file: string, mine: string, dead: string): void {
  const aside = `${mine}.dead`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (readIfThere(aside) !== dead) linked(aside, file);
  rmSync(aside, { force: true });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The id and, because ids are used again, when the process started, where the system tells it (Linux). */
function ownerText(pid: number): string {
  return `${pid} ${startOf(pid) ?? "-"}\n`;
}

function isAlive(owner: string): boolean {
  const [id = "", start = "-"] = owner.trim().split(" ");
  const pid = Number(id);
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return start === "-" || (startOf(pid) ?? start) === start;
}

function startOf(pid: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie works no more.
    return fields[0] === "Z" ? "ended" : fields[19];
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
