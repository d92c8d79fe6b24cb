// Forward-only numbered migrations (migrations/NNNN-what.sql) and the two roles that all other
// code logs in as. Runs as the database's owner, under an advisory lock, one transaction a file.
import { readdir, readFile } from "node:fs/promises";
import pg from "pg";
import { StartRefused } from "#model/problem.ts";
import { ruleFunctions } from "#rules/policy-sql.ts";

const folder = new URL("./migrations/", import.meta.url);
const lockKey = 7_305_117;

export interface RolePasswords {
  app: string;
  system: string;
}

/** Brings the schema to this release; returns the names of the migrations that ran. */
export async function migrate(ownerUrl: string, passwords: RolePasswords): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: "skywarden-migrate" });
  await client.connect();
  try {
    await client.query("set lock_timeout = '2s'; set client_min_messages = warning");
    await client.query("select pg_advisory_lock($1)", [lockKey]);
    await refuseOldServer(client);
    await makeRoles(client, passwords);
    const ran = await runFiles(client);
    await client.query(ruleFunctions);
    return ran;
  } finally {
    await client.end();
  }
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number }>(
    "select current_setting('server_version_num')::int as number",
  );
  const number = rows[0]?.number ?? 0;
  if (number < 150_000)
    throw new StartRefused(
      `PostgreSQL 15 or newer is needed, this server is ${Math.floor(number / 10_000)}.`,
    );
}

async function makeRoles(client: pg.Client, passwords: RolePasswords): Promise<void> {
  for (const [role, password] of [
    ["skywarden_app", passwords.app],
    ["skywarden_system", passwords.system],
  ] as const) {
    const { rowCount } = await client.query("select 1 from pg_roles where rolname = $1", [role]);
    const verb = rowCount ? "alter" : "create";
    // Attributes are set only at creation: altering them asks for rights an owner may lack.
    const attributes = rowCount ? "" : "nosuperuser nocreatedb nocreaterole";
    await client.query(`${verb} role ${role} login ${attributes} password ${client.escapeLiteral(password)}`);
  }
}

async function runFiles(client: pg.Client): Promise<string[]> {
  await client.query(
    "create table if not exists migrations (name text primary key, ran_at timestamptz not null default now())",
  );
  const { rows } = await client.query<{ name: string }>("select name from migrations");
  const known = new Set(rows.map((row) => row.name));
  const files = (await readdir(folder)).filter((name) => /^\d{4}-[a-z-]+\.sql$/.test(name)).sort();
  const unknown = [...known].filter((name) => !files.includes(name));
  if (unknown.length > 0)
    throw new StartRefused(
      `The database was made by a newer release (it has migration ${unknown[0]}); start that release or newer.`,
    );
  const ran: string[] = [];
  for (const name of files) {
    if (known.has(name)) continue;
    const text = await readFile(new URL(name, folder), "utf8");
    await client.query("begin");
    await client.query(text);
    await client.query("insert into migrations (name) values ($1)", [name]);
    await client.query("commit");
    ran.push(name);
  }
  return ran;
}
