// The simulator as a process: node simulator/main.ts --world W --accounts N --seed S --port P --now ISO --data-dir D --json.
// Options, what it prints once it answers, and when it ends: with its parent (IPC),
// on SIGTERM or SIGINT. Exit code 2: the options or the environment do not allow a start.
import { parseArgs } from "node:util";
import { announcement, instantOf, startProblem } from "./announce.ts";
import { keepHeapSmall } from "./heap.ts";
import type { SimulatorOptions } from "./simulation.ts";
import { startSimulator } from "./start.ts";
import { worldNames } from "./worlds.ts";

async function runAsProcess(): Promise<void> {
  const options = readOptions();
  if ("problem" in options) return refuse(options.problem);
  const simulator = await startSimulator(options.simulator).catch((error: unknown) => {
    const problem = startProblem(error, options.simulator);
    if (problem === undefined) throw error;
    refuse(problem);
    return undefined;
  });
  if (!simulator) return;
  keepHeapSmall();
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    // Open connections are cut; a second is the longest that a parent waits.
    setTimeout(() => process.exit(0), 800).unref();
    simulator.stop().then(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.on("disconnect", stop);
  process.stdout.write(announcement(simulator, options.isJson));
}

function readOptions(): { simulator: SimulatorOptions; isJson: boolean } | { problem: string } {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      options: {
        world: { type: "string", default: "demo" },
        accounts: { type: "string", default: "127" },
        resources: { type: "string" },
        seed: { type: "string", default: "1" },
        port: { type: "string", default: "0" },
        now: { type: "string" },
        "data-dir": { type: "string" },
        "latency-ms": { type: "string", default: "0" },
        json: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  const numbers = numbersIn(values);
  if (typeof numbers === "string") return { problem: numbers };
  const world = String(values.world);
  if (!worldNames().includes(world))
    return { problem: `--world is one of ${worldNames().join(", ")}, not ${world}.` };
  const simulator: SimulatorOptions = {
    world,
    accounts: numbers.accounts ?? 127,
    seed: numbers.seed ?? 1,
    port: numbers.port ?? 0,
    latencyMs: numbers["latency-ms"] ?? 0,
  };
  if (numbers.resources !== undefined) simulator.resources = numbers.resources;
  if (typeof values["data-dir"] === "string") simulator.dataDir = values["data-dir"];
  if (typeof values.now === "string") {
    const bornAt = instantOf(values.now);
    if (!bornAt) return { problem: `--now is an instant such as 2026-11-22T00:00:00Z, not ${values.now}.` };
    simulator.bornAt = bornAt;
  }
  return { simulator, isJson: values.json === true };
}

const bounds = {
  accounts: [1, 100_000],
  resources: [1, 100_000],
  seed: [0, 2 ** 31],
  port: [0, 65_535],
  "latency-ms": [0, 60_000],
} as const;

/** By option, or the problem with one. */
function numbersIn(values: Record<string, string | boolean | undefined>): Record<string, number> | string {
  const numbers: Record<string, number> = {};
  for (const [name, [least, most]] of Object.entries(bounds)) {
    if (values[name] === undefined) continue;
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < least || number > most)
      return `--${name} is a whole number from ${least} to ${most}, not ${String(values[name])}.`;
    numbers[name] = number;
  }
  return numbers;
}

function refuse(problem: string): void {
  process.stderr.write(`simulator: ${problem}\n`);
  process.exitCode = 2;
  if (process.connected) process.disconnect();
}

await runAsProcess();
