// Ids are a contract with users' exemptions, bots and exports: what was released stays findable.
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { loadCatalog } from "./load.ts";
import released from "./released-ids.json" with { type: "json" };

const catalog = await loadCatalog();
const ids = {
  resourceTypes: [...catalog.resourceTypes.keys()],
  insights: [...catalog.insights.keys()],
  frameworks: [...catalog.frameworks.keys()],
};

test.each(Object.keys(ids) as (keyof typeof ids)[])("%s that were released are still known", (kind) => {
  const isKnown = (id: string) =>
    kind === "frameworks" ? catalog.frameworks.has(id) : catalog.currentId(id);
  expect(released[kind].filter((id) => !isKnown(id))).toEqual([]);
});

test.each(Object.keys(ids) as (keyof typeof ids)[])("%s are all on the list", (kind) => {
  expect(ids[kind].filter((id) => !released[kind].includes(id))).toEqual([]);
});

test("nothing was ever taken from the list", () => {
  // Every line that any commit, or the working copy, removed from the list must still be on it.
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: import.meta.dirname,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  let changes: string;
  try {
    changes =
      git("log", "--format=", "-p", "--unified=0", "--", "released-ids.json") +
      git("diff", "HEAD", "--unified=0", "--", "released-ids.json");
  } catch {
    // Without git or its history there is nothing to compare with; the two tests above hold anyway.
    changes = "";
  }
  const listed = new Set(Object.values(released).flat());
  const taken = [...changes.matchAll(/^-\s+"([^"]+)",?$/gm)].map(([, id]) => id as string);
  expect(taken.filter((id) => !listed.has(id))).toEqual([]);
});
