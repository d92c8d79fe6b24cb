// The pid file of the supervisor: whose data folder it is, told apart from numbers that were used again.

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../tests/embedded.ts";
import { claimDataFolder, claimFile } from "./embedded-claim.ts";
import { isAlive, startOf } from "./embedded-process.ts";

const parent = { pid: process.ppid, startedAt: startOf(process.ppid) };

test.each([
  ["a living process", JSON.stringify(parent), true],
  [
    "a living process, where the system does not tell its start",
    JSON.stringify({ ...parent, startedAt: "" }),
    true,
  ],
  ["a number that another process has now", JSON.stringify({ ...parent, startedAt: "1" }), false],
  ["a dead process", JSON.stringify({ pid: 4_194_304, startedAt: "1" }), false],
  ["a file cut off by a crash", '{"pid": 1', false],
  ["an empty file", "", false],
])("the claim of %s", async (_what, content, holds) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, claimFile), content);
  const outcome = await claimDataFolder(folder).catch((error: Error) => error.message);
  if (holds) {
    expect(outcome).toBe(
      `Another Skywarden (process ${process.ppid}) is running on the data folder ${folder}; stop it first or name another folder in SKYWARDEN_DATA_DIR.`,
    );
  } else {
    expect(outcome).toMatchObject({ dataDir: folder });
  }
});

test("a claim holds against this process too, and ends with its release", async () => {
  const folder = join(await temporaryFolder(), "new", "data");
  const claim = await claimDataFolder(folder);
  await expect(claimDataFolder(folder)).rejects.toThrow("is running on the data folder");
  await claim.release();
  expect(existsSync(join(folder, claimFile))).toBe(false);
  await (await claimDataFolder(folder)).release();
});

test("a release leaves the claim of a successor", async () => {
  const folder = await temporaryFolder();
  const claim = await claimDataFolder(folder);
  await writeFile(join(folder, claimFile), JSON.stringify(parent));
  await claim.release();
  expect(JSON.parse(await readFile(join(folder, claimFile), "utf8"))).toEqual(parent);
});

test("a process that nobody has is not alive, this one is", () => {
  expect([isAlive(process.pid), isAlive(1), isAlive(4_194_304)]).toEqual([true, true, false]);
});
