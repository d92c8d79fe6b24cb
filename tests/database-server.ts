// Vitest's global set-up: one embedded PostgreSQL per test run, started when the first test asks for a database and
// removed at the end. Runs in Vitest's main process; tests reach it through openTestDatabase in database.ts.

import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { openLog } from "#log.ts";
import { type EmbeddedDatabase, startEmbedded } from "#store/embedded.ts";
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
  const folder = await mkdtemp(join(tmpdir(), "skywarden-tests-"));
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

async function makeTemplate(database: EmbeddedDatabase): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(`create database ${template}`);
  await client.end();
  await migrate(database.url.replace(/[^/]+$/, template), rolePasswords);
}
