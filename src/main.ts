// The entry of the product: reads the command line and runs one command. Commands are listed here;
// each is loaded only when it is asked for.
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { StartRefused } from "#model/problem.ts";
import { version } from "#version.ts";
import { addOptions } from "./cli/commands/organization/add-options.ts";
import { addTemplateCommands } from "./cli/commands/template-options.ts";

const whole = (least: number, most: number) => (text: string) => {
  const number = Number(text);
  // Number() takes "", "1e3" and "0x10" too.
  if (!/^\d+$/.test(text) || number < least || number > most)
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  return number;
};
const port = whole(0, 65_535);

function program(): Command {
  const skywarden = new Command("skywarden")
    .description("Cloud security posture management, self-hosted.")
    .version(version)
    // An option belongs to the command that it stands behind: "clouds" and its subcommands share names of options.
    .enablePositionalOptions()
    .configureOutput({ outputError: (text, write) => write(asLine(text)) })
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
    .option("--resources <n>", "things in each account, about; of the world large", whole(1, 100_000))
    .option("--seed <n>", "which organization", whole(0, 2 ** 31), 1)
    .option("--port <n>", "port of the AWS endpoint", port, 0)
    .option("--now <instant>", "when the world is born; its dates are offsets from it")
    .option("--data-dir <folder>", "keep what the API changes there")
    .option("--latency-ms <n>", "median time that a call takes", whole(0, 60_000), 0)
    .option("--json", "print one JSON object", false)
    .action(async (options) => {
      const { simulate } = await import("./cli/commands/simulator.ts");
      await simulate(options);
    });
  addRemoteCommands(skywarden);
  return skywarden;
}

/** Commands that ask a running Skywarden. */
function addRemoteCommands(skywarden: Command): void {
  const many = (value: string, before: string[] = []) => [...before, value];
  const remote = (command: Command) =>
    command
      .option("--url <url>", "address of Skywarden (SKYWARDEN_URL)")
      .option("--api-key <key>", "key to sign in with (SKYWARDEN_API_KEY)")
      .option("--json", "print the answer as JSON", false);
  const list = (name: string, description: string) =>
    remote(skywarden.command(name).description(description))
      .option("--limit <n>", "rows", whole(1, 1000), 100)
      .option("--cursor <cursor>", "continue a list")
      .option("--q <text>", "search");
  const badged = (command: Command) =>
    command
      .option("--badge <key:value>", "only clouds with the badge; repeatable", many)
      .option("--badge-operator <operator>", "and = all of the badges (default), or = any of them");
  const lists = () => import("./cli/commands/lists.ts");
  const clouds = badged(list("clouds", "list cloud accounts"))
    .option("--status <state>", "only of a status; repeatable", many)
    .enablePositionalOptions()
    .action(async (options) => (await lists()).clouds(options));
  addCloudCommands(clouds, remote, badged);
  badged(list("resources", "list resources"))
    .option("--type <type>", "only of a resource type; repeatable", many)
    .option("--region <region>", "only in a region; repeatable", many)
    .option("--tag <key:value>", "only with the tag; repeatable", many)
    .action(async (options) => (await lists()).resources(options));
  badged(remote(skywarden.command("findings").description("list open findings, the worst first")))
    .option("--limit <n>", "rows", whole(1, 1000), 100)
    .option("--cursor <cursor>", "continue a list")
    .option("--severity <severity>", "only of a severity; repeatable", many)
    .option("--insight <id>", "only of an insight; repeatable", many)
    .action(async (options) => (await lists()).findings(options));
  addOrganizationCommands(skywarden, remote, many);
}

function addCloudCommands(
  clouds: Command,
  remote: (command: Command) => Command,
  badged: (command: Command) => Command,
): void {
  const work = () => import("./cli/commands/clouds.ts");
  badged(
    remote(clouds.command("problems").description("what is wrong with clouds, and what mends it")),
  ).action(async (options) => (await work()).problems(options));
  remote(
    clouds
      .command("change <cloud>")
      .description("change one that is connected by itself, by cloud or account id"),
  )
    .option("--name <name>", "its name in Skywarden")
    .option("--pause", "harvest it no more")
    .option("--resume", "harvest it again")
    .option("--role-arn <arn>", "another role; the whole access is tried before it replaces the old one")
    .option("--session-name <name>", "session name of the role")
    .option("--duration-seconds <n>", "how long a session lasts", whole(900, 43_200))
    .option("--external-id <id>", "external id of the role")
    .action(async (cloud, options) => (await work()).change(cloud, options));
  remote(
    clouds
      .command("remove <cloud>")
      .description("remove one, by cloud or account id; previews without --yes"),
  )
    .option("--yes", "do it", false)
    .action(async (cloud, options) => (await work()).remove(cloud, options));
  const badges = clouds.command("badges").description("user badges of many clouds as CSV");
  badged(badges.command("export").description("print them; a cloud without one has a row with an empty key"))
    .option("--url <url>", "address of Skywarden (SKYWARDEN_URL)")
    .option("--api-key <key>", "key to sign in with (SKYWARDEN_API_KEY)")
    .action(async (options) => (await work()).writeBadges(options));
  remote(
    badges
      .command("import <file>")
      .description("change them from a CSV file, or - for stdin; previews without --yes"),
  )
    .option("--yes", "do it", false)
    .action(async (file, options) => (await work()).readBadges(file, options));
}

function addOrganizationCommands(
  skywarden: Command,
  remote: (command: Command) => Command,
  many: (value: string, before?: string[]) => string[],
): void {
  const onboarding = () => import("./cli/commands/organization.ts");
  const organization = skywarden.command("organization").description("connected AWS Organizations");
  remote(organization.command("list").description("list them")).action(async (options) =>
    (await onboarding()).listConnected(options),
  );
  addOptions(remote(organization.command("add").description("connect one")), { many, whole }).action(
    async (options) => {
      const { addOrganization } = await import("./cli/commands/organization/add.ts");
      await addOrganization(options);
    },
  );
  remote(organization.command("sync <id>").description("sync one now"))
    .option("--confirm", "let it take away what the last sync stopped at", false)
    .option("--account <id>", "only this account")
    .option("--unit <ou>", "only the accounts under this unit")
    .action(async (id, options) => (await onboarding()).syncNow(id, options));
  remote(organization.command("remove <id>").description("disconnect one; previews without --yes"))
    .option("--yes", "do it", false)
    .option("--prove", "then try that no role can be assumed", false)
    .option("--restore", "clouds that were connected by themselves go back to their own credentials", false)
    .action(async (id, options) => (await onboarding()).remove(id, options));
  const proofs = () => import("./cli/commands/access-proof.ts");
  remote(
    organization.command("prove <id>").description("try which roles of a connected one can be assumed"),
  ).action(async (id, options) => (await proofs()).prove(id, options));
  remote(organization.command("proofs").description("list proofs")).action(async (options) =>
    (await proofs()).list(options),
  );
  remote(organization.command("proof <proof>").description("show a proof, and the roles that still work"))
    .option("--repeat", "try every role again", false)
    .action(async (id, options) => (await proofs()).showProof(id, options));
  addExternalIdCommands(skywarden, remote);
  addTemplateCommands(skywarden, remote, whole);
}

function addExternalIdCommands(skywarden: Command, remote: (command: Command) => Command): void {
  const rotation = () => import("./cli/commands/external-id.ts");
  const externalId = skywarden
    .command("external-id")
    .description("the tenant's external id, and its rotation");
  const add = (name: "show" | "rotate" | "status" | "check" | "abort", description: string) =>
    remote(externalId.command(name).description(description)).action(async (options) =>
      (await rotation())[name](options),
    );
  add("show", "print it, and the new one while it is rotated");
  add("rotate", "begin a rotation: a new one is made, both are valid");
  add("status", "how many clouds use the new one");
  add("check", "try now which one each role accepts");
  add("abort", "return to the old one");
  remote(externalId.command("finish").description("drop the old one"))
    .option("--accept <n>", "so many clouds and organizations may break by it", whole(0, 1_000_000))
    .action(async (options) => (await rotation()).finish(options));
}

/** Commander words some errors in two lines: what is wrong, and what was perhaps meant. */
function asLine(text: string): string {
  const line = text
    .trim()
    .replace(/^error: /, "")
    .replace(/\s*\n\s*/g, " ");
  return `skywarden: ${line}\n`;
}

/** Nobody reads any more (`| head`, a closed terminal): no reason to end without an orderly stop. */
function bearClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    });
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

bearClosedOutput();
await run();
