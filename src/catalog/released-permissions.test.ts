// A release that asks for more of a role says so: the list is what templates of earlier releases are known by.
import { expect, test } from "vitest";
import { loadCatalog } from "./load.ts";
import { permissionReleases } from "./released-permissions.ts";

const needed = new Set<string>();
for (const { adds, drops } of permissionReleases) {
  for (const action of drops) needed.delete(action);
  for (const action of adds) needed.add(action);
}

test("what the catalog needs is on the list; new actions belong under adds of the last entry (S70)", async () => {
  const { allHarvestActions } = await loadCatalog();
  expect([...needed].sort()).toEqual([...allHarvestActions()]);
});

test("each release stands once, and only the last may be unreleased", () => {
  const names = permissionReleases.map(({ release }) => release);
  expect(new Set(names).size).toBe(names.length);
  expect(names.slice(0, -1)).not.toContain("unreleased");
});

test("nothing is added that was there, or dropped that was not", () => {
  const known = new Set<string>();
  for (const { release, adds, drops } of permissionReleases) {
    expect(
      adds.filter((action) => known.has(action)),
      release,
    ).toEqual([]);
    expect(
      drops.filter((action) => !known.has(action)),
      release,
    ).toEqual([]);
    for (const action of adds) known.add(action);
    for (const action of drops) known.delete(action);
  }
});
