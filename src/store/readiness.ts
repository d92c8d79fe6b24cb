// Whether the database answers and has the schema of this release.
import { readdir } from "node:fs/promises";
import { sql } from "kysely";
import type { Store } from "./open.ts";

const folder = new URL("./migrations/", import.meta.url);

/** Names of migrations that have not run yet; throws if the database does not answer. */
export async function missingMigrations(store: Store): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const { rows } = await store.asSystem((tx) =>
    sql<{ name: string }>`select name from migrations`.execute(tx.db),
  );
  const ran = new Set(rows.map((row) => row.name));
  return files.filter((name) => !ran.has(name));
}
