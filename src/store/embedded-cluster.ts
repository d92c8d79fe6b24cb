// Makes the database cluster at the first start, whole or not at all: initdb works in a folder of its own,
// which is renamed when it is done.

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Log } from "#log.ts";
import { StartRefused } from "#model/problem.ts";
import type { Account, Binaries } from "./embedded-binaries.ts";
import type { Place } from "./embedded-place.ts";

export const superuser = "skywarden";
const draftPrefix = "initdb-";

/** Returns the superuser's password. */
export async function openCluster(options: {
  place: Place;
  binaries: Binaries;
  fsync: boolean;
  log: Log;
}): Promise<string> {
  const { place, binaries, log } = options;
  await removeDrafts(place.home, log);
  const passwordFile = join(place.home, "password");
  if (existsSync(place.cluster)) {
    await checkMajor(place.cluster, binaries.major);
    return readPassword(passwordFile);
  }
  const password = randomBytes(24).toString("base64url");
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flush: true });
  const startedAt = performance.now();
  await initialize(options, password);
  log.info(
    { cluster: place.cluster, ms: Math.round(performance.now() - startedAt) },
    "made the embedded database",
  );
  return password;
}

/** A start that was killed in the middle of initdb leaves one; initdb itself may still be writing to it. */
async function removeDrafts(home: string, log: Log): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith(draftPrefix)) continue;
    try {
      await rm(join(home, name), { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      log.warn({ folder: join(home, name), err: error }, "cannot remove an unfinished database");
    }
  }
}

async function initialize(
  options: { place: Place; binaries: Binaries; fsync: boolean },
  password: string,
): Promise<void> {
  const { place, binaries, fsync } = options;
  const draft = join(place.home, draftPrefix + randomBytes(4).toString("hex"));
  const passwordFile = `${draft}.password`;
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  await giveTo(place.account, draft, passwordFile);
  const builtin =
    Number(binaries.major) >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : [];
  try {
    await promisify(execFile)(
      binaries.initdb,
      [
        ...["--pgdata", draft, "--username", superuser, "--pwfile", passwordFile, "--auth", "scram-sha-256"],
        // The same order of text on every machine, and none that an upgrade of libc could change.
        ...["--encoding", "UTF8", "--locale", "C", ...builtin, "--data-checksums"],
        ...["--no-instructions", ...(fsync ? [] : ["--no-sync"])],
      ],
      { ...place.account, cwd: "/", env: { LC_ALL: "C", TZ: "UTC" } },
    );
    await rename(draft, place.cluster);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw cannotInitialize(place.home, error);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function cannotInitialize(home: string, error: unknown): StartRefused {
  const { stderr, code } = error as { stderr?: string; code?: string | number };
  const lines = stderr?.trim().split("\n") ?? [];
  const line = lines.find((text) => text.startsWith("initdb: error:")) ?? lines.at(-1) ?? String(code);
  return new StartRefused(
    `The embedded database cannot be made in ${home} (${line.replace(/^initdb: (error: )?/, "")}); ` +
      "mend that or set SKYWARDEN_DATABASE_URL to a PostgreSQL of your own.",
    2,
    error,
  );
}

async function giveTo(account: Account, ...paths: string[]): Promise<void> {
  if (account === null) return;
  for (const path of paths) await chown(path, account.uid, account.gid);
}

async function checkMajor(cluster: string, major: string): Promise<void> {
  const found = (await readFile(join(cluster, "PG_VERSION"), "utf8")).trim();
  if (found === major) return;
  throw new StartRefused(
    `The embedded database in ${cluster} was made by PostgreSQL ${found}, this Skywarden brings ${major}; ` +
      "back it up with the older Skywarden (admin backup) and restore it into a new data folder.",
  );
}

async function readPassword(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new StartRefused(
      `The password of the embedded database cannot be read from ${path} (${(error as NodeJS.ErrnoException).code}).`,
      2,
      error,
    );
  }
}
