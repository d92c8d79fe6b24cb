// Vitest's global set-up: one embedded PostgreSQL per test run, started when the first test asks for a database and
// removed at the end. Runs in Vitest's main process; tests reach it through openTestDatabase in database.ts.

import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { openLog } from "#log.ts";
import { StartRefused } from "#model/problem.ts";
import { type EmbeddedDatabase, startEmbedded } from "#store/embedded.ts";
import { claimDataFolder, claimFile } from "#store/embedded-claim.ts";
import { readPostmaster } from "#store/embedded-postmaster.ts";
import { isAlive } from "#store/embedded-process.ts";
import { migrate } from "#store/migrate.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Answers with DatabaseServer as JSON. */
    databaseServer: string;
  }
}

export interface DatabaseServer {
  /** As superuser, of a database that holds nothing. */
  url: string;
  /** A database with all migrations applied and no rows, to be cloned. */
  template: string;
}

/** Of the roles skywarden_app and skywarden_system in every test database. */
export const rolePasswords = { app: "app-of-the-tests", system: "system-of-the-tests" };

const template = "skywarden_template";
const folderPrefix = "skywarden-tests-";

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let server: Promise<StartedServer> | null = null;
  const answerer = createServer((_request, response) => {
    server ??= startServer();
    server.then(
      ({ url }) => response.end(JSON.stringify({ url, template } satisfies DatabaseServer)),
      (error: Error) => response.writeHead(500).end(error.stack),
    );
  });
  await new Promise<void>((settle) => answerer.listen(0, "127.0.0.1", settle));
  project.provide("databaseServer", `http://127.0.0.1:${(answerer.address() as AddressInfo).port}`);
  return async () => {
    answerer.closeAllConnections();
    answerer.close();
    await (await server)?.remove();
  };
}

interface StartedServer {
  url: string;
  remove(): Promise<void>;
}

async function startServer(): Promise<StartedServer> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), folderPrefix));
  // As root the server runs as `nobody`, who must be able to enter.
  await chmod(folder, 0o755);
  const systemDir = join(folder, "system");
  await mkdir(systemDir);
  const log = openLog({ level: "warn", name: "test-database" });
  const database = await startEmbedded({ dataDir: join(folder, "data"), systemDir, log, fsync: false });
  await makeTemplate(database);
  return {
    url: database.url,
    async remove() {
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What test runs left behind that were killed: their servers live on. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name);
    const dataDir = join(folder, "data");
    if (!name.startsWith(folderPrefix) || !existsSync(join(dataDir, claimFile))) continue;
    try {
      await claimDataFolder(dataDir);
    } catch (error) {
      if (error instanceof StartRefused) continue;
      throw error;
    }
    const homes = (await readdir(join(folder, "system"))).map((home) => join(folder, "system", home));
    for (const home of [join(dataDir, "postgres"), ...homes]) {
      const postmaster = await readPostmaster(join(home, "cluster"));
      if (postmaster?.isRunning) process.kill(postmaster.pid, "SIGQUIT");
      while (postmaster?.isRunning && isAlive(postmaster.pid)) await sleep(20);
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeTemplate(database: EmbeddedDatabase): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(`create database ${template}`);
  await client.end();
  await migrate(database.url.replace(/[^/]+$/, template), rolePasswords);
}
