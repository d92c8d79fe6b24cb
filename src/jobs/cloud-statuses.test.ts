// Statuses over a simulated AWS: when credentials count as invalid, how long a role is awaited, what the history
// says, and many clouds tried again as one job.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRoleCache } from "#aws/assume.ts";
import type { AwsCaller } from "#model/aws-call.ts";
import { endIdleChecks, startCheck } from "#store/cloud-checks.ts";
import { listStatusChanges, setCloudStates } from "#store/cloud-states.ts";
import { removeOld } from "#store/sweep.ts";
import { small } from "../../simulator/worlds/small.ts";
import type { TestCloud } from "./testing/catalog-estate.ts";
import { type HarvestStand, openHarvestStand } from "./testing/harvest-stand.ts";

let stand: HarvestStand;
beforeAll(async () => {
  stand = await openHarvestStand();
}, 60_000);
afterAll(() => stand.close());

const history = (cloud: TestCloud) =>
  stand.parts.store.withTenant(cloud.tenantId, async (tx) => {
    const rows = await listStatusChanges(tx, cloud.id, { before: null, limit: 100 });
    return rows.map(({ from, to }) => `${from} → ${to}`);
  });

/** AWS refuses the installation's own credentials so many times, then accepts them. */
function refuse(times: number): { asked: number } {
  const count = { asked: 0 };
  const real = stand.parts.call;
  const call: AwsCaller = (async (asked) => {
    if (asked.operation !== "AssumeRole") return real(asked);
    count.asked += 1;
    const isRefused = count.asked <= times;
    return real(
      isRefused ? { ...asked, credentials: { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" } } : asked,
    );
  }) as AwsCaller;
  stand.parts.roles = openRoleCache(call);
  return count;
}

test("25 refusals within 5 minutes leave the status, the 26th makes the credentials invalid; then each try tells (S95)", async () => {
  const cloud = await stand.addCloud(small.devAccountId);
  stand.makeRole(cloud.accountId);
  let sent = refuse(25);
  await stand.harvest(cloud);
  expect(sent.asked).toBe(26);
  expect(await stand.state(cloud)).toMatchObject({ state: "healthy", failures: 0 });

  // The window slides: those 25 are forgotten.
  await stand.estate.rows("delete from credential_refusals");
  await stand.makeDue(cloud);
  sent = refuse(1000);
  await stand.harvest(cloud);
  expect(sent.asked).toBe(26);
  expect(await stand.state(cloud)).toMatchObject({
    state: "invalid-credentials",
    state_code: "invalid-key",
    failures: 1,
    has_next_try: true,
  });
  await stand.harvest(cloud);
  expect(sent.asked).toBe(27);

  // Another cloud by the same credentials learns of it at once.
  const other = await stand.addCloud(small.prodAccountId);
  await stand.harvest(other);
  expect(sent.asked).toBe(28);
  expect(await stand.state(other)).toMatchObject({ state: "invalid-credentials" });

  await stand.makeDue(cloud);
  await stand.harvest(cloud);
  expect(await stand.state(cloud)).toMatchObject({ state: "healthy", failures: 0 });
  expect(await history(cloud)).toEqual([
    "invalid-credentials → healthy",
    "healthy → invalid-credentials",
    "pending → healthy",
  ]);
});

test("refusals older than 5 minutes do not count (S95)", async () => {
  await stand.estate.rows("delete from credential_refusals");
  const cloud = await stand.addCloud(small.managementAccountId);
  stand.makeRole(cloud.accountId);
  await stand.estate.rows(
    `insert into credential_refusals (tenant_id, credential, refused_at)
     select $1, 'host aws', array_agg(now() - interval '301 seconds') from generate_series(1, 26)`,
    [stand.tenantId],
  );
  const sent = refuse(3);
  await stand.harvest(cloud);
  expect(sent.asked).toBe(4);
  expect(await stand.state(cloud)).toMatchObject({ state: "healthy" });
});

test("a role is awaited for as long as the setting says, then it has failed (E25)", async () => {
  const cloud = await stand.addCloud("999999999999");
  stand.parts.patience = { ...stand.parts.patience, awaitingRoleMs: 2 * 3_600_000 };
  await stand.makeDue(cloud);
  await stand.harvest(cloud);
  expect(await stand.state(cloud)).toMatchObject({ state: "awaiting-role" });
  await stand.estate.rows("update clouds set awaiting_since = now() - interval '3 hours' where id = $1", [
    cloud.id,
  ]);
  await stand.makeDue(cloud);
  await stand.harvest(cloud);
  expect(await stand.state(cloud)).toMatchObject({ state: "assume-role-failed" });
  expect((await stand.state(cloud)).state_reason).toContain("It never worked.");
  expect(await history(cloud)).toEqual(["awaiting-role → assume-role-failed", "pending → awaiting-role"]);
});

test("the history is kept for 400 days (S95)", async () => {
  const cloud = await stand.addCloud("999999999998");
  const set = (reason: string) =>
    stand.parts.store.withTenant(stand.tenantId, (tx) =>
      setCloudStates(tx, [cloud.id], { state: "warning", code: "c", reason, action: null, cause: "x" }),
    );
  expect(await set("one")).toEqual([cloud.id]);
  expect(await set("one")).toEqual([]);
  await set("two");
  await stand.estate.rows(
    `update cloud_states set at = now() - case reason when 'one' then interval '401 days' else interval '399 days' end
     where cloud_id = $1`,
    [cloud.id],
  );
  await stand.parts.store.asSystem(removeOld);
  expect(await history(cloud)).toEqual(["warning → warning"]);
});

test("many clouds are tried again as one job, which ends with the last of them", async () => {
  const [dev, prod] = await stand.estate.rows<{ id: string; account_id: string }>(
    "select id, account_id from clouds where account_id = any($1) order by account_id",
    [[small.devAccountId, small.prodAccountId]],
  );
  const clouds = [dev, prod].map((row) => ({
    tenantId: stand.tenantId,
    id: String(row?.id),
    accountId: String(row?.account_id),
  }));
  for (const { accountId } of clouds) stand.removeRole(accountId);
  for (const cloud of clouds) {
    await stand.makeDue(cloud);
    await stand.harvest(cloud);
  }
  const ids = clouds.map(({ id }) => id);
  const check = () =>
    stand.parts.store.withTenant(stand.tenantId, (tx) => startCheck(tx, "role missing", ids));
  const jobId = await check();
  expect(await check()).toBe(jobId);
  const job = async () =>
    (await stand.estate.rows("select state, done, total, failed from jobs where id = $1", [jobId]))[0];
  expect(await job()).toEqual({ state: "running", done: 0, total: 2, failed: 0 });
  stand.makeRole(clouds[0]?.accountId ?? "");
  await stand.harvest(clouds[0] as TestCloud);
  expect(await job()).toEqual({ state: "running", done: 1, total: 2, failed: 0 });
  await stand.harvest(clouds[1] as TestCloud);
  expect(await job()).toEqual({ state: "done", done: 2, total: 2, failed: 1 });
  expect((await stand.state(clouds[0] as TestCloud)).state).toBe("healthy");

  // A cloud that is taken away is not waited for.
  const later = await check();
  await stand.estate.rows("update clouds set state = 'removing' where id = any($1)", [ids]);
  await stand.parts.store.asSystem(endIdleChecks);
  expect(await stand.estate.rows("select state from jobs where id = $1", [later])).toEqual([
    { state: "done" },
  ]);
});
