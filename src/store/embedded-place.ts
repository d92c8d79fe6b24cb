// Where the embedded server's files lie and which account runs it. PostgreSQL refuses to run as root, and
// `nobody` cannot reach a folder below a 0700 parent: so as root the files lie below /var/lib/skywarden, named
// by a file in the data folder. Otherwise they lie in the data folder itself.

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Log } from "#log.ts";
import { StartRefused } from "#model/problem.ts";
import type { Account } from "./embedded-binaries.ts";
import { readPostmaster } from "./embedded-postmaster.ts";

export interface Place {
  /** Holds cluster/, password, port, server.log. */
  home: string;
  cluster: string;
  account: Account;
  /** Where copies of the programs go if the package's own cannot be used. */
  copyFolder: string;
}

/** As root, in the home: whose it is. The device tells a removed folder from one that is not mounted now. */
interface Owner {
  dataDir: string;
  device: number;
}

export const defaultSystemDir = "/var/lib/skywarden";
const pointerFile = "postgres-home";
const ownerFile = "owner";

export async function findPlace(options: { dataDir: string; systemDir: string }): Promise<Place> {
  const { dataDir, systemDir } = options;
  const inside = join(dataDir, "postgres");
  if (process.getuid?.() !== 0) {
    await mkdir(inside, { recursive: true, mode: 0o700 });
    return placeAt(inside, null, dataDir);
  }
  const account = await accountOf(join(inside, "cluster"));
  if (account !== null) return placeAt(inside, account, systemDir);
  try {
    await mkdir(systemDir, { recursive: true, mode: 0o755 });
    await chmod(systemDir, 0o755);
    const home = await ownHome(dataDir, systemDir);
    return placeAt(home, nobody(), systemDir);
  } catch (error) {
    if (error instanceof StartRefused) throw error;
    throw new StartRefused(
      `As root Skywarden keeps its embedded database in ${systemDir}, which it cannot write ` +
        `(${(error as NodeJS.ErrnoException).code}); run it as another user or set SKYWARDEN_DATABASE_URL.`,
      2,
      error,
    );
  }
}

/** As root: removes homes whose data folder was deleted and whose server is dead. Never stops the start. */
export async function removeOrphanHomes(systemDir: string, log: Log): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync(systemDir)) return;
  for (const entry of await readdir(systemDir, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const home = join(systemDir, entry.name);
    try {
      const owner = await readOwner(home);
      if (owner === null || !(await isDeleted(owner, home))) continue;
      if ((await readPostmaster(join(home, "cluster")))?.isRunning) continue;
      await rm(home, { recursive: true, force: true });
      log.info({ home, dataDir: owner.dataDir }, "removed the database of a deleted data folder");
    } catch (error) {
      log.warn({ home, err: error }, "cannot look after the database of another data folder");
    }
  }
}

function placeAt(home: string, account: Account, copyFolder: string): Place {
  return { home, cluster: join(home, "cluster"), account, copyFolder };
}

/** A cluster that another user made before root came: that user goes on running it. */
async function accountOf(cluster: string): Promise<Account> {
  if (!existsSync(cluster)) return null;
  const { uid, gid } = await stat(cluster);
  return uid === 0 ? null : { uid, gid };
}

/** The pointer is written before the folder, so that a start killed in between leaves nothing unnamed. */
async function ownHome(dataDir: string, systemDir: string): Promise<string> {
  const pointer = join(dataDir, pointerFile);
  if (!existsSync(pointer)) {
    const name = join(await realpath(systemDir), randomBytes(8).toString("hex"));
    await writeFile(pointer, `${name}\n`, { mode: 0o600 });
  }
  const home = (await readFile(pointer, "utf8")).trim();
  await mkdir(home, { recursive: true });
  await chmod(home, 0o711);
  const owner = await readOwner(home);
  if (owner !== null && owner.dataDir !== dataDir && (await pointsTo(owner.dataDir, home))) {
    throw new StartRefused(
      `The data folder ${dataDir} is a copy of ${owner.dataDir}, whose database it names; remove ${pointer} to begin with an empty one.`,
    );
  }
  const mine: Owner = { dataDir, device: (await stat(dataDir)).dev };
  await writeFile(join(home, ownerFile), `${JSON.stringify(mine)}\n`, { mode: 0o600 });
  return home;
}

async function pointsTo(dataDir: string, home: string): Promise<boolean> {
  return (await readIfThere(join(dataDir, pointerFile)))?.trim() === home;
}

async function readOwner(home: string): Promise<Owner | null> {
  const text = await readIfThere(join(home, ownerFile));
  return text === null || text === "" ? null : (JSON.parse(text) as Owner);
}

/** Deleted: not on a disk that is not mounted now (another device is there), nor renamed, nor below a renamed folder. */
async function isDeleted(owner: Owner, home: string): Promise<boolean> {
  if (existsSync(owner.dataDir)) return false;
  let above = dirname(owner.dataDir);
  while (!existsSync(above) && above !== dirname(above)) above = dirname(above);
  if ((await stat(above)).dev !== owner.device) return false;
  const [, ...below] = relative(above, owner.dataDir).split(sep);
  for (const name of await readdir(above)) {
    if (await pointsTo(join(above, name, ...below), home)) return false;
  }
  return true;
}

function nobody(): Account {
  try {
    const idOf = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" })) >>> 0;
    return { uid: idOf("-u"), gid: idOf("-g") };
  } catch (error) {
    throw new StartRefused(
      "PostgreSQL does not run as root, and there is no account `nobody` to run it as; run Skywarden as another user or set SKYWARDEN_DATABASE_URL.",
      2,
      error,
    );
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
