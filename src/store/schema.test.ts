// schema.ts says of every table what the migrations make of it: columns, what may be null, what has a default.
import { readFileSync } from "node:fs";
import pg from "pg";
import { expect, test } from "vitest";
import { openTestDatabase } from "../../tests/database.ts";

interface Column {
  name: string;
  nullable: boolean;
  /** Need not be given when a row is inserted. */
  optional: boolean;
}

type Tables = Record<string, Column[]>;

/** Of the text, because types are gone when tests run. */
function declaredTables(): Tables {
  const text = readFileSync(new URL("./schema.ts", import.meta.url), "utf8");
  const shapes = new Map(
    [...text.matchAll(/^export interface (\w+Table) \{\n([^}]*)\}/gm)].map(([, name, body]) => [name, body]),
  );
  const tables = /^export interface Database \{\n([^}]*)\}/m.exec(text)?.[1] ?? "";
  return Object.fromEntries(
    [...tables.matchAll(/^ {2}(\w+): (\w+);$/gm)].map(([, table, shape]) => [
      table,
      [...(shapes.get(shape) ?? "").matchAll(/^ {2}(\w+): ([^;]+);$/gm)]
        .map(([, name = "", type = ""]) => {
          const nullable = /\| null\b/.test(type) || type === "NullableInstant";
          return { name, nullable, optional: nullable || /^Generated/.test(type) };
        })
        .sort(byName),
    ]),
  );
}

async function madeTables(url: string): Promise<Tables> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Column & { table: string }>(
    `select table_name as table, column_name as name, is_nullable = 'YES' as nullable,
       is_nullable = 'YES' or column_default is not null or is_identity = 'YES' as optional
     from information_schema.columns where table_schema = 'public' and table_name <> 'migrations'`,
  );
  await client.end();
  const byTable = Map.groupBy(rows, ({ table }) => table);
  return Object.fromEntries(
    [...byTable].map(([table, columns]) => [
      table,
      columns.map(({ name, nullable, optional }) => ({ name, nullable, optional })).sort(byName),
    ]),
  );
}

function byName(a: Column, b: Column): number {
  return a.name < b.name ? -1 : 1;
}

test("the schema is what the migrations make", async () => {
  const database = await openTestDatabase();
  const declared = declaredTables();
  expect(Object.values(declared).flat().length).toBeGreaterThan(200);
  expect(declared).toEqual(await madeTables(database.url));
  await database.drop();
});
