// The options of `organization add`, and what they must be together.
import type { Command } from "commander";
import { StartRefused } from "#model/problem.ts";
import type { RemoteOptions } from "../../remote.ts";

export interface AddOptions extends RemoteOptions {
  json: boolean;
  nickname: string;
  organizationRole?: string;
  memberRole?: string;
  excludePrefix?: string[];
  unit?: string[];
  autoBadge: boolean;
  autoRemoveSuspended: boolean;
  dryRun: boolean;
  profile?: string;
  credentialsFromEnv: boolean;
  yes: boolean;
  enableTrustedAccess: boolean;
  managementAccount: boolean;
  roleType?: "standard" | "standard-managed" | "power-user";
  organizationRoleName: string;
  memberRoleName: string;
  organizationPolicyName?: string;
  memberPolicyName?: string;
  rolePath: string;
  permissionsBoundaryArn?: string;
  platformRoleArn?: string[];
  tag?: string[];
  deploymentRegion?: string;
  templateBucket?: string;
  organizationStackName: string;
  memberStackName: string;
  stackSetName: string;
  permissionModel: "service-managed" | "self-managed";
  administrationRoleArn?: string;
  executionRoleName?: string;
  maxConcurrentCount?: number;
  maxConcurrentPercentage?: number;
  failureToleranceCount?: number;
  failureTolerancePercentage?: number;
  regionConcurrency?: "sequential" | "parallel";
}

interface Readers {
  many: (value: string, before?: string[]) => string[];
  whole: (least: number, most: number) => (text: string) => number;
}

export function addOptions(command: Command, { many, whole }: Readers): Command {
  const count = whole(0, 99_999);
  return command
    .requiredOption("--nickname <name>", "its name in Skywarden")
    .option("--organization-role <arn>", "ARN of the organization role, where the roles are there already")
    .option("--member-role <arn>", "ARN of the member role in any account, likewise")
    .option("--exclude-prefix <prefix>", "leave out accounts whose name begins so; repeatable", many)
    .option("--unit <ou>", "only accounts under the unit; repeatable", many)
    .option("--auto-badge", "badges from account tags", false)
    .option("--auto-remove-suspended", "remove suspended accounts", false)
    .option("--dry-run", "only check and preview", false)
    .option("--profile <name>", "make the roles first, with this AWS profile of an administrator")
    .option("--credentials-from-env", "the same with the credentials of the environment", false)
    .option("--yes", "deploy without asking", false)
    .option("--enable-trusted-access", "turn on trusted access for StackSets if it is off", false)
    .option("--no-management-account", "do not harvest the management account's own resources")
    .option("--role-type <type>", "standard, standard-managed or power-user")
    .option("--organization-role-name <name>", "name of the organization role", "Skywarden-Harvest-Org-Role")
    .option("--member-role-name <name>", "name of the member role", "Skywarden-Harvest-Member-Role")
    .option("--organization-policy-name <name>", "name of the organization role's policy")
    .option("--member-policy-name <name>", "name of the member role's policy")
    .option("--role-path <path>", "IAM path of the roles, with slashes at both ends", "/")
    .option("--permissions-boundary-arn <arn>", "permissions boundary of the roles")
    .option("--platform-role-arn <arn>", "a role to trust; repeatable; default: what Skywarden runs as", many)
    .option("--tag <key=value>", "tag of stacks and roles; repeatable", many)
    .option("--deployment-region <region>", "the one region of the stacks")
    .option("--template-bucket <name>", "for templates that are too long for a call; default: the server's")
    .option("--organization-stack-name <name>", "name of the first stack", "Skywarden-Organization-Role")
    .option("--member-stack-name <name>", "name of the management account's", "Skywarden-Member-Role")
    .option("--stack-set-name <name>", "name of the StackSet", "Skywarden-Member-Role")
    .option(
      "--permission-model <model>",
      "of the StackSet: service-managed or self-managed",
      "service-managed",
    )
    .option("--administration-role-arn <arn>", "self-managed: the role that deploys")
    .option("--execution-role-name <name>", "self-managed: the role that is deployed with")
    .option("--max-concurrent-count <n>", "accounts at once", count)
    .option("--max-concurrent-percentage <n>", "accounts at once, in percent", whole(1, 100))
    .option("--failure-tolerance-count <n>", "accounts that may fail before the rest is left", count)
    .option("--failure-tolerance-percentage <n>", "the same in percent", whole(0, 100))
    .option("--region-concurrency <type>", "sequential or parallel");
}

const oneOf: [name: keyof AddOptions, flag: string, values: string[]][] = [
  ["permissionModel", "--permission-model", ["service-managed", "self-managed"]],
  ["roleType", "--role-type", ["standard", "standard-managed", "power-user"]],
  ["regionConcurrency", "--region-concurrency", ["sequential", "parallel"]],
];

/** Throws the sentence that says what does not fit. */
export function checkAddOptions(options: AddOptions): void {
  const isDeploying = deploysFirst(options);
  if (options.profile !== undefined && options.credentialsFromEnv)
    throw new StartRefused("--profile and --credentials-from-env exclude each other.");
  const given = [options.organizationRole, options.memberRole].filter((arn) => arn !== undefined).length;
  if (isDeploying && given > 0)
    throw new StartRefused(
      "--organization-role and --member-role name roles that are there; with --profile they are made: choose their names by --organization-role-name and --member-role-name.",
    );
  if (!isDeploying && given < 2)
    throw new StartRefused(
      "Give --profile (or --credentials-from-env) to make the roles, or --organization-role and --member-role if they are there.",
    );
  for (const [name, flag, values] of oneOf) {
    const value = options[name];
    if (value !== undefined && !values.includes(String(value)))
      throw new StartRefused(`${flag} is ${values.join(" or ")}.`);
  }
  if (options.maxConcurrentCount === 0) throw new StartRefused("--max-concurrent-count is at least 1.");
}

export function deploysFirst({ profile, credentialsFromEnv }: AddOptions): boolean {
  return profile !== undefined || credentialsFromEnv;
}
