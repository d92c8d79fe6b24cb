// `skywarden demo` (npm start): simulator, Skywarden itself, and the main job on a simulated
// organization, through the public API. Touches nothing but loopback and its data folder.
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readConfig } from "#config.ts";
import { type Log, openLog } from "#log.ts";
import { StartRefused } from "#model/problem.ts";
import { demoEnvironment, type SimulatedAws, withoutAws } from "../demo/environment.ts";
import { claimFolder } from "../demo/folder-claim.ts";
import { type DemoWorld, type MainJobResult, runMainJob } from "../demo/main-job.ts";
import { openProgressLine } from "../demo/progress-line.ts";
import { summaryText } from "../demo/summary-text.ts";
import { onStopSignal } from "../stop-signal.ts";
import { ChildFailed, superviseChild } from "../supervise.ts";
import type { ServeFacts } from "./serve.ts";

export interface DemoOptions {
  accounts: number;
  seed: number;
  port: number | null;
  once: boolean;
  json: boolean;
}

interface SignInSecrets {
  email: string;
  password: string;
  apiKey: string;
}

export async function demo(options: DemoOptions): Promise<void> {
  const startedAt = performance.now();
  const config = readConfig(process.env, { demo: true, folder: process.cwd() });
  const log = openLog({ level: process.env.SKYWARDEN_LOG_LEVEL ? config.logLevel : "warn" });
  const release = await claimFolder(config.dataDir);
  const closers: (() => Promise<unknown>)[] = [release];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  const stop = onStopSignal(close);
  try {
    const secrets = await signInSecrets(config.dataDir);
    const { world, facts } = await startAll(options, config.dataDir, secrets, log, closers);
    const line = openProgressLine(process.stderr, startedAt);
    const result = await runMainJob({ url: facts.url, apiKey: secrets.apiKey }, world, line);
    const seconds = (performance.now() - startedAt) / 1000;
    tell(options, result, seconds, { url: facts.url, ...secrets });
    const exitCode = result.wrong.length > 0 ? 1 : 0;
    if (options.once || exitCode !== 0) stop.stop(exitCode);
    else process.stdout.write("Skywarden keeps running; press Ctrl-C to stop it.\n");
  } catch (cause) {
    await close();
    if (cause instanceof ChildFailed && cause.exitCode === 2) throw new StartRefused("", 2, cause);
    throw cause;
  }
}

async function startAll(
  options: DemoOptions,
  dataDir: string,
  secrets: SignInSecrets,
  log: Log,
  closers: (() => Promise<unknown>)[],
): Promise<{ world: DemoWorld; facts: ServeFacts }> {
  const args = [
    "simulator",
    "--world",
    "demo",
    "--accounts",
    `${options.accounts}`,
    "--seed",
    `${options.seed}`,
    "--port",
    "0",
    "--data-dir",
    join(dataDir, "simulator"),
  ];
  const simulator = await superviseChild({ name: "simulator", args, env: withoutAws(process.env), log });
  closers.push(() => simulator.stop());
  const world = simulator.ready as DemoWorld & SimulatedAws;
  const env = {
    ...demoEnvironment(process.env, world),
    SKYWARDEN_DATA_DIR: dataDir,
    SKYWARDEN_LOG_LEVEL: process.env.SKYWARDEN_LOG_LEVEL ?? "warn",
    SKYWARDEN_ADMIN_EMAIL: secrets.email,
    SKYWARDEN_ADMIN_PASSWORD: secrets.password,
    SKYWARDEN_ADMIN_API_KEY: secrets.apiKey,
    ...(options.port === null ? {} : { SKYWARDEN_PORT: `${options.port}` }),
  };
  const server = await superviseChild({ name: "serve", args: ["serve", "--simulated"], env, log });
  closers.push(() => server.stop());
  return { world, facts: server.ready as ServeFacts };
}

/** Made at the first start, kept in a file that only this user reads. */
async function signInSecrets(dataDir: string): Promise<SignInSecrets> {
  const path = join(dataDir, "demo-sign-in.json");
  try {
    return JSON.parse(await readFile(path, "utf8")) as SignInSecrets;
  } catch (cause) {
    if ((cause as { code?: string }).code !== "ENOENT") throw cause;
  }
  const secrets = {
    email: "admin@demo.skywarden.local",
    password: randomBytes(12).toString("base64url"),
    apiKey: `demo-${randomBytes(24).toString("hex")}`,
  };
  await mkdir(dataDir, { recursive: true });
  await writeFile(path, `${JSON.stringify(secrets)}\n`, { mode: 0o600 });
  return secrets;
}

function tell(
  options: DemoOptions,
  result: MainJobResult,
  seconds: number,
  signIn: { url: string; email: string; password: string },
): void {
  if (!options.json) {
    process.stdout.write(summaryText(result, seconds, signIn));
    return;
  }
  const { summary, syncCalls, stacks, wrong } = result;
  process.stdout.write(
    `${JSON.stringify({ ok: wrong.length === 0, wrong, seconds, stacks, syncCalls, summary, url: signIn.url, email: signIn.email, password: signIn.password })}\n`,
  );
}
