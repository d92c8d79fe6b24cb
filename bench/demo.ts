// What a new user waits for: seconds from `npm start -- --once` on a fresh data folder to the summary, 127
// accounts, with peak memory and CPU of each kind of process. Linux only.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchmarkOptions, Figure } from "./figure.ts";
import { openSampler, type Usage } from "./process-usage.ts";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const secondsLimit = 90;
const secondsAim = 60;
const patienceMs = 230_000;
/** A sample takes 2–4 ms of this process's CPU. */
const sampleMs = 250;

interface Summary {
  ok: boolean;
  wrong: string[];
  /** By the demo's own clock, which begins when its code is loaded. */
  seconds: number;
  parts: { roles: number; sync: number; harvest: number };
  summary: { resources: { total: number }; findings: { total: number }; harvest: { calls: number } };
}

export default async function run({ accounts = "127" }: BenchmarkOptions): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "skywarden-bench-demo-"));
  const loadBefore = loadavg()[0] ?? 0;
  try {
    const { seconds, summary, usage } = await measure(join(folder, "data"), String(accounts));
    return figuresOf(seconds, summary, usage, loadBefore);
  } finally {
    removeServerFiles(join(folder, "data"));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(dataDir: string, accounts: string) {
  const startedAt = performance.now();
  const child = spawn("npm", ["start", "--", "--once", "--json", "--port", "0", "--accounts", accounts], {
    cwd: repository,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, SKYWARDEN_DATA_DIR: dataDir, npm_config_update_notifier: "false" },
  });
  const sampler = openSampler(child.pid ?? 0, kindOf, new Set(["postgres"]));
  const sampling = setInterval(() => sampler.sample(), sampleMs);
  const limit = setTimeout(() => process.kill(-(child.pid ?? 0), "SIGTERM"), patienceMs);
  try {
    const text = await summaryLine(child);
    const seconds = (performance.now() - startedAt) / 1000;
    sampler.sample();
    await new Promise((settle) => (child.exitCode === null ? child.once("exit", settle) : settle(null)));
    return { seconds, summary: JSON.parse(text) as Summary, usage: sampler.byKind() };
  } finally {
    clearInterval(sampling);
    clearTimeout(limit);
  }
}

/** The one line of JSON among what npm says. */
function summaryLine(child: ChildProcess): Promise<string> {
  let text = "";
  return new Promise((settle, fail) => {
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      const line = /^\{.*\}$/m.exec(text)?.[0];
      if (line !== undefined) settle(line);
    });
    child.once("close", (code) => fail(new Error(`the demo ended with ${code} before its summary: ${text}`)));
  });
}

function kindOf(command: string): string | null {
  if (/\bpostgres\b/.test(command) && !command.includes("skywarden.js")) return "postgres";
  return /bin\/skywarden\.js (demo|simulator|serve|worker)\b/.exec(command)?.[1] ?? null;
}

function figuresOf(
  seconds: number,
  { ok, wrong, parts, ...demo }: Summary,
  usage: Map<string, Usage>,
  loadBefore: number,
): Figure[] {
  const { summary } = demo;
  const start = seconds - parts.roles - parts.sync - parts.harvest;
  const named = (of: Record<string, number>) =>
    Object.entries(of)
      .sort(([, a], [, b]) => b - a)
      .map(([name, value]) => `${name} ${value.toFixed(1)}`)
      .join(", ");
  const cpu = Object.fromEntries([...usage].map(([kind, { cpuSeconds }]) => [kind, cpuSeconds]));
  const total = Object.values(cpu).reduce((sum, one) => sum + one, 0);
  return [
    {
      name: "demo.as_expected",
      measured: ok ? 1 : 0,
      atLeast: 1,
      unit: "yes",
      note: ok
        ? `${summary.resources.total} resources, ${summary.findings.total} findings, ${summary.harvest.calls} calls`
        : wrong.join("; "),
    },
    {
      name: "demo.seconds",
      measured: seconds,
      atMost: secondsLimit,
      unit: "s",
      note: `${named({ start, ...parts })}; load average before: ${loadBefore.toFixed(1)}`,
    },
    {
      name: "demo.aim_seconds",
      measured: seconds,
      unit: "s",
      note:
        seconds <= secondsAim
          ? `the aim of ${secondsAim} s is reached`
          : `the aim of ${secondsAim} s is missed by ${(seconds - secondsAim).toFixed(1)} s`,
    },
    { name: "demo.cpu_seconds", measured: total, unit: "CPU-s", note: named(cpu) },
    ...[...usage].map(([kind, { peakMiB }]) => ({
      name: `demo.peak_${kind}`,
      measured: peakMiB,
      unit: "MiB",
    })),
  ];
}

/** As root PostgreSQL's files lie elsewhere; the next start of any Skywarden would remove them too. */
function removeServerFiles(dataDir: string): void {
  try {
    rmSync(readFileSync(join(dataDir, "postgres-home"), "utf8").trim(), { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
