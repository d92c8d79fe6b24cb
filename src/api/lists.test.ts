// Lists over the API: filters, order, paging that survives inserts, totals, CSV; and that no query behind
// them reads a whole big table under row-level security.
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tagTerm } from "#model/terms.ts";
import { seedEstate } from "./testing/seed-estate.ts";
import { startApi, type TestApi } from "./testing/start-api.ts";

let api: TestApi;
let reader: string;
const resources = 20_000;

beforeAll(async () => {
  api = await startApi();
  reader = await api.key("tenant-admin");
  const onBuckets = [...api.parts.catalog.insightsOn("aws.s3.bucket")].slice(0, 2);
  const ids = onBuckets.map(({ id, severity }): [string, string] => [id, severity]);
  await seedEstate(api.ownerUrl, { tenantId: api.tenantId, clouds: 130, resources, salt: "a" }, ids);
  const other = await api.addTenant("Other");
  await seedEstate(api.ownerUrl, { tenantId: other, clouds: 5, resources: 500, salt: "b" }, ids);
}, 120_000);
afterAll(() => api.close());

const get = (path: string) => api.ask(reader, `/api/v1${path}`);

async function all(path: string, from: unknown = null): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let cursor = from;
  do {
    const page = await get(`${path}${cursor === null ? "" : `&cursor=${cursor}`}`);
    expect(page.status).toBe(200);
    items.push(...page.body.items);
    cursor = page.body.nextCursor;
  } while (cursor !== null);
  return items;
}

describe("filters", () => {
  const cases: [string, number][] = [
    ["/clouds?limit=1", 130],
    ["/clouds?status=warning", 13],
    ["/clouds?status=warning&status=healthy", 130],
    ["/clouds?badge=env:prod", 39],
    ["/clouds?badge=env", 130],
    ["/clouds?badge=env:prod&badge=team:team%201", 13],
    ["/clouds?badge=env:prod&badge=team:team%205&badgeOperator=or", 52],
    ["/clouds?badge=nothing", 0],
    ["/clouds?q=account%2012", 11],
    ["/clouds?q=100000000077", 1],
    ["/clouds?q=ccount", 0],
    ["/resources?limit=1", resources],
    ["/resources?type=aws.s3.bucket&limit=1", resources / 5],
    ["/resources?type=aws.s3.bucket&type=aws.kms.key&region=eu-west-1&limit=1", 2668],
    ["/resources?badge=env:prod&limit=1", 6000],
    ["/findings?limit=1", 17_144],
    ["/findings?type=nothing", 0],
    ["/findings?badge=nothing", 0],
    ["/findings?framework=nothing", 0],
  ];
  test.each(cases)("%s has %d (S22)", async (path, total) => {
    const page = await get(path);
    expect([page.status, page.body.total]).toEqual([200, total]);
  });

  const looked: [string, number][] = [
    ["/resources?q=native-77", 1 + 10 + 100],
    ["/resources?q=native-12345", 1],
    ["/resources?q=ARN:AWS:thing::100000000078:native-12557", 1],
    ["/resources?q=10.0.4.7", 1 + 10],
    ["/resources?q=web%20native-12345", 1],
    ["/resources?q=erver", 0],
    ["/resources?q=%25", 0],
    ["/resources?tag=owner:7", 40],
    ["/resources?tag=owner:7&tag=env:prod", 40],
    ["/resources?tag=owner:7&type=aws.s3.bucket", 0],
    ["/resources?tag=owner:7&type=aws.iam.role", 40],
    ["/resources?tag=env%3Aprod%3D", 0],
    ["/resources?gone=true", 0],
  ];
  test.each(looked)("%s finds %d and tells no total", async (path, count) => {
    const found = await all(`${path}&limit=1000`);
    expect(found).toHaveLength(count);
    expect((await get(path)).body.total).toBeUndefined();
  });

  test("findings come worst first, open ones unless asked", async () => {
    const found = await all("/findings?limit=1000&cloudId=cld_0");
    expect(found).toEqual([]);
    const [cloud] = (await get("/clouds?limit=1")).body.items;
    const ofCloud = await all(`/findings?limit=70&cloudId=${cloud?.id}`);
    const ranks = ofCloud.map(({ severity }) =>
      ["critical", "high", "medium", "low", "info"].indexOf(String(severity)),
    );
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(new Set(ofCloud.map(({ id }) => id)).size).toBe(ofCloud.length);
    expect(ofCloud.every(({ status }) => status === "open")).toBe(true);
    const both = await all(`/findings?limit=1000&cloudId=${cloud?.id}&status=open&status=closed`);
    expect(both.length).toBeGreaterThan(ofCloud.length);
  });

  test("clouds in every order, each once", async () => {
    const orders: [string, (cloud: Record<string, unknown>) => unknown, 1 | -1][] = [
      ["name", ({ name }) => name, 1],
      ["-name", ({ name }) => name, -1],
      ["-resources", ({ resourceCount }) => resourceCount, -1],
      ["-findings", ({ findingCounts }) => sum(findingCounts), -1],
      ["lastHarvestAt", ({ lastHarvestAt }) => lastHarvestAt, 1],
      ["-lastHarvestAt", ({ lastHarvestAt }) => lastHarvestAt, -1],
      ["status", ({ status }) => (status as { state: string }).state, 1],
    ];
    for (const [sort, value, direction] of orders) {
      const clouds = await all(`/clouds?limit=33&sort=${sort}`);
      expect(new Set(clouds.map(({ id }) => id)).size).toBe(130);
      const values = clouds.map(value) as (string | number)[];
      for (let i = 1; i < values.length; i++)
        expect(compare(values[i - 1], values[i]) * direction).toBeLessThanOrEqual(0);
    }
  });
});

function sum(counts: unknown): number {
  return Object.values(counts as Record<string, number>).reduce((total, count) => total + count, 0);
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  return (a ?? "") < (b ?? "") ? -1 : 1;
}

test("paging stays exact while rows are added and removed", async () => {
  const first = await get("/resources?type=aws.iam.role&limit=500");
  const seen = first.body.items.map(({ id }) => String(id));
  const late = `res_${"f".repeat(32)}`;
  const early = "res_00000000000000000000000000000000";
  const client = new pg.Client({ connectionString: api.ownerUrl });
  await client.connect();
  const copy = (id: string) =>
    client.query(
      `insert into resources (tenant_id, id, cloud_id, type, key_region, region, native_id, account_id, tags, fingerprint, observed_at)
       select tenant_id, $2, cloud_id, type, key_region, region, $2, account_id, tags, fingerprint, observed_at from resources where id = $1`,
      [seen[0], id],
    );
  await copy(early);
  await copy(late);
  const withoutFindings = "split_part(native_id, '-', 2)::int % 2 = 1";
  await client.query(`delete from resources where id = any($1) and ${withoutFindings}`, [seen.slice(0, 10)]);
  const rest = await all("/resources?type=aws.iam.role&limit=500", first.body.nextCursor);
  await client.query("delete from resources where id = any($1)", [[early, late]]);
  await client.end();
  const ids = rest.map(({ id }) => String(id));
  expect(new Set([...seen, ...ids]).size).toBe(seen.length + ids.length);
  expect(ids).toContain(late);
  expect(ids).not.toContain(early);
  expect(seen.length + ids.length).toBe(resources / 5 + 1);
});

test.each([
  ["/resources?cursor=nonsense", "/cursor"],
  [`/resources?cursor=${Buffer.from('["a",1]').toString("base64url")}`, "/cursor"],
  [`/findings?cursor=${Buffer.from('[99999999,"a"]').toString("base64url")}`, "/cursor"],
  [`/audit-events?cursor=${Buffer.from('["a"]').toString("base64url")}`, "/cursor"],
  [`/jobs?cursor=${Buffer.from('["yesterday","a"]').toString("base64url")}`, "/cursor"],
  ["/resources?limit=0", "/limit"],
  ["/resources?limit=1001", "/limit"],
  ["/resources?limit=ten", "/limit"],
  ["/resources?limit=5&limit=6", "/limit"],
  ["/clouds?status=broken", "/status/0"],
  ["/clouds?colour=red", "/colour"],
  ["/resources?gone=maybe", "/gone"],
  ["/resources?q=a%00b", "/q"],
])("%s is refused at %s", async (path, pointer) => {
  const answer = await get(path);
  expect([answer.status, answer.body.code]).toEqual([422, "invalid-query"]);
  expect(answer.body.errors).toEqual([expect.objectContaining({ path: pointer })]);
});

test("one resource with its document, relations and verdicts", async () => {
  const [{ id } = {}] = (await get("/resources?q=native-12")).body.items;
  const { body } = await get(`/resources/${id}`);
  expect(body.properties).toMatchObject({ Number: expect.any(Number) });
  expect(body.relations).toEqual([
    expect.objectContaining({ direction: "out", kind: "uses", resolved: true }),
    expect.objectContaining({ direction: "in", kind: "uses", resolved: true }),
  ]);
  expect((body.verdicts as unknown[]).length).toBe(2);
});

test("search by a rule", async () => {
  const search = (rule: unknown, more = {}) =>
    api.ask(reader, {
      method: "POST",
      url: "/api/v1/resources/search",
      payload: { type: "aws.s3.bucket", rule, ...more },
    });
  const small = await search({ op: "lessThan", path: "Number", value: 100 });
  expect(small.body.items).toHaveLength(20);
  const paged = await search({ op: "greaterThan", path: "Number", value: 0 }, { limit: 7 });
  const next = await search(
    { op: "greaterThan", path: "Number", value: 0 },
    { limit: 7, cursor: paged.body.nextCursor },
  );
  expect(String(paged.body.items.at(-1)?.id) < String(next.body.items[0]?.id)).toBe(true);
  const wrong = await search({ op: "sorcery" });
  expect([wrong.status, wrong.body.code]).toEqual([422, "invalid-form"]);
  expect((wrong.body.errors as { path: string }[])[0]?.path).toMatch(/^\/rule/);
});

test("CSV has every row, and nothing that a spreadsheet runs", async () => {
  const client = new pg.Client({ connectionString: api.ownerUrl });
  await client.connect();
  await client.query(`update resources set name = '=cmd|"x", y' where native_id = 'native-2'`);
  await client.end();
  const answer = await get("/findings?format=csv");
  expect(answer.headers["content-type"]).toBe("text/csv; charset=utf-8");
  const lines = answer.text.split("\r\n");
  expect(lines).toHaveLength(17_144 + 2);
  expect(lines[0]).toMatch(/^id,severity,status,insightId/);
  expect(answer.text).toContain(`"'=cmd|""x"", y"`);
}, 60_000);

test("the summary counts what the lists count", async () => {
  const { body } = await get("/summary");
  expect(body).toMatchObject({
    clouds: { total: 130, byStatus: { healthy: 117, warning: 13, pending: 0 } },
    resources: { total: resources, byType: { "aws.s3.bucket": resources / 5 } },
    findings: { total: 17_144 },
    coverage: expect.any(Number),
    harvest: { scopesDue: 0, scopesInGap: 0 },
  });
  const codes = (body.attention as { code: string; count: number }[]).map(({ code }) => code);
  expect(codes).toContain("warning");
  expect((body.history as unknown[]).length).toBe(1);
  expect(body.score).toBeCloseTo((resources * 2 - 17_144) / (resources * 2), 6);
});

describe("as the application role", () => {
  const bigTables = ["resources", "documents", "resource_terms", "findings", "verdicts", "badges", "edges"];
  const queries = [
    "/clouds",
    "/clouds?badge=env:prod&q=account",
    "/clouds?sort=-findings",
    "/resources",
    "/resources?limit=1000",
    "/resources?type=aws.s3.bucket",
    "/resources?type=aws.s3.bucket&type=aws.kms.key",
    "/resources?region=eu-west-1",
    "/resources?cloudId=CLOUD",
    "/resources?cloudId=CLOUD&type=aws.s3.bucket",
    "/resources?badge=team:team%201",
    "/resources?tag=owner:7",
    "/resources?tag=env",
    "/resources?tag=owner:7&tag=env:prod&type=aws.iam.role",
    "/resources?q=native-12345",
    "/resources?q=web",
    "/resources?q=10.0.4",
    "/resources?q=nothing-like-it",
    "/resources?type=aws.s3.bucket&region=eu-west-1&badge=env:prod&q=web",
    "/resources/RESOURCE",
    "/resource-types",
    "/findings",
    "/findings?severity=high",
    "/findings?insight=INSIGHT",
    "/findings?cloudId=CLOUD",
    "/findings?resourceId=RESOURCE",
    "/findings?type=aws.s3.bucket",
    "/findings?status=closed",
    "/findings?status=closed&status=open&badge=team:team%201",
    "/findings?framework=aws-fsbp",
    "/findings/FINDING",
    "/insights",
    "/frameworks",
    "/summary",
    "/jobs",
    "/audit-events",
  ];

  /** 8 kB each: what is read, not how long a busy machine takes for it. */
  const maxBlocks = 1500;

  test("no query reads a whole big table, nor more than a page needs", async () => {
    const statements = await recordStatements(queries);
    expect(statements.length).toBeGreaterThan(queries.length);
    const scans: string[] = [];
    const wide: string[] = [];
    const client = new pg.Client({ connectionString: api.ownerUrl });
    await client.connect();
    await client.query("set role skywarden_app");
    for (const { path, text, values } of statements) {
      await client.query("begin");
      await client.query("select set_config('skywarden.tenant', $1, true)", [api.tenantId]);
      const { rows } = await client.query(`explain (analyze, format json) ${text}`, values);
      await client.query("rollback");
      const { Plan: plan } = rows[0]["QUERY PLAN"][0];
      const blocks = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
      if (blocks > maxBlocks) wide.push(`${path}: ${blocks} blocks`);
      for (const table of scanned(plan))
        if (bigTables.includes(table)) scans.push(`${path}: ${table} in ${text}`);
    }
    await client.end();
    expect(scans).toEqual([]);
    expect(wide).toEqual([]);
  });

  interface Statement {
    path: string;
    text: string;
    values: unknown[];
  }

  /** What the store really sends while it answers. */
  async function recordStatements(paths: string[]): Promise<Statement[]> {
    const statements: Statement[] = [];
    for (const path of paths) {
      const url = await filled(path);
      const original = pg.Client.prototype.query;
      pg.Client.prototype.query = function record(this: pg.Client, ...given: unknown[]) {
        const [config, values] = given as [
          string | { text: string; values?: unknown[] },
          unknown[] | undefined,
        ];
        const text = typeof config === "string" ? config : config?.text;
        if (typeof text === "string" && /^\s*(select|with)\b/.test(text) && !text.includes("set_config"))
          statements.push({
            path,
            text,
            values: (typeof config === "string" ? values : config.values) ?? [],
          });
        return (original as (...all: unknown[]) => unknown).apply(this, given);
      } as typeof original;
      try {
        expect((await get(url)).status).toBe(200);
      } finally {
        pg.Client.prototype.query = original;
      }
    }
    return statements.filter(({ text }) => !/api_keys|sessions/.test(text));
  }

  async function filled(path: string): Promise<string> {
    const [cloud] = (await get("/clouds?limit=1")).body.items;
    const [resource] = (await get("/resources?limit=1")).body.items;
    const [finding] = (await get("/findings?limit=1")).body.items;
    return path
      .replace("CLOUD", String(cloud?.id))
      .replace("RESOURCE", String(resource?.id))
      .replace("FINDING", String(finding?.id))
      .replace("INSIGHT", String(finding?.insightId));
  }
});

interface Plan {
  "Node Type": string;
  "Relation Name"?: string;
  Plans?: Plan[];
}

function scanned(plan: Plan): string[] {
  const own = plan["Node Type"] === "Seq Scan" ? [plan["Relation Name"] ?? ""] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(scanned)];
}

test("a planted scan is seen", async () => {
  const client = new pg.Client({ connectionString: api.ownerUrl });
  await client.connect();
  const { rows } = await client.query("explain (format json) select id from resources where name like '%x%'");
  await client.end();
  expect(scanned(rows[0]["QUERY PLAN"][0].Plan)).toEqual(["resources"]);
  expect(tagTerm("a", "b")).toBe("tag:a=b");
});
