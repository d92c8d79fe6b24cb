// The two processes of the demo: the simulator, and Skywarden's server on it.
import { join } from "node:path";
import type { Log } from "#log.ts";
import type { Closers } from "../closers.ts";
import type { ServeFacts } from "../commands/serve.ts";
import { superviseChild } from "../supervise.ts";
import { demoEnvironment, type SimulatedAws, withoutInstallation } from "./environment.ts";
import type { DemoWorld } from "./main-job.ts";
import type { SignIn } from "./sign-in.ts";
import { administratorText, administratorVariable } from "./try-it/open.ts";

export interface DemoChildren {
  world: DemoWorld;
  url: string;
}

export interface DemoSettings {
  accounts: number;
  seed: number;
  /** null = SKYWARDEN_PORT or its default. */
  port: number | null;
  dataDir: string;
  signIn: SignIn;
}

/** It stops its workers and PostgreSQL, and kills them if it must: killed itself, it would leave them. */
const serverStopLimitMs = 15_000;

export async function startChildren(
  settings: DemoSettings,
  log: Log,
  closers: Closers,
): Promise<DemoChildren> {
  const { accounts, seed, port, dataDir, signIn } = settings;
  const name = "simulator";
  const args = [name, "--world", "demo", "--port", "0", "--data-dir", join(dataDir, name)];
  args.push("--accounts", `${accounts}`, "--seed", `${seed}`);
  const simulator = await closers.openingChild(
    superviseChild({ name, args, env: withoutInstallation(process.env), log }),
    (child) => child.stop(),
  );
  const world = simulator.ready as DemoWorld & SimulatedAws;
  const env = {
    ...demoEnvironment(process.env, world),
    [administratorVariable]: administratorText(world),
    SKYWARDEN_DATA_DIR: dataDir,
    SKYWARDEN_LOG_LEVEL: process.env.SKYWARDEN_LOG_LEVEL || "warn",
    SKYWARDEN_ADMIN_EMAIL: signIn.email,
    SKYWARDEN_ADMIN_PASSWORD: signIn.password,
    SKYWARDEN_ADMIN_API_KEY: signIn.apiKey,
    ...(port === null ? {} : { SKYWARDEN_PORT: `${port}` }),
  };
  const stopLimitMs = serverStopLimitMs;
  const server = await closers.openingChild(
    superviseChild({ name: "serve", args: ["serve", "--simulated"], env, log, stopLimitMs }),
    (child) => child.stop(),
  );
  return { world, url: (server.ready as ServeFacts).url };
}
