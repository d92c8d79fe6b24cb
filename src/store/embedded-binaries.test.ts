// PostgreSQL's programs where they are not as npm should have left them: no library links, a closed parent, no
// right to write, another platform. Works on copies of the package.

import { chmod, cp, lstat, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import {
  isRoot,
  nobody,
  orderIn,
  patienceMs,
  refusalOf,
  supervise,
  temporaryFolder,
} from "../../tests/embedded.ts";
import { packageFolder } from "./embedded-binaries.ts";

vi.setConfig({ testTimeout: 3 * patienceMs });

/** Returns the folder `native` of the copy. */
async function copyOfPackage(to: string): Promise<string> {
  const native = packageFolder();
  await cp(join(native, "..", "package.json"), join(to, "package.json"));
  await cp(native, join(to, "native"), { recursive: true, verbatimSymlinks: true });
  return join(to, "native");
}

async function removeLinks(native: string): Promise<number> {
  const list = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8")) as { target: string }[];
  for (const { target } of list) await rm(join(native, "..", target));
  return list.length;
}

const copiesIn = async (folder: string) => (await readdir(folder)).filter((name) => name.startsWith("bin-"));

test("makes the library links that the install script did not make", async () => {
  const folder = await temporaryFolder();
  const native = await copyOfPackage(join(folder, "package"));
  expect(await removeLinks(native)).toBeGreaterThan(0);
  const order = await orderIn(folder, { native });
  const supervisor = await supervise(order);
  expect(await supervisor.query("select 1 as one")).toEqual([{ one: 1 }]);
  await supervisor.stop();
  expect((await lstat(join(native, "lib", "libpq.so.5"))).isSymbolicLink()).toBe(true);
  expect(await copiesIn(order.systemDir)).toEqual([]);
});

describe.runIf(isRoot)("as root", () => {
  test("copies programs out of a closed folder, once", async () => {
    const folder = await temporaryFolder();
    const closed = join(folder, "closed");
    const native = await copyOfPackage(join(closed, "package"));
    await removeLinks(native);
    await chmod(closed, 0o700);
    const order = await orderIn(folder, { native, umask: 0o077 });
    const first = await supervise(order);
    expect(await first.query("select 1 as one")).toEqual([{ one: 1 }]);
    await first.stop();
    const [copy = ""] = await copiesIn(order.systemDir);
    expect(copy).toMatch(/^bin-18\./);
    const { ino } = await stat(join(order.systemDir, copy));
    await (await supervise(order)).stop();
    expect(await copiesIn(order.systemDir)).toEqual([copy]);
    expect((await stat(join(order.systemDir, copy))).ino).toBe(ino);
  });

  test("another user whose installation lacks the links copies it into the data folder", async () => {
    const folder = await temporaryFolder();
    const native = await copyOfPackage(join(folder, "package"));
    await removeLinks(native);
    const order = await orderIn(folder, { native, uid: nobody });
    const supervisor = await supervise(order);
    expect(await supervisor.query("select 1 as one")).toEqual([{ one: 1 }]);
    await supervisor.stop();
    expect(await copiesIn(order.dataDir)).toHaveLength(1);
  });
});

test("says that the programs cannot run on this machine", async () => {
  const folder = await temporaryFolder();
  const native = join(folder, "package", "native");
  await mkdir(join(native, "bin"), { recursive: true });
  await writeFile(join(native, "..", "package.json"), JSON.stringify({ version: "18.0.0" }));
  await writeFile(join(native, "bin", "postgres"), "#!/no/such/loader\n", { mode: 0o755 });
  const { sentence, code } = await refusalOf(await orderIn(folder, { native }));
  expect(sentence).toMatch(/^The embedded PostgreSQL cannot run here \(.*\); set SKYWARDEN_DATABASE_URL/);
  expect(sentence.split("\n")).toHaveLength(1);
  expect(code).toBe(2);
});
