// `skywarden simulator`: the AWS look-alike as a command of its own. The only file of the product
// that knows where it lies; it shares nothing with it.

import { StartRefused } from "#model/problem.ts";
import { OtherWorld } from "../../../simulator/kept.ts";
import { startSimulator } from "../../../simulator/start.ts";
import { demoFacts } from "../../../simulator/worlds/demo.ts";
import { worldNames } from "../../../simulator/worlds.ts";
import { onStopSignal } from "../stop-signal.ts";
import { exitWithParent, reportReady } from "../supervise.ts";

export interface SimulatorCommand {
  world: string;
  accounts: number;
  seed: number;
  port: number;
  dataDir?: string;
  latencyMs: number;
  json: boolean;
}

export async function simulate(command: SimulatorCommand): Promise<void> {
  const { json, ...options } = command;
  if (!worldNames().includes(options.world))
    throw new StartRefused(`There is no world ${options.world}; there are ${worldNames().join(", ")}.`);
  const simulator = await startSimulator(options).catch((cause: unknown) => {
    if (cause instanceof OtherWorld) throw new StartRefused(cause.message, 2, cause);
    const code = (cause as { code?: string }).code;
    if (code === "EADDRINUSE")
      throw new StartRefused(
        `Port ${options.port} is taken by another program; choose another with --port.`,
        2,
        cause,
      );
    if (code === "EACCES")
      throw new StartRefused(`${options.dataDir ?? "The data folder"} cannot be written.`, 2, cause);
    throw cause;
  });
  const stop = onStopSignal(() => simulator.stop());
  exitWithParent(() => stop.stop(0));
  const { stop: _, world: __, ...facts } = simulator;
  reportReady(command.world === "demo" ? { ...facts, ...demoFacts(simulator.world) } : facts);
  if (process.send !== undefined) return;
  process.stdout.write(
    json
      ? `${JSON.stringify(facts)}\n`
      : `export AWS_ENDPOINT_URL=${facts.endpoint}\nexport AWS_ACCESS_KEY_ID=${facts.accessKeyId}\nexport AWS_SECRET_ACCESS_KEY=${facts.secretAccessKey}\nexport AWS_REGION=us-east-1\n`,
  );
}
