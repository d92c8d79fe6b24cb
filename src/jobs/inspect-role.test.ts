// What Skywarden knows of the role that a cloud is reached by: which template made it, what it lacks, who changed it.
// The role is made and changed through IAM of the simulator; days pass by moving the time of the next look.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RoleInspection } from "#model/role-inspection.ts";
import { roleInspectionActions } from "#onboarding/role-inspection-actions.ts";
import { concreteRole } from "#onboarding/templates/concrete-role.ts";
import { roleModel } from "#onboarding/templates/role-model.ts";
import { roleTags, templateVersion } from "#onboarding/templates/template-version.ts";
import { readRoleInspection } from "#store/role-inspections.ts";
import { small } from "../../simulator/worlds/small.ts";
import type { TestCloud } from "./testing/catalog-estate.ts";
import {
  externalIdOfTests,
  type HarvestStand,
  memberRoleName,
  openHarvestStand,
} from "./testing/harvest-stand.ts";
import { openWork } from "./work.ts";

let stand: HarvestStand;
let cloud: TestCloud;

const policyArn = `arn:aws:iam::${small.managementAccountId}:policy/Skywarden-Harvest-Member-Policy`;
const RoleName = memberRoleName;

beforeAll(async () => {
  stand = await openHarvestStand();
  await stand.estate.rows("update harvesting_strategies set resource_types = '{aws.iam.role}'");
  cloud = await stand.addCloud(small.managementAccountId);
});
afterAll(() => stand.close());

async function iam(operation: string, input: Record<string, unknown>): Promise<void> {
  const { accessKeyId, secretAccessKey } = stand.simulator;
  const credentials = { accessKeyId, secretAccessKey };
  const asked = {
    client: "iam",
    operation,
    input,
    region: "us-east-1",
    accountId: cloud.accountId,
    credentials,
  };
  const answer = await stand.parts.call(asked);
  if (!answer.ok) throw new Error(`${operation}: ${answer.error.message}`);
}

const model = (without: readonly string[] = []) =>
  roleModel(
    "member-role",
    stand.parts.catalog.allHarvestActions().filter((action) => !without.includes(action)),
  );

function templateRole(without: readonly string[] = []) {
  const given = {
    roleType: "standard" as const,
    platformRoleArn: [`arn:aws:iam::${small.hostingAccountId}:role/Skywarden-Install-Role`],
    externalId: externalIdOfTests,
  };
  return concreteRole(model(without), { ...given, tags: roleTags(model(without), given) });
}

/** As the template makes it, in IAM. */
async function makeRole(without: readonly string[] = []): Promise<void> {
  const role = templateRole(without);
  await iam("CreateRole", {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify(role.trustPolicy),
    Tags: role.tags.map(({ key, value }) => ({ Key: key, Value: value })),
  });
  for (const { name, document } of role.policies) {
    await iam("CreatePolicy", { PolicyName: name, PolicyDocument: JSON.stringify(document) });
    await iam("AttachRolePolicy", { RoleName, PolicyArn: policyArn });
  }
}

async function removeRole(): Promise<void> {
  await iam("DetachRolePolicy", { RoleName, PolicyArn: policyArn });
  await iam("DeletePolicy", { PolicyArn: policyArn });
  await iam("DeleteRole", { RoleName });
}

async function inspection(): Promise<RoleInspection> {
  const found = await stand.parts.store.withTenant(cloud.tenantId, (tx) => readRoleInspection(tx, cloud.id));
  if (!found) throw new Error("the role was not inspected");
  return found;
}

/** Number of calls that looked at the role. */
async function looks(): Promise<number> {
  const { adminUrl, adminToken } = stand.simulator;
  const headers = { authorization: `Bearer ${adminToken}` };
  await fetch(`${adminUrl}/requests/counts`, { method: "DELETE", headers });
  await stand.makeDue(cloud);
  await stand.harvest(cloud);
  const answer = await fetch(`${adminUrl}/requests/counts?by=service,operation`, { headers });
  const { counts } = (await answer.json()) as {
    counts: { service: string; operation: string; count: number }[];
  };
  return counts
    .filter(({ service, operation }) => roleInspectionActions.includes(`${service}:${operation}`))
    .reduce((sum, { count }) => sum + count, 0);
}

async function aDayLater(): Promise<RoleInspection> {
  await stand.estate.rows("update role_inspections set next_at = now() - interval '1 s'");
  await looks();
  return inspection();
}

async function events(): Promise<{ action: string; detail: Record<string, unknown> }[]> {
  return stand.estate.rows("select action, detail from audit_events where subject = $1 order by id", [
    cloud.id,
  ]);
}

async function startAfresh(): Promise<void> {
  await stand.estate.rows("delete from role_inspections");
  await stand.estate.rows("delete from audit_events");
}

describe("a role from the template", () => {
  beforeAll(() => makeRole());
  afterAll(() => removeRole());
  beforeEach(startAfresh);

  test("is read once after it was assumed, with the template that made it, and then once a day (S70)", async () => {
    // GetRole, both lists of policies, the policy simulator, and the one managed policy with its version.
    expect(await looks()).toBe(6);
    expect(await inspection()).toMatchObject({
      template: templateVersion(model()),
      missing: [],
      differences: [],
      warnings: [],
      unread: [],
      driftSince: null,
      simulation: { denied: [], error: null },
    });
    expect(await looks()).toBe(0);
    await aDayLater();
    expect(await looks()).toBe(0);
    expect(await events()).toEqual([]);
  });

  test("keeps the external id out of what is stored (S98)", async () => {
    await looks();
    const [row] = await stand.estate.rows<{ text: string }>(
      "select row_to_json(r)::text as text from role_inspections r",
    );
    expect(row?.text).toContain("sts:ExternalId");
    expect(row?.text).not.toContain(externalIdOfTests);
  });

  test("that somebody changes is drift, with since when and an audit event, until it is as it was (S70)", async () => {
    await looks();
    const write = { Effect: "Allow", Action: "s3:PutObject", Resource: "*" };
    await iam("PutRolePolicy", {
      RoleName,
      PolicyName: "by-hand",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [write] }),
    });
    const drifted = await aDayLater();
    const text = "Policy by-hand has a statement that the template does not make: Allow s3:PutObject on *.";
    expect(drifted.differences).toEqual([{ part: "policies", text }]);
    expect(drifted.driftSince?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect((await aDayLater()).driftSince).toEqual(drifted.driftSince);
    await iam("DeleteRolePolicy", { RoleName, PolicyName: "by-hand" });
    expect(await aDayLater()).toMatchObject({ differences: [], driftSince: null });
    expect(await events()).toMatchObject([
      { action: "role.drifted", detail: { differences: [text] } },
      { action: "role.drift-ended", detail: { differences: [text] } },
    ]);
  });

  test("whose trust is rewritten to name a role is drift, and unsafe (E16)", async () => {
    await looks();
    const platform = `arn:aws:iam::${small.hostingAccountId}:role/Skywarden-Install-Role`;
    const statement = { Effect: "Allow", Principal: { AWS: platform }, Action: "sts:AssumeRole" };
    const trust = (one: object) => JSON.stringify({ Version: "2012-10-17", Statement: [one] });
    await iam("UpdateAssumeRolePolicy", { RoleName, PolicyDocument: trust(statement) });
    const drifted = await aDayLater();
    expect(drifted.warnings.map(({ code }) => code)).toEqual(["names-role", "no-external-id"]);
    expect(drifted.differences.map(({ text }) => text)).toEqual([
      `It trusts ${platform}, which the template does not.`,
      `It does not trust account ${small.hostingAccountId}, which the template does.`,
      "The condition ArnEquals aws:PrincipalArn is gone.",
      "The condition StringEquals sts:ExternalId is gone.",
    ]);
    await iam("UpdateAssumeRolePolicy", {
      RoleName,
      PolicyDocument: JSON.stringify(templateRole().trustPolicy),
    });
    expect(await aDayLater()).toMatchObject({ differences: [], warnings: [], driftSince: null });
  });

  test("that gets a boundary is drift, and what was refused is asked again", async () => {
    await looks();
    await stand.estate.rows(
      `insert into known_denials (tenant_id, cloud_id, operation, region, target, code, message, since, tried_at, next_try_at)
       values ($1, $2, 'x:Y', 'r', '', 'AccessDenied', '', now(), now(), now() + interval '1 day')`,
      [cloud.tenantId, cloud.id],
    );
    await iam("PutRolePermissionsBoundary", {
      RoleName,
      PermissionsBoundary: "arn:aws:iam::aws:policy/ReadOnlyAccess",
    });
    expect((await aDayLater()).differences).toEqual([
      {
        part: "boundary",
        text: "The permissions boundary arn:aws:iam::aws:policy/ReadOnlyAccess was added.",
      },
    ]);
    expect(await stand.estate.rows("select from known_denials where next_try_at = tried_at")).toHaveLength(1);
    await iam("DeleteRolePermissionsBoundary", { RoleName });
    expect(await aDayLater()).toMatchObject({ differences: [] });
  });

  test("that this release does not know any more is said to be so, and compared with nothing", async () => {
    await iam("TagRole", {
      RoleName,
      Tags: [{ Key: "skywarden:template", Value: "member-role:000000000000" }],
    });
    await looks();
    expect(await inspection()).toMatchObject({
      template: "member-role:000000000000",
      missing: [],
      differences: [],
      baseline: null,
    });
    await iam("TagRole", {
      RoleName,
      Tags: templateRole().tags.map(({ key, value }) => ({ Key: key, Value: value })),
    });
    await aDayLater();
    expect(await events()).toMatchObject([
      {
        action: "role.template-changed",
        detail: { from: "member-role:000000000000", to: templateVersion(model()) },
      },
    ]);
  });

  test("is looked at again by a harvest that a person starts", async () => {
    await looks();
    const work = openWork(stand.parts.store, stand.parts.queues);
    await work.harvestCloud(cloud.tenantId, cloud.id, {});
    expect(await looks()).toBe(6);
  });

  test("whose trust was broken is seen by a harvest that a person starts, whatever session is held (E25)", async () => {
    await looks();
    const { trustPolicy } = templateRole();
    const trust = (text: string) => iam("UpdateAssumeRolePolicy", { RoleName, PolicyDocument: text });
    const harvested = async () => {
      const work = openWork(stand.parts.store, stand.parts.queues);
      await work.harvestCloud(cloud.tenantId, cloud.id, {});
      await stand.harvest(cloud);
      const [row] = await stand.estate.rows<{ state: string }>("select state from clouds where id = $1", [
        cloud.id,
      ]);
      return row?.state;
    };
    await trust(JSON.stringify(trustPolicy).replaceAll(externalIdOfTests, "another-external-id"));
    expect(await harvested()).toBe("assume-role-failed");
    await trust(JSON.stringify(trustPolicy));
    expect(await harvested()).toBe("healthy");
  });

  test("is judged anew by another release without a call", async () => {
    await looks();
    await stand.estate.rows("update role_inspections set judged_by = 'older', missing = '{a:B}'");
    expect(await looks()).toBe(0);
    expect(await inspection()).toMatchObject({ missing: [] });
  });
});

describe("a role from the template of an earlier release", () => {
  beforeAll(() => makeRole(["iam:ListAccessKeys", "iam:GetLoginProfile"]));
  afterAll(() => removeRole());
  beforeEach(startAfresh);

  test("lacks what this release needs more, by name (S70)", async () => {
    await looks();
    expect(await inspection()).toMatchObject({
      template: templateVersion(model(["iam:ListAccessKeys", "iam:GetLoginProfile"])),
      missing: ["iam:GetLoginProfile", "iam:ListAccessKeys"],
    });
  });
});

describe("a role made by hand", () => {
  beforeEach(startAfresh);

  test("is held against what this release needs, and its trust against E16 (S70)", async () => {
    stand.makeRole(cloud.accountId, ["iam:ListAccessKeys"]);
    await looks();
    const found = await inspection();
    expect(found).toMatchObject({
      template: null,
      missing: ["iam:ListAccessKeys"],
      differences: [],
      baseline: null,
    });
    expect(found.warnings.map(({ code }) => code)).toEqual(["names-role"]);
  });

  test("that may not be read itself is unknown, not complete", async () => {
    stand.makeRole(cloud.accountId, roleInspectionActions);
    expect(await looks()).toBe(1);
    expect(await inspection()).toMatchObject({ reading: null, missing: null, readAt: null });
    expect((await inspection()).unread).toMatchObject([{ operation: "iam:GetRole", isDenied: true }]);
    expect(await looks()).toBe(0);
  });

  test("that may be read in part lacks what can be seen, and the rest is unknown", async () => {
    stand.makeRole(cloud.accountId, ["iam:ListAttachedRolePolicies"]);
    await looks();
    expect(await inspection()).toMatchObject({
      missing: null,
      unread: [{ operation: "iam:ListAttachedRolePolicies" }],
    });
  });

  test("keeps what was once read of it when reading it is refused later", async () => {
    stand.makeRole(cloud.accountId, ["iam:ListAccessKeys"]);
    await looks();
    stand.makeRole(cloud.accountId, roleInspectionActions);
    const later = await aDayLater();
    expect(later).toMatchObject({ missing: ["iam:ListAccessKeys"], unread: [{ operation: "iam:GetRole" }] });
    expect(later.readAt?.getTime()).toBeLessThan(later.triedAt.getTime());
  });
});
