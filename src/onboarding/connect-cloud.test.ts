// One account connected by a role, and the disconnecting of an organization, against the small world.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { finishRemoval } from "#store/cloud-removal.ts";
import { setCloudStates } from "#store/cloud-states.ts";
import { small } from "../../simulator/worlds/small.ts";
import type { CloudForm } from "./cloud-form.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";
import { openOnboarding } from "./open.ts";
import { makeRole } from "./testing/simulated-aws.ts";
import { startTestSync, type TestSync } from "./testing/test-sync.ts";

const externalId = "of-this-account-alone-1";
let demo: TestSync;
let parts: OnboardingParts & { removing: string[] };
let onboarding: ReturnType<typeof openOnboarding>;
let form: CloudForm;

beforeAll(async () => {
  demo = await startTestSync({ world: "small" });
  parts = await demo.installation.onboardingParts(demo.aws);
  onboarding = openOnboarding(parts);
  const role = { actions: ["s3:List*"], externalId };
  form = {
    name: " Production ",
    roleArn: await makeRole(demo.aws, small.prodAccountId, "Skywarden-Harvest-One", role),
    externalId,
  };
});
afterAll(() => demo.close());

const connect = (change: Partial<CloudForm> = {}, tenantId = demo.installation.tenantId) =>
  onboarding.createCloud(tenantId, { ...form, ...change });

describe("one account", () => {
  const wrong: [title: string, change: Partial<CloudForm>, ...expected: string[]][] = [
    ["no name", { name: " " }, "/name required"],
    ["a long name", { name: "a".repeat(257) }, "/name too-long"],
    ["arn:aw:", { roleArn: "arn:aw:iam::111111111111:role/R" }, "/roleArn invalid-arn"],
    ["a session name with a space", { sessionName: "a b" }, "/sessionName invalid-session-name"],
    ["a duration of 3601", { durationSeconds: 3601 }, "/durationSeconds out-of-range"],
    ["a guessable external id", { externalId: "1234" }, "/externalId invalid-external-id"],
    [
      "several at once",
      { name: "", roleArn: "", durationSeconds: 1 },
      "/name required",
      "/roleArn required",
      "/durationSeconds out-of-range",
    ],
    [
      "a role that is not there",
      { roleArn: `arn:aws:iam::${small.prodAccountId}:role/Skywarden-Harvest-None` },
      "/roleArn assume-role-failed",
    ],
    ["another external id", { externalId: "of-another-account-1" }, "/roleArn assume-role-failed"],
    ["no external id where one is asked for", { externalId: "" }, "/roleArn assume-role-failed"],
    ["the tenant's where another is asked for", { externalId: null }, "/roleArn assume-role-failed"],
  ];
  test.each(wrong)("with %s is refused and not stored", async (_, change, ...expected) => {
    const outcome = await connect(change);
    expect(outcome).toMatchObject({ ok: false, code: "invalid-form" });
    expect(outcome.ok ? [] : outcome.errors?.map(({ path, code }) => `${path} ${code}`)).toEqual(expected);
    expect(await demo.clouds()).toEqual([]);
  });

  test("is not stored if what records it fails", async () => {
    const failing = async () => {
      throw new Error("the process ended");
    };
    await expect(onboarding.createCloud(demo.installation.tenantId, form, failing)).rejects.toThrow("ended");
    expect(await demo.clouds()).toEqual([]);
  });

  test("is connected once, by whatever tenant, and comes back under its id after its removal", async () => {
    const created = await connect();
    if (!created.ok) throw new Error(created.detail);
    const id = created.value;
    expect(await demo.cloud("Production")).toMatchObject({
      id,
      accountId: small.prodAccountId,
      state: "pending",
    });
    expect(await onboarding.roleArn(demo.installation.tenantId, id)).toBe(form.roleArn);
    expect(await onboarding.roleArn(demo.installation.otherTenantId, id)).toBeNull();
    for (const tenantId of [demo.installation.tenantId, demo.installation.otherTenantId])
      expect(await connect({}, tenantId)).toMatchObject({ ok: false, code: "cloud-already-connected" });
    await demo.installation.store.withTenant(demo.installation.tenantId, async (tx) => {
      await setCloudStates(tx, [id], { state: "removing", code: null, reason: null, action: null });
      await finishRemoval(tx, id);
    });
    expect(await connect({ name: "Again" })).toEqual({ ok: true, value: id });
    expect(await demo.cloud("Again")).toMatchObject({ id, state: "pending", isRemoved: false });
    expect(await demo.badges("Again")).toEqual({ "system.cloud_type": "aws" });
  });
});

describe("an organization", () => {
  test("that is synced takes the single account over, and members are reached by the member role", async () => {
    await demo.sync();
    const cloud = await demo.cloud("prod");
    expect(cloud?.accountId).toBe(small.prodAccountId);
    const arn = await onboarding.roleArn(demo.installation.tenantId, cloud?.id ?? "");
    expect(arn).toBe(`arn:aws:iam::${small.prodAccountId}:role/Skywarden-Harvest-Member-Role`);
  });

  test("is previewed before it goes, then its clouds are removed and it may be connected again", async () => {
    const { tenantId, otherTenantId } = demo.installation;
    const { id } = demo.organization;
    const told = { clouds: 4, resources: 0, findings: 0, exemptions: 0, badges: 0 };
    const options = { preview: true, prove: false, restore: false, actor: "somebody", ifRevision: null };
    expect(await onboarding.remove(tenantId, id, options)).toMatchObject({
      ok: true,
      value: { ...told, removed: false, proof: null },
    });
    expect([parts.removing, (await demo.cloud("prod"))?.state]).toEqual([[], "pending"]);
    const now = { ...options, preview: false };
    expect(await onboarding.remove(otherTenantId, id, now)).toMatchObject({ code: "not-found" });
    expect(await onboarding.organization(tenantId, id)).not.toBeNull();
    expect(await onboarding.remove(tenantId, id, now)).toMatchObject({
      ok: true,
      value: { ...told, removed: true, proof: null },
    });
    expect(parts.removing).toHaveLength(4);
    expect((await demo.clouds()).map(({ state }) => state)).toEqual(Array(4).fill("removing"));
    expect(await onboarding.organization(tenantId, id)).toBeNull();
  });
});

test("the platform's identity names its role, and templates trust it", async () => {
  const { partitions } = await onboarding.platformIdentity();
  expect(partitions[0]).toEqual({
    partition: "aws",
    accountId: small.hostingAccountId,
    hosts: [],
    roleArn: demo.aws.platformArn,
    source: "iam",
    accessKeyId: null,
    note: null,
  });
  const template = await onboarding.template(demo.installation.tenantId, "member-role", { format: "json" });
  expect(JSON.parse(template.ok ? template.value.text : template.detail)).toMatchObject({
    trustPolicy: {
      Statement: [{ Condition: { ArnEquals: { "aws:PrincipalArn": [demo.aws.platformArn] } } }],
    },
  });
});
