// What the product says of the roles in the hostile world, where every account has one thing that stands in a
// harvester's way: harvest, verdict, statement, fix, and after the fix a verdict and a harvest that agree.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AwsConnection, openAws } from "#aws/call.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import { openDiagnoser } from "#onboarding/diagnosis/diagnose.ts";
import { noteOf } from "#onboarding/diagnosis/note.ts";
import type { Row } from "#onboarding/diagnosis/rows.ts";
import { shownRow } from "#onboarding/diagnosis/view.ts";
import { organizationRoleActions } from "#onboarding/organization-actions.ts";
import { makeRole, type SimulatedAws, startSimulatedAws } from "#onboarding/testing/simulated-aws.ts";
import { readDiagnosisCloud, readDiagnosisOrganization, readToldByCalls } from "#store/diagnosis-inputs.ts";
import { externalId, harvestRole, managementAccountId } from "../../simulator/worlds/hostile/situation.ts";
import { policyIds, situationOf } from "../../simulator/worlds/hostile/situations.ts";
import { type Connecting, openConnecting } from "./testing/connecting.ts";

let aws: SimulatedAws;
/** Gives up soon where it is throttled. */
let quick: AwsConnection;
let connecting: Connecting;
let organizationId: string;
/** What is not one address of our own, nobody knows. */
let sourceIps: string[] | null = null;

beforeAll(async () => {
  aws = await startSimulatedAws({ world: "hostile" });
  const settings = awsSettingsFrom({}, { endpointUrl: aws.simulator.endpoint, loopbackOnly: true });
  quick = openAws({ ...settings, callBudgetMs: 3_000 });
  connecting = await openConnecting(quick.call, aws.platform);
  const { onboarding, tenantId, estate } = connecting;
  await estate.rows(
    "update harvesting_strategies set resource_types = '{aws.ec2.instance,aws.ec2.volume,aws.s3.bucket}', regions = '{us-east-1,eu-central-1,us-west-2}'",
  );
  const organizationRole = await makeRole(aws, managementAccountId, "csp-harvest-organization", {
    actions: organizationRoleActions,
    externalId,
  });
  const created = await onboarding.create(tenantId, {
    nickname: "hostile",
    externalId,
    organizationRole: { arn: organizationRole },
    memberRole: { arn: `role/${harvestRole}` },
  });
  if (!created.ok) throw new Error(JSON.stringify(created));
  organizationId = created.value.id;
  await connecting.sync(organizationId);
}, 120_000);
afterAll(async () => {
  await quick.close();
  await aws.close();
  await connecting.close();
});

async function syncNow(): Promise<void> {
  await connecting.estate.rows("update cloud_organizations set next_sync_at = now()");
  await connecting.sync(organizationId);
}

async function cloudOf(situation: string): Promise<string> {
  const [row] = await connecting.estate.rows<{ id: string }>("select id from clouds where account_id = $1", [
    situationOf(situation).accountId,
  ]);
  if (!row) throw new Error(`no cloud of ${situation}`);
  return row.id;
}

/** As a person's "harvest now" and "sync now" do it. */
async function harvest(id: string): Promise<{ state: string; reason: string | null }> {
  const { rows } = connecting.estate;
  await rows("update clouds set next_try_at = null, regions_read_at = null where id = $1", [id]);
  await rows("update role_inspections set next_at = now() where cloud_id = $1", [id]);
  await rows("update known_denials set next_try_at = tried_at where cloud_id = $1", [id]);
  await rows("update harvest_scopes set due_at = now() where cloud_id = $1", [id]);
  await connecting.harvest(id);
  const [row] = await rows<{ state: string; reason: string | null }>(
    "select state, state_reason as reason from clouds where id = $1",
    [id],
  );
  return row ?? { state: "gone", reason: null };
}

async function rowsOf(id: string): Promise<Row[]> {
  const { parts, tenantId } = connecting;
  return parts.store.withTenant(tenantId, async (tx) => {
    const cloud = await readDiagnosisCloud(tx, id);
    const organization = await readDiagnosisOrganization(tx, organizationId);
    const diagnoser = await openDiagnoser({ catalog: parts.catalog, sourceIps }, organization, new Date());
    const diagnosis = cloud && diagnoser.diagnose(cloud, (await readToldByCalls(tx, [id])).get(id));
    if (!diagnosis) throw new Error("nothing is known of the role");
    return diagnosis.rows;
  });
}

async function shown(id: string, action: string, region: string) {
  const row = (await rowsOf(id)).find((one) => one.action === action && one.region === region);
  if (!row) throw new Error(`${action} is not asked in ${region}`);
  return shownRow(connecting.parts.catalog, row);
}

/** The members' role is another one. */
async function useRole(name: string): Promise<void> {
  const { onboarding, tenantId } = connecting;
  const organization = await onboarding.organization(tenantId, organizationId);
  const changed = await onboarding.change(
    tenantId,
    organizationId,
    { organizationRole: organization?.organizationRole, memberRole: { arn: `role/${name}` } } as never,
    null as never,
  );
  if (!changed.ok) throw new Error(JSON.stringify(changed));
  await syncNow();
}

/** Makes the change that is proposed, as the administrator would, and lets the product see it. */
async function apply(situation: string, fix: Awaited<ReturnType<typeof shown>>["fix"]): Promise<void> {
  const arn = fix?.document.arn ?? "";
  const document = JSON.stringify(fix?.after);
  if (arn.includes(":organizations:"))
    await aws.must(managementAccountId, "organizations", "UpdatePolicy", {
      PolicyId: arn.split("/").at(-1),
      Content: document,
    });
  else
    await aws.must(situationOf(situation).accountId, "iam", "CreatePolicyVersion", {
      ...{ PolicyArn: arn, PolicyDocument: document, SetAsDefault: true },
    });
  await syncNow();
}

const instances = "ec2:DescribeInstances";
const exempted = (role: string) => expect.arrayContaining([`arn:aws:iam::*:role/${role}`]);

interface Blocked {
  situation: string;
  action: string;
  region: string;
  state: string;
  denial: "explicit" | "implicit";
  layer: string;
  /** By which statement, or at which point none allows. */
  by: object;
  changes: object;
}

/** Each is denied, by this; and allowed when the change that is proposed for it is made. */
const blockedByPolicy: Blocked[] = [
  {
    ...{ situation: "boundary", action: "ec2:DescribeRegions", region: "global", state: "warning" },
    ...{ denial: "implicit", layer: "boundary" },
    by: { kind: "no-allow", policyName: "storage-and-identity-only" },
    changes: { op: "add", path: "/Statement/0/Action/-", value: "ec2:DescribeRegions" },
  },
  {
    ...{ situation: "region-deny", action: instances, region: "us-west-2", state: "warning" },
    ...{ denial: "explicit", layer: "scp" },
    by: {
      kind: "deny",
      sid: "DenyOtherRegions",
      attachedTo: "ou-ab12-regions1",
    },
    changes: { value: { "aws:PrincipalArn": exempted(harvestRole) } },
  },
  {
    ...{ situation: "resource-control", action: "s3:GetBucketPolicy", region: "us-east-1", state: "warning" },
    ...{ denial: "explicit", layer: "rcp" },
    by: { kind: "deny", sid: "DenyReadingPolicies", policyArn: expect.stringContaining(policyIds.resources) },
    changes: { value: exempted(harvestRole) },
  },
  {
    ...{ situation: "allow-list", action: "ec2:DescribeRegions", region: "global", state: "warning" },
    ...{ denial: "implicit", layer: "scp" },
    by: { kind: "no-allow", policyArn: expect.stringContaining(policyIds.allowList) },
    changes: { op: "add", value: "ec2:DescribeRegions" },
  },
];

describe("the exception of an SCP names roles (iam.md §3.2)", () => {
  test("the role that it names is allowed, whatever AWS's simulator says without its ARN (S46)", async () => {
    const id = await cloudOf("exception-named");
    expect(await harvest(id)).toMatchObject({ state: "healthy" });
    expect(await shown(id, instances, "us-east-1")).toMatchObject({
      ...{ verdict: "allowed", evidence: "observed", blocking: [] },
      opinions: { computed: { verdict: "allowed" }, simulated: { verdict: "denied" } },
    });
  });

  test("the management account is above it", async () => {
    const id = await cloudOf("management");
    expect(await harvest(id)).toMatchObject({ state: "healthy" });
    expect(await shown(id, instances, "us-east-1")).toMatchObject({
      verdict: "allowed",
      evidence: "observed",
    });
  });

  const missed = [
    { situation: "exception-missed", role: `${harvestRole}-v2` },
    { situation: "delegated-administrator", role: `${harvestRole}-v2` },
    { situation: "exception-without-path", role: `path/${harvestRole}` },
  ];
  test.each(missed)("$role is denied in $situation, and allowed once it is named too", async ({
    situation,
    role,
  }) => {
    await useRole(role);
    const id = await cloudOf(situation);
    expect(await harvest(id)).toMatchObject({ state: "warning" });
    const denied = await shown(id, instances, "us-east-1");
    expect(denied).toMatchObject({
      ...{ verdict: "denied", denial: "explicit", cause: "policy", evidence: "observed", layer: "scp" },
      blocking: [
        {
          ...{ sid: "DenyUnlessHarvest", index: 0, policyArn: expect.stringContaining(policyIds.guard) },
          attachedTo: "ou-ab12-prod0001",
          conditions: [
            { key: "aws:PrincipalArn", actual: [expect.stringContaining(`:role/${role}`)], holds: "yes" },
          ],
        },
      ],
      fix: { document: { name: "GuardHarvest" }, diff: [{ value: exempted(role) }] },
      proof: { verdict: "allowed" },
    });
    expect(denied.blind.resourceTypes).toContainEqual({
      type: "aws.ec2.instance",
      title: expect.any(String),
    });
    await apply(situation, denied.fix);
    expect(await harvest(id)).toMatchObject({ state: "healthy" });
    expect(await shown(id, instances, "us-east-1")).toMatchObject({
      verdict: "allowed",
      evidence: "observed",
    });
    // For the next: as it was.
    const { before } = denied.fix as { before: unknown };
    await apply(situation, { ...denied.fix, after: before } as typeof denied.fix);
  });

  test("an address that nobody has told is learnt from what AWS refuses", async () => {
    await useRole(harvestRole);
    const id = await cloudOf("other-network");
    expect(await harvest(id)).toMatchObject({ state: "warning" });
    const refused = await shown(id, instances, "us-east-1");
    expect(refused).toMatchObject({
      ...{ verdict: "denied", evidence: "observed", conditionKeys: ["aws:SourceIp"] },
      fix: { document: { name: "OnlyOurNetwork" } },
      // Until then nobody can read what the role's own policies say.
      proof: { verdict: "unknown" },
    });
    sourceIps = ["203.0.113.9"];
    const { blocking } = await shown(id, instances, "us-east-1");
    expect(blocking.filter(({ kind }) => kind === "deny")).toEqual([]);
    sourceIps = null;
    await apply("other-network", refused.fix);
    expect(await harvest(id)).toMatchObject({ state: "healthy" });
    expect(await shown(id, instances, "us-east-1")).toMatchObject({
      verdict: "allowed",
      evidence: "observed",
    });
  });
});

test.each(
  blockedByPolicy,
)("$situation: $action is denied by the $layer, and the change that is proposed mends it", async (one) => {
  const { situation, action, region, state, denial, layer, by, changes } = one;
  const id = await cloudOf(situation);
  expect(await harvest(id)).toMatchObject({ state });
  const denied = await shown(id, action, region);
  expect(denied).toMatchObject({
    ...{ verdict: "denied", denial, layer, cause: "policy" },
    blocking: [by],
    fix: { diff: [changes] },
    proof: { verdict: "allowed" },
  });
  await apply(situation, denied.fix);
  await harvest(id);
  // The regions are asked for no more once they are known.
  const after = (await rowsOf(id)).find((row) => row.action === action && row.region === region);
  expect(after?.verdict ?? "allowed").toBe("allowed");
});

test("an account that moves is judged by the policies of its new place at once, and asked again", async () => {
  const { accountId } = situationOf("failing-operation");
  const id = await cloudOf("failing-operation");
  await harvest(id);
  const move = (SourceParentId: string, DestinationParentId: string) =>
    aws.must(managementAccountId, "organizations", "MoveAccount", {
      ...{ AccountId: accountId, SourceParentId, DestinationParentId },
    });
  await move("ou-ab12-open0001", "ou-ab12-network1");
  await syncNow();
  expect((await shown(id, instances, "us-east-1")).evidence).toBe("computed");
  await move("ou-ab12-network1", "ou-ab12-open0001");
  await syncNow();
  await connecting.harvest(id);
});

test.each([
  ["role-missing", /cannot be assumed/],
  ["other-external-id", /cannot be assumed/],
  ["trust-broken", /cannot be assumed/],
  ["suspended", /suspended/i],
])("%s: nobody is told of permissions, but why the role is out of reach", async (situation, reason) => {
  const id = await cloudOf(situation);
  await harvest(id);
  const { parts, tenantId } = connecting;
  const cloud = await parts.store.withTenant(tenantId, (tx) => readDiagnosisCloud(tx, id));
  expect(cloud && noteOf(cloud)).toMatch(reason);
  await expect(rowsOf(id)).rejects.toThrow("nothing is known of the role");
});

test("a region that is off, and a service that fails, are no lack of permission", async () => {
  const id = await cloudOf("opt-in-region");
  expect(await harvest(id)).toMatchObject({ state: "healthy" });
  expect(await shown(id, instances, "me-south-1")).toMatchObject({
    verdict: "not-applicable",
    cause: "region-off",
  });
  expect(await shown(id, instances, "eu-south-1")).toMatchObject({ verdict: "allowed" });
  const failing = await cloudOf("failing-operation");
  expect(await harvest(failing)).toMatchObject({ state: "warning" });
  expect(await shown(failing, "ec2:DescribeVolumes", "us-east-1")).toMatchObject({
    ...{ verdict: "unknown", cause: "unavailable", layer: "service", blocking: [], fix: null },
  });
});

test.each([
  { code: "RequestLimitExceeded", status: 503, verdict: "unknown", cause: "throttled" },
  { code: "OptInRequired", status: 401, verdict: "not-applicable", cause: "not-activated" },
])("$code is no lack of permission, and is over with the next answer", async ({ code, status, ...told }) => {
  const { accountId } = situationOf("opt-in-region");
  const id = await cloudOf("opt-in-region");
  const call = { service: "ec2", operation: "DescribeVolumes", accountId, region: "us-east-1" };
  await aws.setFaults([{ ...call, code, status }]);
  await harvest(id);
  await aws.setFaults([]);
  const volumes = "ec2:DescribeVolumes";
  expect(await shown(id, volumes, "us-east-1")).toMatchObject({ ...told, evidence: "observed", fix: null });
  expect(await shown(id, volumes, "eu-central-1")).toMatchObject({ verdict: "allowed" });
  expect(await harvest(id)).toMatchObject({ state: "healthy" });
  expect(await shown(id, volumes, "us-east-1")).toMatchObject({ verdict: "allowed", cause: null });
});

test("the policy of one bucket that denies us is told from a lack of permission", async () => {
  const { accountId } = situationOf("failing-operation");
  const Bucket = "guarded-by-itself";
  await aws.must(accountId, "s3", "CreateBucket", { Bucket });
  const statement = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:GetBucketVersioning",
    Resource: `arn:aws:s3:::${Bucket}`,
  };
  await aws.must(accountId, "s3", "PutBucketPolicy", {
    Bucket,
    Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
  const id = await cloudOf("failing-operation");
  await harvest(id);
  expect(await shown(id, "s3:GetBucketVersioning", "us-east-1")).toMatchObject({
    ...{ verdict: "conditional", cause: "resource-policy", layer: "resource", evidence: "observed" },
  });
});
