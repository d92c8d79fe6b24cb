// The demo as its user meets it: whole processes through the entry or npm, on temporary data folders. The tests
// of a block share a data folder and depend on their order: a first start costs 10 s, and each says what the next needs.

import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { claimFile } from "#store/embedded-claim.ts";
import { isAlive } from "#store/embedded-process.ts";
import { canRead, hiddenCopy, wholeCopy } from "./checkout-copy.ts";
import {
  cleanUp,
  isRoot,
  newFolder,
  nobody,
  outcomeOf,
  patienceMs,
  processesOf,
  type Run,
  repository,
  run,
  serverHome,
  until,
} from "./demo-run.ts";

const stopLimitMs = 5_000;
const world = ["--accounts", "6"];
const running = "Skywarden keeps running";

interface Summary {
  ok: boolean;
  wrong: string[];
  seconds: number;
  stacks: number;
  url: string;
  summary: { clouds: { total: number; byStatus: Record<string, number> }; resources: { total: number } };
}

afterAll(cleanUp, patienceMs);

/** The summary of --json; npm and the demo may say something else around it. */
function summaryOf({ stdout }: { stdout: string }): Summary {
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  return JSON.parse(line ?? "{}") as Summary;
}

/** Signals what `send` says; the time until no process of the data folder is left. */
async function timeToStop(dataDir: string, send: () => void): Promise<number> {
  const startedAt = performance.now();
  send();
  await until(() => processesOf(dataDir).length === 0, "everything stops");
  return performance.now() - startedAt;
}

function expectSentence({ code, stderr }: { code: number | null; stderr: string }, sentence: RegExp): void {
  expect(stderr).toMatch(sentence);
  expect(stderr.trimEnd().split("\n"), "one line").toHaveLength(1);
  expect(code).toBe(2);
}

describe("in a hostile environment", () => {
  const folder = newFolder();
  const dataDir = join(folder, "data");
  const touched = join(folder, "touched");
  const record = join(folder, "connections.jsonl");
  const foreign = "192.0.2.1";

  /** Everything by which a host could send the demo elsewhere. */
  function hostile(): NodeJS.ProcessEnv {
    const home = join(folder, "home");
    const profile = `region = eu-west-3\ncredential_process = touch ${touched}\nendpoint_url = http://${foreign}\n`;
    const settings = `[default]\n${profile}[profile hostile]\n${profile}`;
    mkdirSync(join(home, ".aws"), { recursive: true });
    writeFileSync(join(home, ".aws", "config"), settings);
    writeFileSync(join(folder, "aws-config"), settings);
    writeFileSync(join(folder, "token"), "token");
    const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    return {
      HOME: home,
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      AWS_SESSION_TOKEN: "hostile",
      AWS_PROFILE: "hostile",
      AWS_REGION: "eu-west-3",
      AWS_CONFIG_FILE: join(folder, "aws-config"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "aws-config"),
      AWS_ENDPOINT_URL: `http://${foreign}`,
      AWS_ENDPOINT_URL_STS: `http://${foreign}`,
      AWS_USE_FIPS_ENDPOINT: "true",
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://${foreign}`,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://${foreign}/credentials`,
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/credentials",
      AWS_ROLE_ARN: "arn:aws:iam::111111111111:role/hostile",
      AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, "token"),
      ...Object.fromEntries(proxies.map((name) => [name, `http://${foreign}:1`])),
      NODE_USE_ENV_PROXY: "1",
      PGHOST: foreign,
      PGSSLMODE: "require",
      SKYWARDEN_DATABASE_URL: `postgres://real:real@${foreign}:5432/real`,
      SKYWARDEN_MASTER_KEY: "not a key",
      SKYWARDEN_PLATFORM_ROLE_ARN: "arn:aws:iam::111111111111:role/hostile",
      NODE_OPTIONS: `--import=${new URL("./record-connections.mjs", import.meta.url).href}`,
      CONNECTION_RECORD: record,
    };
  }

  test("below a folder that only its owner can enter, it succeeds, uses nothing of it and leaves no process", {
    timeout: patienceMs,
  }, async () => {
    const checkout = hiddenCopy(folder);
    const outcome = await outcomeOf(["demo", "--once", "--port", "0", "--json", ...world], {
      dataDir,
      checkout,
      env: hostile(),
    });
    expect(processesOf(dataDir)).toEqual([]);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(summaryOf(outcome)).toMatchObject({
      ok: true,
      wrong: [],
      summary: {
        clouds: { total: 6, byStatus: { suspended: 2, "awaiting-role": 1, warning: 1, healthy: 2 } },
      },
    });
    expect(existsSync(touched), "the host's credential process was run").toBe(false);
  });

  test("no process of it tried to reach anything but loopback", () => {
    const lines = readFileSync(record, "utf8").trimEnd().split("\n");
    const tried = lines.map((line) => JSON.parse(line) as { command: string; kind: string; target: string });
    const commands = (kind: string) =>
      new Set(tried.filter((one) => one.kind === kind).map(({ command }) => command));
    // The record would be empty, and prove nothing, if the recorder were not loaded.
    expect(commands("started")).toEqual(new Set(["demo", "simulator", "serve", "worker"]));
    expect(commands("connect")).toEqual(new Set(["demo", "serve", "worker"]));
    const isLocal = (target: string) => /^(127\.0\.0\.1|::1|localhost)$/.test(target);
    expect(tried.filter(({ kind, target }) => kind !== "started" && !isLocal(target))).toEqual([]);
  });
});

describe("on one data folder", () => {
  const dataDir = join(newFolder(), "data");
  const demo = (...args: string[]) => ["demo", "--port", "0", ...world, ...args];
  let first: Summary;
  let now: Run;
  let statuses: unknown;

  /** Id, account and status of every cloud, by the command of the terminal. */
  async function listed(): Promise<unknown> {
    const { code, stdout, stderr } = await outcomeOf(["clouds", "--json"], { dataDir });
    expect(code, stderr).toBe(0);
    const { items } = JSON.parse(stdout) as {
      items: { id: string; accountId: string; status: { state: string } }[];
    };
    return items.map(({ id, accountId, status }) => [id, accountId, status.state]);
  }

  test("the first start creates the roles", { timeout: patienceMs }, async () => {
    first = summaryOf(await outcomeOf(demo("--once", "--json"), { dataDir }));
    expect(first).toMatchObject({ ok: true, stacks: 4 });
    expect(processesOf(dataDir)).toEqual([]);
  });

  test.each([
    [
      "another seed",
      ["demo", ...world, "--port", "0", "--seed", "2"],
      /^skywarden: .* keeps a world with seed 1, not 2: .*\.\n$/,
    ],
    [
      "another size",
      ["demo", "--accounts", "7", "--port", "0"],
      /^skywarden: .* keeps a world with accounts 6, not 7: .*\.\n$/,
    ],
  ])("refuses %s", { timeout: patienceMs }, async (_name, args, sentence) => {
    expectSentence(await outcomeOf(args, { dataDir }), sentence);
    expect(processesOf(dataDir)).toEqual([]);
  });

  test("refuses a busy port", { timeout: patienceMs }, async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const refused = await outcomeOf(["demo", ...world, "--port", `${port}`], { dataDir });
    other.close();
    expectSentence(
      refused,
      new RegExp(`^skywarden: Port ${port} on 127\\.0\\.0\\.1 is taken by another program; .*\\.\\n$`),
    );
    expect(processesOf(dataDir)).toEqual([]);
  });

  test("`npm start` resumes: no new stack, the same clouds, sooner", { timeout: patienceMs }, async () => {
    now = run(["--port", "0", "--json", ...world], { dataDir, withNpm: true });
    await now.says(running);
    const resumed = summaryOf({ stdout: now.stdout() });
    expect(resumed).toMatchObject({ ok: true, stacks: 0 });
    expect(resumed.summary.clouds).toEqual(first.summary.clouds);
    expect(resumed.summary.resources).toEqual(first.summary.resources);
    expect(resumed.seconds).toBeLessThan(first.seconds);
  });

  test("refuses a second instance", { timeout: patienceMs }, async () => {
    const sentence = /^skywarden: Another demo \(process \d+\) is running on the data folder .*\.\n$/;
    expectSentence(await outcomeOf(demo(), { dataDir }), sentence);
    const serve = { dataDir, env: { SKYWARDEN_PORT: "0", SKYWARDEN_LOG_LEVEL: "warn" } };
    const another = /^skywarden: Another Skywarden \(process \d+\) is running on the data folder .*\.\n$/;
    expectSentence(await outcomeOf(["serve"], serve), another);
  });

  test("commands of the terminal find it", { timeout: patienceMs }, async () => {
    statuses = await listed();
    expect(statuses).toHaveLength(6);
    const json = async (...args: string[]) =>
      JSON.parse((await outcomeOf([...args, "--json"], { dataDir })).stdout);
    expect((await json("resources", "--type", "aws.s3.bucket", "--limit", "2")).items).toHaveLength(2);
    expect((await json("findings")).items.length).toBeGreaterThan(0);
    expect((await json("organization", "list")).items).toMatchObject([{ nickname: "demo" }]);
    const table = await outcomeOf(["clouds", "--status", "suspended"], { dataDir });
    expect(table.stdout.trimEnd().split("\n")).toHaveLength(3);
    const { url } = summaryOf({ stdout: now.stdout() });
    const wrongKey = await outcomeOf(["clouds", "--url", url, "--api-key", "wrong"], { dataDir });
    expectSentence(wrongKey, /^skywarden: .*\(not-signed-in\)\n$/);
  });

  test("SIGTERM to npm alone stops everything", { timeout: patienceMs }, async () => {
    // A browser that follows the stream must not delay it.
    const { url } = summaryOf({ stdout: now.stdout() });
    const { apiKey } = JSON.parse(readFileSync(join(dataDir, "demo-sign-in.json"), "utf8"));
    const stream = await fetch(`${url}/api/v1/stream`, { headers: { authorization: `Bearer ${apiKey}` } });
    expect(stream.status).toBe(200);
    const tookMs = await timeToStop(dataDir, () => now.process.kill("SIGTERM"));
    expect(tookMs).toBeLessThan(stopLimitMs);
    expect((await now.ended).code).toBe(0);
    expect(existsSync(join(dataDir, "demo.pid"))).toBe(false);
  });

  test("commands say when nothing answers", { timeout: patienceMs }, async () => {
    expectSentence(await outcomeOf(["clouds"], { dataDir }), /^skywarden: Nothing answers at http:.*\.\n$/);
  });

  test("killed at once with its server, its children end and the next start adopts PostgreSQL", {
    timeout: patienceMs,
  }, async () => {
    const killed = run(demo(), { dataDir });
    await killed.says(running);
    const { pid } = JSON.parse(readFileSync(join(dataDir, claimFile), "utf8")) as { pid: number };
    process.kill(killed.pid, "SIGKILL");
    process.kill(pid, "SIGKILL");
    await until(() => processesOf(dataDir).every((line) => /postgres/.test(line)), "all but PostgreSQL ends");
    expect(processesOf(dataDir)).not.toEqual([]);
    now = run(demo("--json"), { dataDir, env: { SKYWARDEN_LOG_LEVEL: "info" } });
    await now.says(running);
    expect(now.stderr()).toContain("adopted the PostgreSQL");
    expect(summaryOf({ stdout: now.stdout() })).toMatchObject({ ok: true, stacks: 0 });
    expect(await listed()).toEqual(statuses);
  });

  test("SIGINT to its group, twice as npm does, stops everything", { timeout: patienceMs }, async () => {
    const tookMs = await timeToStop(dataDir, () => {
      process.kill(-now.pid, "SIGINT");
      process.kill(-now.pid, "SIGINT");
    });
    expect(tookMs).toBeLessThan(stopLimitMs);
    expect(await now.ended).toEqual({ code: 0, signal: null });
  });

  test("killed alone, it takes everything with it, and the next start waits for that", {
    timeout: patienceMs,
  }, async () => {
    const killed = run(demo(), { dataDir });
    await killed.says(running);
    const left = processesOf(dataDir).map((line) => Number(line.split(" ")[0]));
    process.kill(killed.pid, "SIGKILL");
    now = run(demo(), { dataDir });
    await until(() => left.every((pid) => !isAlive(pid)), "the children end");
    await now.says(running);
  });

  test("a closed terminal stops everything", { timeout: patienceMs }, async () => {
    now.process.stdout?.destroy();
    now.process.stderr?.destroy();
    const tookMs = await timeToStop(dataDir, () => process.kill(-now.pid, "SIGHUP"));
    expect(tookMs).toBeLessThan(stopLimitMs);
    expect(await now.ended).toEqual({ code: 0, signal: null });
  });
});

describe("as a user who is not root", () => {
  const folder = newFolder();
  const uid = isRoot ? nobody : undefined;
  const dataDir = join(folder, "data");
  const options = { dataDir, ...(uid === undefined ? {} : { uid }), env: { HOME: "/nonexistent" } };

  test("stopped while it starts, it leaves nothing and says so by its exit code", {
    timeout: patienceMs,
  }, async () => {
    chmodSync(folder, 0o777);
    const checkout = uid === undefined || canRead(uid) ? repository : wholeCopy(folder);
    Object.assign(options, { checkout });
    const stopped = run(["demo", "--port", "0", ...world], options);
    await until(() => existsSync(join(dataDir, "postgres", "cluster")), "the database is being made");
    const tookMs = await timeToStop(dataDir, () => process.kill(-stopped.pid, "SIGTERM"));
    expect(tookMs).toBeLessThan(stopLimitMs);
    expect(await stopped.ended).toEqual({ code: 1, signal: null });
    expect(stopped.stderr()).toBe("");
  });

  test("killed while it makes the roles, it leaves what the next start goes on from", {
    timeout: patienceMs,
  }, async () => {
    const killed = run(["demo", "--port", "0", ...world], options);
    await killed.says("Creating roles from the templates: 1 of 3 accounts");
    process.kill(-killed.pid, "SIGKILL");
    expect((await killed.ended).signal).toBe("SIGKILL");
  });

  test("the next start succeeds in the data folder alone", { timeout: patienceMs }, async () => {
    const outcome = await outcomeOf(["demo", "--once", "--port", "0", "--json", ...world], options);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(summaryOf(outcome).stacks, "stacks that were not there yet").toBeLessThan(3);
    expect(serverHome(dataDir)).toBe(null);
    expect(processesOf(dataDir)).toEqual([]);
  });

  test("refuses a data folder that it may not write", { timeout: patienceMs }, async () => {
    const closed = join(folder, "closed");
    mkdirSync(closed, { mode: 0o555 });
    const sentence =
      /^skywarden: Skywarden cannot write to the data folder .* \(permission denied\); .*\.\n$/;
    expectSentence(await outcomeOf(["demo", ...world], { ...options, dataDir: closed }), sentence);
    expectSentence(
      await outcomeOf(["demo", ...world], { ...options, dataDir: join(closed, "new") }),
      sentence,
    );
  });

  test("refuses a data folder of a real installation", { timeout: patienceMs }, async () => {
    const real = join(folder, "real");
    mkdirSync(real);
    writeFileSync(join(real, "master.key"), "key");
    const sentence = /^skywarden: The data folder .* holds an installation that is not a demo; .*\.\n$/;
    expectSentence(await outcomeOf(["demo", ...world], { dataDir: real }), sentence);
    expect(existsSync(join(real, "demo.pid"))).toBe(false);
  });
});
