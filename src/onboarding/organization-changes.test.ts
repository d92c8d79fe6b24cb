// A connected organization: refused a second time, changed by whole blocks, hidden from other tenants.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cloudId } from "#model/resource.ts";
import { small } from "../../simulator/worlds/small.ts";
import type { OrganizationForm } from "./form.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";
import { openOnboarding } from "./open.ts";
import { organizationRoleActions } from "./organization-actions.ts";
import { makeRole, type SimulatedAws, startSimulatedAws } from "./testing/simulated-aws.ts";
import { openTestInstallation, type TestInstallation } from "./testing/test-installation.ts";

const { managementAccountId, prodUnitId, organizationId } = small;
let aws: SimulatedAws;
let installation: TestInstallation;
let parts: OnboardingParts & { created: string[] };
let onboarding: ReturnType<typeof openOnboarding>;
let organizationArn = "";
const memberArn = `arn:aws:iam::${managementAccountId}:role/Skywarden-Harvest-Member-Role`;

beforeAll(async () => {
  aws = await startSimulatedAws({ world: "small" });
  installation = await openTestInstallation();
  parts = await installation.onboardingParts(aws);
  onboarding = openOnboarding(parts);
  organizationArn = await role("Skywarden-Harvest-Org-Role");
});
afterAll(async () => {
  await aws.close();
  await installation.close();
});

const role = (name: string) =>
  makeRole(aws, managementAccountId, name, {
    actions: organizationRoleActions,
    externalId: installation.externalId,
  });

const form = (change: Partial<OrganizationForm> = {}): OrganizationForm => ({
  nickname: "acme",
  organizationRole: { arn: organizationArn },
  memberRole: { arn: memberArn },
  ...change,
});

describe("an organization that is connected", () => {
  let id = "";
  beforeAll(async () => {
    const created = await onboarding.create(installation.tenantId, form({ nickname: " acme " }));
    if (!created.ok) throw new Error(created.detail);
    id = created.value.id;
    expect(created.value).toMatchObject({
      nickname: "acme",
      awsOrganizationId: organizationId,
      managementAccountId,
      customExternalId: false,
      sync: { state: "pending", calls: 0 },
      accountCounts: { total: 0, included: 0, excluded: 0 },
    });
    expect(JSON.stringify(created.value)).not.toContain(installation.externalId);
    expect(parts.created).toEqual([id]);
  });

  test("is refused a second time, to its own tenant and to any other, without telling whose it is", async () => {
    for (const tenantId of [installation.tenantId, installation.otherTenantId]) {
      const asTenant = tenantId === installation.tenantId ? {} : { externalId: installation.externalId };
      const told = await onboarding.validate(tenantId, form(asTenant));
      expect(told.errors).toMatchObject([
        { path: "/organizationRole/arn", code: "organization-already-connected" },
      ]);
      const unique = told.checks.find(({ name }) => name === "organization-unique");
      expect([unique?.outcome, told.preview]).toEqual(["fail", null]);
      const created = await onboarding.create(tenantId, form(asTenant));
      expect(created).toMatchObject({ ok: false, code: "organization-already-connected" });
      expect(JSON.stringify([told, created])).not.toMatch(/acme|ten_/);
    }
    expect(await installation.rows("select 1 from cloud_organizations")).toHaveLength(1);
  });

  const badChanges: [title: string, change: object, ...wrong: string[]][] = [
    [
      "half a credential block",
      { organizationRole: { arn: "x" } },
      "/memberRole incomplete-credentials",
      "/organizationRole/arn invalid-arn",
    ],
    [
      "an external id alone",
      { externalId: "skywarden-ffffffffffffffff" },
      "/organizationRole incomplete-credentials",
      "/memberRole incomplete-credentials",
    ],
    ["a limit without units", { includedOrganizationalUnits: null }, "/includedOrganizationalUnits required"],
    [
      "a unit that nobody has seen",
      { includedOrganizationalUnits: ["ou-ab12-11112222"] },
      "/includedOrganizationalUnits/0 unknown-unit",
    ],
    ["a strategy that is not there", { strategyIds: ["str_none"] }, "/strategyIds/0 unknown-strategy"],
    ["an empty nickname", { nickname: "" }, "/nickname required"],
    [
      "a key beside the host's role",
      { organizationRole: { arn: memberArn }, memberRole: { arn: "role/M" }, accessKeyId: "AKIA" },
      "/accessKeyId not-used",
    ],
    [
      "a part of the credentials and a wrong filter",
      { memberRole: { arn: "x" }, excludedNamePrefixes: [""] },
      "/organizationRole incomplete-credentials",
      "/memberRole/arn invalid-arn",
      "/excludedNamePrefixes/0 required",
    ],
    ["a reserved badge", { badges: [{ key: "system.x", value: "" }] }, "/badges/0/key reserved-badge"],
  ];
  test.each(badChanges)("is not changed by %s", async (_, change, ...wrong) => {
    const before = await onboarding.organization(installation.tenantId, id);
    const changed = await onboarding.change(installation.tenantId, id, change, null);
    expect(changed.ok ? [] : changed.errors?.map(({ path, code }) => `${path} ${code}`)).toEqual(wrong);
    expect(await onboarding.organization(installation.tenantId, id)).toEqual(before);
  });

  test("is checked as itself, not as one that is not connected", async () => {
    const told = await onboarding.validateChange(installation.tenantId, id, { autoBadge: false });
    const unique = told?.checks.find(({ name }) => name === "organization-unique");
    expect([unique?.outcome, unique?.detail]).toEqual([
      "pass",
      `${organizationId} is connected by this organization alone.`,
    ]);
  });

  test("takes new filters alone, and keeps the credentials", async () => {
    const change = {
      includedOrganizationalUnits: [prodUnitId],
      excludedNamePrefixes: ["x"],
      autoBadge: true,
    };
    const changed = await onboarding.change(installation.tenantId, id, change, null);
    expect(changed).toMatchObject({
      ok: true,
      value: { ...change, organizationRole: { arn: organizationArn } },
    });
    const [row] = await installation.rows<{ previous: Buffer | null }>(
      "select previous_credentials as previous from cloud_organizations",
    );
    expect(row?.previous).toBeNull();
  });

  test("takes a whole credential block after all checks, keeps the old one sealed, and null keeps the external id", async () => {
    const arn = await role("Skywarden-Harvest-Org-2");
    const block = {
      organizationRole: { arn },
      memberRole: { arn: "role/Skywarden-Harvest-Member-2" },
      externalId: null,
    };
    const wrongId = { ...block, externalId: "skywarden-ffffffffffffffff" };
    expect(await onboarding.change(installation.tenantId, id, wrongId, null)).toMatchObject({
      ok: false,
      errors: [{ path: "/organizationRole/arn", code: "assume-role-failed" }],
    });
    const changed = await onboarding.change(installation.tenantId, id, block, null);
    expect(changed).toMatchObject({
      ok: true,
      value: {
        organizationRole: { arn },
        memberRole: { arn: `arn:aws:iam::${managementAccountId}:role/Skywarden-Harvest-Member-2` },
        excludedNamePrefixes: ["x"],
      },
    });
    const [row] = await installation.rows<{ kept: boolean; plain: boolean }>(
      "select previous_credentials is not null as kept, position('Skywarden' in encode(credentials, 'escape')) > 0 as plain from cloud_organizations",
    );
    expect(row).toEqual({ kept: true, plain: false });
  });

  test("is synced at once when auto-remove is ticked, then in the chosen interval (S88)", async () => {
    const later =
      "update cloud_organizations set next_sync_at = now() + interval '1 hour', sync_state = 'done'";
    await installation.rows(later);
    const told = parts.created.length;
    const change = { autoRemoveSuspended: true, syncIntervalMinutes: 240 };
    const changed = await onboarding.change(installation.tenantId, id, change, null);
    expect(changed).toMatchObject({ ok: true, value: change });
    expect(parts.created.slice(told)).toEqual([id]);
    const [row] = await installation.rows<{ due: boolean }>(
      "select next_sync_at <= now() as due from cloud_organizations",
    );
    expect(row?.due).toBe(true);
    const other = await onboarding.change(installation.tenantId, id, { nickname: "acme" }, null);
    expect(other).toMatchObject({ ok: true, value: change });
  });

  test("keeps what somebody else changes while AWS is asked about new credentials (S98, S100)", async () => {
    const { tenantId } = installation;
    let isBetween = true;
    const slow: OnboardingParts = {
      ...parts,
      call: async (asked) => {
        if (asked.operation === "DescribeOrganization" && isBetween) {
          isBetween = false;
          const filters = { excludedNamePrefixes: ["between"], autoBadge: false, nickname: "between" };
          expect(await onboarding.change(tenantId, id, filters, null)).toMatchObject({ ok: true });
        }
        return parts.call(asked);
      },
    };
    const block = {
      organizationRole: { arn: organizationArn },
      memberRole: { arn: "role/Skywarden-Harvest-Member-3" },
      autoRemoveSuspended: false,
    };
    expect(await openOnboarding(slow).change(tenantId, id, block, null)).toMatchObject({
      ok: true,
      value: {
        nickname: "between",
        excludedNamePrefixes: ["between"],
        autoBadge: false,
        autoRemoveSuspended: false,
        memberRole: { arn: `arn:aws:iam::${managementAccountId}:role/Skywarden-Harvest-Member-3` },
      },
    });
    expect(isBetween).toBe(false);
  });

  test("previews which of its clouds other filters would let go, and how (S87, S88, S90, E13)", async () => {
    const { tenantId, rows } = installation;
    const { prodAccountId, devAccountId, suspendedAccountId } = small;
    const cloud = (accountId: string, state: string) =>
      rows(
        `insert into clouds (tenant_id, id, provider, partition, account_id, name, organization_id, state)
         values ($1, $2, 'aws', 'aws', $3, 'as it was', $4, $5)`,
        [tenantId, cloudId(tenantId, "aws", accountId), accountId, id, state],
      );
    await cloud(prodAccountId, "healthy");
    await cloud(devAccountId, "out-of-scope");
    await cloud(suspendedAccountId, "suspended");
    const change = {
      excludedNamePrefixes: ["PRO", "de"],
      includedOrganizationalUnits: [],
      autoRemoveSuspended: true,
    };
    const told = await onboarding.validateChange(tenantId, id, change);
    expect(told?.preview).toMatchObject({
      accounts: 4,
      included: 1,
      leavingCount: 2,
      leaving: [
        {
          accountId: prodAccountId,
          name: "prod",
          isRemoved: false,
          reason: expect.stringContaining('"PRO"'),
        },
        { accountId: suspendedAccountId, name: "old", isRemoved: true },
      ],
    });
    expect(await onboarding.organization(tenantId, id)).toMatchObject({
      excludedNamePrefixes: ["between"],
      accountCounts: { clouds: 3 },
    });
    const none = { excludedNamePrefixes: ["x"], includedOrganizationalUnits: [], autoRemoveSuspended: false };
    expect((await onboarding.validateChange(tenantId, id, none))?.preview).toMatchObject({ leavingCount: 0 });
    await rows("delete from clouds");
  });

  test("is not there for another tenant", async () => {
    expect(await onboarding.organization(installation.otherTenantId, id)).toBeNull();
    expect(await onboarding.organizations(installation.otherTenantId)).toEqual([]);
    const change = await onboarding.change(installation.otherTenantId, id, { nickname: "mine" }, null);
    expect(change).toMatchObject({ ok: false, code: "not-found" });
  });
});
