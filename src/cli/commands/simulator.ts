// `skywarden simulator`: the AWS look-alike as a command of its own. The only file of the product
// that knows where it lies; it shares nothing with it.

import { StartRefused } from "#model/problem.ts";
import { announcement, instantOf, startProblem } from "../../../simulator/announce.ts";
import { keepHeapSmall } from "../../../simulator/heap.ts";
import type { SimulatorOptions } from "../../../simulator/simulation.ts";
import { startSimulator } from "../../../simulator/start.ts";
import { demoFacts } from "../../../simulator/worlds/demo.ts";
import { worldNames } from "../../../simulator/worlds.ts";
import { onStopSignal } from "../stop-signal.ts";
import { exitWithParent, reportReady } from "../supervise.ts";

export interface SimulatorCommand {
  world: string;
  accounts: number;
  resources?: number;
  seed: number;
  port: number;
  now?: string;
  dataDir?: string;
  latencyMs: number;
  json: boolean;
}

export async function simulate(command: SimulatorCommand): Promise<void> {
  const { json, now, ...asked } = command;
  if (!worldNames().includes(asked.world))
    throw new StartRefused(`There is no world ${asked.world}; there are ${worldNames().join(", ")}.`);
  const bornAt = now === undefined ? undefined : instantOf(now);
  if (now !== undefined && !bornAt)
    throw new StartRefused(`--now is an instant such as 2026-11-22T00:00:00Z, not ${now}.`);
  const options: SimulatorOptions = { ...asked, ...(bornAt ? { bornAt } : {}) };
  const simulator = await startSimulator(options).catch((cause: unknown) => {
    const problem = startProblem(cause, options);
    if (problem !== undefined) throw new StartRefused(problem, 2, cause);
    throw cause;
  });
  keepHeapSmall();
  const stop = onStopSignal(() => simulator.stop());
  exitWithParent(() => stop.stop(0));
  const { stop: _, world: __, ...facts } = simulator;
  reportReady(command.world === "demo" ? { ...facts, ...demoFacts(simulator.world) } : facts);
  if (process.send === undefined) process.stdout.write(announcement(simulator, json));
}
