// Where the files lie and who runs the server, above all as root: 0700 parents, deleted, copied and moved data
// folders. What needs root is listed as skipped elsewhere.

import { existsSync } from "node:fs";
import { chmod, chown, cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import {
  isRoot,
  killServer,
  nobody,
  orderIn,
  patienceMs,
  programsFor,
  refusalOf,
  supervise,
  temporaryFolder,
} from "../../tests/embedded.ts";

vi.setConfig({ testTimeout: 3 * patienceMs });

describe.runIf(isRoot)("as root", () => {
  const homesIn = async (systemDir: string) =>
    (await readdir(systemDir))
      .filter((name) => /^[0-9a-f]{16}$/.test(name))
      .map((name) => join(systemDir, name));

  test("works with a data folder below a 0700 parent, under a strict umask", async () => {
    const folder = await temporaryFolder();
    const closed = join(folder, "closed");
    await mkdir(closed, { mode: 0o700 });
    const order = { ...(await orderIn(folder, { umask: 0o077 })), dataDir: join(closed, "data") };
    const supervisor = await supervise(order);
    expect(await supervisor.query("select 1 as one")).toEqual([{ one: 1 }]);
    expect(await homesIn(order.systemDir)).toEqual([
      (await readFile(join(order.dataDir, "postgres-home"), "utf8")).trim(),
    ]);
    if (process.platform === "linux") expect((await stat(`/proc/${supervisor.pid}`)).uid).toBe(nobody);
    await supervisor.stop();
  });

  test("removes the database of a deleted data folder, and no other", async () => {
    const order = await orderIn(await temporaryFolder());
    const names = ["deleted", "running", "unmounted", "renamed", "kept"];
    const homes: Record<string, string> = {};
    // One cluster serves for all: only its place and its files matter here.
    const first = await supervise({ ...order, dataDir: join(order.dataDir, "running") });
    const [running = ""] = await homesIn(order.systemDir);
    homes.running = running;
    for (const name of names.filter((each) => each !== "running")) {
      const dataDir = join(order.dataDir, name);
      const home = join(order.systemDir, Buffer.from(name.padEnd(8).slice(0, 8)).toString("hex"));
      await mkdir(dataDir);
      await mkdir(join(home, "cluster"), { recursive: true });
      const device = (await stat(dataDir)).dev + (name === "unmounted" ? 1 : 0);
      await writeFile(join(home, "owner"), JSON.stringify({ dataDir, device }));
      homes[name] = home;
    }
    await writeFile(join(order.dataDir, "renamed", "postgres-home"), homes.renamed ?? "");
    await rename(join(order.dataDir, "renamed"), join(order.dataDir, "renamed-since"));
    await first.kill();
    for (const name of ["deleted", "running", "unmounted"]) {
      await rm(join(order.dataDir, name), { recursive: true });
    }
    const other = await supervise({ ...order, dataDir: join(order.dataDir, "other") });
    const isKept = () => Object.fromEntries(names.map((name) => [name, existsSync(homes[name] ?? "")]));
    expect(isKept()).toEqual({ deleted: false, running: true, unmounted: true, renamed: true, kept: true });
    await other.stop();
    await killServer(first.pid);
    const third = await supervise({ ...order, dataDir: join(order.dataDir, "other") });
    expect(isKept()).toEqual({ deleted: false, running: false, unmounted: true, renamed: true, kept: true });
    await third.stop();
  });

  test("keeps the database of a moved data folder and refuses a copy of it", async () => {
    const order = await orderIn(await temporaryFolder());
    const first = await supervise(order);
    await first.query("create table kept as select 1 as one");
    await first.stop();
    const copy = `${order.dataDir}-copy`;
    await cp(order.dataDir, copy, { recursive: true });
    expect(await refusalOf({ ...order, dataDir: copy })).toEqual({
      sentence: `The data folder ${copy} is a copy of ${order.dataDir}, whose database it names; remove ${copy}/postgres-home to begin with an empty one.`,
      code: 2,
    });
    const moved = join(`${order.dataDir}-moved`, "data");
    await mkdir(join(moved, ".."));
    await rename(order.dataDir, moved);
    const second = await supervise({ ...order, dataDir: moved });
    expect(await second.query("select one from kept")).toEqual([{ one: 1 }]);
    await second.stop();
  });

  test("runs the database of another user as that user, who can go on with it", async () => {
    const folder = await temporaryFolder();
    const order = await orderIn(folder, await programsFor(nobody, folder));
    const asNobody = { ...order, uid: nobody };
    const own = await supervise(asNobody);
    await own.query("create table kept as select 1 as one");
    await own.stop();
    const asRoot = await supervise(order);
    expect(await asRoot.query("select one from kept")).toEqual([{ one: 1 }]);
    expect(await readdir(order.systemDir)).toEqual([]);
    await asRoot.stop();
    const again = await supervise(asNobody);
    expect(await again.query("select one from kept")).toEqual([{ one: 1 }]);
    await again.stop();
  });

  test("says that an account without a name cannot run it", async () => {
    const folder = await temporaryFolder();
    const uid = 54_321;
    const order = await orderIn(folder, { uid, ...(await programsFor(uid, folder)) });
    const { sentence, code } = await refusalOf(order);
    expect(sentence).toMatch(
      /^The embedded database cannot be made in .* \(could not look up effective user ID 54321/,
    );
    expect(code).toBe(2);
  });

  test("says that another user's data folder cannot be written", async () => {
    const folder = await temporaryFolder();
    const order = await orderIn(folder, { uid: nobody });
    await mkdir(order.dataDir, { mode: 0o755 });
    expect(await refusalOf(order)).toEqual({
      sentence: `Skywarden cannot write to the data folder ${order.dataDir} (permission denied); make it writable or name another in SKYWARDEN_DATA_DIR.`,
      code: 2,
    });
    await chown(order.dataDir, nobody, nobody);
    await chmod(order.dataDir, 0o500);
    expect((await refusalOf(order)).code).toBe(2);
  });

  test("says that the place for root's databases cannot be written", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    const order = { dataDir: join(folder, "data"), systemDir: join(folder, "file", "skywarden") };
    expect(await refusalOf(order)).toEqual({
      sentence: `As root Skywarden keeps its embedded database in ${order.systemDir}, which it cannot write (ENOTDIR); run it as another user or set SKYWARDEN_DATABASE_URL.`,
      code: 2,
    });
  });
});

test.each([
  ["a file in its place", "file", "there is a file of that name"],
  ["a file above it", "file/below", "a part of the path is a file"],
])("says that the data folder cannot be made: %s", async (_what, path, reason) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "file"), "");
  const dataDir = join(folder, path);
  expect(await refusalOf({ ...(await orderIn(folder)), dataDir })).toEqual({
    sentence: `Skywarden cannot write to the data folder ${dataDir} (${reason}); make it writable or name another in SKYWARDEN_DATA_DIR.`,
    code: 2,
  });
});
