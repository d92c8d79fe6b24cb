// Tenants never see each other: every route is tried with another tenant's ids, every list is searched for
// them, and the application role cannot look past the policies.

import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routes } from "#contract/routes.ts";
import { requestOf } from "./testing/route-request.ts";
import { seedEstate } from "./testing/seed-estate.ts";
import { startApi, type TestApi } from "./testing/start-api.ts";

let api: TestApi;
let other: string;
const ids: Record<string, string> = {};

beforeAll(async () => {
  api = await startApi();
  other = await api.addTenant("Other");
  await seedEstate(api.ownerUrl, { tenantId: other, clouds: 3, resources: 30, salt: "b" });
  await seedEstate(api.ownerUrl, { tenantId: api.tenantId, clouds: 2, resources: 20, salt: "a" });
  await api.store.asSystem(async (tx) => {
    await sql`insert into cloud_organizations (tenant_id, id, provider, provider_organization_id, management_account_id, nickname, credential_source, credentials)
      values (${other}, 'org_known', 'aws', 'o-other', '222222222222', 'theirs', 'host', '\\x00')`.execute(
      tx.db,
    );
    await sql`insert into access_proofs (tenant_id, id, organization_id, provider_organization_id, nickname, asked_by)
      values (${other}, 'prf_other', 'org_known', 'o-other', 'theirs', 'somebody')`.execute(tx.db);
    await sql`insert into users (id, tenant_id, email, password_hash, role) values ('usr_other', ${other}, 'x@other.example', '', 'viewer')`.execute(
      tx.db,
    );
  });
  await api.key("viewer", other);
  const one = async (table: string, where = sql`true`) => {
    const { rows } = await api.store.asSystem((tx) =>
      sql<{
        id: string;
      }>`select id from ${sql.table(table)} where tenant_id = ${other} and ${where} limit 1`.execute(tx.db),
    );
    return String(rows[0]?.id);
  };
  Object.assign(ids, {
    users: "usr_other",
    "api-keys": await one("api_keys"),
    "cloud-organizations": "org_known",
    "access-proofs": "prf_other",
    clouds: await one("clouds"),
    "harvesting-strategies": await one("harvesting_strategies"),
    // A role has an answer to every question that a resource can be asked.
    resources: await one("resources", sql`type = 'aws.iam.role'`),
    findings: await one("findings"),
    jobs: await one("jobs"),
  });
}, 60_000);
afterAll(() => api.close());

const withId = routes.filter(({ path }) => path.includes(":id") && !/^\/(tenants|insights)/.test(path));

test("each noun with an id is tried", () => {
  expect([...new Set(withId.map(({ path }) => path.split("/")[1]))].toSorted()).toEqual(
    Object.keys(ids).toSorted(),
  );
});

test.each(
  withId.map((route) => [route.name, route] as const),
)("%s does not know another tenant's id", async (_, route) => {
  const request = requestOf(route, ids[String(route.path.split("/")[1])] as string);
  const answer = await api.ask(await api.key("domain-admin"), request);
  expect([answer.status, answer.body.code]).toEqual([404, "not-found"]);
});

test("the same requests reach what is there, with the tenant named", async () => {
  const reads = withId.filter(({ method }) => method === "GET");
  const key = await api.key("domain-admin");
  for (const route of reads) {
    const request = requestOf(route, ids[String(route.path.split("/")[1])] as string);
    const answer = await api.ask(key, { ...request, headers: { "skywarden-tenant": other } });
    expect([route.name, answer.status]).toEqual([route.name, 200]);
  }
});

test("no list holds anything of another tenant", async () => {
  const lists = routes.filter(
    ({ method, path, permission, produces, name }) =>
      method === "GET" && !path.includes(":") && permission !== null && !produces && name !== "listTenants",
  );
  expect(lists.length).toBeGreaterThan(12);
  const { rows } = await api.store.asSystem((tx) =>
    sql<{
      id: string;
    }>`select id from clouds where tenant_id = ${other} union all select id from resources where tenant_id = ${other}
      union all select id from findings where tenant_id = ${other} union all select id from jobs where tenant_id = ${other}
      union all select account_id from clouds where tenant_id = ${other}`.execute(tx.db),
  );
  for (const route of lists) {
    const { text, status } = await api.ask(await api.key("domain-admin"), requestOf(route, ""));
    expect([route.name, status]).toEqual([route.name, 200]);
    const seen = [...rows.map(({ id }) => id), ...Object.values(ids)].filter(
      // The stand-in knows one organization in every tenant.
      (id) => id !== "org_known" && text.includes(id),
    );
    expect([route.name, seen]).toEqual([route.name, []]);
  }
});

test("a filter by another tenant's cloud finds nothing", async () => {
  for (const list of ["resources", "findings"]) {
    const { body } = await api.ask(await api.key("viewer"), `/api/v1/${list}?cloudId=${ids.clouds}`);
    expect(body).toMatchObject({ items: [], total: 0 });
  }
});

describe("the application role", () => {
  let client: pg.Client;
  let tables: string[];
  beforeAll(async () => {
    client = new pg.Client({ connectionString: api.ownerUrl });
    await client.connect();
    const { rows } = await client.query(
      "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id' order by 1",
    );
    tables = rows.map((row) => row.table_name);
    await client.query("set role skywarden_app");
  });
  afterAll(() => client.end());

  const inTenant = async (tenant: string | null, statement: string) => {
    await client.query("begin");
    try {
      if (tenant !== null) await client.query("select set_config('skywarden.tenant', $1, true)", [tenant]);
      return await client.query(statement);
    } finally {
      await client.query("rollback");
    }
  };

  test("sees and changes only its tenant's rows, in every table", async () => {
    expect(tables.length).toBeGreaterThan(25);
    const foreign = `tenant_id = '${other}'`;
    for (const table of tables)
      for (const tenant of [api.tenantId, null, ""]) {
        expect([table, (await inTenant(tenant, `select 1 from ${table} where ${foreign}`)).rowCount]).toEqual(
          [table, 0],
        );
        const { rowCount } = await inTenant(
          tenant,
          `update ${table} set tenant_id = tenant_id where ${foreign}`,
        );
        expect([table, rowCount]).toEqual([table, 0]);
        const removed = await inTenant(tenant, `delete from ${table} where ${foreign}`);
        expect([table, removed.rowCount]).toEqual([table, 0]);
      }
    expect((await inTenant(other, "select 1 from resources")).rowCount).toBe(30);
  });

  test("cannot put a row into another tenant, nor leave its own", async () => {
    await expect(
      inTenant(
        api.tenantId,
        `insert into badges (tenant_id, cloud_id, key, value, kind) values ('${other}', '${ids.clouds}', 'a', 'b', 'user')`,
      ),
    ).rejects.toThrow(/row-level security/);
    await expect(inTenant(api.tenantId, `update clouds set tenant_id = '${other}'`)).rejects.toThrow(
      /row-level security/,
    );
    await expect(
      inTenant(
        api.tenantId,
        "insert into tenants (id, name, key_id, wrapped_key) values ('x', 'x', 'x', '\\x00')",
      ),
    ).rejects.toThrow(/permission denied/);
  });

  test.each([
    "set row_security = off; select 1 from resources",
    "alter table resources disable row level security",
    "drop policy own_tenant on resources",
    "set role skywarden_system",
    "set session authorization skywarden_system",
    "create function f() returns int language sql security definer as 'select 1'",
  ])("is refused: %s", async (statement) => {
    const app = new pg.Client({ connectionString: await appUrl() });
    await app.connect();
    await expect(app.query(statement)).rejects.toThrow();
    await app.end();
  });

  async function appUrl(): Promise<string> {
    const { rolePasswords } = await import("../../tests/database-server.ts");
    const url = new URL(api.ownerUrl);
    url.username = "skywarden_app";
    url.password = rolePasswords.app;
    return url.href;
  }
});

test("a tenant in which nothing has happened yet is told so on every page", async () => {
  const viewer = await api.key("viewer", await api.addTenant("Newcomers"));
  const lists = ["clouds", "resources", "findings", "insights", "frameworks", "jobs", "cloud-organizations"];
  const paths = ["summary", ...lists, "harvesting-strategies"];
  const answers = await Promise.all(
    paths.map(async (path) => [path, (await api.ask(viewer, `/api/v1/${path}`)).status]),
  );
  expect(answers).toEqual(paths.map((path) => [path, 200]));
});
