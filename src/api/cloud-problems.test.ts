// Equal causes are one problem with one repair: grouped, linked to their clouds, tried again as one job.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type StateChange, setCloudStates } from "#store/cloud-states.ts";
import { seedEstate } from "./testing/seed-estate.ts";
import type { RecordedWork } from "./testing/stand-ins.ts";
import { startApi, type TestApi } from "./testing/start-api.ts";

let api: TestApi;
let admin: string;
let ids: string[];

const policy = "arn:aws:organizations::1:policy/o-a/service_control_policy/p-12345678";
const role = "role/Skywarden-Harvest-Member-Role";
const states: [number, StateChange][] = [
  [
    80,
    {
      state: "warning",
      code: "denied-by-scp",
      reason: "kms:ListKeys is denied.",
      action: "x",
      cause: policy,
    },
  ],
  [12, { state: "awaiting-role", code: "role-not-assumable-yet", reason: "new", action: "x", cause: role }],
  [3, { state: "assume-role-failed", code: "assume-role-denied", reason: "no", action: "x", cause: role }],
  [2, { state: "invalid-credentials", code: "invalid-key", reason: "no", action: "x", cause: "AKIA1" }],
  [
    1,
    {
      state: "warning",
      code: "missing-permissions",
      reason: "no",
      action: "x",
      cause: "kms:ListKeys, s3:ListAllMyBuckets",
    },
  ],
];

beforeAll(async () => {
  api = await startApi();
  admin = await api.key("tenant-admin");
  await seedEstate(api.ownerUrl, { tenantId: api.tenantId, clouds: 127, resources: 127, salt: "a" });
  ids = (await get("/clouds?limit=1000")).body.items.map(({ id }) => String(id));
  await api.store.withTenant(api.tenantId, async (tx) => {
    await setCloudStates(tx, ids, { state: "healthy", code: null, reason: null, action: null });
    let at = 0;
    for (const [count, change] of states) {
      await setCloudStates(tx, ids.slice(at, at + count), change);
      at += count;
    }
  });
}, 60_000);
afterAll(() => api.close());

const get = (path: string) => api.ask(admin, `/api/v1${path}`);
interface Shown {
  state: string;
  code: string;
  cause: string;
  title: string;
  clouds: number;
  link: string;
  accountIds: string[];
  repair: { steps: string[]; commands: { text: string }[]; links: { url: string }[] };
}
const problems = async (query = "") =>
  (await get(`/clouds/problems${query}`)).body as unknown as { clouds: number; items: Shown[] };

test("equal causes are one problem, the largest first, each with what mends it (S45, S95)", async () => {
  const { clouds, items } = await problems();
  expect(clouds).toBe(98);
  expect(items.map(({ clouds: count, title }) => `${count} ${title}`)).toEqual([
    "80 denied by SCP p-12345678",
    `12 no ${role} yet`,
    `3 ${role} cannot be assumed`,
    "2 key AKIA1 is invalid",
    "1 the role may not kms:ListKeys, s3:ListAllMyBuckets",
  ]);
  for (const { repair } of items) expect(repair.steps.length).toBeGreaterThan(1);
  const commands = items.map(({ repair }) => repair.commands.map(({ text }) => text).join("\n"));
  expect(commands[0]).toContain("--policy-id p-12345678");
  expect(commands[0]).toContain('"arn:aws:iam::*:role/Member"');
  expect(commands[1]).toContain(`--accounts ${items[1]?.accountIds.join(" ")}`);
  expect(commands[2]).toContain(`${items[2]?.accountIds[0]}:${role} `);
  expect(commands[3]).toContain("--access-key-id AKIA1");
  expect(commands[4]).toContain("skywarden template member-role");
});

test("each links to exactly its clouds (S45)", async () => {
  for (const { state, code, cause, clouds, link } of (await problems()).items) {
    const filter = new URLSearchParams(link.split("?")[1]).get("filter") ?? "";
    expect(filter).toContain(`status:${state} code:${code} cause:`);
    expect(filter).toContain(cause);
    const query = new URLSearchParams({ status: state, code, cause });
    expect((await get(`/clouds?${query}`)).body.total).toBe(clouds);
  }
});

test("a badge filter leaves the problems of the clouds that fit", async () => {
  const { items } = await problems("?badge=env:prod");
  const listed = await get("/clouds?badge=env:prod&status=warning&code=denied-by-scp");
  expect(items[0]).toMatchObject({ code: "denied-by-scp", clouds: listed.body.total });
  expect((await problems("?badge=nothing")).items).toEqual([]);
});

test("all clouds of one are tried again as one job, told in the audit", async () => {
  const check = (payload: object) =>
    api.ask(admin, { method: "POST", url: "/api/v1/clouds/problems/check", payload });
  const answer = await check({ state: "warning", code: "denied-by-scp", cause: policy });
  expect([answer.status, answer.body]).toEqual([202, { jobId: "job_check", clouds: 80 }]);
  expect((api.parts.work as RecordedWork).asked).toEqual([`check 80: warning: ${policy}`]);
  expect((await get("/audit-events?action=clouds.checked")).body.items).toEqual([
    expect.objectContaining({ detail: expect.objectContaining({ clouds: 80, code: "denied-by-scp" }) }),
  ]);
  expect((await check({ state: "warning", code: "denied-by-scp", cause: "mended" })).status).toBe(409);
  expect((await check({ state: "healthy", code: null, cause: null })).status).toBe(409);
});

test("an organization's nickname and id find its clouds (S82, S104)", async () => {
  await api.store.withTenant(api.tenantId, async ({ client }) => {
    await client.query(
      `insert into cloud_organizations (tenant_id, id, provider, provider_organization_id, management_account_id, nickname, credential_source, credentials)
       values ($1, 'org_1', 'aws', 'o-abcdefghij', '111111111111', 'Blue Harbour GmbH', 'host', '\\x00')`,
      [api.tenantId],
    );
    await client.query("update clouds set organization_id = 'org_1' where tenant_id = $1 and id = any($2)", [
      api.tenantId,
      ids.slice(0, 7),
    ]);
  });
  for (const q of ["blue", "harb", "o-abcdef", "blue harbour", "GMBH account"])
    expect([q, (await get(`/clouds?q=${encodeURIComponent(q)}`)).body.total]).toEqual([q, 7]);
  for (const q of ["lue", "bcdef", "blue 100000000000000"])
    expect([q, (await get(`/clouds?q=${encodeURIComponent(q)}`)).body.total]).toEqual([q, 0]);
});
