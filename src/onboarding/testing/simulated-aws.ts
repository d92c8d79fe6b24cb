// A simulated organization for the onboarding's tests, with its administrator and the platform's identity.
import { openRoleCache, type RoleCache } from "#aws/assume.ts";
import { openAws } from "#aws/call.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import type { AwsAnswer, AwsCaller, AwsCredentials } from "#model/aws-call.ts";
import { accessKeyId, chance, iamId, secretAccessKey } from "../../../simulator/ids.ts";
import type { FaultRule } from "../../../simulator/settings.ts";
import type { IamUser } from "../../../simulator/shapes.ts";
import type { SimulatorOptions } from "../../../simulator/simulation.ts";
import { type Simulator, startSimulator } from "../../../simulator/start.ts";

export interface SimulatedAws {
  simulator: Simulator;
  call: AwsCaller;
  /** Nothing is kept: a test changes trust and asks again. */
  roles: () => RoleCache;
  /** The install role's session. */
  platform: { id: string; credentials(): Promise<{ ok: true; credentials: AwsCredentials }> };
  platformArn: string;
  /** Somebody who may do anything in the account; of the hosting account too. */
  administrator(accountId: string): Promise<AwsCredentials>;
  ask<Output>(
    accountId: string,
    client: string,
    operation: string,
    input?: Record<string, unknown>,
  ): Promise<AwsAnswer<Output>>;
  /** As ask; throws for an error. */
  must<Output>(
    accountId: string,
    client: string,
    operation: string,
    input?: Record<string, unknown>,
  ): Promise<Output>;
  createStack(
    accountId: string,
    name: string,
    template: string,
    values?: Record<string, string>,
  ): Promise<StackMade>;
  /** Calls that answer an error, whatever the policies say, in place of those that did so far. */
  setFaults(faults: FaultRule[]): Promise<void>;
  close(): Promise<void>;
}

/** A role that the platform role may assume with the external id; returns its ARN. */
export async function makeRole(
  aws: SimulatedAws,
  accountId: string,
  RoleName: string,
  role: { actions: readonly string[]; externalId: string },
): Promise<string> {
  const { partition } = aws.simulator.world;
  const policy = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  await aws.must(accountId, "iam", "CreateRole", {
    RoleName,
    AssumeRolePolicyDocument: policy({
      Principal: { AWS: `arn:${partition}:iam::${aws.simulator.hostingAccountId}:root` },
      Action: "sts:AssumeRole",
      Condition: {
        ArnEquals: { "aws:PrincipalArn": aws.platformArn },
        StringEquals: { "sts:ExternalId": role.externalId },
      },
    }),
  });
  await aws.must(accountId, "iam", "PutRolePolicy", {
    RoleName,
    PolicyName: "reading",
    PolicyDocument: policy({ Action: role.actions, Resource: "*" }),
  });
  return `arn:${partition}:iam::${accountId}:role/${RoleName}`;
}

export interface StackMade {
  status: string;
  reason: string;
  roleArn: string;
}

export async function startSimulatedAws(options: SimulatorOptions): Promise<SimulatedAws> {
  const simulator = await startSimulator({ limits: { enabled: false }, ...options });
  const aws = openAws(awsSettingsFrom({}, { endpointUrl: simulator.endpoint, loopbackOnly: true }));
  const { managementAccountId, hostingAccountId, region } = simulator;
  const { partition } = simulator.world;
  const own = { accessKeyId: simulator.accessKeyId, secretAccessKey: simulator.secretAccessKey };
  const hosting = hostingAdministrator(simulator);
  const source = { id: "administrator", credentials: async () => ({ ok: true as const, credentials: own }) };
  const members = openRoleCache(aws.call);

  const simulated: SimulatedAws = {
    simulator,
    call: aws.call,
    roles: () => openRoleCache(aws.call),
    platform: {
      id: "platform",
      credentials: async () => ({ ok: true, credentials: await installed(simulator) }),
    },
    platformArn: `arn:${partition}:iam::${hostingAccountId}:role/Skywarden-Install-Role`,
    async administrator(accountId) {
      if (accountId === managementAccountId) return own;
      if (accountId === hostingAccountId) return hosting;
      const held = await members.assume({
        source,
        roleArn: `arn:${partition}:iam::${accountId}:role/OrganizationAccountAccessRole`,
        externalId: null,
        sessionName: "administrator",
        durationSeconds: 3600,
        region,
      });
      if (!held.ok) throw new Error(held.error.message);
      return held.credentials;
    },
    async ask(accountId, client, operation, input = {}) {
      const credentials = await simulated.administrator(accountId);
      return aws.call({ client, operation, input, region, accountId, credentials });
    },
    async must<Output>(accountId: string, client: string, operation: string, input = {}) {
      const answer = await simulated.ask<Output>(accountId, client, operation, input);
      if (!answer.ok) throw new Error(`${client}:${operation}: ${answer.error.code} ${answer.error.message}`);
      return answer.output;
    },
    async setFaults(faults) {
      const { adminUrl, adminToken } = simulator;
      const headers = { authorization: `Bearer ${adminToken}` };
      const body = JSON.stringify({ faults });
      const answer = await fetch(`${adminUrl}/settings`, { method: "PUT", headers, body });
      if (!answer.ok) throw new Error(await answer.text());
    },
    createStack: (accountId, name, template, values = {}) =>
      createStack(simulated, accountId, name, template, values),
    async close() {
      await aws.close();
      await simulator.stop();
    },
  };
  return simulated;
}

async function installed({
  containerCredentialsUrl,
  containerAuthorizationToken,
}: Simulator): Promise<AwsCredentials> {
  const response = await fetch(containerCredentialsUrl, {
    headers: { authorization: containerAuthorizationToken },
  });
  const { AccessKeyId, SecretAccessKey, Token } = (await response.json()) as Record<string, string>;
  if (!AccessKeyId || !SecretAccessKey || !Token) throw new Error("the hosting account has no install role");
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
}

/** The hosting account is outside the organization, so nobody of it can be assumed: a user with a key is put there. */
function hostingAdministrator({ world, hostingAccountId: accountId }: Simulator): AwsCredentials {
  const CreateDate = world.bornAt.toISOString();
  const key = { AccessKeyId: accessKeyId("AKIA", accountId, chance), secretAccessKey: secretAccessKey() };
  const user: IamUser = {
    UserName: "administrator",
    UserId: iamId("AIDA", chance),
    Path: "/",
    CreateDate,
    inlinePolicies: {},
    attachedPolicies: [`arn:${world.partition}:iam::aws:policy/AdministratorAccess`],
    Tags: [],
    groups: [],
    accessKeys: [{ ...key, Status: "Active", CreateDate }],
    mfaDevices: [],
  };
  world.collection<IamUser>({ accountId, region: "global" }, "iam:user").put(user.UserName, user);
  return { accessKeyId: key.AccessKeyId, secretAccessKey: key.secretAccessKey };
}

async function createStack(
  simulated: SimulatedAws,
  accountId: string,
  StackName: string,
  TemplateBody: string,
  values: Record<string, string>,
): Promise<StackMade> {
  await simulated.must(accountId, "cloudformation", "CreateStack", {
    StackName,
    TemplateBody,
    Parameters: Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    Capabilities: ["CAPABILITY_NAMED_IAM"],
  });
  type Described = {
    Stacks?: { StackStatus?: string; Outputs?: { OutputKey?: string; OutputValue?: string }[] }[];
  };
  const describe = () =>
    simulated.must<Described>(accountId, "cloudformation", "DescribeStacks", { StackName });
  let [stack] = (await describe()).Stacks ?? [];
  while (stack?.StackStatus?.endsWith("_IN_PROGRESS")) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    [stack] = (await describe()).Stacks ?? [];
  }
  const status = stack?.StackStatus ?? "";
  const { StackEvents = [] } = await simulated.must<{
    StackEvents?: { ResourceStatus?: string; ResourceStatusReason?: string }[];
  }>(accountId, "cloudformation", "DescribeStackEvents", { StackName });
  return {
    status,
    reason: StackEvents.filter((event) => event.ResourceStatus?.endsWith("FAILED"))
      .map((event) => event.ResourceStatusReason)
      .join(" "),
    roleArn: stack?.Outputs?.find((output) => output.OutputKey === "RoleArn")?.OutputValue ?? "",
  };
}
