// The life of the embedded PostgreSQL (design §8, reference/data.md §1), as root and as another account.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  isRoot,
  killServer,
  makeFolder,
  nobody,
  orderIn,
  patienceMs,
  programsFor,
  query,
  refusalOf,
  removeFolder,
  type SupervisorOrder,
  supervise,
  temporaryFolder,
  until,
} from "../../tests/embedded.ts";
import { isAlive } from "./embedded-process.ts";

vi.setConfig({ testTimeout: 3 * patienceMs });

/** As the account of the tests, and if that is root also as one that is not. */
const accounts: [string, Partial<SupervisorOrder>][] = isRoot
  ? [
      ["root", {}],
      ["another account", { uid: nobody }],
    ]
  : [["another account", {}]];

describe.each(accounts)("as %s", (account, become) => {
  const isAsRoot = account === "root";
  /** One cluster for most tests: making it takes a second. Each begins with it stopped or orphaned. */
  let order: SupervisorOrder;
  let more: Partial<SupervisorOrder>;
  beforeAll(async () => {
    const folder = await makeFolder();
    more = { ...become, ...(become.uid === undefined ? {} : await programsFor(become.uid, folder)) };
    order = await orderIn(folder, more);
    return () => removeFolder(folder);
  });
  const homeOf = async (order: SupervisorOrder) =>
    isAsRoot
      ? (await readFile(join(order.dataDir, "postgres-home"), "utf8")).trim()
      : join(order.dataDir, "postgres");

  test("starts, keeps its data over a restart, and stops", async () => {
    const first = await supervise(order);
    expect(first.adopted).toBe(false);
    await first.query("create table kept as select 'grün' as word");
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    const second = await supervise(order);
    expect(second).toMatchObject({ adopted: false, port: first.port, url: first.url });
    expect(await second.query("select word from kept")).toEqual([{ word: "grün" }]);
    await second.stop();
    await expect(query(second.url, "select 1")).rejects.toThrow("ECONNREFUSED");
  });

  test("is set up for one small machine and closed to others", async () => {
    process.env.SKYWARDEN_MASTER_KEY = "canary";
    const supervisor = await supervise({ ...order, fsync: true });
    delete process.env.SKYWARDEN_MASTER_KEY;
    const settings = await supervisor.query(
      "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'listen_addresses', 'unix_socket_directories', 'server_encoding', 'TimeZone', 'wal_compression', 'data_checksums')",
    );
    expect(Object.fromEntries(settings.map((row) => [row.name, row.setting]))).toEqual({
      fsync: "on",
      synchronous_commit: "on",
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      server_encoding: "UTF8",
      TimeZone: "UTC",
      wal_compression: "off",
      data_checksums: "on",
    });
    expect(
      await supervisor.query(
        "select datlocprovider, datlocale from pg_database where datname = current_database()",
      ),
    ).toEqual([{ datlocprovider: "b", datlocale: "C.UTF-8" }]);
    const home = await homeOf(order);
    for (const name of ["password", "server.log"]) {
      expect((await stat(join(home, name))).mode & 0o777, name).toBe(0o600);
    }
    expect((await stat(join(home, "cluster"))).mode & 0o077).toBe(0);
    expect(await readFile(join(home, "password"), "utf8")).toContain(new URL(supervisor.url).password);
    await expect(query(supervisor.url.replace(/:[^:@]+@/, ":wrong@"), "select 1")).rejects.toThrow(
      "password",
    );
    if (process.platform === "linux") {
      expect(readFileSync(`/proc/${supervisor.pid}/environ`, "utf8")).not.toContain("canary");
      // Field 5 is the process group: its own, so that Ctrl-C in the terminal does not reach it.
      expect(readFileSync(`/proc/${supervisor.pid}/stat`, "utf8").split(") ")[1]?.split(" ")[2]).toBe(
        String(supervisor.pid),
      );
    }
    await supervisor.stop();
  });

  test("adopts the server of a killed supervisor", async () => {
    const first = await supervise(order);
    await first.query("create table adopted as select 1 as one");
    await first.kill();
    expect(isAlive(first.pid)).toBe(true);
    const second = await supervise(order);
    expect(second).toMatchObject({ adopted: true, pid: first.pid, url: first.url });
    expect(await second.query("select one from adopted")).toEqual([{ one: 1 }]);
    await second.stop();
    expect(isAlive(first.pid)).toBe(false);
  });

  test("refuses a second instance on the same data folder", async () => {
    const first = await supervise(order);
    expect(await refusalOf(order)).toEqual({
      sentence: `Another Skywarden (process ${first.process.pid}) is running on the data folder ${order.dataDir}; stop it first or name another folder in SKYWARDEN_DATA_DIR.`,
      code: 2,
    });
    // The pid file may be lost: the lock in the database still tells.
    await writeFile(join(order.dataDir, "supervisor.pid"), "{");
    expect(await refusalOf(order)).toEqual({
      sentence: `Another Skywarden is running on the data folder ${order.dataDir}; stop it first or name another folder in SKYWARDEN_DATA_DIR.`,
      code: 2,
    });
    expect(await first.query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("lets one of three that start together win", async () => {
    const order = await orderIn(await temporaryFolder(), more);
    const outcomes = await Promise.allSettled([supervise(order), supervise(order), supervise(order)]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(String(outcome.reason)).toMatch(/is running|is starting/);
    }
  });

  test("recovers a server that was killed, and says that it was lost", async () => {
    const first = await supervise(order);
    await first.query("create table recovered as select 1 as one");
    await killServer(first.pid);
    expect(await first.lost()).toMatch(/^The embedded PostgreSQL has ended unexpectedly/);
    await first.kill();
    const second = await supervise(order);
    expect(second.adopted).toBe(false);
    expect(await second.query("select one from recovered")).toEqual([{ one: 1 }]);
  });

  test("is not deceived by a postmaster.pid whose number another process has now", async () => {
    const first = await supervise(order);
    const file = join(await homeOf(order), "cluster", "postmaster.pid");
    const lines = (await readFile(file, "utf8")).split("\n");
    await first.stop();
    // One of the server's own account: for those PostgreSQL says: lock file "postmaster.pid" already exists.
    const other = spawn("sleep", ["60"], isRoot ? { uid: nobody, gid: nobody } : {});
    onTestFinished(() => void other.kill());
    await writeFile(file, [String(other.pid), ...lines.slice(1)].join("\n"));
    const second = await supervise(order);
    expect(second.adopted).toBe(false);
    expect(await second.query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("takes another port if its own is busy", async () => {
    const first = await supervise(order);
    await first.stop();
    const squatter = createServer();
    await new Promise<void>((settle) => squatter.listen(first.port, "127.0.0.1", settle));
    const second = await supervise(order);
    expect(second.port).not.toBe(first.port);
    expect(await second.query("select 1 as one")).toEqual([{ one: 1 }]);
    await second.stop();
    squatter.close();
  });

  test("works below a path longer than a socket's may be", async () => {
    const folder = join(await temporaryFolder(), "deep".repeat(40));
    await mkdir(folder);
    await chmod(folder, 0o777);
    const supervisor = await supervise(await orderIn(folder, { ...more, umask: 0o077 }));
    expect(await supervisor.query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("refuses the database of another major version", async () => {
    const file = join(await homeOf(order), "cluster", "PG_VERSION");
    await writeFile(file, "17\n");
    const refusal = await refusalOf(order);
    expect(refusal.code).toBe(2);
    expect(refusal.sentence).toMatch(/was made by PostgreSQL 17, this Skywarden brings 18; back it up/);
    await writeFile(file, "18\n");
  });

  test("ends within 4 s although a transaction is open", async () => {
    const supervisor = await supervise(order);
    const busy = supervisor.query("select pg_sleep(60)");
    await until(async () => {
      const rows = await supervisor.query("select from pg_stat_activity where query like '%pg_sleep(60)'");
      return rows.length > 0;
    }, "the long query runs");
    const startedAt = Date.now();
    await Promise.all([expect(busy).rejects.toThrow(), supervisor.stop()]);
    expect(Date.now() - startedAt).toBeLessThan(4_000);
  });

  test("begins anew after a start that was killed inside initdb", async () => {
    const home = await homeOf(order);
    await rename(join(home, "cluster"), join(home, "initdb-1234abcd"));
    await supervise(order);
    expect((await readdir(home)).sort()).toEqual(expect.arrayContaining(["cluster", "password", "port"]));
    expect((await readdir(home)).filter((name) => name.startsWith("initdb-"))).toEqual([]);
  });
});
