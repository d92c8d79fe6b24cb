// The rows of a cloud's permissions by API: narrowed, page by page, and called known for a while.
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedEstate } from "./testing/seed-estate.ts";
import { startApi, type TestApi } from "./testing/start-api.ts";

let api: TestApi;
let key: string;
let url: string;

beforeAll(async () => {
  api = await startApi();
  await seedEstate(api.ownerUrl, { tenantId: api.tenantId, clouds: 1, resources: 10, salt: "p" });
  key = await api.key("tenant-admin");
  const { body } = await api.ask(key, { method: "GET", url: "/api/v1/clouds" });
  url = `/api/v1/clouds/${body.items[0]?.id}/permissions`;
}, 60_000);
afterAll(() => api.close());

const get = async (query = "") => (await api.ask(key, { method: "GET", url: `${url}${query}` })).body;
const place = { region: "global", action: "iam:GetAccountSummary" };
const known = `?region=${place.region}&action=${place.action}`;

test("the pages together are all rows, each once, and what may not comes first", async () => {
  const whole = await get("?limit=1000");
  const rows: Record<string, unknown>[] = [];
  let cursor = "";
  do {
    const page = await get(`?limit=7${cursor}`);
    expect(page.total).toBe(whole.total);
    rows.push(...page.items);
    cursor = page.nextCursor ? `&cursor=${page.nextCursor}` : "";
  } while (cursor);
  expect(rows.length).toBe(whole.total);
  expect(new Set(rows.map(({ region, action }) => `${region} ${action}`)).size).toBe(rows.length);
  const rank = ["denied", "conditional", "unknown", "allowed", "not-applicable"];
  const ranks = rows.map(({ verdict }) => rank.indexOf(String(verdict)));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
});

test("region, action and verdict narrow them", async () => {
  const { items } = await get(known);
  // The role of the seed has no policy at all, and its organization's were never read.
  expect(items).toMatchObject([{ ...place, verdict: "denied", denial: "implicit", layer: "identity" }]);
  expect((await get(`${known}&verdict=allowed`)).items).toEqual([]);
});

test("a missing permission is called known until an instant, told in the rows, and taken back (S47)", async () => {
  const ask = (method: "POST" | "DELETE", query: string, payload?: object) =>
    api.ask(key, { method, url: `${url}/acknowledgements${query}`, ...(payload ? { payload } : {}) });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const said = await ask("POST", "", { ...place, note: "harvested all the same", until });
  expect([said.status, said.body.note]).toEqual([201, "harvested all the same"]);
  const [row] = (await get(known)).items;
  expect(row?.acknowledgement).toMatchObject({ note: "harvested all the same", until });
  const { problems } = await get("/summary");
  const acknowledged = (problems as { acknowledged: number }[]).map((one) => one.acknowledged);
  expect(acknowledged.reduce((sum, count) => sum + count, 0)).toBe(1);
  await ask("POST", "", { ...place, note: "of yesterday", until: "2026-01-01T00:00:00Z" });
  expect((await get(known)).items[0]?.acknowledgement).toBeNull();
  expect((await ask("DELETE", known)).status).toBe(204);
  expect((await ask("DELETE", known)).status).toBe(404);
  const events = await api.ask(key, { method: "GET", url: "/api/v1/audit-events" });
  const actions = events.body.items.map(({ action }) => action);
  expect(actions).toEqual(
    expect.arrayContaining(["permission.acknowledged", "permission.acknowledgement-withdrawn"]),
  );
});
