// Values at sensitive paths never reach the disk: a canary in every such field of the catalog is looked for in
// every row of the database, in what the API answers and in the log.
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildServer } from "../src/api/server.ts";
import { standInOnboarding, standInWork } from "../src/api/testing/stand-ins.ts";
import { type CatalogEstate, openCatalogEstate, type TestCloud } from "../src/jobs/testing/catalog-estate.ts";
import { masterKeyOf } from "../src/secrets.ts";
import { createApiKey } from "../src/store/api-keys.ts";
import { openChangeFeed } from "../src/store/changes.ts";

const canary = "canary-9c41e7";
const logged: string[] = [];
let estate: CatalogEstate;
let cloud: TestCloud;

beforeAll(async () => {
  estate = await openCatalogEstate();
  [cloud] = (await estate.addTenant(1)) as [TestCloud];
});
afterAll(() => estate.close());

/** {A: [{B: {key: canary}}]} from "A[].B.*". */
function planted(path: string, value: string): unknown {
  const [first = "", ...rest] = path.split(".");
  const inner = rest.length === 0 ? value : planted(rest.join("."), value);
  if (first === "*") return { [`key of ${value.length}`]: inner };
  return first.endsWith("[]") ? { [first.slice(0, -2)]: [inner] } : { [first]: inner };
}

function merged(a: unknown, b: unknown): unknown {
  if (Array.isArray(a) && Array.isArray(b)) return [merged(a[0], b[0])];
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return b ?? a;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return Object.fromEntries(
    keys.map((key) => [
      key,
      key in a && key in b ? merged(left[key], right[key]) : (left[key] ?? right[key]),
    ]),
  );
}

/** Every type that has such fields, with what its id, name and ARN are read from. */
function items(value: string): [type: string, item: object, paths: readonly string[]][] {
  return [...estate.parts.catalog.resourceTypes.values()]
    .filter(({ sensitive = [] }) => sensitive.length > 0)
    .map(({ type, sensitive = [], id, name }) => {
      const own = [id, name].filter((path) => path !== undefined).map((path) => planted(path, "known-1"));
      const secret = sensitive.map((path) => planted(path, `${value} ${path}`));
      return [type, [...own, ...secret].reduce(merged, {}) as object, sensitive];
    });
}

async function everyRow(): Promise<string> {
  const tables = await estate.rows<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  );
  expect(tables.length).toBeGreaterThan(20);
  const texts: string[] = [];
  for (const { name } of tables)
    texts.push(
      ...(await estate.rows<{ text: string }>(`select t::text as text from ${name} t`)).map(
        ({ text }) => text,
      ),
    );
  return texts.join("\n");
}

async function everyAnswer(): Promise<string> {
  const { store, catalog } = estate.parts;
  const { key } = await store.withTenant(cloud.tenantId, (tx) =>
    createApiKey(tx, { name: "reader", role: "tenant-admin", userId: null, expiresAt: null }),
  );
  const log = pino({ level: "trace" }, { write: (line: string) => void logged.push(line) });
  const changes = await openChangeFeed(estate.database.appUrl, log);
  const app = await buildServer({
    store,
    catalog,
    log,
    changes,
    master: masterKeyOf(Buffer.alloc(32, 7)),
    onboarding: standInOnboarding(store),
    work: standInWork(),
    settings: { version: "0", simulated: true, publicUrl: null, webFolder: null },
  });
  const ask = async (path: string) => {
    const answer = await app.inject({ url: `/api/v1${path}`, headers: { authorization: `Bearer ${key}` } });
    expect(answer.statusCode).toBe(200);
    return answer;
  };
  const lists = await Promise.all(["/resources", "/findings", "/summary", "/audit-events"].map(ask));
  const { items: found } = lists[0]?.json() as { items: { id: string }[] };
  expect(found).toHaveLength(items(canary).length);
  const details = await Promise.all(found.map(({ id }) => ask(`/resources/${id}`)));
  await app.close();
  await changes.close();
  return [...lists, ...details].map(({ body }) => body).join("\n");
}

test("no canary is found anywhere, and what stands for it says that it was there", async () => {
  expect(items(canary).length).toBeGreaterThanOrEqual(3);
  for (const value of [canary, `${canary}-changed`]) {
    for (const [type, item] of items(value)) {
      expect(JSON.stringify(item)).toContain(canary);
      await estate.harvest(cloud, type, [item]);
    }
    await estate.judge(cloud);
  }
  const stored = await everyRow();
  expect(stored).toContain("known-1");
  expect(stored).not.toContain(canary);
  const answered = await everyAnswer();
  expect(answered).toContain("known-1");
  expect(answered).not.toContain(canary);
  expect(answered).toContain("hmac");
  expect(logged.length).toBeGreaterThan(0);
  expect(logged.join("")).not.toContain(canary);
});
