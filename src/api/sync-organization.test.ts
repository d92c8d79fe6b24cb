// An organization over HTTP: who sees its key, and starting a sync of all, of one account, of one unit.
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { knownOrganization, type RecordedWork } from "./testing/stand-ins.ts";
import { startApi, type TestApi } from "./testing/start-api.ts";

let api: TestApi;
let work: RecordedWork;
beforeAll(async () => {
  api = await startApi();
  work = api.parts.work as RecordedWork;
  await api.store.asSystem((tx) =>
    sql`insert into cloud_organizations (tenant_id, id, provider, provider_organization_id, management_account_id, nickname, credential_source, credentials)
      values (${api.tenantId}, 'org_known', 'aws', 'o-known', '222222222222', 'acme', 'host', '\\x00')`.execute(
      tx.db,
    ),
  );
}, 60_000);
afterAll(() => api.close());

const start = async (query: string, id = "org_known") =>
  api.ask(await api.key("tenant-admin"), {
    method: "POST",
    url: `/api/v1/cloud-organizations/${id}/sync${query}`,
  });

const accepted: [query: string, asked: string, jobId: string][] = [
  ["", "sync org_known", "job_sync"],
  ["?confirm=true", "sync org_known", "job_sync"],
  ["?accountId=111111111111", "sync 111111111111 of org_known", "job_sync_part"],
  ["?organizationalUnitId=ou-ab12-11112222", "sync ou-ab12-11112222 of org_known", "job_sync_part"],
];
test.each(accepted)("a sync%s is begun, told as a job and audited", async (query, asked, jobId) => {
  const answer = await start(query);
  expect([answer.status, answer.body.jobId, work.asked.at(-1)]).toEqual([202, jobId, asked]);
  const { rows } = await api.store.asSystem((tx) =>
    sql<{
      detail: { jobId: string };
    }>`select detail from audit_events where action = 'organization.sync-started'
      order by id desc limit 1`.execute(tx.db),
  );
  expect(rows[0]?.detail.jobId).toBe(jobId);
});

const refused: [query: string, path: string][] = [
  ["?accountId=1234", "/accountId"],
  ["?organizationalUnitId=r-ab12", "/organizationalUnitId"],
  ["?accountId=111111111111&organizationalUnitId=ou-ab12-11112222", "/organizationalUnitId"],
  ["?accountId=111111111111&confirm=true", "/confirm"],
];
test.each(refused)("a sync%s is refused with what to do", async (query, path) => {
  const before = work.asked.length;
  const { status, body } = await start(query);
  expect([status, body.code]).toEqual([422, "invalid-query"]);
  expect(body.errors).toMatchObject([{ path, detail: expect.stringMatching(/Give|Only/) }]);
  expect(work.asked.length).toBe(before);
});

test("an organization that is not there is not synced", async () => {
  expect((await start("?accountId=111111111111", "org_none")).status).toBe(404);
});

test("a confirmation is of what the last sync stopped at, and of nothing else (E14)", async () => {
  const digest = "a".repeat(64);
  const preview = async () =>
    api.ask(await api.key("viewer"), { url: "/api/v1/cloud-organizations/org_known/sync-preview" });
  expect((await preview()).body).toEqual({ preview: null });
  await api.store.asSystem(async ({ client }) => {
    await client.query(
      "update cloud_organizations set sync_state = 'needs-confirmation', shown_digest = $1 where id = 'org_known'",
      [digest],
    );
    await client.query(
      `insert into shown_removals (tenant_id, organization_id, account_id, badge_key, placement, reason)
       values ($1, 'org_known', '111111111111', '', 'excluded', 'By a prefix.'), ($1, 'org_known', '111111111111', 'env', 'badge', null),
         ($1, 'org_known', '222222222222', 'env', 'badge', null)`,
      [api.tenantId],
    );
  });
  const cloud = {
    name: "111111111111",
    accountId: "111111111111",
    placement: "excluded",
    reason: "By a prefix.",
  };
  const badge = { name: "222222222222", accountId: "222222222222", placement: null, reason: null };
  expect((await preview()).body).toEqual({
    preview: {
      ...{ digest, clouds: 1, badges: 2 },
      accounts: [
        { ...cloud, badges: 1 },
        { ...badge, badges: 1 },
      ],
    },
  });
  for (const query of ["?confirm=true", `?confirm=true&preview=${digest}`]) {
    expect((await start(query)).status).toBe(202);
    expect(work.asked.at(-1)).toBe(`sync org_known with ${digest}`);
  }
  const before = work.asked.length;
  const changed = await start(`?confirm=true&preview=${"b".repeat(64)}`);
  expect([changed.status, changed.body.code, work.asked.length]).toEqual([412, "changed-meanwhile", before]);
});

const intervals = [14, 1441, 60.5, "60"];
test.each(
  intervals,
)("an interval of %s is refused, and what is allowed is told", async (syncIntervalMinutes) => {
  const { status, body } = await api.ask(await api.key("domain-admin"), {
    method: "PATCH",
    url: "/api/v1/cloud-organizations/org_known",
    payload: { syncIntervalMinutes },
  });
  expect([status, body.code]).toEqual([422, "invalid-form"]);
  expect(body.errors).toMatchObject([
    { path: "/syncIntervalMinutes", detail: expect.stringContaining(" number") },
  ]);
});

test("a change of nothing is none: no audit event, and so no sync", async () => {
  const key = await api.key("domain-admin");
  const changes = async () =>
    (await api.ask(key, "/api/v1/audit-events?limit=1000")).body.items.filter(
      ({ action }) => action === "organization.changed",
    ).length;
  const patch = (payload: object) =>
    api.ask(key, { method: "PATCH", url: "/api/v1/cloud-organizations/org_known", payload });
  const before = await changes();
  const answer = await patch({});
  expect([answer.status, answer.body.nickname]).toEqual([200, "acme"]);
  expect(answer.headers.etag).toBeTruthy();
  expect(await changes()).toBe(before);
  expect((await patch({ autoBadge: true })).status).toBe(200);
  expect(await changes()).toBe(before + 1);
});

test.each([
  ["tenant-admin", "AKIAKNOWN"],
  ["viewer", null],
] as const)("which key an organization uses is told to administrators only: %s (E24)", async (role, key) => {
  const { onboarding } = api.parts;
  const { organization, organizations } = onboarding;
  const keyed = { ...knownOrganization, accessKeyId: "AKIAKNOWN" };
  onboarding.organization = async () => keyed;
  onboarding.organizations = async () => [keyed];
  const caller = await api.key(role);
  const one = await api.ask(caller, "/api/v1/cloud-organizations/org_known");
  const all = await api.ask(caller, "/api/v1/cloud-organizations");
  Object.assign(onboarding, { organization, organizations });
  expect(one.body).toMatchObject({ id: "org_known", accessKeyId: key });
  expect(all.body.items).toMatchObject([{ id: "org_known", accessKeyId: key }]);
});
