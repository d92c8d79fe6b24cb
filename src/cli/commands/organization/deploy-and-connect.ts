// `organization add --profile`: with an administrator's credentials, which stay in this process, the roles are
// planned, made and waited for; then the organization is connected through the API. Killed and run again it goes
// on where it was.
import { openAdministratorCredentials } from "#aws/administrator-credentials.ts";
import { openAws } from "#aws/call.ts";
import { openPacer } from "#aws/pace.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import { getMe } from "#contract/session.ts";
import { memberRoleArn } from "#model/organization.ts";
import { StartRefused } from "#model/problem.ts";
import { type Administrator, readAdministrator } from "#onboarding/deploy/administrator.ts";
import { type Deployed, deploy } from "#onboarding/deploy/deploy.ts";
import { planDeployment } from "#onboarding/deploy/plan.ts";
import type { WantedDeployment } from "#onboarding/deploy/wanted.ts";
import type { ReadFailure, Reading } from "#onboarding/organization-reader.ts";
import { version } from "#version.ts";
import { quotas } from "../../../../facts/quotas.ts";
import { type ApiAddress, callApi } from "../../api-client.ts";
import { atServer } from "../../remote.ts";
import type { AddOptions } from "./add-options.ts";
import {
  checksText,
  connectedText,
  create,
  findConnected,
  formOf,
  type Organization,
  type Validation,
  validateFresh,
} from "./connect.ts";
import { openDeploymentLine } from "./deployment-line.ts";
import { type PlanContext, planJson, planText, type Roles } from "./plan-text.ts";
import { askMfaCode, isAgreed, onInterrupt } from "./terminal.ts";
import { wantedDeployment } from "./wanted-deployment.ts";

/** What --json prints, as far as it came. */
interface Outcome {
  plan: ReturnType<typeof planJson>;
  /** Why it ended on the way. */
  failure: string | null;
  deployed: Deployed | null;
  validation: Validation | null;
  organization: Organization | null;
}

export async function deployAndConnect(options: AddOptions): Promise<void> {
  if (!options.yes && !options.dryRun && !process.stdin.isTTY)
    throw new StartRefused(
      "This writes to AWS and nobody can be asked here: look at it with --dry-run, then give --yes.",
    );
  await atServer(options, async (address) => {
    const { simulated } = await callApi(address, getMe);
    if (simulated && !process.env.AWS_ENDPOINT_URL)
      throw new StartRefused(
        `What runs at ${address.url} has a simulated AWS; its roles are not made in real accounts. For the simulator's, set AWS_ENDPOINT_URL.`,
      );
    const settings = awsSettingsFrom(process.env, { version, loopbackOnly: simulated });
    const aws = openAws(settings, { pacer: openPacer(quotas) });
    try {
      const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
      const administrator = must(
        await readAdministrator({
          call: aws.call,
          credentials: openAdministratorCredentials({
            profile: options.profile ?? null,
            mfaCode: askMfaCode,
          }),
          region: options.deploymentRegion ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? "us-east-1",
        }),
      );
      await carryOut(address, options, administrator);
    } finally {
      await aws.close();
    }
  });
}

async function carryOut(
  address: ApiAddress,
  options: AddOptions,
  administrator: Administrator,
): Promise<void> {
  const wanted = await wantedDeployment(address, options, administrator);
  const plan = must(await planDeployment(administrator, wanted));
  const context: PlanContext = {
    ...{ administrator, wanted, plan, nickname: options.nickname },
    roles: rolesOf(administrator, wanted, options.rolePath),
  };
  const say = (text: string) => void (options.json || process.stdout.write(text));
  const outcome: Outcome = {
    ...{ plan: planJson(context), failure: null, deployed: null, validation: null, organization: null },
  };
  say(planText(context));
  if (plan.checks.some((check) => check.outcome === "fail")) {
    process.exitCode = 1;
    say("\nNothing was written: mend what fails first.\n");
  } else if (!options.dryRun && (plan.isDone || options.yes || (await isAgreed()))) {
    if (await deployAndReport(context, outcome, say)) await connect(address, options, context, outcome, say);
  } else say("\nNothing was written.\n");
  if (options.json) process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
}

/** False: it ended on the way, so that there is nothing to connect yet. */
async function deployAndReport(
  { administrator, wanted, plan }: PlanContext,
  outcome: Outcome,
  say: (text: string) => void,
): Promise<boolean> {
  const line = openDeploymentLine();
  const forget = onInterrupt(() => {
    line.end();
    process.stderr.write(`Interrupted${line.soFar()}. ${goesOn}\n`);
  });
  let reading: Reading<Deployed>;
  try {
    reading = await deploy(administrator, wanted, plan, line);
  } finally {
    forget();
    line.end();
  }
  if (!reading.ok) {
    process.exitCode = hasNoCredentials(reading) ? 2 : 1;
    outcome.failure = `${refusal(reading)} ${goesOn}`;
    process.stderr.write(`Broken off${line.soFar()}: ${outcome.failure}\n`);
    return false;
  }
  outcome.deployed = reading.value;
  const { succeeded, failed } = reading.value.instances;
  const isNew = reading.value.isChanged ? "" : " Nothing had to be changed.";
  say(`\n${succeeded} of ${succeeded + failed.length} accounts have the role.${isNew}\n`);
  for (const { accountId, name, reason, todo } of failed)
    say(`  failed: ${name} (${accountId}): ${reason}\n    what to do: ${todo}\n`);
  if (failed.length === 0) return true;
  process.exitCode = 1;
  say("Run the same command again once the causes are mended; it tries only these.\n");
  return true;
}

const goesOn =
  "What AWS has begun it goes on with; run the same command again, and it goes on from what is there then.";

async function connect(
  address: ApiAddress,
  options: AddOptions,
  { administrator, roles }: PlanContext,
  outcome: Outcome,
  say: (text: string) => void,
): Promise<void> {
  const known = await findConnected(address, administrator.organizationId);
  if (known) {
    outcome.organization = known;
    say(
      `${known.nickname} (${known.awsOrganizationId}) is connected already, as ${known.id}; its form was left as it is.\n`,
    );
    return;
  }
  const form = formOf(options, roles);
  outcome.validation = await validateFresh(address, form);
  say(`\n${checksText(outcome.validation)}`);
  if (!outcome.validation.ok) {
    process.exitCode = 1;
    say("It is not connected: mend what fails and run the same command again.\n");
    return;
  }
  outcome.organization = await create(address, form);
  say(connectedText(outcome.organization));
}

function rolesOf(
  { partition, accountId }: Administrator,
  { organizationStack, memberStack }: WantedDeployment,
  path: string,
): Roles {
  const arn = (name: string) => `arn:${partition}:iam::000000000000:role${path}${name}`;
  return {
    organizationRole: memberRoleArn(arn(organizationStack.roleName), accountId),
    memberRole: memberRoleArn(arn(memberStack.roleName), accountId),
  };
}

/** What AWS refuses is one sentence; that there are no credentials is the environment's fault. */
function must<T>(reading: Reading<T>): T {
  if (reading.ok) return reading.value;
  throw new StartRefused(refusal(reading), hasNoCredentials(reading) ? 2 : 1);
}

function refusal(failure: ReadFailure): string {
  const { code, message } = failure.error;
  if (hasNoCredentials(failure)) return message;
  const told = `${failure.operation}: ${message} (${code})`;
  const isOver = /^(ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient)/.test(code);
  return isOver ? `${told}. The administrator's session has ended: sign in again.` : told;
}

function hasNoCredentials({ error }: ReadFailure): boolean {
  return error.code === "NoAdministratorCredentials";
}
