// The plan of a cloud's scopes: what comes, what leaves, and what is out of sight from then on.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { HarvestScope } from "#model/resource.ts";
import type { CloudKey } from "./resource-rows.ts";
import { makeDue, postponeDue, readDueScopes, saveScopePlan } from "./scope-plan.ts";
import {
  listingOf,
  noNeighbours,
  openSmallEstate,
  type SmallEstate,
  thing,
  thingOf,
} from "./testing/small-estate.ts";
import { countScopes } from "./verdict-counts.ts";

let estate: SmallEstate;
let cloud: CloudKey;

beforeAll(async () => {
  estate = await openSmallEstate();
});
beforeEach(async () => {
  [cloud] = (await estate.addTenant(1)) as [CloudKey];
});
afterAll(() => estate.close());

const scope = (region: string): HarvestScope => ({ type: thing, region });
const plan = (...regions: string[]) =>
  estate.store.withTenant(cloud.tenantId, (tx) =>
    saveScopePlan(tx, cloud.cloudId, regions.map(scope), noNeighbours),
  );
const due = () => estate.store.withTenant(cloud.tenantId, (tx) => readDueScopes(tx, cloud.cloudId, 10));
const harvest = (region: string, ids: string[]) =>
  estate.ingest(cloud, [
    listingOf(
      ids.map((id) => thingOf(cloud, id, { scope: scope(region) })),
      { scope: scope(region) },
    ),
  ]);
const sight = () =>
  estate.store.withTenant(cloud.tenantId, async (tx) => (await countScopes(tx)).byType.get(thing));

test("new scopes are due, harvested ones are not", async () => {
  await plan("r1", "r2");
  expect(await due()).toEqual([scope("r1"), scope("r2")]);
  await harvest("r1", ["t1"]);
  await plan("r1", "r2", "r3");
  expect(await due()).toEqual([scope("r2"), scope("r3")]);
});

test("a scope without resources leaves for good", async () => {
  await plan("r1", "r2");
  await harvest("r1", []);
  await plan("r2");
  expect(await due()).toEqual([scope("r2")]);
  expect(await sight()).toEqual({ expected: 1, seen: 0 });
});

test("a scope with resources stays, out of sight and never due, until it is covered again", async () => {
  await plan("r1", "r2");
  await harvest("r1", ["t1"]);
  await harvest("r2", ["t2"]);
  expect(await sight()).toEqual({ expected: 2, seen: 2 });
  await plan("r2");
  expect(await sight()).toEqual({ expected: 2, seen: 1 });
  await estate.store.withTenant(cloud.tenantId, (tx) => makeDue(tx, cloud.cloudId, {}));
  expect(await due()).toEqual([scope("r2")]);
  expect(
    await estate.rows("select from resources where tenant_id = $1 and gone_at is null", [cloud.tenantId]),
  ).toHaveLength(2);
  await plan("r1", "r2");
  expect(await due()).toEqual([scope("r1"), scope("r2")]);
  await harvest("r1", ["t1"]);
  expect(await sight()).toEqual({ expected: 2, seen: 2 });
});

test("what is postponed is due after the interval, what is asked for at once", async () => {
  await plan("r1", "r2");
  await estate.store.withTenant(cloud.tenantId, (tx) => postponeDue(tx, cloud.cloudId, 60));
  expect(await due()).toEqual([]);
  await estate.store.withTenant(cloud.tenantId, (tx) => makeDue(tx, cloud.cloudId, { region: "r2" }));
  expect(await due()).toEqual([scope("r2")]);
});
