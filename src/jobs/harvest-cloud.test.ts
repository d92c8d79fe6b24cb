// Harvests of a simulated organization's accounts over loopback: what becomes of a cloud when its role
// comes, goes or may not do everything, and of a job that is cancelled or loses its cloud.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCounts } from "#api/scores.ts";
import { queueJob } from "#store/job-rows.ts";
import { takeLease } from "#store/leases.ts";
import { createStrategy } from "#store/strategies.ts";
import { disagreements } from "#store/testing/recount.ts";
import type { OrganizationPolicy, PolicyAttachment } from "../../simulator/shapes.ts";
import { small } from "../../simulator/worlds/small.ts";
import { harvestCloud } from "./harvest-cloud.ts";
import type { TestCloud } from "./testing/catalog-estate.ts";
import { type HarvestStand, openHarvestStand } from "./testing/harvest-stand.ts";
import { openWork } from "./work.ts";

let stand: HarvestStand;

beforeAll(async () => {
  stand = await openHarvestStand();
});
afterAll(() => stand.close());

const go = () => new AbortController().signal;

async function score(): Promise<{ value: number | null; coverage: number | null; stale: number }> {
  const { parts, tenantId } = stand;
  return parts.store.withTenant(tenantId, async (tx) => {
    const counts = await readCounts(tx, parts.catalog);
    return counts.scoreOf([...parts.catalog.insights.keys()]);
  });
}

async function job(cloud: TestCloud) {
  const rows = await stand.estate.rows<{
    id: string;
    state: string;
    done: number;
    total: number;
    error: string | null;
  }>("select id, state, done, total, error from jobs where cloud_id = $1 order by created_at desc", [
    cloud.id,
  ]);
  return rows[0];
}

describe("the role of a cloud", () => {
  let cloud: TestCloud;

  test("is awaited, and the cloud is healthy when it appears", async () => {
    cloud = await stand.addCloud(small.devAccountId);
    const work = openWork(stand.parts.store, stand.parts.queues);
    await work.harvestCloud(cloud.tenantId, cloud.id, {});
    expect(await job(cloud)).toMatchObject({ state: "queued" });
    await stand.harvest(cloud);
    expect(await stand.state(cloud)).toMatchObject({
      state: "awaiting-role",
      failures: 1,
      has_next_try: true,
    });
    expect(await job(cloud)).toMatchObject({ state: "failed" });
    stand.makeRole(cloud.accountId);
    await stand.makeDue(cloud);
    await stand.harvest(cloud);
    expect(await stand.state(cloud)).toMatchObject({
      state: "healthy",
      state_code: null,
      failures: 0,
      has_next_try: null,
    });
    expect((await stand.state(cloud)).last_harvest_at).not.toBeNull();
    expect(await job(cloud)).toMatchObject({ state: "done", error: null });
    const [counts] = await stand.estate.rows(
      `select count(*)::int as scopes, count(*) filter (where completed_at is null or gap_since is not null or due_at <= now())::int as open,
         (select count(*)::int from resources where cloud_id = $1 and gone_at is null) as resources,
         (select calls::int from clouds where id = $1) as calls from harvest_scopes where cloud_id = $1`,
      [cloud.id],
    );
    expect(counts).toMatchObject({ open: 0 });
    expect(Object.values(counts ?? {}).every((count) => count === 0 || Number(count) > 15)).toBe(true);
    expect(await disagreements(stand.estate, cloud.tenantId)).toEqual([]);
  });

  test("is removed: verdicts are kept, stale, and neither score nor coverage rises", async () => {
    const before = await score();
    expect(before).toMatchObject({ stale: 0 });
    stand.removeRole(cloud.accountId);
    await stand.makeDue(cloud);
    await stand.harvest(cloud);
    const state = await stand.state(cloud);
    expect(state).toMatchObject({ state: "assume-role-failed", failures: 1 });
    expect(state.state_reason).toContain("It worked until 2");
    const after = await score();
    expect(after.value).toBe(before.value);
    expect(after.coverage).toBeLessThan(before.coverage ?? 0);
    expect(after.stale).toBeGreaterThan(0);
    const live = await stand.estate.rows("select from resources where cloud_id = $1 and gone_at is null", [
      cloud.id,
    ]);
    expect(live.length).toBeGreaterThan(15);
  });

  test("returns: everything is as it was", async () => {
    stand.makeRole(cloud.accountId);
    await stand.makeDue(cloud);
    await stand.harvest(cloud);
    expect(await stand.state(cloud)).toMatchObject({ state: "healthy", failures: 0 });
    expect(await score()).toMatchObject({ stale: 0 });
  });

  test("lacks a permission: the cloud warns and names it", async () => {
    stand.makeRole(cloud.accountId, ["kms:ListKeys"]);
    await stand.makeDue(cloud);
    await stand.harvest(cloud);
    const state = await stand.state(cloud);
    expect(state).toMatchObject({ state: "warning", state_code: "missing-permissions" });
    expect(state.state_reason).toContain("kms:ListKeys");
    stand.makeRole(cloud.accountId);
    await stand.makeDue(cloud);
    await stand.harvest(cloud);
    expect(await stand.state(cloud)).toMatchObject({ state: "healthy" });
  });
});

test("an operation that a service control policy denies is a warning with the policy's ARN", async () => {
  const place = { accountId: small.managementAccountId, region: "global" };
  const { world } = stand.simulator;
  const statement = { Effect: "Deny", Action: "rds:DescribeDBInstances", Resource: "*" };
  world.collection<OrganizationPolicy>(place, "organizations:policy").put("p-denyrds1", {
    Id: "p-denyrds1",
    Name: "No databases",
    Description: "",
    Type: "SERVICE_CONTROL_POLICY",
    document: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    tags: {},
  });
  const attachments = world.collection<PolicyAttachment>(place, "organizations:attachment");
  attachments.put(small.prodUnitId, {
    targetId: small.prodUnitId,
    policyIds: ["p-FullAWSAccess", "p-denyrds1"],
  });
  const cloud = await stand.addCloud(small.prodAccountId);
  stand.makeRole(cloud.accountId);
  await stand.harvest(cloud);
  const state = await stand.state(cloud);
  expect(state).toMatchObject({ state: "warning", state_code: "denied-by-scp" });
  expect(state.state_reason).toMatch(
    /rds:DescribeDBInstances is denied by a service control policy: arn:aws:organizations::\d+:policy\/o-\w+\/service_control_policy\/p-denyrds1/,
  );
  const [gap] = await stand.estate.rows(
    "select count(*)::int as scopes, count(*) filter (where due_at > now() + interval '1 hour')::int as later from harvest_scopes where cloud_id = $1 and gap_since is not null",
    [cloud.id],
  );
  // A denial does not pass by itself: it is tried again with the rest.
  expect(gap).toEqual({ scopes: 17, later: 17 });
});

describe("a job", () => {
  let cloud: TestCloud;

  beforeAll(async () => {
    cloud = await stand.addCloud(small.managementAccountId);
    stand.makeRole(cloud.accountId);
  });

  async function dueScopes(): Promise<number> {
    const rows = await stand.estate.rows(
      "select from harvest_scopes where cloud_id = $1 and due_at <= now()",
      [cloud.id],
    );
    return rows.length;
  }

  test("that is cancelled while it runs breaks off, and what is left waits", async () => {
    await setLatency(200);
    const work = openWork(stand.parts.store, stand.parts.queues);
    const running = harvestCloud(stand.parts, cloud, go());
    await expect.poll(async () => (await job(cloud))?.done, { timeout: 15_000 }).toBeGreaterThan(0);
    const { id } = (await job(cloud)) as { id: string };
    await stand.estate.rows("update jobs set state = 'cancelled', finished_at = now() where id = $1", [id]);
    await work.cancel(cloud.tenantId, id);
    expect(await running).toBe("done");
    await setLatency(0);
    expect(await dueScopes()).toBe(0);
    const [left] = await stand.estate.rows<{ open: number }>(
      "select count(*)::int as open from harvest_scopes where cloud_id = $1 and completed_at is null",
      [cloud.id],
    );
    expect(left?.open).toBeGreaterThan(0);
    expect(await job(cloud)).toMatchObject({ state: "cancelled" });
  });

  test("that is cancelled while it waits leaves nothing due", async () => {
    const work = openWork(stand.parts.store, stand.parts.queues);
    const id = await work.harvestCloud(cloud.tenantId, cloud.id, {});
    expect(await dueScopes()).toBeGreaterThan(100);
    await stand.estate.rows("update jobs set state = 'cancelled' where id = $1", [id]);
    await work.cancel(cloud.tenantId, id);
    expect(await dueScopes()).toBe(0);
  });

  test("for what the cloud does not have ends at once", async () => {
    const work = openWork(stand.parts.store, stand.parts.queues);
    await work.harvestCloud(cloud.tenantId, cloud.id, { type: "aws.no.such-type" });
    await stand.harvest(cloud);
    expect(await job(cloud)).toMatchObject({ state: "done" });
  });

  test("for one type harvests that alone", async () => {
    const work = openWork(stand.parts.store, stand.parts.queues);
    await work.harvestCloud(cloud.tenantId, cloud.id, { type: "aws.iam.role" });
    expect(await dueScopes()).toBe(1);
    await stand.harvest(cloud);
    expect(await job(cloud)).toMatchObject({ state: "done" });
    expect(await dueScopes()).toBe(0);
  });

  test("for a paused cloud says so", async () => {
    await stand.estate.rows("update clouds set paused = true where id = $1", [cloud.id]);
    const work = openWork(stand.parts.store, stand.parts.queues);
    await work.harvestCloud(cloud.tenantId, cloud.id, {});
    await stand.harvest(cloud);
    expect(await job(cloud)).toMatchObject({
      state: "failed",
      error: "The cloud is paused; it is not harvested.",
    });
    await stand.estate.rows("update clouds set paused = false where id = $1", [cloud.id]);
  });

  test("that loses its cloud writes no more", async () => {
    await setLatency(200);
    await stand.makeDue(cloud);
    const running = harvestCloud(stand.parts, cloud, go());
    await expect.poll(async () => (await job(cloud))?.state, { timeout: 15_000 }).toBe("running");
    await stand.estate.rows("update cloud_leases set until = now() - interval '1 s' where cloud_id = $1", [
      cloud.id,
    ]);
    const other = await takeLease(stand.parts.store, cloud.tenantId, cloud.id, "another worker");
    expect(other).not.toBeNull();
    await expect(running).rejects.toThrow("Another worker has taken over");
    await setLatency(0);
    expect(await harvestCloud(stand.parts, cloud, go())).toBe("done");
    const [lease] = await stand.estate.rows("select holder from cloud_leases where cloud_id = $1", [
      cloud.id,
    ]);
    expect(lease).toEqual({ holder: "another worker" });
    await stand.estate.rows("delete from cloud_leases where cloud_id = $1", [cloud.id]);
  });

  test("that goes on after a break keeps its total", async () => {
    await stand.makeDue(cloud);
    const { tenantId, id } = cloud;
    await stand.estate.rows("update jobs set state = 'done' where cloud_id = $1", [id]);
    await stand.parts.store.withTenant(tenantId, (tx) =>
      queueJob(tx, { kind: "harvest-cloud", subject: "x", cloudId: id }),
    );
    await stand.estate.rows("update jobs set total = 1000 where cloud_id = $1 and state = 'queued'", [id]);
    await stand.harvest(cloud);
    expect(await job(cloud)).toMatchObject({ state: "done", total: 1000 });
  });

  test("several strategies are harvested together, each scope as often as one of them says (S20, E26)", async () => {
    const ids = await stand.parts.store.withTenant(cloud.tenantId, async (tx) => {
      const make = async (
        name: string,
        intervalMinutes: number,
        resourceTypes: string[],
        regions: string[] | null,
      ) => (await createStrategy(tx, { name, intervalMinutes, resourceTypes, regions })).id;
      return [
        await make("networks, rarely", 720, ["aws.ec2.vpc", "aws.ec2.subnet"], null),
        await make("networks at home, often", 30, ["aws.ec2.vpc"], ["eu-west-1"]),
        await make("buckets", 60, ["aws.s3.bucket"], null),
      ];
    });
    await stand.estate.rows("update clouds set strategy_ids = $2 where id = $1", [cloud.id, ids]);
    await stand.makeDue(cloud);
    await stand.harvest(cloud);
    const scopes = await stand.estate.rows<{ scope: string; minutes: number; places: number }>(
      `select type || case when region = 'eu-west-1' then ' at home' else '' end as scope,
         round(extract(epoch from due_at - completed_at) / 60)::int as minutes, count(*)::int as places
       from harvest_scopes where cloud_id = $1 and due_at is not null group by 1, 2 order by 1`,
      [cloud.id],
    );
    expect(scopes).toEqual([
      { scope: "aws.ec2.subnet", minutes: 720, places: 16 },
      { scope: "aws.ec2.subnet at home", minutes: 720, places: 1 },
      { scope: "aws.ec2.vpc", minutes: 720, places: 16 },
      { scope: "aws.ec2.vpc at home", minutes: 30, places: 1 },
      { scope: "aws.s3.bucket", minutes: 60, places: 1 },
    ]);
  });
});

async function setLatency(latencyMs: number): Promise<void> {
  const { adminUrl, adminToken } = stand.simulator;
  await fetch(`${adminUrl}/settings`, {
    method: "PUT",
    headers: { authorization: `Bearer ${adminToken}` },
    body: JSON.stringify({ latencyMs }),
  });
}
