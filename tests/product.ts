// The whole product for a test: simulator, server with embedded PostgreSQL and worker as child
// processes on a temporary folder, with or without a connected organization.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServeFacts } from "#cli/commands/serve.ts";
import { demoEnvironment, type SimulatedAws, withoutAws } from "#cli/demo/environment.ts";
import { type DemoWorld, type MainJobResult, runMainJob } from "#cli/demo/main-job.ts";
import { administratorText, administratorVariable } from "#cli/demo/try-it/open.ts";
import { superviseChild } from "#cli/supervise.ts";
import { openLog } from "#log.ts";

export interface Product {
  url: string;
  email: string;
  password: string;
  apiKey: string;
  world: DemoWorld & SimulatedAws & { adminUrl: string; adminToken: string };
  dataDir: string;
  /** null if the organization was not connected. */
  result: MainJobResult | null;
  stop(): Promise<void>;
}

export interface ProductOptions {
  accounts?: number;
  seed?: number;
  /** Connect the simulated organization and wait for its first harvest. Default true. */
  connected?: boolean;
  /** SKYWARDEN_TEMPLATE_BUCKET */
  templateBucket?: string;
}

const secrets = {
  email: "admin@example.test",
  password: "correct horse battery",
  apiKey: "test-key-0123456789-0123456789-0123456789",
};

export async function startProduct({
  accounts = 8,
  seed = 1,
  connected = true,
  templateBucket,
}: ProductOptions = {}): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), "skywarden-product-"));
  const log = openLog({ level: "warn" });
  const closers: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const args = [
      "simulator",
      "--accounts",
      `${accounts}`,
      "--seed",
      `${seed}`,
      "--data-dir",
      join(dataDir, "simulator"),
    ];
    const simulator = await superviseChild({ name: "simulator", args, env: withoutAws(process.env), log });
    closers.push(() => simulator.stop());
    const world = simulator.ready as Product["world"];
    const server = await superviseChild({
      name: "serve",
      args: ["serve", "--simulated"],
      env: {
        ...demoEnvironment(process.env, world),
        [administratorVariable]: administratorText(world),
        SKYWARDEN_DATA_DIR: dataDir,
        SKYWARDEN_PORT: "0",
        SKYWARDEN_LOG_LEVEL: "warn",
        SKYWARDEN_ADMIN_EMAIL: secrets.email,
        SKYWARDEN_ADMIN_PASSWORD: secrets.password,
        SKYWARDEN_ADMIN_API_KEY: secrets.apiKey,
        ...(templateBucket === undefined ? {} : { SKYWARDEN_TEMPLATE_BUCKET: templateBucket }),
      },
      log,
    });
    closers.push(() => server.stop());
    const { url } = server.ready as ServeFacts;
    const quiet = { show: () => undefined, end: () => undefined };
    const result = connected ? await runMainJob({ url, apiKey: secrets.apiKey }, world, quiet) : null;
    return { url, ...secrets, world, dataDir, result, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}
