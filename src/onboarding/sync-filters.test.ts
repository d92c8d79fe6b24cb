// Which accounts of the demo world a sync imports under its filters, and the same under a role that may do less.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { finishRemoval } from "#store/cloud-removal.ts";
import { small } from "../../simulator/worlds/small.ts";
import { originalActions } from "./testing/original-actions.ts";
import { makeRole } from "./testing/simulated-aws.ts";
import { startTestSync, type TestSync } from "./testing/test-sync.ts";

describe("filters", () => {
  let demo: TestSync;
  beforeAll(async () => {
    demo = await startTestSync({ accounts: 40 });
  });
  afterAll(() => demo.close());
  const names = async () =>
    (await demo.clouds()).filter(({ state }) => state !== "out-of-scope").map(({ name }) => name);
  const unitOf = (name: string) => demo.world.units.list().find((unit) => unit.Name === name)?.Id ?? "";

  test("units are imported with what is nested in them, and prefixes of any case win over them (S87, S90, E13)", async () => {
    await demo.sync({ includedUnits: [unitOf("Workloads")], excludedNamePrefixes: ["CHECKOUT-"] });
    const imported = await names();
    expect(imported).toContain("catalog-prod");
    expect(imported).toContain("catalog-dev");
    expect(imported.filter((name) => name.startsWith("checkout-"))).toEqual([]);
    expect(imported).not.toContain("log-archive");
    expect(imported).not.toContain("management");
    const below = demo.world.accounts.list().filter(({ Name }) => /-(prod|staging|dev)$/.test(Name));
    expect(imported.length).toBeLessThanOrEqual(below.length);
  });

  test("a wider scope adds, and a prefix puts out of scope without removing (S87, E13)", async () => {
    const { outcome } = await demo.sync();
    expect(outcome).toMatchObject({
      kind: "done",
      report: { accounts: { total: 40, included: 40, excluded: 0 } },
    });
    await demo.sync({ excludedNamePrefixes: ["dns"] });
    expect(await demo.cloud("dns")).toMatchObject({
      state: "out-of-scope",
      code: "excluded",
      isRemoved: false,
    });
    const { toHarvest } = await demo.sync();
    expect(toHarvest).toEqual([(await demo.cloud("dns"))?.id]);
  });

  test("suspended accounts are removed when that is chosen, told once, and come back when reinstated (S88, E14)", async () => {
    const suspended = ["legacy-erp", "old-campaign-site"];
    expect((await demo.cloud("legacy-erp"))?.state).toBe("suspended");
    const { removing, outcome } = await demo.sync({ autoRemoveSuspended: true });
    const clouds = await Promise.all(suspended.map((name) => demo.cloud(name)));
    expect(clouds.map((cloud) => cloud?.state)).toEqual(["removing", "removing"]);
    expect([...removing].sort()).toEqual(clouds.map((cloud) => cloud?.id).sort());
    expect(outcome).toMatchObject({ report: { accounts: { total: 40, included: 38, excluded: 2 } } });
    expect((await demo.sync({ autoRemoveSuspended: true })).removing).toEqual([]);
    const { store, tenantId } = demo.installation;
    for (const cloud of clouds) await store.withTenant(tenantId, (tx) => finishRemoval(tx, cloud?.id ?? ""));
    const before = await demo.versions();
    await demo.sync({ autoRemoveSuspended: true });
    expect(await demo.versions()).toEqual(before);
    demo.change("legacy-erp", { State: "ACTIVE" });
    await demo.sync({ autoRemoveSuspended: true });
    expect(await demo.cloud("legacy-erp")).toMatchObject({ state: "pending", isRemoved: false });
    expect(await demo.cloud("old-campaign-site")).toMatchObject({ isRemoved: true });
  });
});

const eightActionRole = (demo: TestSync) =>
  makeRole(demo.aws, demo.aws.simulator.managementAccountId, "Skywarden-Harvest-Eight", {
    actions: originalActions,
    externalId: demo.installation.externalId,
  });

test("an account that moves while the tree is walked has not left (E14, E23)", async () => {
  const demo = await startTestSync({ world: "small" });
  const roleArn = await eightActionRole(demo);
  await demo.sync({ roleArn });
  let walks = 0;
  // The root has been listed by then; it is where the account goes.
  const onCall = async (operation: string) => {
    if (
      operation === "ListAccountsForParent" &&
      ++walks === 2 &&
      demo.world.accounts.get(small.prodAccountId)
    )
      demo.change("prod", { parentId: small.rootId });
  };
  await demo.sync({ roleArn, onCall });
  expect(await demo.cloud("prod")).toMatchObject({ state: "pending", path: "/Root" });
  expect(walks).toBe(6);
  demo.world.accounts.delete(small.prodAccountId);
  await demo.sync({ roleArn });
  expect((await demo.cloud("prod"))?.state).toBe("out-of-scope");
  walks = 0;
  await demo.sync({ roleArn, onCall });
  expect(walks).toBe(3);
  await demo.close();
});

test("the original role of 8 actions syncs the same clouds by walking the tree (E23)", async () => {
  const demo = await startTestSync({ accounts: 45 });
  const roleArn = await eightActionRole(demo);
  const { outcome, toHarvest } = await demo.sync({ roleArn });
  expect(outcome).toMatchObject({ kind: "done", report: { accounts: { total: 45, included: 45 } } });
  expect(toHarvest).toHaveLength(43);
  if (outcome.kind === "done")
    expect(outcome.report.warnings.join()).toContain("SERVICE_CONTROL_POLICY could not be read");
  expect(await demo.badges("log-archive", "autogenerated")).toEqual(demo.account("log-archive").tags);
  const byTree = (await demo.clouds()).map(({ name, path }) => [name, path]);
  const before = await demo.installation.rows("select * from cloud_tags order by cloud_id, key");
  await demo.sync();
  expect((await demo.clouds()).map(({ name, path }) => [name, path])).toEqual(byTree);
  expect(await demo.installation.rows("select * from cloud_tags order by cloud_id, key")).toEqual(before);
  await demo.close();
});
