// Who may run a demo on a data folder: table of what an earlier run can have left there.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { claimFile } from "#store/embedded-claim.ts";
import { startOf } from "#store/embedded-process.ts";
import { claimFolder } from "./folder-claim.ts";
import { signInFile } from "./sign-in.ts";

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skywarden-claim-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "data");
}

async function folderWith(files: Record<string, string>): Promise<string> {
  const dataDir = await newFolder();
  await mkdir(dataDir);
  for (const [name, text] of Object.entries(files)) await writeFile(join(dataDir, name), text);
  return dataDir;
}

function otherProcess(): ChildProcess {
  const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"], { stdio: "ignore" });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

function ownerText(pid: number | undefined, startedAt = startOf(pid ?? 0)): string {
  return `${JSON.stringify({ pid, startedAt })}\n`;
}

test("makes the folder, for its owner alone, and gives it back", async () => {
  const dataDir = await newFolder();
  const release = await claimFolder(dataDir);
  expect(JSON.parse(await readFile(join(dataDir, "demo.pid"), "utf8"))).toMatchObject({ pid: process.pid });
  await expect(claimFolder(dataDir)).rejects.toThrow(`Another demo (process ${process.pid}) is running`);
  expect(await readdir(dataDir)).toEqual(["demo.pid"]);
  await release();
  expect(await readdir(dataDir)).toEqual([]);
});

const dead = 2 ** 22 + 1;
test.each([
  ["a dead process", () => ownerText(dead, "1")],
  ["a process whose number another one has now", () => ownerText(process.pid, "1")],
  ["nobody: torn", () => '{"pid":'],
  ["nobody: empty", () => ""],
])("takes the folder over from %s", async (_name, text) => {
  const dataDir = await folderWith({ "demo.pid": text() });
  const release = await claimFolder(dataDir);
  await release();
  expect(await readdir(dataDir)).toEqual([]);
});

test("of many at once, one gets it", async () => {
  const dataDir = await newFolder();
  const claims = await Promise.allSettled(Array.from({ length: 8 }, () => claimFolder(dataDir)));
  expect(claims.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("waits for the server that a killed demo left", async () => {
  const server = otherProcess();
  const dataDir = await folderWith({ [claimFile]: ownerText(server.pid), [signInFile]: "{}" });
  let isClaimed = false;
  const claimed = claimFolder(dataDir).then(() => {
    isClaimed = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(isClaimed).toBe(false);
  server.kill("SIGKILL");
  await claimed;
});

test("leaves a real installation alone", async () => {
  const dataDir = await folderWith({ "master.key": "key" });
  await expect(claimFolder(dataDir)).rejects.toThrow("holds an installation that is not a demo");
  expect(await readdir(dataDir)).toEqual(["master.key"]);
});

test("a file in the folder's place is told in one sentence", async () => {
  const dataDir = await newFolder();
  await writeFile(dataDir, "");
  await expect(claimFolder(dataDir)).rejects.toThrow(
    /cannot write to the data folder .* \(there is a file of that name\)/,
  );
});
