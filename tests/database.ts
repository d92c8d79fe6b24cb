// A database of its own for a test: a clone of one with all migrations applied, on the server that
// database-server.ts started for the whole run.

import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";
import { withLogin } from "#store/open.ts";
import { type DatabaseServer, rolePasswords } from "./database-server.ts";

export interface TestDatabase {
  /** As owner and superuser. */
  url: string;
  appUrl: string;
  systemUrl: string;
  /** Cuts the connections that are still open. */
  drop(): Promise<void>;
}

/** All migrations are applied; there is no row of ours. */
export function openTestDatabase(): Promise<TestDatabase> {
  return cloneOf((server) => server.template);
}

/** Nothing is in it: for tests of the migrations. */
export function openEmptyDatabase(): Promise<TestDatabase> {
  return cloneOf(() => "template1");
}

async function cloneOf(template: (server: DatabaseServer) => string): Promise<TestDatabase> {
  const response = await fetch(inject("databaseServer"));
  if (!response.ok) throw new Error(await response.text());
  const server = (await response.json()) as DatabaseServer;
  const name = `test_${randomBytes(6).toString("hex")}`;
  // Copying files takes 130 ms against 250 ms through the log (busy machine, 2026-11-22).
  await onServer(server.url, `create database ${name} template ${template(server)} strategy file_copy`);
  const url = server.url.replace(/[^/]+$/, name);
  return {
    url,
    appUrl: withLogin(url, "skywarden_app", rolePasswords.app),
    systemUrl: withLogin(url, "skywarden_system", rolePasswords.system),
    drop: () => onServer(server.url, `drop database ${name} with (force)`),
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
