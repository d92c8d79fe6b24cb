// One installation, three partitions: its host is in aws, keys are stored for aws-us-gov and aws-cn. Each has a
// simulated AWS of its own that knows nobody of the others, and calls go there by their region.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CredentialSource } from "#aws/assume.ts";
import { partitionOf } from "#aws/partitions.ts";
import { openPlatformSources } from "#aws/platform-sources.ts";
import type { AwsCall } from "#model/aws-call.ts";
import type { PartitionName } from "#model/partition.ts";
import { type SimulatedAws, startSimulatedAws } from "#onboarding/testing/simulated-aws.ts";
import { worldDefinition } from "../../simulator/worlds.ts";
import { lendIdentity } from "./lend-identity.ts";
import type { CatalogEstate } from "./testing/catalog-estate.ts";
import { type Connecting, openConnecting } from "./testing/connecting.ts";

const worlds = {} as Record<PartitionName, SimulatedAws>;
const sent: AwsCall[] = [];
let connecting: Connecting;
let estate: CatalogEstate;
let onboarding: Connecting["onboarding"];
let tenantId = "";

beforeAll(async () => {
  const small = await worldDefinition("small");
  const empty = await worldDefinition("empty");
  worlds.aws = await startSimulatedAws({ world: small });
  worlds["aws-us-gov"] = await startSimulatedAws({ world: { ...small, partition: "aws-us-gov" } });
  worlds["aws-cn"] = await startSimulatedAws({ world: { ...empty, partition: "aws-cn" }, seed: 2 });
  connecting = await openConnecting((asked) => {
    sent.push(asked);
    return worlds[partitionOf(asked.region).name as PartitionName].call(asked);
  }, worlds.aws.platform);
  ({ estate, onboarding, tenantId } = connecting);
}, 60_000);
afterAll(async () => {
  for (const world of Object.values(worlds)) await world.close();
  await connecting.close();
});

const identities = async () =>
  Object.fromEntries((await onboarding.platformIdentity()).partitions.map((row) => [row.partition, row]));

const formOf = (partition: PartitionName) => {
  const account = worlds[partition].simulator.managementAccountId;
  const arn = (name: string) => `arn:${partition}:iam::${account}:role/${name}`;
  return {
    nickname: partition,
    organizationRole: { arn: arn("Skywarden-Harvest-Org-Role") },
    memberRole: { arn: arn("Skywarden-Harvest-Member-Role") },
  };
};

/** A user with a key in the partition's hosting account, and what it may assume. */
async function makeUser(partition: PartitionName, UserName: string, assumes: string) {
  const { must, simulator } = worlds[partition];
  const account = simulator.hostingAccountId;
  await must(account, "iam", "CreateUser", { UserName });
  await must(account, "iam", "PutUserPolicy", {
    UserName,
    PolicyName: "assume",
    PolicyDocument: policy({ Action: "sts:AssumeRole", Resource: `arn:${partition}:iam::*:role/${assumes}` }),
  });
  type Made = { AccessKey: { AccessKeyId: string; SecretAccessKey: string } };
  const { AccessKey } = await must<Made>(account, "iam", "CreateAccessKey", { UserName });
  return {
    arn: `arn:${partition}:iam::${account}:user/${UserName}`,
    accessKeyId: AccessKey.AccessKeyId,
    secretAccessKey: AccessKey.SecretAccessKey,
  };
}

const policy = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

test("each partition is listed: the host's role in its own, and why there is none in the others", async () => {
  expect(await identities()).toEqual({
    aws: expect.objectContaining({ roleArn: worlds.aws.platformArn, source: "iam", note: null }),
    "aws-us-gov": expect.objectContaining({
      roleArn: null,
      source: "none",
      note: expect.stringMatching(/runs in aws\. Credentials do not cross partitions.*for aws-us-gov/),
    }),
    "aws-cn": expect.objectContaining({ roleArn: null, source: "none" }),
  });
});

test("an organization of a partition without an identity is refused with that reason", async () => {
  const told = await onboarding.validate(tenantId, formOf("aws-us-gov"));
  expect(told.errors).toEqual([
    {
      path: "/credentialSource",
      code: "no-platform-identity",
      detail: expect.stringMatching(
        /no identity of its own in the partition aws-us-gov.*Store a platform key/,
      ),
    },
  ]);
});

test("a single account of a partition without an identity is refused with that reason, too", async () => {
  const told = await onboarding.validateCloud(tenantId, {
    name: "gov",
    roleArn: formOf("aws-us-gov").memberRole.arn,
  });
  expect(told.errors).toMatchObject([{ path: "/credentialSource", code: "no-platform-identity" }]);
});

test("a wrong key or role is refused at its field, and nothing is stored", async () => {
  const user = await makeUser("aws-us-gov", "refused", "none");
  const role = `arn:aws-us-gov:iam::${worlds["aws-us-gov"].simulator.hostingAccountId}:role/No-Such-Role`;
  const wrong: [change: object, error: string][] = [
    [{ accessKeyId: "AKIA" }, "/accessKeyId invalid-access-key"],
    [{ accessKeyId: "AKIAABCDEFGHIJKLMNOP" }, "/accessKeyId invalid-access-key"],
    [{ secretAccessKey: "s".repeat(40) }, "/secretAccessKey invalid-secret-key"],
    [{ secretAccessKey: null }, "/secretAccessKey invalid-secret-key"],
    [{ roleArn: "arn:aws:iam::111111111111:role/R" }, "/roleArn other-partition"],
    [{ roleArn: "R" }, "/roleArn invalid-arn"],
    [{ roleArn: role }, "/roleArn assume-role-failed"],
  ];
  for (const [change, error] of wrong) {
    const outcome = await onboarding.storePlatformKey("aws-us-gov", { ...user, ...change }, "tester");
    const errors = outcome.ok ? [] : (outcome.errors ?? []);
    expect(errors.map(({ path, code }) => `${path} ${code}`)).toEqual([error]);
  }
  expect(await estate.rows("select 1 from platform_sources")).toEqual([]);
});

test("where the host itself is, no key takes its place", async () => {
  const user = await makeUser("aws", "other", "none");
  expect(await onboarding.storePlatformKey("aws", user, "tester")).toMatchObject({
    ok: false,
    code: "conflict",
  });
});

test("a stored key that assumes a role is the identity of aws-us-gov; connected, synced and harvested", async () => {
  const world = worlds["aws-us-gov"];
  const { hostingAccountId, managementAccountId } = world.simulator;
  const user = await makeUser("aws-us-gov", "skywarden", "platform/Skywarden-Platform");
  await world.must(hostingAccountId, "iam", "CreateRole", {
    RoleName: "Skywarden-Platform",
    Path: "/platform/",
    AssumeRolePolicyDocument: policy({ Principal: { AWS: user.arn }, Action: "sts:AssumeRole" }),
  });
  await world.must(hostingAccountId, "iam", "PutRolePolicy", {
    RoleName: "Skywarden-Platform",
    PolicyName: "assume",
    PolicyDocument: policy({ Action: "sts:AssumeRole", Resource: "arn:aws-us-gov:iam::*:role/Skywarden-*" }),
  });
  const roleArn = `arn:aws-us-gov:iam::${hostingAccountId}:role/platform/Skywarden-Platform`;
  const stored = await onboarding.storePlatformKey("aws-us-gov", { ...user, roleArn }, "tester");
  expect(stored).toMatchObject({ ok: true, value: { roleArn, source: "stored-key", note: null } });
  expect(JSON.stringify(stored)).not.toContain(user.secretAccessKey);
  const [row] = await estate.rows<{ sealed: Buffer }>("select sealed from platform_sources");
  expect(row?.sealed.toString("latin1")).not.toContain(user.secretAccessKey);

  await connecting.createRoles(world, managementAccountId, roleArn);
  const told = await onboarding.validate(tenantId, formOf("aws-us-gov"));
  expect(told).toMatchObject({ ok: true, errors: [], preview: { accounts: 4 } });
  sent.length = 0;
  const created = await onboarding.create(tenantId, formOf("aws-us-gov"));
  if (!created.ok) throw new Error(created.detail);
  await connecting.sync(created.value.id);
  const clouds = await estate.rows<{ id: string; partition: string; account_id: string }>(
    "select id, partition, account_id from clouds order by account_id",
  );
  expect(clouds.map((cloud) => cloud.partition)).toEqual(Array(4).fill("aws-us-gov"));
  const own = clouds.find((cloud) => cloud.account_id === managementAccountId);
  await connecting.harvest(own?.id ?? "");
  const [state] = await estate.rows("select state, regions from clouds where id = $1", [own?.id]);
  expect(state).toEqual({ state: "healthy", regions: ["us-gov-east-1", "us-gov-west-1"] });
  const arns = await estate.rows<{ arn: string }>("select arn from resources where arn is not null");
  expect(arns.length).toBeGreaterThan(0);
  expect(arns.filter(({ arn }) => !arn.startsWith("arn:aws-us-gov:"))).toEqual([]);
  // Nothing of the organization is asked anywhere else.
  expect(new Set(sent.map(({ region }) => partitionOf(region).name))).toEqual(new Set(["aws-us-gov"]));
  expect(sent.find(({ client }) => client === "organizations")?.region).toBe("us-gov-west-1");
}, 60_000);

test("a stored key without a role is itself the principal that roles in aws-cn trust", async () => {
  const user = await makeUser("aws-cn", "skywarden", "Skywarden-Harvest-*");
  const stored = await onboarding.storePlatformKey("aws-cn", user, "tester");
  expect(stored).toMatchObject({ ok: true, value: { roleArn: user.arn, source: "stored-key" } });
  const { managementAccountId } = worlds["aws-cn"].simulator;
  await connecting.createRoles(worlds["aws-cn"], managementAccountId, user.arn);
  sent.length = 0;
  const created = await onboarding.create(tenantId, formOf("aws-cn"));
  if (!created.ok) throw new Error(JSON.stringify(created));
  await connecting.sync(created.value.id);
  const rows = await estate.rows("select 1 from clouds where partition = 'aws-cn'");
  expect(rows.length).toBe(1);
  expect(new Set(sent.map(({ region }) => region))).toEqual(new Set(["cn-northwest-1"]));
});

test("an account of aws-cn is connected by an access key: its partition is found out", async () => {
  const world = worlds["aws-cn"];
  const account = world.simulator.hostingAccountId;
  const { arn: _, ...key } = await makeUser("aws-cn", "direct", "none");
  const form = { name: "direct", credentialSource: "access-key" as const, ...key };
  const told = await onboarding.validateCloud(tenantId, form);
  expect(told).toMatchObject({ ok: true, accountId: account });
  const created = await onboarding.createCloud(tenantId, form);
  if (!created.ok) throw new Error(created.detail);
  const rows = await estate.rows("select partition from clouds where id = $1", [created.value]);
  expect(rows).toEqual([{ partition: "aws-cn" }]);
});

test("the preview of a removal counts what would lose its credentials; a removed key ends the identity", async () => {
  const preview = await onboarding.removePlatformKey("aws-us-gov", true);
  expect(preview).toEqual({ ok: true, value: { organizations: 1, clouds: 4, removed: false } });
  expect((await identities())["aws-us-gov"]?.source).toBe("stored-key");
  expect(await onboarding.removePlatformKey("aws-us-gov", false)).toMatchObject({ value: { removed: true } });
  expect((await identities())["aws-us-gov"]).toMatchObject({ source: "none", roleArn: null });
  expect(await onboarding.removePlatformKey("aws-us-gov", false)).toMatchObject({ code: "not-found" });
});

test("a worker that runs in a partition lends its role to the others until it ends; a long-lived key is not lent", async () => {
  const { parts, lent } = connecting;
  const world = worlds["aws-us-gov"];
  const lending = (host: CredentialSource) =>
    lendIdentity({
      host,
      lent,
      platform: openPlatformSources({
        ...{ call: parts.call, roles: parts.roles, host, hostRegion: null, configuredArn: null },
        storedKeys: async () => new Map(),
      }),
      ...{ holder: "gov worker", log: parts.log, stopping: parts.stopping },
    });
  const key = await makeUser("aws-us-gov", "longlived", "none");
  const { accessKeyId, secretAccessKey } = key;
  expect(
    await lending({
      id: "key",
      credentials: async () => ({ ok: true, credentials: { accessKeyId, secretAccessKey } }),
    }),
  ).toContain("long-lived key");
  const held = await world.platform.credentials();
  const { credentials } = held;
  const session = (expiration: Date) =>
    lending({
      id: "gov",
      credentials: async () => ({ ok: true, credentials: { ...credentials, expiration } }),
    });
  expect(await session(new Date(Date.now() + 3_600_000))).toBe(null);
  const [row] = await estate.rows<{ sealed: Buffer }>("select sealed from lent_sessions");
  expect(row?.sealed.toString("latin1")).not.toContain(credentials.secretAccessKey);
  // Another process of the installation, in aws.
  const elsewhere = () =>
    openPlatformSources({
      ...{ call: parts.call, roles: parts.roles, host: worlds.aws.platform, hostRegion: "us-east-1" },
      configuredArn: null,
      storedKeys: async () => new Map(),
      lentSessions: lent.read,
    });
  expect(await elsewhere().identity("aws-us-gov")).toMatchObject({
    ok: true,
    identity: { roleArn: world.platformArn },
  });
  expect(await elsewhere().isLent("aws-us-gov")).toBe(true);
  expect(await elsewhere().identity("aws")).toMatchObject({ identity: { roleArn: worlds.aws.platformArn } });
  await estate.rows("update lent_sessions set expires_at = now()");
  expect(await elsewhere().identity("aws-us-gov")).toMatchObject({
    ok: false,
    error: { code: "NoPlatformCredentials", message: expect.stringContaining("SKYWARDEN_LEND_IDENTITY") },
  });
});
