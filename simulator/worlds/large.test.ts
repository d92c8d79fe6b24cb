// The large world: as many accounts and things as asked for, worked out again each time and always the same.
import { expect, test } from "vitest";
import { withDefaults } from "../defaults.ts";
import type { OrganizationAccount, OrganizationalUnit } from "../shapes.ts";
import { openWorld, type World } from "../world.ts";
import { accountNumbers } from "./account-numbers.ts";
import { largeWorldOf } from "./large.ts";

const bornAt = new Date("2026-11-22T00:00:00Z");
const open = (accountCount: number, seed = 1, resources?: number) =>
  openWorld({ definition: withDefaults(largeWorldOf(resources)), seed, accountCount, bornAt });

const management = (world: World) => ({ accountId: world.managementAccountId, region: "global" });
const accountsOf = (world: World) =>
  world.collection<OrganizationAccount>(management(world), "organizations:account").list();

test("numbers tell their index, whatever the first is", () => {
  for (const seed of [1, 2, 3]) {
    const numbers = accountNumbers(open(1, seed).random("test"));
    for (const index of [0, 1, 99_999, 900_000_000]) expect(numbers.indexOf(numbers.at(index))).toBe(index);
  }
  expect(accountNumbers(open(1).random("test")).indexOf("x")).toBeUndefined();
});

test.each([1, 2, 100, 10_000])("%i accounts, each found by its number, all under the root", (count) => {
  const world = open(count);
  const accounts = accountsOf(world);
  expect(accounts).toHaveLength(count);
  expect(new Set(accounts.map(({ Id }) => Id)).size).toBe(count);
  expect(new Set(accounts.map(({ Name }) => Name)).size).toBe(count);
  expect(world.accounts.size).toBe(count + 1);
  expect(world.accounts.get(world.hostingAccountId)?.parentId).toBeNull();
  expect(world.accounts.has("000000000000")).toBe(false);
  const units = new Map(
    world
      .collection<OrganizationalUnit>(management(world), "organizations:ou")
      .list()
      .map((unit) => [unit.Id, unit]),
  );
  expect(units.size).toBeLessThanOrEqual(1000);
  for (const { parentId } of accounts) {
    let [id, depth] = [parentId, 0];
    for (let unit = units.get(id); unit; unit = units.get(id)) [id, depth] = [unit.parentId, depth + 1];
    expect(id).toMatch(/^r-[a-z0-9]{4}$/);
    expect(depth).toBeLessThanOrEqual(5);
  }
  expect(accounts.filter(({ State }) => State === "SUSPENDED")).toHaveLength(Math.floor(count / 100));
});

/** All that lies in an account, by kind. */
function thingsIn(world: World, accountId: string): Record<string, string[]> {
  const { derive } = withDefaults(largeWorldOf());
  const regions = ["global", "us-east-1", "us-west-2", "eu-central-1", "eu-west-1"];
  return Object.fromEntries(
    Object.keys(derive)
      .filter((kind) => !kind.startsWith("organizations:"))
      .map((kind) => [
        kind,
        regions.flatMap((region) =>
          world
            .collection<object>({ accountId, region }, kind)
            .list()
            .map((value) => JSON.stringify(value)),
        ),
      ]),
  );
}

test("the same account holds the same things in two worlds of one seed, others in another", () => {
  const [one, two, other] = [open(500), open(500), open(500, 2)];
  const id = [...one.accounts.keys()][321] ?? "";
  accountsOf(two);
  expect(thingsIn(one, id)).toEqual(thingsIn(two, id));
  expect(Object.values(thingsIn(one, id)).flat().length).toBeGreaterThan(30);
  expect(Object.values(thingsIn(other, id)).flat()).toEqual([]);
});

test("as many things per account as asked for, each with an id of its own", () => {
  const [few, many] = [open(10, 1, 60), open(10, 1, 600)];
  const id = [...few.accounts.keys()][4] ?? "";
  const count = (world: World) => Object.values(thingsIn(world, id)).flat().length;
  expect(count(many)).toBeGreaterThan(count(few) + 400);
  const volumes = thingsIn(many, id)["ec2:volume"] ?? [];
  expect(new Set(volumes.map((text) => JSON.parse(text).VolumeId)).size).toBe(volumes.length);
});
