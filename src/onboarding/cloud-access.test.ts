// The three ways to reach one account, its own role among them; tested again and changed, against the small world.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openAccess } from "#jobs/cloud-access.ts";
import type { JobParts } from "#jobs/parts.ts";
import { readCloudToHarvest } from "#store/harvest-plan.ts";
import { small } from "../../simulator/worlds/small.ts";
import type { CloudForm } from "./cloud-form.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";
import { openOnboarding } from "./open.ts";
import { makeRole } from "./testing/simulated-aws.ts";
import { startTestSync, type TestSync } from "./testing/test-sync.ts";

const externalId = "of-this-account-alone-1";
let demo: TestSync;
let parts: OnboardingParts;
let onboarding: ReturnType<typeof openOnboarding>;
let tenantId: string;
/** A user's key in the hosting account, and one in the account itself. */
let hostingKey: Pick<CloudForm, "accessKeyId" | "secretAccessKey">;
let prodKey: Pick<CloudForm, "accessKeyId" | "secretAccessKey">;

beforeAll(async () => {
  demo = await startTestSync({ world: "small" });
  parts = await demo.installation.onboardingParts(demo.aws);
  onboarding = openOnboarding(parts);
  tenantId = demo.installation.tenantId;
  hostingKey = await makeKey(small.hostingAccountId);
  prodKey = await makeKey(small.prodAccountId);
});
afterAll(() => demo.close());

/** Of a user who may do anything. */
async function makeKey(accountId: string) {
  const UserName = "skywarden";
  await demo.aws.must(accountId, "iam", "CreateUser", { UserName });
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  await demo.aws.must(accountId, "iam", "AttachUserPolicy", { UserName, PolicyArn });
  const { AccessKey } = await demo.aws.must<{
    AccessKey: { AccessKeyId: string; SecretAccessKey: string };
  }>(accountId, "iam", "CreateAccessKey", { UserName });
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}

async function connect(form: Partial<CloudForm>): Promise<string> {
  const created = await onboarding.createCloud(tenantId, { name: "one", ...form });
  if (!created.ok) throw new Error(JSON.stringify(created));
  return created.value;
}

/** Whom a harvest of the cloud would be. */
async function harvester(id: string): Promise<string> {
  const { store, vault, call, roles, platform } = parts;
  const access = await store.withTenant(tenantId, async (tx) => {
    const cloud = await readCloudToHarvest(tx, id);
    return cloud && openAccess({ vault, call, roles, platform } as JobParts, tx, cloud);
  });
  const held = await access?.assume();
  if (!held?.ok) return held?.error.code ?? "no access";
  const { Arn } = (await call({
    ...{ client: "sts", operation: "GetCallerIdentity", input: {}, region: "us-east-1", accountId: null },
    credentials: held.credentials,
  }).then((answer) => (answer.ok ? answer.output : {}))) as { Arn?: string };
  return Arn ?? "nobody";
}

const outcomes = (checks: { name: string; outcome: string }[]) =>
  Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));

const allPass = {
  format: "pass",
  "platform-identity": "pass",
  "assume-role": "pass",
  "cloud-unique": "pass",
  "external-id": "pass",
  "account-read": "pass",
};

async function remove(id: string): Promise<void> {
  await demo.installation.rows("delete from badges where cloud_id = $1", [id]);
  await demo.installation.rows("delete from clouds where id = $1", [id]);
}

describe("ways to reach an account", () => {
  const roleOf = (name: string) =>
    makeRole(demo.aws, small.prodAccountId, name, { actions: ["*"], externalId });

  test("a role that the host's role assumes", async () => {
    const roleArn = await roleOf("Skywarden-Harvest-By-Host");
    const form = { name: "one", roleArn, externalId };
    const checked = await onboarding.validateCloud(tenantId, form);
    expect([checked.accountId, outcomes(checked.checks)]).toEqual([small.prodAccountId, allPass]);
    expect(await demo.clouds()).toEqual([]);
    const id = await connect(form);
    expect(await harvester(id)).toMatch(/assumed-role\/Skywarden-Harvest-By-Host\/Skywarden$/);
    expect(await onboarding.cloudAccess(tenantId, id)).toEqual({
      credentialSource: "host",
      sessionName: "Skywarden",
      durationSeconds: 3600,
      externalId: "own",
      isOwnRole: false,
      accessKeyId: null,
    });
    await remove(id);
  });

  test.each([
    ["nothing about it", undefined],
    ["null", null],
    ["the tenant's own", "given"],
  ])("a role that asks for the tenant's external id, the form saying %s (E10)", async (what, given) => {
    const roleArn = await makeRole(
      demo.aws,
      small.prodAccountId,
      `Skywarden-Harvest-With-${what.replace(/\W/g, "-")}`,
      {
        actions: ["*"],
        externalId: demo.installation.externalId,
      },
    );
    const id = await connect({ roleArn, externalId: given && demo.installation.externalId });
    expect(await harvester(id)).toMatch(/assumed-role\/Skywarden-Harvest-With-/);
    expect(await onboarding.cloudAccess(tenantId, id)).toMatchObject({ externalId: "tenant" });
    // Not stored with the cloud: it follows the tenant's.
    const [row] = await demo.installation.rows<{ follows: boolean }>(
      "select uses_tenant_external_id as follows from clouds where id = $1",
      [id],
    );
    expect(row).toEqual({ follows: true });
    await remove(id);
  });

  test("a role that a stored key assumes, for longer", async () => {
    const RoleName = "By-Key";
    await demo.aws.must(small.prodAccountId, "iam", "CreateRole", {
      RoleName,
      MaxSessionDuration: 7200,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${small.hostingAccountId}:user/skywarden` },
            Action: "sts:AssumeRole",
          },
        ],
      }),
    });
    const roleArn = `arn:aws:iam::${small.prodAccountId}:role/${RoleName}`;
    const form = {
      ...{ name: "one", credentialSource: "user-key" as const, roleArn, durationSeconds: 7200 },
      externalId: "",
      ...hostingKey,
    };
    const { checks, ok } = await onboarding.validateCloud(tenantId, form);
    // No external id is recommended against, not refused (S19); the role may not read a thing yet.
    expect([ok, outcomes(checks)]).toEqual([
      true,
      { ...allPass, "external-id": "warning", "account-read": "warning" },
    ]);
    const tooLong = await onboarding.validateCloud(tenantId, { ...form, durationSeconds: 10_800 });
    expect(tooLong.errors).toEqual([
      {
        path: "/durationSeconds",
        code: "out-of-range",
        detail: expect.stringMatching(/^The role's sessions may not last 10,800 seconds\. Give fewer/),
      },
    ]);
    const id = await connect(form);
    expect(await harvester(id)).toMatch(/assumed-role\/By-Key\/Skywarden$/);
    const shown = JSON.stringify(await onboarding.cloudAccess(tenantId, id));
    expect(shown).toContain(hostingKey.accessKeyId);
    expect(shown).not.toContain(hostingKey.secretAccessKey);
    const stored = await demo.installation.rows<{ text: string }>("select c::text as text from clouds c");
    expect(JSON.stringify(stored)).not.toContain(
      Buffer.from(`${hostingKey.secretAccessKey}`).toString("hex"),
    );
    await remove(id);
  });

  test("an access key alone", async () => {
    const id = await connect({ credentialSource: "access-key", ...prodKey });
    expect(await harvester(id)).toBe(`arn:aws:iam::${small.prodAccountId}:user/skywarden`);
    expect(await onboarding.roleArn(tenantId, id)).toBeNull();
    await remove(id);
  });

  test("the installation's own account by its own role, which is not assumed", async () => {
    // Where the role's path cannot be read, the ARN that is known has none.
    const form = { name: "host", roleArn: demo.aws.platformArn.replace("role/", "role/hosts/") };
    const { checks, accountId } = await onboarding.validateCloud(tenantId, form);
    expect(accountId).toBe(small.hostingAccountId);
    expect(checks.find(({ name }) => name === "assume-role")?.detail).toMatch(/nothing is assumed/);
    expect(outcomes(checks)).toMatchObject({ "external-id": "skipped", "account-read": "warning" });
    expect(checks.find(({ name }) => name === "account-read")?.detail).toMatch(
      /Attach the policies of the member-role template to the installation's own role, or make a member role/,
    );
    const id = await connect(form);
    expect(await harvester(id)).toMatch(/assumed-role\/Skywarden-Install-Role\//);
    // The hosts moved: whatever they hold now must not be taken for this cloud.
    await demo.installation.rows("update clouds set account_id = '888888888888' where id = $1", [id]);
    expect(await harvester(id)).toBe("OtherAccount");
    await remove(id);
  });

  test("the installation's own account by a member role in it (S8, S9)", async () => {
    const roleArn = await makeRole(demo.aws, small.hostingAccountId, "Skywarden-Harvest-Own", {
      actions: ["*"],
      externalId: demo.installation.externalId,
    });
    const { checks, ok } = await onboarding.validateCloud(tenantId, { name: "host", roleArn });
    expect([ok, outcomes(checks)]).toEqual([true, { ...allPass, "external-id": "skipped" }]);
    const id = await connect({ name: "host", roleArn });
    expect(await harvester(id)).toMatch(/assumed-role\/Skywarden-Harvest-Own\//);
    await remove(id);
  });

  test("what AWS does not answer about an account's regions is no lack of permission", async () => {
    const roleArn = await roleOf("Skywarden-Harvest-Throttled");
    const broken = { code: "ValidationException", status: 400, message: "not now" };
    await demo.aws.setFaults(
      ["ListRegions", "DescribeRegions"].map((operation) => ({ operation, ...broken })),
    );
    const asked = { name: "one", roleArn, externalId };
    const { checks, ok } = await onboarding.validateCloud(tenantId, asked);
    await demo.aws.setFaults([]);
    expect(ok).toBe(true);
    const read = checks.find(({ name }) => name === "account-read");
    expect([read?.outcome, read?.detail]).toEqual([
      "warning",
      expect.stringMatching(/^AWS did not say.*not now\.$/),
    ]);
  });

  test.each<[string, Partial<CloudForm>, string[]]>([
    [
      "an access key without its parts",
      { credentialSource: "access-key" },
      ["/accessKeyId", "/secretAccessKey"],
    ],
    [
      "a role beside an access key",
      { credentialSource: "access-key", roleArn: "arn:aws:iam::111111111111:role/R", sessionName: "S" },
      ["/roleArn", "/sessionName", "/accessKeyId", "/secretAccessKey"],
    ],
    [
      "a key beside the host's role",
      { roleArn: "arn:aws:iam::111111111111:role/R", accessKeyId: "AKIA" },
      ["/accessKeyId"],
    ],
    [
      "43,201 seconds behind a key",
      { credentialSource: "user-key", durationSeconds: 43_201 },
      ["/roleArn", "/durationSeconds", "/accessKeyId", "/secretAccessKey"],
    ],
    [
      "a strategy that is not there",
      { roleArn: "arn:aws:iam::111111111111:role/R", strategyIds: ["str_none"] },
      ["/strategyIds/0"],
    ],
    [
      "a reserved badge",
      { roleArn: "arn:aws:iam::111111111111:role/R", badges: [{ key: "system.x", value: "" }] },
      ["/badges/0/key"],
    ],
    [
      "a key that AWS does not know",
      {
        credentialSource: "access-key",
        accessKeyId: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: "a".repeat(40),
      },
      ["/accessKeyId"],
    ],
  ])("%s is refused at its field", async (_, change, paths) => {
    const { ok, errors } = await onboarding.validateCloud(tenantId, { name: "one", ...change });
    expect([ok, errors.map(({ path }) => path)]).toEqual([false, paths]);
  });
});

test("strategies and badges are chosen while adding", async () => {
  const [strategy] = await demo.installation.rows<{ id: string }>(
    "select id from harvesting_strategies where tenant_id = $1",
    [tenantId],
  );
  const roleArn = await makeRole(demo.aws, small.prodAccountId, "Skywarden-Harvest-Chosen", {
    actions: ["*"],
    externalId,
  });
  const strategyIds = [strategy?.id ?? ""];
  const id = await connect({ roleArn, externalId, strategyIds, badges: [{ key: "env", value: "prod" }] });
  expect(await demo.badges("one", "user")).toEqual({ env: "prod" });
  const rows = await demo.installation.rows("select strategy_ids from clouds where id = $1", [id]);
  expect(rows).toEqual([{ strategy_ids: strategyIds }]);
  await remove(id);
});

describe("a connected cloud", () => {
  let cloud: { id: string; name: string; accountId: string };
  let roleArn: string;
  beforeAll(async () => {
    roleArn = await makeRole(demo.aws, small.prodAccountId, "Skywarden-Harvest-First", {
      actions: ["*"],
      externalId,
    });
    const id = await connect({ roleArn, externalId });
    cloud = { id, name: "one", accountId: small.prodAccountId };
  });
  const change = async (form: Parameters<typeof onboarding.changeCloud>[2]) => {
    const outcome = await onboarding.changeCloud(tenantId, cloud, form);
    if (outcome.ok) await demo.installation.store.withTenant(tenantId, outcome.value);
    return outcome.ok ? [] : (outcome.errors?.map(({ path, code }) => `${path} ${code}`) ?? [outcome.code]);
  };

  test("is tested again with what is stored", async () => {
    expect(await onboarding.testCloud(tenantId, cloud.id)).toMatchObject({ ok: true });
    const RoleName = "Skywarden-Harvest-First";
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "sts:AssumeRole" }],
    });
    await demo.aws.must(small.prodAccountId, "iam", "UpdateAssumeRolePolicy", { RoleName, PolicyDocument });
    const broken = await onboarding.testCloud(tenantId, cloud.id);
    expect(broken?.errors).toMatchObject([{ path: "/roleArn", code: "assume-role-failed" }]);
    // What is stored is not judged as a form is.
    await demo.installation.rows("update clouds set name = ' ' where id = $1", [cloud.id]);
    const unnamed = await onboarding.testCloud(tenantId, cloud.id);
    expect(outcomes(unnamed?.checks ?? [])).toMatchObject({ format: "pass" });
    await demo.installation.rows("update clouds set name = 'one' where id = $1", [cloud.id]);
    // What concerns no credentials needs none.
    expect(await change({ strategyIds: [] })).toEqual([]);
    expect(await change({ strategyIds: ["str_none"] })).toEqual(["/strategyIds/0 unknown-strategy"]);
  });

  test("is not renamed to nothing, and told all that is wrong with a change at once", async () => {
    expect(await change({ name: " " })).toEqual(["/name required"]);
    expect(await change({ name: " ", sessionName: "a b", strategyIds: ["str_none"] })).toEqual([
      "/roleArn incomplete-credentials",
      "/name required",
      "/sessionName invalid-session-name",
      "/strategyIds/0 unknown-strategy",
    ]);
  });

  test("takes new credentials whole, and only such as lead to its account", async () => {
    expect(await change({ externalId: "another-external-id-1" })).toEqual([
      "/roleArn incomplete-credentials",
    ]);
    const second = await makeRole(demo.aws, small.prodAccountId, "Skywarden-Harvest-Second", {
      actions: ["*"],
      externalId,
    });
    expect(await change({ roleArn: second })).toEqual(["/roleArn assume-role-failed"]);
    expect(await harvester(cloud.id)).toBe("AccessDenied");
    // null keeps the external id that is stored.
    expect(await change({ roleArn: second, externalId: null })).toEqual([]);
    expect(await harvester(cloud.id)).toMatch(/assumed-role\/Skywarden-Harvest-Second\//);
    expect(await change({ credentialSource: "access-key", ...hostingKey })).toEqual([
      "/accessKeyId other-account",
    ]);
    expect(await change({ credentialSource: "access-key", ...prodKey })).toEqual([]);
    expect(await harvester(cloud.id)).toMatch(/:user\/skywarden$/);
    expect(
      await change({ credentialSource: "access-key", accessKeyId: null, secretAccessKey: null }),
    ).toEqual([]);
    expect(await harvester(cloud.id)).toMatch(/:user\/skywarden$/);
    const [kept] = await demo.installation.rows<{ kept: boolean }>(
      "select previous_credentials is not null as kept from clouds where id = $1",
      [cloud.id],
    );
    expect(kept).toEqual({ kept: true });
  });

  test("changes nothing once an organization manages it (S105)", async () => {
    await demo.sync();
    expect(await change({ credentialSource: "access-key", ...prodKey })).toEqual(["managed-cloud"]);
    expect(await change({ strategyIds: [] })).toEqual(["managed-cloud"]);
    expect(await onboarding.testCloud(tenantId, cloud.id)).toBeNull();
    expect(await onboarding.cloudAccess(tenantId, cloud.id)).toBeNull();
  });
});
