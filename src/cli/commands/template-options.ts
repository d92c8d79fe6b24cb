// The options of `template` and `template publish`.
import type { Command } from "commander";

export function addTemplateCommands(
  skywarden: Command,
  remote: (command: Command) => Command,
  whole: (least: number, most: number) => (text: string) => number,
): void {
  const count = whole(0, 99_999);
  const template = skywarden
    .command("template <name>")
    .description("print a template: organization-role, member-role, install-role or combined")
    .option("--url <url>", "address of Skywarden (SKYWARDEN_URL)")
    .option("--api-key <key>", "key to sign in with (SKYWARDEN_API_KEY)")
    .option("--format <format>", "cloudformation, terraform, json or cli", "cloudformation")
    .option("--role-type <type>", "standard, standard-managed or power-user")
    .option("--role-name <name>", "name of the role")
    .option("--policy-name <name>", "name of its policy")
    .option("--role-path <path>", "IAM path, with slashes at both ends")
    .option("--permissions-boundary-arn <arn>", "permissions boundary of the role")
    .option("--platform-role-arn <arn...>", "the roles to trust; default: what Skywarden runs as")
    .option("--external-id <id>", "external id to fill in")
    .option("--previous-external-id <id>", "the one before, accepted as well while it is rotated")
    .option("--tag <key=value...>", "tags of the roles")
    .option("--organizational-unit-id <id...>", "combined: the root or the units to deploy to")
    .option("--deployment-region <region>", "combined: the one region of the StackSet")
    .option("--max-concurrent-count <n>", "combined: accounts at once", count)
    .option("--max-concurrent-percentage <n>", "combined: the same in percent", whole(1, 100))
    .option("--failure-tolerance-count <n>", "combined: accounts that may fail", count)
    .option("--failure-tolerance-percentage <n>", "combined: the same in percent", whole(0, 100))
    .option("--region-concurrency-type <type>", "combined: SEQUENTIAL or PARALLEL")
    .action(async (name, options) => {
      const { printTemplate } = await import("./template.ts");
      await printTemplate(name, options);
    });
  remote(
    template
      .command("publish")
      .description("put the templates into the operator's bucket (SKYWARDEN_TEMPLATE_BUCKET)"),
  )
    .option("--profile <name>", "AWS profile to publish with; default: this host's own credentials")
    .action(async (_, command) => {
      const { publishTemplates } = await import("./template-publish.ts");
      await publishTemplates(command.optsWithGlobals());
    });
}
