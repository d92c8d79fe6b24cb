// The entry of the product: reads the command line and runs one command. Commands are listed here;
// each is loaded only when it is asked for.
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { StartRefused } from "#model/problem.ts";
import { version } from "#version.ts";

const whole = (least: number, most: number) => (text: string) => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  return number;
};
const port = whole(0, 65_535);

function program(): Command {
  const skywarden = new Command("skywarden")
    .description("Cloud security posture management, self-hosted.")
    .version(version)
    .exitOverride();
  skywarden
    .command("demo")
    .description("run everything on a simulated AWS Organization")
    .option("--accounts <n>", "accounts of the organization", whole(5, 20_000), 127)
    .option("--seed <n>", "which organization", whole(0, 2 ** 31), 1)
    .option("--port <n>", "port of the web and the API", port)
    .option("--once", "exit after the summary", false)
    .option("--json", "summary as JSON", false)
    .action(async (options) => {
      const { demo } = await import("./cli/commands/demo.ts");
      await demo({ ...options, port: options.port ?? null });
    });
  skywarden
    .command("serve")
    .description("serve the API and the web, with workers")
    .option("--role <role>", "api, worker or all", "all")
    .option("--simulated", "run against the simulator; used by the demo", false)
    .action(async (options) => {
      if (!["api", "worker", "all"].includes(options.role))
        throw new StartRefused("--role is api, worker or all.");
      const { serve } = await import("./cli/commands/serve.ts");
      await serve(options);
    });
  skywarden
    .command("worker")
    .description("take jobs of an installation on another host")
    .option("--simulated", "run against the simulator; used by the demo", false)
    .action(async (options) => {
      const { work } = await import("./cli/commands/worker.ts");
      await work(options);
    });
  skywarden
    .command("simulator")
    .description("serve a simulated AWS on loopback")
    .option("--world <name>", "which world", "demo")
    .option("--accounts <n>", "accounts of the organization", whole(1, 100_000), 127)
    .option("--seed <n>", "which organization", whole(0, 2 ** 31), 1)
    .option("--port <n>", "port of the AWS endpoint", port, 0)
    .option("--data-dir <folder>", "keep what the API changes there")
    .option("--latency-ms <n>", "median time that a call takes", whole(0, 60_000), 0)
    .option("--json", "print one JSON object", false)
    .action(async (options) => {
      const { simulate } = await import("./cli/commands/simulator.ts");
      await simulate(options);
    });
  return skywarden;
}

/** Exit code 2: usage or environment; the sentence stands on stderr. */
async function run(): Promise<void> {
  try {
    await program().parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
    if (error instanceof StartRefused) {
      if (error.message) process.stderr.write(`skywarden: ${error.message}\n`);
      process.exit(error.exitCode);
    }
    process.stderr.write(
      `skywarden: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(1);
  }
}

await run();
