// Every situation of the hostile world, found by AWS's own clients as the table says.
import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { GuardDutyClient, ListDetectorsCommand } from "@aws-sdk/client-guardduty";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { GetBucketPolicyCommand, GetBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Credentials, errorOf, wireOf } from "../small-clients.ts";
import { type Simulator, startSimulator } from "../start.ts";
import { externalId, type Probe, type Situation } from "./hostile/situation.ts";
import { situationOf, situations } from "./hostile/situations.ts";
import { protectedBucket } from "./hostile.ts";

let simulator: Simulator | undefined;
beforeAll(async () => {
  simulator = await startSimulator({ world: "hostile" });
});
afterAll(() => simulator?.stop());
const wire = wireOf(() => {
  if (!simulator) throw new Error("the simulator has not started yet");
  return simulator;
});

const calls: Record<string, (as: Credentials, region: string) => Promise<unknown>> = {
  "ec2:DescribeInstances": (as, region) =>
    wire.client(EC2Client, as, region).send(new DescribeInstancesCommand({ MaxResults: 5 })),
  "ec2:DescribeVolumes": (as, region) =>
    wire.client(EC2Client, as, region).send(new DescribeVolumesCommand({})),
  "ec2:DescribeVpcs": (as, region) => wire.client(EC2Client, as, region).send(new DescribeVpcsCommand({})),
  "guardduty:ListDetectors": (as, region) =>
    wire.client(GuardDutyClient, as, region).send(new ListDetectorsCommand({})),
  "iam:ListRoles": (as, region) => wire.client(IAMClient, as, region).send(new ListRolesCommand({})),
  "organizations:ListAccounts": (as, region) =>
    wire.client(OrganizationsClient, as, region).send(new ListAccountsCommand({})),
  "s3:GetBucketPolicy": (as, region) =>
    bucket(as, region).send(new GetBucketPolicyCommand({ Bucket: protectedBucket })),
  "s3:GetBucketVersioning": (as, region) =>
    bucket(as, region).send(new GetBucketVersioningCommand({ Bucket: protectedBucket })),
};

function bucket(as: Credentials, region: string): S3Client {
  const client = wire.client(S3Client, as, region);
  client.config.forcePathStyle = true;
  return client;
}

const assume = (situation: Situation, as?: Credentials) =>
  wire.assume(`arn:aws:iam::${situation.accountId}:role/${situation.role ?? "csp-harvest"}`, {
    externalId,
    ...(as ? { as } : {}),
  });

test("at least sixteen situations, each in an account of its own", () => {
  expect(situations.length).toBeGreaterThanOrEqual(16);
  expect(new Set(situations.map(({ accountId }) => accountId)).size).toBe(situations.length);
  expect(new Set(situations.map(({ name }) => name)).size).toBe(situations.length);
});

describe.each(situations)("$name: $is", (situation) => {
  if (situation.isClosed) {
    test("the role cannot be assumed", async () => {
      expect(await errorOf(assume(situation))).toMatchObject({ code: "AccessDenied", status: 403 });
      expect(await errorOf(assume(situation, await wire.asHost()))).toMatchObject({ code: "AccessDenied" });
    });
    return;
  }
  test.each(situation.probes)("$call in $region", async (probe) => {
    const session = await assume(situation);
    const call = () =>
      calls[probe.call]?.(session, probe.region ?? "us-east-1") ?? Promise.reject("no such call");
    if (probe.outcome === "no-answer") {
      const late = new Promise((resolve) => setTimeout(() => resolve("nothing"), 300));
      expect(await Promise.race([call().catch(() => "failed"), late])).toBe("nothing");
    } else expect(await outcomeOf(call, probe)).toBeUndefined();
  });
});

/** What is other than expected. A throttled call may be answered once or twice before. */
async function outcomeOf(call: () => Promise<unknown>, { outcome }: Probe): Promise<unknown> {
  if (typeof outcome === "string") return errorOf(call());
  let error = await errorOf(call());
  for (let more = 0; !error && outcome.code === "RequestLimitExceeded" && more < 5; more++)
    error = await errorOf(call());
  const isExpected = error?.code === outcome.code && error.message.includes(outcome.says ?? "");
  return isExpected ? undefined : (error ?? "it was allowed");
}

test("the accounts are listed with their states; a member that is no delegate may not list them", async () => {
  const { Accounts = [] } = await wire.client(OrganizationsClient).send(new ListAccountsCommand({}));
  const states = Object.fromEntries(Accounts.map(({ Name, State }) => [Name, State]));
  expect(states).toMatchObject({
    suspended: "SUSPENDED",
    closed: "CLOSED",
    "pending-activation": "PENDING_ACTIVATION",
    "pending-closure": "PENDING_CLOSURE",
    boundary: "ACTIVE",
  });
  const member = await assume(situationOf("exception-named"));
  const error = await errorOf(
    calls["organizations:ListAccounts"]?.(member, "us-east-1") ?? Promise.resolve(),
  );
  expect(error?.code).toBe("AccessDeniedException");
});

test("without the external id nobody gets in", async () => {
  const { accountId } = situationOf("exception-named");
  const command = new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::${accountId}:role/csp-harvest`,
    RoleSessionName: "test",
  });
  expect(await errorOf(wire.client(STSClient).send(command))).toMatchObject({ code: "AccessDenied" });
});
