// `skywarden organization add --profile`: an administrator's whole way from the terminal, on a product that knows
// no organization yet.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRoleCache } from "#aws/assume.ts";
import { openAws } from "#aws/call.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import type { AwsCredentials } from "#model/aws-call.ts";
import { type Product, startProduct } from "../product.ts";
import { cleanUp, newFolder, outcomeOf, run, until } from "./demo-run.ts";

const region = "us-east-1";
const memberRole = "Skywarden-Harvest-Member-Role";
let product: Product;
let aws: ReturnType<typeof openAws>;
let env: NodeJS.ProcessEnv = {};

beforeAll(async () => {
  product = await startProduct({ connected: false, accounts: 8 });
  const { endpoint, accessKeyId, secretAccessKey } = product.world;
  aws = openAws(awsSettingsFrom({}, { endpointUrl: endpoint, loopbackOnly: true }));
  const profiles = join(newFolder(), "credentials");
  writeFileSync(
    profiles,
    `[admin]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  env = {
    SKYWARDEN_URL: product.url,
    SKYWARDEN_API_KEY: product.apiKey,
    AWS_ENDPOINT_URL: endpoint,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SHARED_CREDENTIALS_FILE: profiles,
    AWS_CONFIG_FILE: "/dev/null",
  };
}, 180_000);
afterAll(async () => {
  await aws.close();
  await product.stop();
  await cleanUp();
});

const add = (...args: string[]) =>
  outcomeOf(["organization", "add", "--nickname", "Meridian", ...args], { dataDir: product.dataDir, env });
const inJson = async (...args: string[]) => {
  const { code, stdout, stderr } = await add("--profile", "admin", "--json", ...args);
  return { code, stderr, told: JSON.parse(stdout || "null") };
};

async function ask<Output>(
  client: string,
  operation: string,
  input: Record<string, unknown>,
  accountId = product.world.managementAccountId,
): Promise<Output> {
  const { accessKeyId, secretAccessKey, managementAccountId } = product.world;
  const own: AwsCredentials = { accessKeyId, secretAccessKey };
  const credentials = accountId === managementAccountId ? own : await assumed(accountId, own);
  const answer = await aws.call<Output>({ client, operation, input, region, accountId, credentials });
  if (!answer.ok) throw new Error(`${operation}: ${answer.error.code} ${answer.error.message}`);
  return answer.output;
}

async function assumed(accountId: string, own: AwsCredentials): Promise<AwsCredentials> {
  const held = await openRoleCache(aws.call).assume({
    source: { id: "administrator", credentials: async () => ({ ok: true, credentials: own }) },
    roleArn: `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`,
    externalId: null,
    sessionName: "test",
    durationSeconds: 3600,
    region,
  });
  if (!held.ok) throw new Error(held.error.message);
  return held.credentials;
}

test("without --yes nobody is asked where there is no terminal, and nothing is written", async () => {
  const { code, stdout, stderr } = await add("--profile", "admin");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("give --yes");
});

test("a profile that is not there is the environment's fault", async () => {
  const { code, stderr } = await add("--profile", "nobody", "--dry-run");
  expect(code).toBe(2);
  expect(stderr).toContain("There is no profile nobody");
});

test("a dry run tells of a policy that denies the region, and of all that would be made (E22)", async () => {
  const { Roots } = await ask<{ Roots: { Id: string }[] }>("organizations", "ListRoots", {});
  const root = Roots[0]?.Id ?? "";
  const { Policy } = await ask<{ Policy: { PolicySummary: { Id: string } } }>(
    "organizations",
    "CreatePolicy",
    {
      Name: "OnlyIreland",
      Description: "Only Ireland",
      Type: "SERVICE_CONTROL_POLICY",
      Content: JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Deny",
          NotAction: ["iam:*", "sts:*", "organizations:*"],
          Resource: "*",
          Condition: { StringNotEquals: { "aws:RequestedRegion": "eu-west-1" } },
        },
      }),
    },
  );
  const attached = { PolicyId: Policy.PolicySummary.Id, TargetId: root };
  await ask("organizations", "AttachPolicy", attached);
  const { code, stdout } = await add("--profile", "admin", "--dry-run", "--enable-trusted-access");
  expect(code).toBe(1);
  expect(stdout).toMatch(/region +fail +The service control policy OnlyIreland .* spares eu-west-1/);
  await ask("organizations", "DetachPolicy", attached);
  await requests("DELETE");
  const after = await add("--profile", "admin", "--dry-run", "--enable-trusted-access");
  const asked = (await requests("GET")).map(({ operation }) => operation);
  expect(asked).toContain("DescribeOrganizationsAccess");
  expect(asked.filter((operation) => !/^(Get|List|Describe|Head)/.test(operation))).toEqual([]);
  expect([after.code, after.stderr]).toEqual([0, ""]);
  expect(after.stdout).toMatch(/stack Skywarden-Organization-Role .*: create/);
  expect(after.stdout).toMatch(/StackSet Skywarden-Member-Role .*: create, with \d instances/);
  expect(after.stdout).toContain("is the management account, to which a StackSet never deploys");
  expect(after.stdout).toContain("Nothing was written.");
  const { Summaries = [] } = await ask<{ Summaries?: unknown[] }>("cloudformation", "ListStackSets", {});
  expect(Summaries).toEqual([]);
});

/** As soon as what it makes is there, wherever the command is by then. */
async function ended(signal: "SIGINT" | "SIGKILL", isThere: () => Promise<boolean>, what: string) {
  const args = ["organization", "add", "--nickname", "Meridian", "--profile", "admin", "--yes"];
  const adding = run([...args, "--enable-trusted-access", "--tag", "owner=security"], {
    dataDir: product.dataDir,
    env,
  });
  await until(async () => adding.stdout().includes("connect with") && (await isThere()), what);
  const words = execFileSync("ps", ["-ww", "-o", "args=", "-p", `${adding.pid}`], { encoding: "utf8" });
  expect(words).toContain("--profile admin");
  expect(words).not.toContain(product.world.secretAccessKey);
  process.kill(adding.pid, signal);
  return { ...(await adding.ended), stderr: adding.stderr() };
}

/** Of the simulated AWS. */
async function admin(method: string, path: string, body?: object): Promise<unknown> {
  const { adminUrl, adminToken } = product.world;
  const response = await fetch(`${adminUrl}${path}`, {
    ...{ method, headers: { authorization: `Bearer ${adminToken}` } },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
  return response.json();
}
const setFaults = (faults: object[]) => admin("PUT", "/settings", { faults });
async function requests(method: "GET" | "DELETE"): Promise<{ operation: string }[]> {
  const { counts } = (await admin(method, "/requests/counts?by=operation")) as {
    counts?: { operation: string }[];
  };
  return counts ?? [];
}

const hasStack = async () => {
  const { Stacks = [] } = await ask<{ Stacks?: unknown[] }>("cloudformation", "DescribeStacks", {});
  return Stacks.length > 0;
};
const hasStackSet = async () => {
  const { Summaries = [] } = await ask<{ Summaries?: unknown[] }>("cloudformation", "ListStackSets", {});
  return Summaries.length > 0;
};

test("one command equips and connects the organization, also after it was killed twice, and names the account that failed", async () => {
  const planned = await inJson("--dry-run", "--enable-trusted-access");
  const [inTheWay] = planned.told.plan.accounts as { accountId: string; name: string }[];
  const { accountId = "", name = "" } = inTheWay ?? {};
  await ask(
    "iam",
    "CreateRole",
    {
      RoleName: memberRole,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      }),
    },
    accountId,
  );
  expect((await ended("SIGKILL", hasStack, "a stack")).signal).toBe("SIGKILL");
  const interrupted = await ended("SIGINT", hasStackSet, "a StackSet");
  expect(interrupted).toMatchObject({
    code: 130,
    stderr: expect.stringContaining("run the same command again"),
  });
  const usual = ["--profile", "admin", "--yes", "--enable-trusted-access", "--tag", "owner=security"];
  const sessionEnds = { service: "cloudformation", operation: "ListStackInstances", code: "ExpiredToken" };
  await setFaults([{ ...sessionEnds, status: 403, message: "The security token is expired" }]);
  const expired = await add(...usual);
  await setFaults([]);
  expect([expired.code, expired.stderr]).toEqual([1, expect.stringMatching(/sign in again/)]);
  const first = await add(...usual);
  expect(first.code).toBe(1);
  expect(first.stdout).toContain(`failed: ${name} (${accountId}): `);
  expect(first.stdout).toMatch(/what to do: Delete that role or policy in the account/);
  expect(first.stdout).toMatch(/Meridian \(o-\w+\) is connected as org_\w+/);
  for (const text of [first.stdout, first.stderr, interrupted.stderr, expired.stdout, expired.stderr])
    expect(text).not.toContain(product.world.secretAccessKey);
  const { Tags } = await ask<{ Tags: { Key: string; Value: string }[] }>("iam", "ListRoleTags", {
    RoleName: "Skywarden-Harvest-Org-Role",
  });
  expect(Tags).toContainEqual({ Key: "owner", Value: "security" });

  await ask("iam", "DeleteRole", { RoleName: memberRole }, accountId);
  const again = await inJson("--yes", "--tag", "owner=security");
  expect([again.code, again.told.plan.stackSet.step]).toEqual([0, "create-instances"]);
  expect(again.told.deployed.instances.failed).toEqual([]);
  expect(again.told.organization.nickname).toBe("Meridian");

  const third = await inJson("--yes", "--tag", "owner=security");
  expect([third.code, third.told.plan.isDone, third.told.deployed.isChanged]).toEqual([0, true, false]);
}, 180_000);

/** Whether the database's own files hold the text: tables, write-ahead log, the server's log. */
function isStored(text: string): boolean {
  const pointer = join(product.dataDir, "postgres-home");
  const home = existsSync(pointer) ? readFileSync(pointer, "utf8").trim() : join(product.dataDir, "postgres");
  return spawnSync("grep", ["-rqF", text, home]).status === 0;
}

test("the administrator's key is nowhere in the database, though all that was connected is", () => {
  expect(isStored("Meridian")).toBe(true);
  expect(isStored(product.world.secretAccessKey)).toBe(false);
});

test("the environment's credentials do as well as a profile", async () => {
  const { accessKeyId, secretAccessKey } = product.world;
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const { code, stdout } = await outcomeOf(
    [
      "organization",
      "add",
      "--nickname",
      "M",
      "--credentials-from-env",
      "--dry-run",
      "--tag",
      "owner=security",
    ],
    { dataDir: product.dataDir, env: { ...env, ...keys } },
  );
  expect(code).toBe(0);
  expect(stdout).toContain("nothing to do");
});
