// User badges of many clouds from CSV or rows: a preview first, refused rows with line and reason, then written once,
// however often it is sent.

import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { seedEstate } from "./testing/seed-estate.ts";
import { startApi, type TestApi } from "./testing/start-api.ts";

let api: TestApi;
let admin: string;
let owner: pg.Client;
const account = (n: number) => `1${String(n).padStart(11, "0")}`;

beforeAll(async () => {
  api = await startApi();
  admin = await api.key("tenant-admin");
  await seedEstate(api.ownerUrl, { tenantId: api.tenantId, clouds: 600, resources: 600, salt: "a" });
  const other = await api.addTenant("Other");
  await seedEstate(api.ownerUrl, { tenantId: other, clouds: 1, resources: 1, salt: "b" });
  owner = new pg.Client({ connectionString: api.ownerUrl });
  await owner.connect();
  await owner.query("update clouds set account_id = '012345678901' where account_id = $1", [account(600)]);
}, 60_000);
afterAll(async () => {
  await owner.end();
  await api.close();
});
beforeEach(async () => {
  await owner.query("delete from badges where kind = 'user'");
  await owner.query(
    `insert into badges (tenant_id, cloud_id, key, value, kind)
     select tenant_id, id, 'env', 'dev', 'user' from clouds where account_id in ($1, $2)`,
    [account(1), account(2)],
  );
});

interface Told {
  applied: boolean;
  rows: number;
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  clouds: number;
  changes: { line: number; accountId: string; key: string; from: string | null; to: string | null }[];
  refused: { line: number; cloud: string; code: string; reason: string }[];
}

async function send(csv: string, apply = false): Promise<Told> {
  const answer = await api.ask(admin, {
    method: "POST",
    url: `/api/v1/badges/import${apply ? "?apply=true" : ""}`,
    headers: { "content-type": "text/csv" },
    payload: csv,
  });
  expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
  return answer.body as unknown as Told;
}
async function userBadges(n: number | string): Promise<Record<string, string>> {
  const { rows } = await owner.query<{ key: string; value: string }>(
    "select key, value from badges join clouds c on c.id = cloud_id where account_id = $1 and kind = 'user' order by key",
    [typeof n === "number" ? account(n) : n],
  );
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}
const head = "accountId,key,value\n";

test("is a preview first, then written, and finds nothing to do the second time (S21, E8)", async () => {
  const csv = `${head}${account(1)},env,prod\n${account(1)},cost center,"4,2"\n${account(2)},env,\n${account(3)},Env,x\n`;
  const preview = await send(csv);
  expect(preview).toMatchObject({ applied: false, rows: 4, added: 2, changed: 1, removed: 1, clouds: 3 });
  expect(preview.changes.map(({ line, key, from, to }) => [line, key, from, to])).toEqual([
    [2, "env", "dev", "prod"],
    [3, "cost center", null, "4,2"],
    [4, "env", "dev", null],
    [5, "Env", null, "x"],
  ]);
  expect(await userBadges(1)).toEqual({ env: "dev" });

  expect(await send(csv, true)).toMatchObject({ ...preview, applied: true });
  expect([await userBadges(1), await userBadges(2), await userBadges(3)]).toEqual([
    { env: "prod", "cost center": "4,2" },
    {},
    { Env: "x" },
  ]);
  const audits = async (action: string) =>
    (await api.ask(admin, `/api/v1/audit-events?action=${action}`)).body.items;
  expect((await audits("badges.imported"))[0]).toMatchObject({
    detail: { added: 2, changed: 1, removed: 1 },
  });
  expect((await audits("badge.imported")).length).toBe(3);

  expect(await send(csv, true)).toMatchObject({ unchanged: 4, changes: [], refused: [] });
  expect((await audits("badges.imported")).length).toBe(1);
});

test("each refused row has its line and the reason; the others are written (E6, S107)", async () => {
  const rows: [row: string, code: string, reason: RegExp][] = [
    [`${account(1)},system.x,1`, "reserved-badge", /reserved/],
    [`${account(1)},cloud_org_path,/x`, "reserved-badge", /reserved/],
    [`${account(1)},team,mine`, "reserved-badge", /tag of the cloud account/],
    [`${account(1)},system.cloud_organization,`, "reserved-badge", /reserved/],
    ["999999999999,env,prod", "unknown-cloud", /No cloud of this tenant/],
    ["200000000001,env,prod", "unknown-cloud", /No cloud of this tenant/],
    ["12345678901,env,prod", "unknown-cloud", /leading zeros of 012345678901/],
    ["1.23457E+11,env,prod", "unknown-cloud", /rounded/],
    [",env,prod", "unknown-cloud", /Name the cloud/],
    [`${account(1)},env,again`, "duplicate", /Line 2/],
    [`${account(1)},,value`, "no-key", /key/],
    [`${account(1)},${"k".repeat(257)},v`, "too-long", /256/],
    [`${account(1)},k,${"v".repeat(513)}`, "too-long", /512/],
    [`${account(1)},k`, "wrong-cells", /2 cells/],
  ];
  const csv = `${head}${account(1)},env,prod\n${rows.map(([row]) => row).join("\n")}\n`;
  const told = await send(csv, true);
  expect(told.refused.map(({ line, code }) => [line, code])).toEqual(
    rows.map(([, code], i) => [i + 3, code]),
  );
  for (const [i, [, , reason]] of rows.entries()) expect(told.refused[i]?.reason).toMatch(reason);
  expect(told).toMatchObject({ changed: 1, added: 0, rows: rows.length + 1 });
  expect(await userBadges(1)).toEqual({ env: "prod" });
});

test("a cloud has at most 200 badges, however they come", async () => {
  const rows = Array.from({ length: 200 }, (_, n) => `${account(5)},k${n},v`).join("\n");
  const told = await send(`${head}${rows}\n`, true);
  const had = (
    await owner.query("select 1 from badges join clouds c on c.id = cloud_id where account_id = $1", [
      account(5),
    ])
  ).rowCount;
  expect([told.added + 2, had]).toEqual([200, 200]);
  expect(told.refused.map(({ code }) => code)).toEqual(["too-many-badges", "too-many-badges"]);
});

describe("the export", () => {
  const download = async (query = "") => (await api.ask(admin, `/api/v1/badges/export${query}`)).text;

  test("has a row for every user badge and every cloud, and imported again changes nothing", async () => {
    await send(
      `${head}${account(1)},formula,=1+1\n${account(1)},quoted,"'=x"\n${account(1)},list,"a, ""b""\r\nc"\n`,
      true,
    );
    await owner.query(
      "insert into badges (tenant_id, cloud_id, key, value, kind) select tenant_id, id, 'empty', '', 'user' from clouds where account_id = $1",
      [account(1)],
    );
    const csv = await download();
    expect(csv.split("\r\n")[0]).toBe("accountId,cloudName,key,value");
    expect(csv).toContain("formula,'=1+1");
    expect(csv).not.toMatch(/[,\n]=/);
    expect(csv).not.toContain("team");
    const told = await send(csv, true);
    expect(told).toMatchObject({ rows: 6, unchanged: 6, changes: [], refused: [] });
    expect(csv.trim().split("\r\n").length).toBe(1 + 600 + 4 + 1);
  });

  test("has only the clouds that fit a badge filter", async () => {
    const csv = await download("?badge=env:dev");
    expect(
      csv
        .trim()
        .split("\r\n")
        .map((line) => line.split(",")[0]),
    ).toEqual(["accountId", account(1), account(2)]);
  });
});

test("rows are taken as JSON, too, by either id", async () => {
  const { rows } = await owner.query<{ id: string }>("select id from clouds where account_id = $1", [
    account(9),
  ]);
  const import_ = (payload: object) =>
    api.ask(admin, { method: "POST", url: "/api/v1/badges/import?apply=true", payload });
  const answer = await import_({
    rows: [
      { cloudId: rows[0]?.id, key: "owner", value: "ada" },
      { accountId: account(1), key: "env", value: null },
      { accountId: account(2), cloudId: rows[0]?.id, key: "env", value: "x" },
    ],
  });
  expect(answer.body).toMatchObject({ added: 1, removed: 1, refused: [{ line: 3, code: "unknown-cloud" }] });
  expect([await userBadges(9), await userBadges(1)]).toEqual([{ owner: "ada" }, {}]);
});

test.each<[string, object | string, string, RegExp]>([
  ["nothing", {}, "/csv", /either/],
  ["both", { csv: head, rows: [] }, "/csv", /either/],
  ["no header", { csv: `${account(1)},env,prod\n` }, "/csv", /names the columns/],
  ["semicolons", { csv: "accountId;key;value\n1;2;3\n" }, "/csv", /by commas/],
  ["two columns of one name", { csv: "accountId,key,Key,value\n" }, "/csv", /two columns/],
  ["an open quote", { csv: `${head}1,"a,b\n` }, "/csv", /Line 2: .*does not end/],
  ["10,001 lines", { csv: head + `${account(1)},a,b\n`.repeat(10_001) }, "/csv", /10,000/],
  ["10,001 rows", { rows: Array.from({ length: 10_001 }, () => ({ key: "a" })) }, "/rows", /10000/],
  ["an unknown field", { rows: [{ key: "a", colour: "b" }] }, "/rows/0/colour", /Known are/],
])("%s is refused", async (_, payload, path, words) => {
  const answer = await api.ask(admin, { method: "POST", url: "/api/v1/badges/import", payload });
  expect([answer.status, answer.body.code]).toEqual([422, "invalid-form"]);
  expect(answer.body.errors).toEqual([
    expect.objectContaining({ path, detail: expect.stringMatching(words) }),
  ]);
});

test("10,000 rows are planned and written within seconds; other routes take no CSV", async () => {
  const rows: string[] = [];
  for (let key = 0; key < 17; key++)
    for (let n = 1; n < 600; n++) if (rows.length < 10_000) rows.push(`${account(n)},bulk${key},v${n}`);
  const startedAt = performance.now();
  const told = await send(`${head}${rows.join("\n")}\n`, true);
  expect(told).toMatchObject({ added: 10_000, refused: [] });
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  const other = await api.ask(admin, {
    method: "POST",
    url: "/api/v1/harvesting-strategies",
    headers: { "content-type": "text/csv" },
    payload: "a,b",
  });
  expect([other.status, other.body.code]).toEqual([415, "unsupported-media-type"]);
});

test("two imports at once do not block each other, and both are written", async () => {
  const rows = (key: string, order: number[]) => head + order.map((n) => `${account(n)},${key},x\n`).join("");
  const up = Array.from({ length: 599 }, (_, n) => n + 1);
  const [one, two] = await Promise.all([
    send(rows("one", up), true),
    send(rows("two", up.toReversed()), true),
  ]);
  expect([one.added, two.added]).toEqual([599, 599]);
  expect(await userBadges(77)).toEqual({ one: "x", two: "x" });
});

test("badges in use are listed with how many clouds have each", async () => {
  const { body } = await api.ask(admin, "/api/v1/badges?q=ENV");
  expect(body.items).toEqual([{ key: "env", value: "dev", clouds: 2 }]);
  const all = (await api.ask(admin, "/api/v1/badges")).body.items;
  expect(all[0]).toEqual({ key: "system.cloud_organization", value: "o-abc", clouds: 600 });
});
