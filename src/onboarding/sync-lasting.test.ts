// What people have decided of a cloud outlasts what AWS does to its account, and a cloud that is not wanted still says
// what its account is called and where it is.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pauseCloud, resumeCloud } from "#store/cloud-changes.ts";
import { finishRemoval, removedByUser } from "#store/cloud-removal.ts";
import { setCloudStates } from "#store/cloud-states.ts";
import type { TenantTx } from "#store/open.ts";
import { small } from "../../simulator/worlds/small.ts";
import { type SyncChange, startTestSync, type TestSync } from "./testing/test-sync.ts";

let demo: TestSync;
beforeEach(async () => {
  demo = await startTestSync({ world: "small" });
  await demo.sync();
});
afterEach(() => demo.close());

const inTenant = async <T>(name: string, act: (tx: TenantTx, cloudId: string) => Promise<T>): Promise<T> => {
  const id = (await demo.cloud(name))?.id ?? "";
  return demo.installation.store.withTenant(demo.installation.tenantId, (tx) => act(tx, id));
};
const suspend = () => demo.change("prod", { State: "SUSPENDED" });
const reinstate = () => demo.change("prod", { State: "ACTIVE" });
const excluded: SyncChange = { excludedNamePrefixes: ["prod"] };

describe("a paused cloud", () => {
  beforeEach(() => inTenant("prod", (tx, id) => pauseCloud(tx, id, "somebody")));

  const away: [title: string, state: string, go: () => void, change: SyncChange][] = [
    ["suspended and reinstated", "suspended", suspend, {}],
    ["excluded and wanted again", "out-of-scope", () => undefined, excluded],
  ];
  test.each(
    away,
  )("that is %s is still paused, and by whom is told (E13, E14)", async (_, state, go, change) => {
    go();
    await demo.sync(change);
    expect((await demo.cloud("prod"))?.state).toBe(state);
    reinstate();
    const { toHarvest } = await demo.sync();
    expect(toHarvest).toEqual([]);
    const [row] = await demo.installation.rows<object>(
      "select state, state_reason, paused from clouds where name = 'prod'",
    );
    expect(row).toEqual({ state: "paused", state_reason: "Paused by somebody.", paused: true });
  });

  test.each(
    away,
  )("that is resumed while it is %s stays so, and is harvested after (E13, E14)", async (_, state, go, change) => {
    go();
    await demo.sync(change);
    await inTenant("prod", (tx, id) => resumeCloud(tx, id, state as "suspended"));
    expect((await demo.cloud("prod"))?.state).toBe(state);
    reinstate();
    const { toHarvest } = await demo.sync();
    expect(toHarvest).toEqual([(await demo.cloud("prod"))?.id]);
    expect((await demo.cloud("prod"))?.state).toBe("pending");
  });
});

describe("a suspended cloud that somebody removes", () => {
  beforeEach(async () => {
    suspend();
    await demo.sync();
    await inTenant("prod", (tx, id) =>
      setCloudStates(tx, [id], { state: "removing", code: removedByUser, reason: null, action: null }),
    );
  });

  test("goes for good, and comes back once AWS has reinstated the account (E14)", async () => {
    await demo.sync();
    expect((await demo.cloud("prod"))?.state).toBe("removing");
    expect(await inTenant("prod", finishRemoval)).toBe(small.prodAccountId);
    const { outcome } = await demo.sync();
    expect(await demo.cloud("prod")).toMatchObject({ isRemoved: true });
    expect(outcome).toMatchObject({ report: { accounts: { total: 4, included: 3, excluded: 1 } } });
    const before = await demo.versions();
    await demo.sync();
    expect(await demo.versions()).toEqual(before);
    reinstate();
    const { toHarvest } = await demo.sync();
    expect(toHarvest).toEqual([(await demo.cloud("prod"))?.id]);
    expect(await demo.cloud("prod")).toMatchObject({ isRemoved: false, state: "pending" });
  });

  test("goes for good, too, where the account is synced by itself (E14)", async () => {
    await demo.syncPart(small.prodAccountId);
    expect((await demo.cloud("prod"))?.state).toBe("removing");
  });
});

describe("a cloud out of scope", () => {
  const syncs = [
    ["a whole sync", (change: SyncChange) => demo.sync(change)],
    ["a sync of its account", (change: SyncChange) => demo.syncPart(small.prodAccountId, change)],
  ] as const;
  test.each(syncs)("is called and stands as AWS has it, by %s (S102, E13)", async (_, sync) => {
    demo.change("prod", { Name: "sandbox-prod", parentId: small.devUnitId });
    await sync({ excludedNamePrefixes: ["SANDBOX-"] });
    expect(await demo.cloud("sandbox-prod")).toMatchObject({ state: "out-of-scope", path: "/Root/dev" });
    expect(await demo.badges("sandbox-prod", "system")).toMatchObject({ cloud_org_path: "/Root/dev" });
    for (const action of ["cloud.renamed", "cloud.moved", "cloud.out-of-scope"])
      expect(await demo.audits(action)).toEqual([small.prodAccountId]);
    expect((await sync({ excludedNamePrefixes: ["SANDBOX-"] })).outcome.kind).toBe("done");
    expect(await demo.audits("cloud.moved")).toHaveLength(1);
  });

  test("is not taken from another organization for it", async () => {
    await demo.installation.rows(
      "update clouds set organization_id = 'org_other', unit_id = null where name = 'prod'",
    );
    await demo.sync(excluded);
    const [row] = await demo.installation.rows<object>(
      "select organization_id, unit_id from clouds where name = 'prod'",
    );
    expect(row).toEqual({ organization_id: "org_other", unit_id: null });
  });
});
