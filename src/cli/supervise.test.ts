// Children as real processes: ready, crashed, deaf to SIGTERM, orphaned; and what a signal does to their parent.

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openLog } from "#log.ts";
import { isAlive } from "#store/embedded-process.ts";
import { until } from "../../tests/embedded.ts";
import { type ChildOptions, superviseChild } from "./supervise.ts";

const log = openLog({ level: "silent" });
const supervise = new URL("./supervise.ts", import.meta.url).href;
const stopSignal = new URL("./stop-signal.ts", import.meta.url).href;

async function script(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skywarden-supervise-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "child.mjs");
  await writeFile(path, `import { exitWithParent, reportReady } from "${supervise}";\n${text}`);
  return path;
}

async function child(text: string, more: Partial<ChildOptions> = {}) {
  const entry = await script(text);
  const options = {
    name: "child",
    args: ["one", "two"],
    env: { COLOUR: "blue" },
    log,
    entry,
    restartPauseMs: 20,
  };
  return superviseChild({ ...options, ...more });
}

test("starts a child with its arguments and environment, and stops it", async () => {
  const started = await child(`
    reportReady({ args: process.argv.slice(2), colour: process.env.COLOUR, home: process.env.HOME ?? null });
    process.on("SIGTERM", () => process.exit(0));`);
  expect(started.ready).toEqual({ args: ["one", "two"], colour: "blue", home: null });
  const pid = started.pid ?? 0;
  if (process.platform === "linux") {
    const group = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[2];
    expect(group, "a process group of its own").toBe(String(pid));
  }
  await started.stop();
  expect(isAlive(pid)).toBe(false);
});

test("kills a child that does not stop in time", async () => {
  const started = await child(
    `process.on("SIGTERM", () => undefined); reportReady(); setInterval(() => undefined, 1000);`,
    { stopLimitMs: 200 },
  );
  const pid = started.pid ?? 0;
  const startedAt = Date.now();
  await started.stop();
  expect(isAlive(pid)).toBe(false);
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(200);
});

test("starts a crashed child again, and not one that was stopped", async () => {
  const started = await child(`reportReady(process.pid); setInterval(() => undefined, 1000);`);
  const pids = new Set([started.ready]);
  for (let crash = 0; crash < 2; crash += 1) {
    const before = started.ready;
    process.kill(Number(before), "SIGKILL");
    await until(() => started.ready !== before, "it is started again");
    pids.add(started.ready);
  }
  expect(pids.size).toBe(3);
  await started.stop();
  const last = started.ready;
  await sleep(100);
  expect(started.ready).toBe(last);
});

test("a stop ends the wait for a restart", async () => {
  const started = await child(`reportReady(process.pid); setInterval(() => undefined, 1000);`, {
    restartPauseMs: 20_000,
  });
  process.kill(Number(started.ready), "SIGKILL");
  await sleep(100);
  const startedAt = Date.now();
  await started.stop();
  expect(Date.now() - startedAt).toBeLessThan(5_000);
});

test.each([
  ["ends before it is ready", "process.exit(2);", {}, "child ended before it was ready (exit code 2)"],
  [
    "is never ready",
    "setInterval(() => undefined, 1000);",
    { readyLimitMs: 300 },
    "child was not ready after 300 ms",
  ],
])("a child that %s rejects", async (_what, text, more, message) => {
  await expect(child(text, more)).rejects.toThrow(message);
});

test("a child ends when its parent was killed", async () => {
  const entry = await script(`
    exitWithParent(() => process.exit(0));
    reportReady(process.pid);
    setInterval(() => undefined, 1000);`);
  const parent = await run(`
    import { superviseChild } from "${supervise}";
    import { openLog } from "${new URL("../log.ts", import.meta.url).href}";
    const child = await superviseChild({ name: "child", args: [], env: {}, entry: ${JSON.stringify(entry)}, log: openLog({ level: "silent" }) });
    process.stdout.write(child.ready + "\\n");`);
  await until(() => parent.output().includes("\n"), "the child is ready");
  const pid = Number(parent.output());
  expect(isAlive(pid)).toBe(true);
  parent.process.kill("SIGKILL");
  await until(() => !isAlive(pid), "the child ends too");
});

/** A process that takes `stopMs` to stop and says what happens. */
async function stoppable(stopMs: number) {
  const parent = await run(`
    import { onStopSignal } from "${stopSignal}";
    const signals = onStopSignal(async () => {
      process.stdout.write("stopping ");
      await new Promise((settle) => setTimeout(settle, ${stopMs}));
      process.stdout.write("stopped");
    });
    process.on("message", () => signals.stop(7));
    process.stdout.write("ready ");
    setInterval(() => undefined, 1000);`);
  await until(() => parent.output() === "ready ", "it is ready");
  return parent;
}

test.each([
  ["SIGINT", ["SIGINT"], "ready stopping stopped", 0],
  ["SIGTERM and its repeat by npm", ["SIGTERM", "SIGTERM"], "ready stopping stopped", 0],
  ["SIGHUP and SIGINT in the same second", ["SIGHUP", "SIGINT"], "ready stopping stopped", 0],
  ["SIGINT and another one later", ["SIGINT", 1_100, "SIGINT"], "ready stopping ", 130],
])("%s", async (_what, steps, output, code) => {
  const parent = await stoppable(2_000);
  for (const step of steps) {
    if (typeof step === "number") await sleep(step);
    else parent.process.kill(step as NodeJS.Signals);
    await until(() => parent.output().includes("stopping"), "it begins to stop");
  }
  expect(await parent.ended).toBe(code);
  expect(parent.output()).toBe(output);
});

test("a stop that the program asks for has the program's exit code", async () => {
  const parent = await stoppable(10);
  parent.process.send("stop");
  expect(await parent.ended).toBe(7);
});

async function run(text: string) {
  const path = await script(text);
  const started: ChildProcess = spawn(process.execPath, [path], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  onTestFinished(() => {
    started.kill("SIGKILL");
  });
  let output = "";
  started.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  const ended = new Promise<number | null>((settle) => started.once("close", (code) => settle(code)));
  return { process: started, output: () => output, ended };
}
