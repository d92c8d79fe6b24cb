// When a worker is woken for an organization: what is due is synced, the whole or the parts that were asked for, and
// whoever asked is told the end.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type SimulatedAws, startSimulatedAws } from "#onboarding/testing/simulated-aws.ts";
import { cancelJob, findJob } from "#store/jobs.ts";
import { dueSyncs } from "#store/sweep.ts";
import { organizationOf } from "../../simulator/organization.ts";
import { small } from "../../simulator/worlds/small.ts";
import type { Queues } from "./queues.ts";
import { runSync } from "./sync-organization.ts";
import { type Connecting, openConnecting } from "./testing/connecting.ts";
import { openWork } from "./work.ts";

let aws: SimulatedAws;
let connecting: Connecting;
let work: ReturnType<typeof openWork>;
let id = "";
let calls: string[] = [];

beforeAll(async () => {
  aws = await startSimulatedAws({ world: "small" });
  connecting = await openConnecting((asked) => {
    calls.push(asked.operation);
    return aws.call(asked);
  }, aws.platform);
  await connecting.createRoles(aws, small.managementAccountId, aws.platformArn);
  const arn = (name: string) => `arn:aws:iam::${small.managementAccountId}:role/${name}`;
  const created = await connecting.onboarding.create(connecting.tenantId, {
    nickname: "acme",
    organizationRole: { arn: arn("Skywarden-Harvest-Org-Role") },
    memberRole: { arn: arn("Skywarden-Harvest-Member-Role") },
  });
  if (!created.ok) throw new Error(created.detail);
  id = created.value.id;
  work = openWork(connecting.parts.store, { wake: async () => undefined } as Partial<Queues> as Queues);
  await wake();
}, 60_000);
afterAll(async () => {
  await connecting.close();
  await aws.close();
});
beforeEach(() => {
  calls = [];
});

const wake = () =>
  runSync(connecting.parts, { tenantId: connecting.tenantId, id }, new AbortController().signal);
const job = async (jobId: string | null) =>
  connecting.parts.store.withTenant(connecting.tenantId, (tx) => findJob(tx, jobId ?? ""));
const due = async () => (await connecting.parts.store.asSystem(dueSyncs)).map((key) => key.id);

test("nothing is asked of AWS where nothing is due", async () => {
  expect(await due()).toEqual([]);
  expect(await wake()).toBe("done");
  expect(calls).toEqual([]);
});

test("an account that was asked for is synced alone, and its job ends; asked twice it is one job", async () => {
  const first = await work.syncPart(connecting.tenantId, id, small.prodAccountId);
  expect(await work.syncPart(connecting.tenantId, id, small.prodAccountId)).toBe(first);
  expect(await due()).toEqual([id]);
  expect(await wake()).toBe("done");
  expect(calls.filter((operation) => operation !== "AssumeRole")).toEqual([
    "DescribeAccount",
    "ListTagsForResource",
  ]);
  expect(await job(first)).toMatchObject({
    kind: "sync-part",
    subject: `acme: ${small.prodAccountId}`,
    state: "done",
    error: null,
  });
  expect(await due()).toEqual([]);
});

test("a part that the whole must answer makes the whole due, which ends its job too", async () => {
  const jobId = await work.syncPart(connecting.tenantId, id, `${small.prodUnitId.slice(0, -4)}zzzz`);
  expect(await wake()).toBe("more");
  expect((await job(jobId))?.state).toBe("running");
  expect(await wake()).toBe("done");
  expect(calls).toContain("ListAccounts");
  expect(await job(jobId)).toMatchObject({ state: "done", error: null });
  expect(await due()).toEqual([]);
});

test("an account that cannot be read fails its job and nothing else", async () => {
  const view = organizationOf(aws.simulator.world);
  const jobId = await work.syncPart(connecting.tenantId, id, small.devAccountId);
  const { call } = connecting.parts;
  connecting.parts.call = (async (asked: { operation: string }) =>
    asked.operation === "DescribeAccount"
      ? {
          ok: false,
          error: { code: "X", message: "AWS is away", status: 500, requestId: null, reason: "failed" },
        }
      : call(asked as Parameters<typeof call>[0])) as typeof call;
  await wake();
  connecting.parts.call = call;
  expect(await job(jobId)).toMatchObject({
    state: "failed",
    error: "organizations:DescribeAccount failed: AWS is away",
  });
  expect(view?.accounts.get(small.devAccountId)).toBeDefined();
  expect(await due()).toEqual([]);
});

test("a part that is cancelled before its turn is not synced", async () => {
  const jobId = await work.syncPart(connecting.tenantId, id, small.prodAccountId);
  await connecting.parts.store.withTenant(connecting.tenantId, (tx) => cancelJob(tx, jobId ?? ""));
  await wake();
  expect(calls).toEqual([]);
  expect(await job(jobId)).toMatchObject({ state: "cancelled" });
  expect(await due()).toEqual([]);
});

test.each([
  "done",
  "pending",
])("a whole sync that is cancelled while it waits is not begun (%s before)", async (state) => {
  await connecting.estate.rows("update cloud_organizations set sync_state = $1, sync_error = null", [state]);
  const jobId = await work.syncOrganization(connecting.tenantId, id);
  expect(await due()).toEqual([id]);
  await connecting.parts.store.withTenant(connecting.tenantId, (tx) => cancelJob(tx, jobId));
  await work.cancel(connecting.tenantId, jobId);
  expect(await due()).toEqual([]);
  expect(await wake()).toBe("done");
  expect(calls).toEqual([]);
  expect(await job(jobId)).toMatchObject({ state: "cancelled" });
  const [row] = await connecting.estate.rows<{ state: string; minutes: number }>(
    `select sync_state as state, round(extract(epoch from next_sync_at - now()) / 60)::int as minutes
     from cloud_organizations`,
  );
  expect(row).toEqual({ state: state === "done" ? "done" : "failed", minutes: 60 });
});

test("a whole sync that is cancelled ends, and waits for its next time", async () => {
  const jobId = await work.syncOrganization(connecting.tenantId, id);
  await connecting.parts.store.withTenant(connecting.tenantId, (tx) => cancelJob(tx, jobId));
  const { call } = connecting.parts;
  connecting.parts.call = (async (asked: Parameters<typeof call>[0]) => {
    if (asked.operation === "ListAccounts")
      await connecting.estate.rows(
        "update jobs set state = 'cancelled' where state in ('queued', 'running')",
      );
    return call(asked);
  }) as typeof call;
  expect(await wake()).toBe("done");
  connecting.parts.call = call;
  const [row] = await connecting.estate.rows<{ state: string; error: string }>(
    "select sync_state as state, sync_error as error from cloud_organizations",
  );
  expect(row).toEqual({ state: "failed", error: "The sync was cancelled." });
  expect(await due()).toEqual([]);
});

test("a sync that is asked for while one runs is another one, and its job ends with that (S96)", async () => {
  const first = await work.syncOrganization(connecting.tenantId, id);
  const view = organizationOf(aws.simulator.world);
  const prod = view?.accounts.get(small.prodAccountId);
  if (!view || !prod) throw new Error("no account");
  const { call } = connecting.parts;
  let second = "";
  connecting.parts.call = (async (asked: Parameters<typeof call>[0]) => {
    const answer = await call(asked);
    if (asked.operation === "ListAccounts" && second === "") {
      // Too late for the sync that runs.
      view.accounts.put(prod.Id, { ...prod, Name: "renamed" });
      second = await work.syncOrganization(connecting.tenantId, id);
      expect(await work.syncOrganization(connecting.tenantId, id)).toBe(second);
    }
    return answer;
  }) as typeof call;
  expect(await wake()).toBe("more");
  connecting.parts.call = call;
  expect(second).not.toBe(first);
  expect([(await job(first))?.state, (await job(second))?.state]).toEqual(["done", "queued"]);
  expect(await due()).toEqual([id]);
  const name = async () =>
    (
      await connecting.estate.rows<{ name: string }>("select name from clouds where account_id = $1", [
        prod.Id,
      ])
    )[0]?.name;
  expect(await name()).toBe("prod");
  expect(await wake()).toBe("done");
  expect([(await job(second))?.state, await name()]).toEqual(["done", "renamed"]);
  expect(await due()).toEqual([]);
  view.accounts.put(prod.Id, prod);
});

test("a sync after one that was killed ends the jobs of both (S96)", async () => {
  const first = await work.syncOrganization(connecting.tenantId, id);
  await connecting.estate.rows("update jobs set state = 'running' where id = $1", [first]);
  await connecting.estate.rows("update cloud_organizations set sync_state = 'running', next_sync_at = null");
  const second = await work.syncOrganization(connecting.tenantId, id);
  expect(await wake()).toBe("done");
  expect([(await job(first))?.state, (await job(second))?.state]).toEqual(["done", "done"]);
  expect(await due()).toEqual([]);
});

test("an organization of another tenant cannot be asked for", async () => {
  expect(await work.syncPart("ten_other", id, small.prodAccountId)).toBeNull();
});
