// The roles of clouds over HTTP: one in full and in short, an organization's in groups, a difference called intended.
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RoleInspection } from "#model/role-inspection.ts";
import { upkeepParts } from "#onboarding/role-upkeep.ts";
import { saveRoleInspection, stackSetNameOf } from "#store/role-inspections.ts";
import { seedEstate } from "./testing/seed-estate.ts";
import { startApi, type TestApi } from "./testing/start-api.ts";

let api: TestApi;
let admin: string;
let viewer: string;
let ids: string[];
let current: string;
let organizationId: string;

const now = new Date("2026-11-22T08:00:00Z");
const text = "Policy by-hand has a statement that the template does not make: Allow s3:PutObject on *.";

function inspection(more: Partial<RoleInspection>): RoleInspection {
  return {
    roleArn: "arn:aws:iam::222222222222:role/Skywarden-Harvest-Member-Role",
    triedAt: now,
    nextAt: new Date("2026-11-23T08:00:00Z"),
    readAt: now,
    reading: {
      roleId: "AROA1",
      template: current,
      stackName: null,
      trust: {},
      boundaryArn: null,
      boundary: null,
      tags: [],
      policies: [],
    },
    unread: [],
    simulation: null,
    judgedBy: "now",
    template: current,
    missing: [],
    differences: [],
    warnings: [],
    driftSince: null,
    baseline: null,
    accepted: [],
    ...more,
  };
}

const save = (id: string, more: Partial<RoleInspection>) =>
  api.store.withTenant(api.tenantId, (tx) => saveRoleInspection(tx, id, inspection(more)));
const get = (path: string) => api.ask(viewer, `/api/v1${path}`);

beforeAll(async () => {
  api = await startApi();
  admin = await api.key("tenant-admin");
  viewer = await api.key("viewer");
  await seedEstate(api.ownerUrl, { tenantId: api.tenantId, clouds: 6, resources: 6, salt: "r" });
  current = upkeepParts(api.parts.catalog).releases.current("member-role").version;
  const { items } = (await get("/clouds")).body;
  ids = items.map(({ id }) => String(id));
  organizationId = "org_roles";
  const owner = new pg.Client({ connectionString: api.ownerUrl });
  await owner.connect();
  await owner.query(
    `insert into cloud_organizations (tenant_id, id, provider, provider_organization_id, management_account_id, nickname, credential_source, credentials)
     values ($1, $2, 'aws', 'o-roles', '111111111111', 'roles', 'host', '')`,
    [api.tenantId, organizationId],
  );
  await owner.query("delete from role_inspections");
  await owner.query("update clouds set organization_id = $2 where tenant_id = $1", [
    api.tenantId,
    organizationId,
  ]);
  await owner.end();
}, 60_000);
afterAll(() => api.close());

test("a role that was not looked at yet is said to be so", async () => {
  const { body } = await get(`/clouds/${ids[0]}/role`);
  expect(body).toMatchObject({ role: null });
  expect(body.note).toMatch(/^The role was not looked at yet/);
  expect((await get(`/clouds/${ids[0]}`)).body.role).toBeNull();
});

describe("a role that lacks actions", () => {
  beforeAll(() => save(String(ids[0]), { missing: ["kms:ListKeys", "s3:GetBucketVersioning"] }));

  test("says which resource types, properties and insights are blind for it, and what mends it (S70)", async () => {
    const role = (await get(`/clouds/${ids[0]}/role`)).body.role as Record<string, unknown>;
    expect(role).toMatchObject({
      madeBy: "template",
      template: { version: current, isCurrent: true },
      missing: [{ action: "kms:ListKeys", release: "unreleased" }, { action: "s3:GetBucketVersioning" }],
      blind: {
        resourceTypes: [
          { type: "aws.kms.key", properties: null, actions: ["kms:ListKeys"] },
          { type: "aws.s3.bucket", properties: ["Versioning"], actions: ["s3:GetBucketVersioning"] },
        ],
      },
      mend: { kind: "revert" },
    });
    const { insights } = role.blind as { insights: { id: string }[] };
    const blind = insights.map(({ id }) => id);
    expect(blind).toContain("aws.kms.key-rotation-enabled");
    expect(blind).not.toContain("aws.s3.bucket-public-access-block-enabled");
  });

  test("is told in short with its cloud", async () => {
    expect((await get(`/clouds/${ids[0]}`)).body.role).toEqual({
      madeBy: "template",
      template: { version: current, release: "unreleased", isCurrent: true },
      missingActions: 2,
      driftSince: null,
      warnings: 0,
      inspectedAt: now.toISOString(),
    });
  });
});

test("an organization's roles are grouped by what they lack, the most first (S70)", async () => {
  const warning = { code: "no-external-id", text: "…" } as const;
  await save(String(ids[1]), { missing: ["kms:ListKeys"], template: "member-role:older" });
  const stackName = "StackSet-Our-Own-Set-12345678-1234-1234-1234-123456789abc";
  const { reading } = inspection({});
  await save(String(ids[2]), {
    ...{ missing: ["kms:ListKeys"], template: "member-role:older" },
    reading: reading && { ...reading, stackName },
  });
  const byHand = inspection({}).reading;
  await save(String(ids[3]), {
    template: null,
    reading: byHand && { ...byHand, template: null },
    warnings: [warning],
  });
  await save(String(ids[4]), {
    reading: null,
    missing: null,
    readAt: null,
    unread: [{ operation: "iam:GetRole", code: "AccessDenied", message: "no", isDenied: true }],
  });
  const { body } = await get(`/cloud-organizations/${organizationId}/roles`);
  expect(body).toMatchObject({
    clouds: 6,
    inspected: 4,
    byHand: 1,
    unreadable: 1,
    currentTemplate: current,
    lacking: [
      {
        template: { version: "member-role:older", release: null, isCurrent: false },
        missing: ["kms:ListKeys"],
        clouds: 2,
      },
      { template: { isCurrent: true }, missing: ["kms:ListKeys", "s3:GetBucketVersioning"], clouds: 1 },
    ],
    drifted: { clouds: 0, examples: [] },
    unsafeTrust: { clouds: 1, examples: [{ id: ids[3] }] },
  });
  const [group] = body.lacking as { mend: { kind: string; commands: string[] }; examples: object[] }[];
  expect(group?.mend.kind).toBe("stack-set");
  expect(group?.mend.commands.join("\n")).toMatch(/update-stack-set \\\s+--stack-set-name Our-Own-Set /);
  expect(await api.store.withTenant(api.tenantId, (tx) => stackSetNameOf(tx, organizationId))).toBe(
    "Our-Own-Set",
  );
  expect(group?.examples).toHaveLength(2);
});

describe("drift", () => {
  const other = "The permissions boundary arn:aws:iam::aws:policy/ReadOnlyAccess was added.";
  const accept = (key: string, differences: string[]) =>
    api.ask(key, { method: "POST", url: `/api/v1/clouds/${ids[5]}/role/accept`, payload: { differences } });

  beforeAll(() =>
    save(String(ids[5]), {
      differences: [
        { part: "policies", text },
        { part: "boundary", text: other },
      ],
      driftSince: now,
    }),
  );

  test("is shown with its differences and since when", async () => {
    const { role } = (await get(`/clouds/${ids[5]}/role`)).body;
    expect(role).toMatchObject({
      driftSince: now.toISOString(),
      differences: [{ text, accepted: false }, {}],
    });
    const { body } = await get(`/cloud-organizations/${organizationId}/roles`);
    expect(body.drifted).toMatchObject({ clouds: 1, examples: [{ id: ids[5] }] });
  });

  test("of another text is refused, with what to do", async () => {
    const { status, body } = await accept(admin, ["something else"]);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: "/differences/0", code: "unknown-difference" }]);
  });

  test("is not for a viewer to call intended", async () => {
    expect((await accept(viewer, [text])).status).toBe(403);
  });

  test("that is called intended is drift no more, once all of it is, with an audit event", async () => {
    expect((await accept(admin, [text])).body.role).toMatchObject({
      driftSince: now.toISOString(),
      differences: [{ accepted: true }, { accepted: false }],
    });
    expect((await accept(admin, [other])).body.role).toMatchObject({
      driftSince: null,
      differences: [{ accepted: true }, { accepted: true }],
    });
    const { items } = (await api.ask(admin, "/api/v1/audit-events?action=role.drift-accepted")).body;
    expect(items).toMatchObject([
      { subject: ids[5], detail: { differences: [other] } },
      { subject: ids[5], detail: { differences: [text] } },
    ]);
  });
});
