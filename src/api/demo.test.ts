// "Try it" of the demo over the API: only in the demo, only for domain administrators, told from the world and from
// what was written down.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildServer } from "./server.ts";
import { seedEstate } from "./testing/seed-estate.ts";
import type { RecordedWork, standInWorld } from "./testing/stand-ins.ts";
import { answerOf, startApi, type TestApi } from "./testing/start-api.ts";

let api: TestApi;
let key: string;
let world: ReturnType<typeof standInWorld>;

beforeAll(async () => {
  api = await startApi();
  key = await api.key("domain-admin");
  world = api.parts.demo as typeof world;
  await seedEstate(api.ownerUrl, { tenantId: api.tenantId, clouds: 2, resources: 10, salt: "a" });
}, 60_000);
afterAll(() => api.close());

const step = (act: string, name = "role") =>
  api.ask(key, { method: "POST", url: `/api/v1/demo/steps/${name}`, payload: { act } });
const read = async () => (await api.ask(key, "/api/v1/demo")).body.steps as Record<string, unknown>[];

test("outside of the demo there is nothing at these addresses, whoever asks", async () => {
  const app = await buildServer({ ...api.parts, demo: null });
  const headers = { authorization: `Bearer ${key}` };
  const asked = answerOf(await app.inject({ url: "/api/v1/demo", headers }));
  const changed = answerOf(
    await app.inject({
      ...{ method: "POST", url: "/api/v1/demo/steps/role", headers, payload: { act: "break" } },
    }),
  );
  const me = answerOf(await app.inject({ url: "/api/v1/me", headers }));
  expect([asked.status, changed.status, me.body.tryIt]).toEqual([404, 404, false]);
  await app.close();
});

test("before the organization is connected there are no steps, and it says so", async () => {
  expect((await api.ask(key, "/api/v1/demo")).body).toEqual({ organizationId: null, steps: [] });
  expect((await step("break")).body).toMatchObject({
    code: "conflict",
    detail: expect.stringContaining("Connect the simulated organization first"),
  });
  await api.store.asSystem(({ db }) =>
    sql`insert into cloud_organizations (tenant_id, id, provider, provider_organization_id, management_account_id, nickname, credential_source, credentials)
      values (${api.tenantId}, 'org_known', 'aws', 'o-one', '111111111111', 'one', 'host', '\\x00')`.execute(
      db,
    ),
  );
  await api.store.asSystem(({ db }) =>
    sql`update clouds set organization_id = 'org_known', provider_state = 'ACTIVE' where tenant_id = ${api.tenantId}`.execute(
      db,
    ),
  );
});

test("a role is broken and mended; each act is harvested, audited, and told to whoever comes back", async () => {
  expect(await read()).toMatchObject([{ id: "role", state: "untouched", acts: ["break"], progress: null }]);
  // An account that a step may use must not change from one look to the next.
  expect(world.given.at(-1)).toEqual(world.given.at(-1)?.toSorted());
  expect((await step("break")).status).toBe(200);
  const [broken] = await read();
  expect(broken).toMatchObject({
    ...{ state: "broken", acts: ["mend"] },
    progress: { act: "break", synced: null, harvested: { state: "waiting" } },
    scores: { before: { cloud: expect.any(Object), estate: expect.any(Object) } },
  });
  expect((api.parts.work as RecordedWork).asked).toEqual([
    `harvest ${(broken?.cloud as { id: string }).id} * *`,
  ]);
  expect((await step("break")).body.code).toBe("conflict");
  expect((await step("mend")).status).toBe(200);
  expect(await read()).toMatchObject([{ state: "untouched", progress: { act: "mend" } }]);
  const { body } = await api.ask(key, "/api/v1/audit-events?action=demo.step-taken");
  expect(body.items.map(({ subject, detail }) => [subject, (detail as { act: string }).act])).toEqual([
    ["role", "mend"],
    ["role", "break"],
  ]);
});

test.each([
  ["an act of another step", "attach", "role", 409],
  ["an act that there is not", "explode", "role", 422],
  ["a step that there is not", "break", "moon", 404],
])("%s is refused", async (_, act, name, status) => {
  expect((await step(act, name)).status).toBe(status);
});

test("a simulator that has gone is told", async () => {
  world.isAway = true;
  expect((await api.ask(key, "/api/v1/demo")).body).toMatchObject({ status: 503, code: "simulator-away" });
  world.isAway = false;
});
