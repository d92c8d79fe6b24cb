// What an administrator does in AWS before connecting: creates the roles from Skywarden's own
// templates, by stacks, in the management account and in each member.
import {
  type Administrator,
  CallRefused,
  openAdministrator,
  administratorRegion as region,
  type SimulatedOrganization,
} from "./administrator-access.ts";

export interface Templates {
  organizationRole: string;
  memberRole: string;
}

export interface StackParameters {
  platformRoleArn: string;
  externalId: string;
}

const stacksAtOnce = 20;

/** Returns how many stacks were made; those of an earlier try, ended in the middle, count no more. */
export async function createRoles(
  organization: SimulatedOrganization,
  templates: Templates,
  parameters: StackParameters,
  /** An active account in which the administrator forgets the role. */
  forgottenAccountId: string,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const administrator = openAdministrator(organization);
  try {
    const accounts = await activeAccounts(administrator, organization.managementAccountId);
    const members = accounts.filter((id) => id !== forgottenAccountId);
    let made = 0;
    let done = 0;
    const stack = async (accountId: string, name: string, template: string) => {
      if (await createStack(administrator, accountId, name, template, parameters)) made++;
    };
    await stack(organization.managementAccountId, "Skywarden-Organization-Role", templates.organizationRole);
    await eachAtOnce(members, stacksAtOnce, async (accountId) => {
      await stack(accountId, "Skywarden-Member-Role", templates.memberRole);
      onProgress(++done, members.length);
    });
    return made;
  } finally {
    await administrator.close();
  }
}

async function activeAccounts(administrator: Administrator, accountId: string): Promise<string[]> {
  type Page = { Accounts?: { Id?: string; State?: string }[]; NextToken?: string };
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const page: Page = await administrator.ask<Page>(
      accountId,
      "organizations",
      "ListAccounts",
      token ? { NextToken: token } : {},
    );
    ids.push(...(page.Accounts ?? []).flatMap(({ Id, State }) => (Id && State === "ACTIVE" ? [Id] : [])));
    token = page.NextToken;
  } while (token);
  return ids;
}

const stackPatienceMs = 60_000;

/** False if it was there already. */
async function createStack(
  administrator: Administrator,
  accountId: string,
  name: string,
  template: string,
  { platformRoleArn, externalId }: StackParameters,
): Promise<boolean> {
  const credentials = await administrator.credentialsIn(accountId);
  const created = await administrator.call({
    client: "cloudformation",
    operation: "CreateStack",
    input: {
      StackName: name,
      TemplateBody: template,
      Capabilities: ["CAPABILITY_NAMED_IAM"],
      Parameters: [
        { ParameterKey: "PlatformRoleArn", ParameterValue: platformRoleArn },
        { ParameterKey: "ExternalId", ParameterValue: externalId },
      ],
    },
    accountId,
    credentials,
    region,
  });
  if (!created.ok && created.error.code !== "AlreadyExistsException")
    throw new CallRefused("cloudformation:CreateStack", accountId, created.error);
  const deadline = Date.now() + stackPatienceMs;
  for (let waitMs = 30; Date.now() < deadline; waitMs = Math.min(1_000, waitMs * 2)) {
    type Stacks = { Stacks?: { StackStatus?: string; StackStatusReason?: string }[] };
    const { Stacks } = await administrator.ask<Stacks>(accountId, "cloudformation", "DescribeStacks", {
      StackName: name,
    });
    const { StackStatus, StackStatusReason } = Stacks?.[0] ?? {};
    if (StackStatus === "CREATE_COMPLETE") return created.ok;
    if (StackStatus !== "CREATE_IN_PROGRESS")
      throw new Error(`stack ${name} in ${accountId}: ${StackStatus} ${StackStatusReason ?? ""}`);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  throw new Error(`stack ${name} in ${accountId} is not complete after ${stackPatienceMs / 1000} s`);
}

async function eachAtOnce<T>(items: T[], places: number, run: (item: T) => Promise<void>): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const worker = async () => {
    for (const item of waiting) await run(item);
  };
  await Promise.all(Array.from({ length: places }, worker));
}
