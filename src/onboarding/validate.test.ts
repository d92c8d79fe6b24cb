// The dry run against the small world: each way a form can fail, where it is told, and that nothing is stored.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openPlatformSources } from "#aws/platform-sources.ts";
import { cloudId } from "#model/resource.ts";
import { organizationOf } from "../../simulator/organization.ts";
import type { FaultRule } from "../../simulator/settings.ts";
import { small } from "../../simulator/worlds/small.ts";
import type { Check, OrganizationCheckName } from "./checks.ts";
import type { OrganizationForm } from "./form.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";
import { openOnboarding } from "./open.ts";
import { organizationRoleActions } from "./organization-actions.ts";
import { originalActions } from "./testing/original-actions.ts";
import { makeRole, type SimulatedAws, startSimulatedAws } from "./testing/simulated-aws.ts";
import { openTestInstallation, type TestInstallation } from "./testing/test-installation.ts";

const { managementAccountId, prodAccountId, prodUnitId, devUnitId } = small;
let aws: SimulatedAws;
let installation: TestInstallation;
let parts: OnboardingParts & { created: string[] };
let onboarding: ReturnType<typeof openOnboarding>;
let organizationArn = "";

beforeAll(async () => {
  aws = await startSimulatedAws({ world: "small" });
  installation = await openTestInstallation();
  parts = await installation.onboardingParts(aws);
  onboarding = openOnboarding(parts);
  organizationArn = await role("Skywarden-Harvest-Org-Role", organizationRoleActions);
  await stackSetAccess("EnableAWSServiceAccess");
});
afterAll(async () => {
  await aws.close();
  await installation.close();
});
afterEach(() => aws.setFaults([]));

const role = (name: string, actions: readonly string[], accountId: string = managementAccountId) =>
  makeRole(aws, accountId, name, { actions, externalId: installation.externalId });

const stackSetAccess = (operation: "EnableAWSServiceAccess" | "DisableAWSServiceAccess") =>
  aws.must(managementAccountId, "organizations", operation, {
    ServicePrincipal: "member.org.stacksets.cloudformation.amazonaws.com",
  });

const denied = { code: "AccessDeniedException", status: 400, message: "You don't have permissions." };

const form = (change: Partial<OrganizationForm> = {}): OrganizationForm => ({
  nickname: "acme",
  organizationRole: { arn: organizationArn },
  memberRole: { arn: `arn:aws:iam::${managementAccountId}:role/Skywarden-Harvest-Member-Role` },
  ...change,
});

async function validate(change: Partial<OrganizationForm> = {}, tenantId = installation.tenantId) {
  const told = await onboarding.validate(tenantId, form(change));
  return {
    ...told,
    outcomes: Object.fromEntries(told.checks.map((check) => [check.name, check.outcome])),
    wrong: told.errors.map(({ path, code }) => `${path} ${code}`),
    detailOf: (name: OrganizationCheckName) => told.checks.find((check) => check.name === name)?.detail ?? "",
  };
}

async function stored(): Promise<number> {
  const [row] = await installation.rows<{ n: number }>(
    "select (select count(*) from cloud_organizations)::int + (select count(*) from clouds)::int as n",
  );
  return row?.n ?? -1;
}

const allPass: Record<OrganizationCheckName, Check["outcome"]> = {
  format: "pass",
  "platform-identity": "pass",
  "assume-organization-role": "pass",
  "organization-unique": "pass",
  "entry-account": "pass",
  "organization-read": "pass",
  simulate: "pass",
  "organizational-units": "pass",
  "stack-sets": "pass",
  "region-deny": "pass",
};
/** What follows from an organization that cannot be read. */
const unread: Record<string, Check["outcome"]> = {
  "entry-account": "skipped",
  "organization-read": "fail",
  "organizational-units": "skipped",
  "stack-sets": "skipped",
  "region-deny": "skipped",
};
const skippedFrom = (failed: OrganizationCheckName): Record<string, string> => {
  const names = Object.keys(allPass) as OrganizationCheckName[];
  const at = names.indexOf(failed);
  return Object.fromEntries(names.map((name, i) => [name, i < at ? "pass" : i === at ? "fail" : "skipped"]));
};

test("a good form passes every check and previews what it would import (S92, S93)", async () => {
  const told = await validate();
  expect(told.errors).toEqual([]);
  expect(told.ok).toBe(true);
  expect(told.outcomes).toEqual(allPass);
  expect(Object.keys(told.outcomes)).toEqual(Object.keys(allPass));
  expect(told.detailOf("platform-identity")).toContain(aws.platformArn);
  expect(told.preview).toEqual({
    accounts: 4,
    included: 4,
    harvested: 3,
    units: 2,
    includedAccounts: [
      expect.objectContaining({
        name: "management",
        path: "/Root",
        note: expect.stringContaining("its own"),
      }),
      expect.objectContaining({ name: "prod", path: "/Root/prod", note: null }),
      expect.objectContaining({ name: "dev", path: "/Root/dev", note: null }),
      expect.objectContaining({ name: "old", note: expect.stringContaining("suspended") }),
    ],
    excluded: [],
    excludedCount: 0,
    excludedByReason: [],
    credentialsReplaced: [],
    replaced: [],
    replacedCount: 0,
    leaving: [],
    leavingCount: 0,
  });
  expect(told).not.toHaveProperty("organization");
  expect(told.estimate?.callsPerDay).toBeGreaterThan(1000);
  expect(told.estimate?.basis.map(({ name }) => name)).toEqual([
    "Listings",
    "Details",
    "Sessions and regions",
    "Sync of the organization",
  ]);
  expect(told.allowList).toContain(`Assumed by:        ${aws.platformArn}`);
  expect(told.allowList).toContain("User agent:        skywarden/test");
  expect(told.allowList).toContain("Role session name: Skywarden");
  expect(told.allowList).toContain("  ec2:DescribeInstances\n");
  expect(told.allowList).toContain("  organizations:ListRoots\n");
  expect(await stored()).toBe(0);
});

test("the preview names every account that stays out, with the reason (S87, S90, E13)", async () => {
  const { preview } = await validate({
    excludedNamePrefixes: ["PR"],
    includedOrganizationalUnits: [prodUnitId, devUnitId],
    autoRemoveSuspended: true,
  });
  expect(preview?.included).toBe(1);
  expect(preview?.excluded.map(({ name, reason }) => [name, reason])).toEqual([
    ["management", expect.stringContaining("not under")],
    ["prod", expect.stringContaining('prefix "PR"')],
    ["old", expect.stringContaining("suspended")],
  ]);
});

describe("a form that fails", () => {
  interface Failing {
    title: string;
    change: () => Promise<Partial<OrganizationForm>> | Partial<OrganizationForm>;
    faults?: FaultRule[];
    wrong: string[];
    outcomes: Record<string, string>;
    says?: [OrganizationCheckName, RegExp];
  }
  const failing: Failing[] = [
    {
      title: "wrong fields",
      change: () => ({ nickname: "", memberRole: { arn: "x" } }),
      wrong: ["/nickname required", "/memberRole/arn invalid-arn"],
      outcomes: skippedFrom("format"),
      says: ["format", /2 fields/],
    },
    {
      title: "a strategy that is not there",
      change: () => ({ strategyIds: ["str_none"] }),
      wrong: ["/strategyIds/0 unknown-strategy"],
      outcomes: skippedFrom("format"),
    },
    {
      title: "a role that is not there",
      change: () => ({
        organizationRole: { arn: `arn:aws:iam::${managementAccountId}:role/Skywarden-Harvest-None` },
      }),
      wrong: ["/organizationRole/arn assume-role-failed"],
      outcomes: skippedFrom("assume-organization-role"),
      says: ["assume-organization-role", /Skywarden-Install-Role/],
    },
    {
      title: "the role that Skywarden itself runs as (E21)",
      change: () => ({ organizationRole: { arn: aws.platformArn } }),
      wrong: ["/organizationRole/arn assume-role-failed"],
      outcomes: skippedFrom("assume-organization-role"),
      says: ["assume-organization-role", /does not trust itself: .*\. Make a role from the template/],
    },
    {
      title: "credentials of the host that have ended",
      change: () => ({}),
      faults: [
        { service: "sts", operation: "AssumeRole", code: "ExpiredToken", status: 403, message: "It ended" },
      ],
      wrong: ["/credentialSource credentials-not-accepted"],
      outcomes: skippedFrom("assume-organization-role"),
      says: ["assume-organization-role", /Skywarden-Install-Role.*: It ended\. Renew them/],
    },
    {
      title: "a wrong external id",
      change: () => ({ externalId: "skywarden-ffffffffffffffff" }),
      wrong: ["/organizationRole/arn assume-role-failed"],
      outcomes: skippedFrom("assume-organization-role"),
      says: ["assume-organization-role", /external id/],
    },
    {
      title: "a key that AWS does not know",
      change: () => ({
        credentialSource: "user-key",
        accessKeyId: "AKIAABCDEFGHIJKLMNOP",
        secretAccessKey: "s".repeat(40),
      }),
      wrong: ["/accessKeyId invalid-access-key"],
      outcomes: skippedFrom("platform-identity"),
    },
    {
      title: "a key with another secret",
      change: () => ({
        credentialSource: "user-key",
        accessKeyId: aws.simulator.accessKeyId,
        secretAccessKey: "s".repeat(40),
      }),
      wrong: ["/secretAccessKey invalid-secret-key"],
      outcomes: skippedFrom("platform-identity"),
    },
    {
      title: "a core action missing from the role",
      change: async () => ({
        organizationRole: {
          arn: await role(
            "Skywarden-Harvest-NoRoots",
            organizationRoleActions.filter((action) => action !== "organizations:ListRoots"),
          ),
        },
      }),
      wrong: ["/organizationRole/arn missing-permission"],
      outcomes: {
        ...allPass,
        ...unread,
        simulate: "fail",
      },
      says: ["simulate", /organizations:ListRoots\. Update its stack/],
    },
    {
      title: "both ways to the accounts missing",
      change: async () => ({
        organizationRole: {
          arn: await role(
            "Skywarden-Harvest-NoAccounts",
            organizationRoleActions.filter((action) => !action.startsWith("organizations:ListAccounts")),
          ),
        },
      }),
      wrong: ["/organizationRole/arn missing-permission"],
      outcomes: {
        ...allPass,
        ...unread,
        simulate: "fail",
      },
      says: ["simulate", /ListAccounts or organizations:ListAccountsForParent/],
    },
    {
      title: "DescribeOrganization missing from the role",
      change: async () => ({
        organizationRole: { arn: await role("Skywarden-Harvest-Blind", ["organizations:ListRoots"]) },
      }),
      wrong: ["/organizationRole/arn missing-permission"],
      outcomes: {
        ...skippedFrom("organization-read"),
        "organization-unique": "skipped",
        "entry-account": "skipped",
      },
      says: ["organization-read", /organizations:DescribeOrganization/],
    },
    {
      title: "an organization that AWS cannot read now",
      change: () => ({}),
      faults: [
        {
          ...{ service: "organizations", operation: "ListRoots" },
          ...{ code: "ServiceException", status: 400, message: "Not now" },
        },
      ],
      wrong: ["/organizationRole/arn read-failed"],
      outcomes: { ...allPass, ...unread },
      says: ["organization-read", /ListRoots failed: Not now\. Try again/],
    },
    {
      title: "a role of a member account",
      change: async () => ({
        organizationRole: {
          arn: await role("Skywarden-Harvest-Member", organizationRoleActions, prodAccountId),
        },
      }),
      wrong: ["/organizationRole/arn missing-permission"],
      outcomes: { ...allPass, ...unread },
      says: [
        "organization-read",
        new RegExp(`stands in ${prodAccountId}.*management account ${managementAccountId}`),
      ],
    },
    {
      title: "units of another organization",
      change: () => ({ includedOrganizationalUnits: [prodUnitId, "ou-ab12-11112222", "ou-ab12-33334444"] }),
      wrong: ["/includedOrganizationalUnits/1 unknown-unit", "/includedOrganizationalUnits/2 unknown-unit"],
      outcomes: { ...allPass, "organizational-units": "fail" },
      says: ["organizational-units", /ou-ab12-11112222 is not in this organization/],
    },
  ];
  test.each(failing)("S93: $title", async ({ change, faults = [], wrong, outcomes, says }) => {
    const changed = await change();
    await aws.setFaults(faults);
    const told = await validate(changed);
    expect(told.wrong).toEqual(wrong);
    expect(told.outcomes).toEqual(outcomes);
    expect(told.ok).toBe(false);
    for (const { detail } of told.errors) expect(detail).toMatch(/\.$/);
    if (says) expect(told.detailOf(says[0])).toMatch(says[1]);
    const created = await onboarding.create(installation.tenantId, form(changed));
    expect(created).toMatchObject({ ok: false, code: "invalid-form" });
    expect(created.ok ? [] : created.errors?.map((error) => error.path)).toEqual(
      wrong.map((line) => line.split(" ")[0]),
    );
    expect(await stored()).toBe(0);
    expect(parts.created).toEqual([]);
  });

  test("an SCP over a delegated administrator is named", async () => {
    const organization = organizationOf(aws.simulator.world);
    if (!organization) throw new Error("no organization");
    const arn = await role("Skywarden-Harvest-Delegate", organizationRoleActions, prodAccountId);
    organization.delegates.put(prodAccountId, {
      accountId: prodAccountId,
      enabledAt: "2026-01-01T00:00:00Z",
      servicePrincipals: [],
    });
    expect(await validate({ organizationRole: { arn } })).toMatchObject({ ok: true, errors: [] });
    const guard = organization.ownPolicies.get(small.guardPolicyId);
    if (!guard) throw new Error("no guard");
    const document = JSON.parse(guard.document);
    document.Statement[0].Action = ["organizations:ListRoots"];
    organization.ownPolicies.put(guard.Id, { ...guard, document: JSON.stringify(document) });
    const told = await validate({ organizationRole: { arn } });
    organization.ownPolicies.put(guard.Id, guard);
    organization.delegates.delete(prodAccountId);
    expect(told.wrong).toEqual(["/organizationRole/arn missing-permission"]);
    expect(told.detailOf("organization-read")).toContain(small.guardPolicyId);
  });

  test("an installation without credentials says so at the field that gives others", async () => {
    const error = { code: "NoPlatformCredentials", message: "No role.", status: null, requestId: null };
    const bare = openOnboarding({
      ...parts,
      platform: openPlatformSources({
        ...parts,
        host: {
          id: "none",
          credentials: async () => ({ ok: false, error: { ...error, reason: "unavailable" as const } }),
        },
        hostRegion: null,
        configuredArn: null,
        storedKeys: async () => new Map(),
      }),
    });
    const told = await bare.validate(installation.tenantId, form());
    expect(told.errors).toMatchObject([{ path: "/credentialSource", code: "no-platform-identity" }]);
    const { partitions } = await bare.platformIdentity();
    expect(partitions[0]).toMatchObject({
      roleArn: null,
      source: "none",
      note: expect.stringContaining("No role."),
    });
  });
});

describe("a form that passes with less than everything", () => {
  test("the original role of 8 actions is accepted, and what it costs is named (S60, E23)", async () => {
    const told = await validate({
      organizationRole: { arn: await role("Skywarden-Harvest-Eight", originalActions) },
    });
    expect(told).toMatchObject({ ok: true, errors: [], preview: { accounts: 4, included: 4 } });
    expect(told.outcomes).toEqual({
      ...allPass,
      "organization-read": "warning",
      simulate: "warning",
      "stack-sets": "skipped",
      "region-deny": "skipped",
    });
    expect(told.detailOf("simulate")).toMatch(/organizations:DescribePolicy is denied: no reading of SCPs/);
  });

  test("a denied tagging API is replaced by ListTagsForResource", async () => {
    await aws.setFaults([{ service: "resource-groups-tagging-api", ...denied }]);
    const told = await validate();
    expect(told).toMatchObject({ ok: true, outcomes: allPass });
  });

  test("a simulator that denies what works is overruled, and both are shown (S46, S47, E18)", async () => {
    // The simulator knows only the context it is given; the real calls bring their own.
    const lying = await role("Skywarden-Harvest-Conditional", ["iam:SimulatePrincipalPolicy"]);
    await aws.must(managementAccountId, "iam", "PutRolePolicy", {
      RoleName: "Skywarden-Harvest-Conditional",
      PolicyName: "reading",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "iam:SimulatePrincipalPolicy", Resource: "*" },
          {
            Effect: "Allow",
            Action: organizationRoleActions,
            Resource: "*",
            Condition: { StringEquals: { "aws:PrincipalAccount": managementAccountId } },
          },
        ],
      }),
    });
    const told = await validate({ organizationRole: { arn: lying } });
    expect(told).toMatchObject({ ok: true, errors: [] });
    expect(told.outcomes.simulate).toBe("warning");
    expect(told.detailOf("simulate")).toMatch(/simulator denies .*organizations:ListRoots.*the calls count/);
  });

  test("a simulator that may not be asked is a warning", async () => {
    await aws.setFaults([
      { service: "iam", operation: "SimulatePrincipalPolicy", code: "AccessDenied", status: 403 },
    ]);
    const told = await validate();
    expect(told).toMatchObject({ ok: true, outcomes: { ...allPass, simulate: "warning" } });
  });

  test("trusted access for StackSets that is off is a warning that says how to turn it on (E22)", async () => {
    await stackSetAccess("DisableAWSServiceAccess");
    const told = await validate();
    await stackSetAccess("EnableAWSServiceAccess");
    expect(told).toMatchObject({ ok: true, outcomes: { ...allPass, "stack-sets": "warning" } });
    expect(told.detailOf("stack-sets")).toContain("aws cloudformation activate-organizations-access");
  });

  test("a policy that denies regions is named where it is in force, with where the StackSet can deploy (E22)", async () => {
    const Content = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Deny",
        NotAction: "iam:*",
        Resource: "*",
        Condition: { StringNotEquals: { "aws:RequestedRegion": ["eu-west-1"] } },
      },
    });
    const ask = <Output>(operation: string, input: object) =>
      aws.must<Output>(managementAccountId, "organizations", operation, input as Record<string, unknown>);
    const create = async (Name: string, content: string) => {
      const made = await ask<{ Policy: { PolicySummary: { Id: string } } }>("CreatePolicy", {
        ...{ Content: content, Name, Description: "", Type: "SERVICE_CONTROL_POLICY" },
      });
      return made.Policy.PolicySummary.Id;
    };
    const harmless = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Deny", Action: "s3:DeleteBucket", Resource: "*" },
    });
    const others: string[] = [];
    for (let n = 0; n < 21; n++) others.push(await create(`Other${n}`, harmless));
    const PolicyId = await create("OnlyEurope", Content);
    const unattached = await validate();
    expect(unattached.outcomes).toEqual(allPass);
    const { Roots } = await ask<{ Roots: { Id: string }[] }>("ListRoots", {});
    const told: Awaited<ReturnType<typeof validate>>[] = [];
    for (const TargetId of [prodAccountId, Roots[0]?.Id]) {
      await ask("AttachPolicy", { PolicyId, TargetId });
      told.push(await validate());
      await ask("DetachPolicy", { PolicyId, TargetId });
    }
    for (const id of [...others, PolicyId]) await ask("DeletePolicy", { PolicyId: id });
    for (const [i, accounts] of ["1 of 3", "3 of 3"].entries()) {
      expect(told[i]).toMatchObject({ ok: true, outcomes: { ...allPass, "region-deny": "warning" } });
      expect(told[i]?.detailOf("region-deny")).toMatch(
        new RegExp(
          `OnlyEurope .*but in eu-west-1 for ${accounts} accounts;.*cannot deploy in us-east-1.*choose eu-west-1`,
        ),
      );
    }
  });
});

test("clouds that would change hands are named with who has them; those of other tenants stay out (S83, E11, E20)", async () => {
  const { store, tenantId, otherTenantId } = installation;
  const connect = (tenant: string, accountId: string, name: string) =>
    installation.rows(
      `insert into clouds (tenant_id, id, provider, partition, account_id, name, state)
       values ($1, $2, 'aws', 'aws', $3, $4, 'healthy')`,
      [tenant, cloudId(tenant, "aws", accountId), accountId, name],
    );
  await connect(tenantId, prodAccountId, "Production");
  await connect(otherTenantId, small.devAccountId, "Secret name");
  const { preview } = await validate();
  await store.withTenant(tenantId, ({ client }) => client.query("delete from clouds"));
  await store.withTenant(otherTenantId, ({ client }) => client.query("delete from clouds"));
  const id = cloudId(tenantId, "aws", prodAccountId);
  expect(preview).toMatchObject({
    included: 3,
    credentialsReplaced: [id],
    replaced: [{ cloudId: id, accountId: prodAccountId, name: "Production", organization: null }],
    replacedCount: 1,
    excluded: [{ name: "dev", reason: "It is already connected to this installation." }],
    excludedByReason: [{ reason: "It is already connected to this installation.", count: 1 }],
  });
  expect(JSON.stringify(preview)).not.toContain("Secret name");
});
