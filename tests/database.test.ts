import { Client } from "pg";
import { expect, test } from "vitest";
import { openEmptyDatabase, openTestDatabase } from "./database.ts";

async function tablesIn(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "select tablename from pg_tables where schemaname = 'public' order by tablename",
  );
  await client.end();
  return rows.map((row) => row.tablename);
}

test("each test gets a migrated database of its own", async () => {
  const [first, second] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  expect(first.url).not.toBe(second.url);
  expect(await tablesIn(first.appUrl)).toContain("tenants");
  expect(await tablesIn(first.systemUrl)).toEqual(await tablesIn(second.url));
  await Promise.all([first.drop(), second.drop()]);
  await expect(tablesIn(first.url)).rejects.toThrow("does not exist");
});

test("an empty database has no table", async () => {
  const database = await openEmptyDatabase();
  expect(await tablesIn(database.url)).toEqual([]);
  await database.drop();
});
