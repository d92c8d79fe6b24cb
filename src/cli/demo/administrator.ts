// What an administrator does in AWS before connecting: creates the roles from Skywarden's own
// templates, by stacks, in the management account and in each member.
import { openRoleCache } from "#aws/assume.ts";
import { openAws } from "#aws/call.ts";
import { defaultAwsSettings } from "#aws/settings.ts";
import type { AwsCaller, AwsCredentials, AwsError } from "#model/aws-call.ts";
import { version } from "#version.ts";

export interface SimulatedOrganization {
  endpoint: string;
  managementAccountId: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface Templates {
  organizationRole: string;
  memberRole: string;
}

export interface StackParameters {
  platformRoleArn: string;
  externalId: string;
}

const region = "us-east-1";
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
  const aws = openAws({
    ...defaultAwsSettings,
    version,
    endpointUrl: organization.endpoint,
    loopbackOnly: true,
  });
  const administrator: AwsCredentials = {
    accessKeyId: organization.accessKeyId,
    secretAccessKey: organization.secretAccessKey,
  };
  try {
    const accounts = await activeAccounts(aws.call, organization.managementAccountId, administrator);
    const members = accounts.filter((id) => id !== forgottenAccountId);
    const roles = openRoleCache(aws.call);
    const source = {
      id: "administrator",
      credentials: async () => ({ ok: true as const, credentials: administrator }),
    };
    let made = 0;
    let done = 0;
    const stack = async (accountId: string, name: string, template: string) => {
      const credentials =
        accountId === organization.managementAccountId
          ? administrator
          : await assumed(roles, source, `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`);
      if (await createStack(aws.call, accountId, credentials, name, template, parameters)) made++;
    };
    await stack(organization.managementAccountId, "Skywarden-Organization-Role", templates.organizationRole);
    await eachAtOnce(members, stacksAtOnce, async (accountId) => {
      await stack(accountId, "Skywarden-Member-Role", templates.memberRole);
      onProgress(++done, members.length);
    });
    return made;
  } finally {
    await aws.close();
  }
}

async function assumed(
  roles: ReturnType<typeof openRoleCache>,
  source: Parameters<ReturnType<typeof openRoleCache>["assume"]>[0]["source"],
  roleArn: string,
): Promise<AwsCredentials> {
  const held = await roles.assume({
    source,
    roleArn,
    externalId: null,
    sessionName: "administrator",
    durationSeconds: 3600,
    region,
  });
  if (!held.ok) throw new Error(`${roleArn} cannot be assumed: ${held.error.message}`);
  return held.credentials;
}

async function activeAccounts(
  call: AwsCaller,
  accountId: string,
  credentials: AwsCredentials,
): Promise<string[]> {
  type Page = { Accounts?: { Id?: string; State?: string }[]; NextToken?: string };
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const page = await answered<Page>(call, {
      client: "organizations",
      operation: "ListAccounts",
      input: token ? { NextToken: token } : {},
      accountId,
      credentials,
    });
    ids.push(...(page.Accounts ?? []).flatMap(({ Id, State }) => (Id && State === "ACTIVE" ? [Id] : [])));
    token = page.NextToken;
  } while (token);
  return ids;
}

const stackPatienceMs = 60_000;

/** False if it was there already. */
async function createStack(
  call: AwsCaller,
  accountId: string,
  credentials: AwsCredentials,
  name: string,
  template: string,
  { platformRoleArn, externalId }: StackParameters,
): Promise<boolean> {
  const created = await call({
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
    throw refused("cloudformation:CreateStack", accountId, created.error);
  const deadline = Date.now() + stackPatienceMs;
  for (let waitMs = 30; Date.now() < deadline; waitMs = Math.min(1_000, waitMs * 2)) {
    type Stacks = { Stacks?: { StackStatus?: string; StackStatusReason?: string }[] };
    const { Stacks } = await answered<Stacks>(call, {
      client: "cloudformation",
      operation: "DescribeStacks",
      input: { StackName: name },
      accountId,
      credentials,
    });
    const { StackStatus, StackStatusReason } = Stacks?.[0] ?? {};
    if (StackStatus === "CREATE_COMPLETE") return created.ok;
    if (StackStatus !== "CREATE_IN_PROGRESS")
      throw new Error(`stack ${name} in ${accountId}: ${StackStatus} ${StackStatusReason ?? ""}`);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  throw new Error(`stack ${name} in ${accountId} is not complete after ${stackPatienceMs / 1000} s`);
}

async function answered<Output = unknown>(
  call: AwsCaller,
  asked: Omit<Parameters<AwsCaller>[0], "region">,
): Promise<Output> {
  const answer = await call<Output>({ ...asked, region });
  if (answer.ok) return answer.output;
  throw refused(`${asked.client}:${asked.operation}`, asked.accountId, answer.error);
}

function refused(operation: string, accountId: string | null, error: AwsError): Error {
  return new Error(`${operation} in ${accountId ?? "no account"}: ${error.code} ${error.message}`);
}

async function eachAtOnce<T>(items: T[], places: number, run: (item: T) => Promise<void>): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const worker = async () => {
    for (const item of waiting) await run(item);
  };
  await Promise.all(Array.from({ length: places }, worker));
}
