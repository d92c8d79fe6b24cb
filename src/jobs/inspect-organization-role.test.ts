// What Skywarden knows of the role that an organization is read by, after each sync: what it lacks, and who changed it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { shownRole } from "#onboarding/role-view.ts";
import { type SimulatedAws, startSimulatedAws } from "#onboarding/testing/simulated-aws.ts";
import { readOrganizationRole } from "#store/role-inspections.ts";
import { small } from "../../simulator/worlds/small.ts";
import { type Connecting, openConnecting } from "./testing/connecting.ts";

const RoleName = "Skywarden-Harvest-Org-Role";
let aws: SimulatedAws;
let connecting: Connecting;
let id = "";

beforeAll(async () => {
  aws = await startSimulatedAws({ world: "small" });
  connecting = await openConnecting(aws.call, aws.platform);
  await connecting.createRoles(aws, small.managementAccountId, aws.platformArn);
  const arn = (name: string) => `arn:aws:iam::${small.managementAccountId}:role/${name}`;
  const created = await connecting.onboarding.create(connecting.tenantId, {
    nickname: "acme",
    organizationRole: { arn: arn(RoleName) },
    memberRole: { arn: arn("Skywarden-Harvest-Member-Role") },
  });
  if (!created.ok) throw new Error(created.detail);
  id = created.value.id;
}, 60_000);
afterAll(async () => {
  await connecting.close();
  await aws.close();
});

async function look() {
  const { rows } = connecting.estate;
  await rows("update cloud_organizations set next_sync_at = now()");
  await rows("update organization_role_inspections set next_at = now()");
  await connecting.sync(id);
  return shown();
}

async function shown() {
  const { store, catalog } = connecting.parts;
  const role = await store.withTenant(connecting.tenantId, (tx) => readOrganizationRole(tx, id));
  if (!role) throw new Error("nobody has looked");
  return shownRole(catalog, role, "organization");
}

const audits = async () =>
  (
    await connecting.estate.rows<{ action: string }>(
      "select action from audit_events where action like 'role.%' and subject = $1 order by id",
      [id],
    )
  ).map(({ action }) => action);

const iam = (operation: string, input: object) =>
  aws.must(small.managementAccountId, "iam", operation, { RoleName, ...input });

test("the template's role lacks nothing and is as it was made (S70)", async () => {
  expect(await look()).toMatchObject({
    ...{ madeBy: "template", template: { isCurrent: true }, unread: [], missing: [], differences: [] },
    ...{ driftSince: null, warnings: [], mend: null },
  });
  const made = await shown();
  expect(made.currentTemplate).toMatch(/^organization-role:/);
  expect(made.template?.version).toBe(made.currentTemplate);
});

test("a policy that somebody adds is drift, told once, and its end is told too (S70)", async () => {
  const open = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "iam:*", Resource: "*" }] };
  await iam("PutRolePolicy", { PolicyName: "more", PolicyDocument: JSON.stringify(open) });
  const changed = await look();
  expect(changed.differences).toEqual([
    { part: "policies", text: expect.stringContaining("Policy more has a statement"), accepted: false },
  ]);
  expect(changed.driftSince).not.toBeNull();
  expect(changed.mend).toMatchObject({ kind: "revert" });
  await look();
  expect(await audits()).toEqual(["role.drifted"]);
  await iam("DeleteRolePolicy", { PolicyName: "more" });
  expect((await look()).driftSince).toBeNull();
  expect(await audits()).toEqual(["role.drifted", "role.drift-ended"]);
});

test("it is looked at once a day, not with every sync", async () => {
  const before = await shown();
  await connecting.estate.rows("update cloud_organizations set next_sync_at = now()");
  await connecting.sync(id);
  expect((await shown()).inspectedAt).toBe(before.inspectedAt);
});

test("a role by hand that may read the core and itself is told what it lacks, and which template to take (S70, E23)", async () => {
  const Action = [
    ...["DescribeOrganization", "ListRoots", "ListOrganizationalUnitsForParent", "ListAccountsForParent"],
    ...["ListTagsForResource"],
  ].map((name) => `organizations:${name}`);
  const own = ["GetRole", "GetRolePolicy", "ListRolePolicies", "ListAttachedRolePolicies"];
  const document = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: [...Action, ...own.map((name) => `iam:${name}`)], Resource: "*" }],
  };
  const attached = await aws.must<{ AttachedPolicies?: { PolicyArn: string }[] }>(
    ...([small.managementAccountId, "iam", "ListAttachedRolePolicies", { RoleName }] as const),
  );
  for (const { PolicyArn } of attached.AttachedPolicies ?? []) await iam("DetachRolePolicy", { PolicyArn });
  await iam("PutRolePolicy", { PolicyName: "eight", PolicyDocument: JSON.stringify(document) });
  await iam("UntagRole", { TagKeys: ["skywarden:template"] });
  const role = await look();
  expect(role).toMatchObject({ madeBy: "hand", template: null, differences: [] });
  const missing = role.missing?.map(({ action }) => action) ?? [];
  expect(missing).toContain("organizations:DescribePolicy");
  expect(missing).toContain("iam:GetPolicy");
  // One of two is enough.
  expect(missing).not.toContain("organizations:ListAccounts");
  expect(missing).not.toContain("tag:GetResources");
  expect(role.mend).toMatchObject({ kind: "by-hand", text: expect.stringContaining("organization-role") });
});
