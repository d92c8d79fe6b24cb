// What people change or remove while a sync runs: what they wanted last holds, and nothing of theirs is lost.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type SimulatedAws, startSimulatedAws } from "#onboarding/testing/simulated-aws.ts";
import { addBadge } from "#store/badges.ts";
import { findJob } from "#store/jobs.ts";
import type { TenantTx } from "#store/open.ts";
import { saveAccounts } from "#store/organization-clouds.ts";
import { deleteOrganization } from "#store/organization-removal.ts";
import { holdOrganization, lockOrganization, organizationRevision } from "#store/revision.ts";
import { small } from "../../simulator/worlds/small.ts";
import type { Queues } from "./queues.ts";
import { runSync } from "./sync-organization.ts";
import { type Connecting, openConnecting } from "./testing/connecting.ts";
import { openWork } from "./work.ts";

let aws: SimulatedAws;
let connecting: Connecting;
let work: ReturnType<typeof openWork>;
let id = "";
/** Done once, before a call of that operation is sent. */
let meanwhile: { at: string; act: () => Promise<unknown> } | null = null;

beforeAll(async () => {
  aws = await startSimulatedAws({ world: "small" });
  connecting = await openConnecting(async (asked) => {
    const due = meanwhile?.at === asked.operation ? meanwhile : null;
    if (due) meanwhile = null;
    await due?.act();
    return aws.call(asked);
  }, aws.platform);
  await connecting.createRoles(aws, small.managementAccountId, aws.platformArn);
  work = openWork(connecting.parts.store, { wake: async () => undefined } as Partial<Queues> as Queues);
}, 60_000);
afterAll(async () => {
  await connecting.close();
  await aws.close();
});
beforeEach(async () => {
  await connecting.estate.rows("truncate cloud_organizations, clouds, jobs cascade");
  const arn = (name: string) => `arn:aws:iam::${small.managementAccountId}:role/${name}`;
  const created = await connecting.onboarding.create(connecting.tenantId, {
    nickname: "acme",
    organizationRole: { arn: arn("Skywarden-Harvest-Org-Role") },
    memberRole: { arn: arn("Skywarden-Harvest-Member-Role") },
    autoBadge: true,
  });
  if (!created.ok) throw new Error(created.detail);
  id = created.value.id;
  await wake();
});

const wake = () =>
  runSync(connecting.parts, { tenantId: connecting.tenantId, id }, new AbortController().signal);
const inTenant = <T>(act: (tx: TenantTx) => Promise<T>) =>
  connecting.parts.store.withTenant(connecting.tenantId, act);
const change = async (body: Parameters<Connecting["onboarding"]["change"]>[2]) => {
  const changed = await connecting.onboarding.change(connecting.tenantId, id, body, null);
  if (!changed.ok) throw new Error(changed.detail);
};
const clouds = () =>
  connecting.estate.rows<{ id: string; name: string; state: string }>(
    "select id, name, state from clouds where removed_at is null order by name",
  );
const cloudOf = async (name: string) => (await clouds()).find((cloud) => cloud.name === name)?.id ?? "";

/** The last question of a sync of this world: all is listed, and nothing is taken away yet. */
const atTheEnd = "ListTagsForResource";

/** A sync during which that happens, and those that follow from it. */
async function syncWith(at: string, act: () => Promise<unknown>): Promise<string> {
  meanwhile = { at, act };
  const jobId = await work.syncOrganization(connecting.tenantId, id);
  expect(await wake()).toBe("more");
  expect(meanwhile).toBeNull();
  expect(await wake()).toBe("done");
  return jobId;
}

test("badges that unticking auto-badge has handed over stay as they are changed (S89, E7)", async () => {
  const prod = await cloudOf("prod");
  const jobId = await syncWith(atTheEnd, async () => {
    await change({ autoBadge: false });
    expect(await inTenant((tx) => addBadge(tx, prod, { key: "env", value: "mine" }))).toBeNull();
  });
  const badges = await connecting.estate.rows(
    "select key, value, kind from badges where cloud_id = $1 and key in ('env', 'owner') order by key",
    [prod],
  );
  expect(badges).toEqual([
    { key: "env", value: "mine", kind: "user" },
    { key: "owner", value: "team-a", kind: "user" },
  ]);
  expect(await inTenant((tx) => findJob(tx, jobId))).toMatchObject({ state: "done", error: null });
});

test("no suspended account is removed any more once auto-remove is unticked (S88, E14)", async () => {
  await change({ autoRemoveSuspended: true });
  await syncWith(atTheEnd, () => change({ autoRemoveSuspended: false }));
  expect((await clouds()).find(({ name }) => name === "old")?.state).toBe("suspended");
  const told = await connecting.estate.rows("select 1 from audit_events where action = 'cloud.removing'");
  expect(told).toEqual([]);
});

test("nothing goes out of scope by filters that were taken back (S87, S90, E13)", async () => {
  await change({ excludedNamePrefixes: ["pro"] });
  await syncWith(atTheEnd, () => change({ excludedNamePrefixes: [] }));
  const told = await connecting.estate.rows("select 1 from cloud_states where state = 'out-of-scope'");
  expect(told).toEqual([]);
});

describe("an organization that is removed meanwhile", () => {
  const remove = () => inTenant((tx) => deleteOrganization(tx, id));
  const left = async () => (await clouds()).filter(({ state }) => state !== "removing");

  test.each(["ListAccounts", atTheEnd])("before %s leaves no cloud and no job behind (E28)", async (at) => {
    await connecting.estate.rows("truncate clouds cascade");
    const jobId = await syncWith(at, remove);
    expect(await left()).toEqual([]);
    expect(await inTenant((tx) => findJob(tx, jobId))).toMatchObject({
      state: "failed",
      error: "The organization was removed.",
    });
  });

  test("while accounts are being stored takes these along (E28)", async () => {
    await connecting.estate.rows("truncate clouds cascade");
    const account = {
      ...{ id: "123123123123", name: "newborn", email: null, state: "ACTIVE", joinedAt: null },
      unitIds: [small.rootId],
    };
    const [stored, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const storing = inTenant(async (tx) => {
      await holdOrganization(tx, id, (await organizationRevision(tx, id)) ?? "");
      await saveAccounts(tx, { id, provider: "aws", partition: "aws" }, [{ account, suspended: null }]);
      stored.resolve();
      await goOn.promise;
    });
    await stored.promise;
    const removing = inTenant(async (tx) => {
      await lockOrganization(tx, id);
      return deleteOrganization(tx, id);
    });
    const ended = await Promise.race([removing, new Promise((end) => setTimeout(end, 200, "waits"))]);
    expect(ended).toBe("waits");
    goOn.resolve();
    await storing;
    expect(await removing).toHaveLength(1);
    expect(await left()).toEqual([]);
  });
});
