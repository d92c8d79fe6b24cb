// Leaving an organization of the small world: what its removal tells, the proof that no role is left, and the clouds
// that go back to their own credentials (E20, E28).
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { organizationRoleActions } from "#onboarding/organization-actions.ts";
import { makeRole, type SimulatedAws, startSimulatedAws } from "#onboarding/testing/simulated-aws.ts";
import { findProof, listProofRoles } from "#store/access-proof-roles.ts";
import { forgetProofCredentials, restartProof } from "#store/access-proofs.ts";
import { forgetOldSecrets } from "#store/former-credentials.ts";
import type { Store } from "#store/open.ts";
import { small } from "../../simulator/worlds/small.ts";
import { judged, proveNoAccess } from "./prove-no-access.ts";
import { type Connecting, openConnecting } from "./testing/connecting.ts";

const { managementAccountId, prodAccountId, devAccountId } = small;
const memberRole = "Skywarden-Harvest-Member-Role";
const organizationRole = "Skywarden-Harvest-Org-Role";
const ownId = "of-this-account-alone-1";
const options = { preview: false, prove: false, restore: false, actor: "somebody", ifRevision: null };
let aws: SimulatedAws;
let connecting: Connecting;
let externalId: string;
let organizationId: string;

beforeAll(async () => {
  aws = await startSimulatedAws({ world: "small" });
  connecting = await openConnecting(aws.call, aws.platform);
  externalId = (await connecting.onboarding.externalId(connecting.tenantId)).externalId;
  await makeRole(aws, devAccountId, "Skywarden-Harvest-Own", {
    actions: ["account:ListRegions"],
    externalId: ownId,
  });
}, 60_000);
afterAll(async () => {
  await connecting.close();
  await aws.close();
});

/** The organization, with dev taken over from a cloud by itself. */
beforeEach(async () => {
  const { onboarding, tenantId, estate } = connecting;
  for (const table of ["badges", "clouds", "cloud_organizations", "access_proofs", "audit_events"])
    await estate.rows(`delete from ${table}`);
  for (const name of [organizationRole, memberRole]) await tearDown(managementAccountId, name);
  for (const accountId of [prodAccountId, devAccountId]) await tearDown(accountId, memberRole);
  await makeRole(aws, managementAccountId, organizationRole, {
    actions: organizationRoleActions,
    externalId,
  });
  for (const accountId of [managementAccountId, prodAccountId, devAccountId])
    await makeRole(aws, accountId, memberRole, { actions: ["account:ListRegions"], externalId });
  const own = await onboarding.createCloud(tenantId, {
    name: "dev",
    roleArn: `arn:aws:iam::${devAccountId}:role/Skywarden-Harvest-Own`,
    externalId: ownId,
  });
  const created = await onboarding.create(tenantId, {
    nickname: "acme",
    organizationRole: { arn: `arn:aws:iam::${managementAccountId}:role/${organizationRole}` },
    memberRole: { arn: `role/${memberRole}` },
  });
  if (!own.ok || !created.ok) throw new Error(JSON.stringify([own, created]));
  organizationId = created.value.id;
  await connecting.sync(organizationId);
});

async function tearDown(accountId: string, RoleName: string): Promise<void> {
  const found = await aws.ask(accountId, "iam", "GetRole", { RoleName });
  if (!found.ok) return;
  await aws.must(accountId, "iam", "DeleteRolePolicy", { RoleName, PolicyName: "reading" });
  await aws.must(accountId, "iam", "DeleteRole", { RoleName });
}

const remove = async (change: Partial<typeof options> = {}) => {
  const outcome = await connecting.onboarding.remove(connecting.tenantId, organizationId, {
    ...options,
    ...change,
  });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value;
};
const run = (id: string, store: Store = connecting.parts.store) =>
  proveNoAccess(
    { ...connecting.parts, store },
    { tenantId: connecting.tenantId, id },
    new AbortController().signal,
  );
const inTenant: Store["withTenant"] = (tenantId, work) => connecting.parts.store.withTenant(tenantId, work);
const proof = (id: string) => inTenant(connecting.tenantId, (tx) => findProof(tx, id));
const still = async (id: string) => {
  const asked = { outcomes: ["works" as const], after: null, limit: 100 };
  const roles = await inTenant(connecting.tenantId, (tx) => listProofRoles(tx, id, asked));
  return roles.map(({ accountId, roleArn }) => `${accountId} ${roleArn.split("/").at(-1)}`);
};
const sealedKept = async () =>
  (await connecting.estate.rows("select id from access_proofs where credentials is not null")).length;
const audited = async () =>
  (await connecting.estate.rows<{ action: string }>("select action from audit_events order by id")).map(
    ({ action }) => action,
  );

test("a preview tells what a removal affects and which stacks to delete, by this organization's names (E28)", async () => {
  const {
    clouds,
    badges,
    exemptions,
    restorable,
    tearDown: steps,
    removed,
  } = await remove({ preview: true });
  const accounts = await connecting.estate.rows("select id from clouds where removed_at is null");
  expect([clouds, badges, exemptions, removed]).toEqual([accounts.length, 0, 0, false]);
  expect(restorable).toMatchObject([{ accountId: devAccountId, name: "dev" }]);
  const text = JSON.stringify(steps);
  for (const part of [
    organizationRole,
    memberRole,
    managementAccountId,
    "delete-stack-instances --stack-set-name Skywarden-Member-Role",
    "delete-stack-set --stack-set-name Skywarden-Member-Role",
    "delete-stack --stack-name",
    "https://us-east-1.console.aws.amazon.com/cloudformation",
  ])
    expect(text).toContain(part);
  const [root] = await connecting.estate.rows<{ root_id: string }>("select root_id from cloud_organizations");
  expect(text).toContain(`OrganizationalUnitIds=${root?.root_id}`);
  const stackSet = "StackSet-Ours-12345678-1234-1234-1234-123456789abc";
  await connecting.estate.rows(
    `insert into role_inspections (tenant_id, cloud_id, role_arn, tried_at, next_at, reading)
     select tenant_id, id, 'arn', now(), now() + interval '1 day', jsonb_build_object('stackName', $1::text)
     from clouds where account_id = $2
     on conflict (tenant_id, cloud_id) do update set reading = excluded.reading`,
    [stackSet, prodAccountId],
  );
  const named = JSON.stringify((await remove({ preview: true })).tearDown);
  expect(named).toContain("delete-stack-set --stack-set-name Ours ");
  expect(named).toContain("The StackSet Ours made the roles");
  await connecting.estate.rows("delete from role_inspections");
});

test("a proof before the removal names what works, one after the tear-down shows that nothing does (E28)", async () => {
  const { onboarding, tenantId } = connecting;
  const before = await onboarding.proveNoAccess(tenantId, organizationId, "somebody");
  if (!before.ok) throw new Error(before.detail);
  await run(before.value.id);
  const works = [managementAccountId, devAccountId, prodAccountId].map((id) => `${id} ${memberRole}`);
  expect((await still(before.value.id)).sort()).toEqual(
    [...works, `${managementAccountId} ${organizationRole}`].sort(),
  );

  await tearDown(managementAccountId, organizationRole);
  for (const accountId of [managementAccountId, devAccountId]) await tearDown(accountId, memberRole);
  const left = await remove({ prove: true });
  expect(left).toMatchObject({ removed: true, proof: { state: "running", removedAt: expect.any(String) } });
  const id = String(left.proof?.id);
  await run(id);
  expect(await still(id)).toEqual([`${prodAccountId} ${memberRole}`]);
  const first = await proof(id);
  expect(first).toMatchObject({ state: "done", roles: { works: 1, left: 0, unknown: 0 } });
  // Only this proof's are kept, and only until every role refuses.
  expect([await sealedKept(), first?.repeatableUntil]).toEqual([1, expect.any(String)]);

  await tearDown(prodAccountId, memberRole);
  expect(await inTenant(tenantId, (tx) => restartProof(tx, id))).toBe(true);
  await run(id);
  const last = await proof(id);
  expect(last).toMatchObject({ state: "done", roles: { works: 0, unknown: 0 }, repeatableUntil: null });
  expect(last?.roles.refused).toBe(last?.roles.total);
  expect(await sealedKept()).toBe(0);
  expect(await inTenant(tenantId, (tx) => restartProof(tx, id))).toBe(false);
  const actions = await audited();
  expect(
    actions.filter((action) => action.startsWith("access-proof") || action === "organization.removed"),
  ).toEqual([
    ...["access-proof.asked", "access-proof.finished", "access-proof.asked", "organization.removed"],
    ...["access-proof.finished", "access-proof.finished"],
  ]);
});

test("a removal without a proof says so and keeps no credentials (E28)", async () => {
  const { onboarding, tenantId, estate } = connecting;
  await onboarding.proveNoAccess(tenantId, organizationId, "somebody");
  expect(await sealedKept()).toBe(1);
  expect(await remove()).toMatchObject({ removed: true, proof: null });
  expect(await sealedKept()).toBe(0);
  const [event] = await estate.rows<{ detail: object }>(
    "select detail from audit_events where action = 'organization.removed'",
  );
  expect(event?.detail).toMatchObject({ proof: "not asked for" });
});

test("credentials of a proof go when somebody ends it, and after a week (E28)", async () => {
  const { tenantId, estate, parts } = connecting;
  const id = String((await remove({ prove: true })).proof?.id);
  await parts.store.asSystem(forgetOldSecrets);
  expect(await sealedKept()).toBe(1);
  await estate.rows("update access_proofs set credentials_until = now() - interval '1 minute'");
  await parts.store.asSystem(forgetOldSecrets);
  expect([await sealedKept(), (await proof(id))?.state]).toEqual([0, "done"]);
  expect(await inTenant(tenantId, (tx) => forgetProofCredentials(tx, id))).toBe(false);
});

test("a worker killed at any transaction of a proof loses and doubles nothing (E28)", async () => {
  const { onboarding, tenantId, parts } = connecting;
  await tearDown(prodAccountId, memberRole);
  const asked = await onboarding.proveNoAccess(tenantId, organizationId, "somebody");
  if (!asked.ok) throw new Error(asked.detail);
  const { id } = asked.value;
  let kills = 0;
  for (let at = 1; at <= 30; at++) {
    await inTenant(tenantId, (tx) => restartProof(tx, id));
    let count = 0;
    const dying: Store = {
      ...parts.store,
      async withTenant(of, work) {
        const result = await parts.store.withTenant(of, work);
        if (++count === at) throw new Error("killed");
        return result;
      },
    };
    const died = await run(id, dying).then(
      () => false,
      () => true,
    );
    if (!died) break;
    kills += 1;
    await run(id);
    expect(await proof(id)).toMatchObject({ state: "done", roles: { left: 0, works: 3 } });
  }
  expect(kills).toBeGreaterThan(4);
});

test.each([
  ["AccessDenied", undefined, 1, "refused"],
  ["AccessDenied", { layer: "identity", policyArn: null }, 1, "unknown"],
  ["InvalidClientTokenId", undefined, 0, "unknown"],
  ["Throttling", undefined, 0, "unknown"],
] as const)("%s (%o) proves what it shows and no more", (code, deniedBy, refusals, outcome) => {
  const error = { code, message: "no", status: 403, requestId: null, reason: "denied" as const };
  const held = { ok: false as const, error: { ...error, ...(deniedBy ? { deniedBy } : {}) } };
  expect(judged({ held, refused: refusals === 1 ? [0] : [] }, 1).outcome).toBe(outcome);
});

test("clouds that were connected by themselves go back to their own credentials at a removal (E20)", async () => {
  const { estate, onboarding, tenantId } = connecting;
  const [dev] = await estate.rows<{ id: string }>("select id from clouds where account_id = $1", [
    devAccountId,
  ]);
  const id = String(dev?.id);
  expect(await onboarding.formerAccess(tenantId, id)).toMatchObject({
    wasTakenOver: true,
    roleArn: `arn:aws:iam::${devAccountId}:role/Skywarden-Harvest-Own`,
  });
  expect(await onboarding.cloudAccess(tenantId, id)).toBeNull();
  const { clouds, restored } = await remove({ restore: true });
  const [row] = await estate.rows(
    `select state, organization_id, removed_at,
       (select array_agg(key order by key) from badges where cloud_id = c.id) as badges from clouds c where id = $1`,
    [id],
  );
  expect([restored, row]).toEqual([
    1,
    { state: "pending", organization_id: null, removed_at: null, badges: ["system.cloud_type"] },
  ]);
  const removing = await estate.rows("select id from clouds where state = 'removing'");
  expect(removing).toHaveLength(clouds);
  expect(await onboarding.testCloud(tenantId, id)).toMatchObject({ ok: true });
  expect(await audited()).toContain("cloud.access-rolled-back");
});

test("a cloud that left the organization goes back by itself, one that it wants does not (E20)", async () => {
  const { estate, onboarding, tenantId } = connecting;
  const [dev] = await estate.rows<{ id: string }>("select id from clouds where account_id = $1", [
    devAccountId,
  ]);
  const cloud = { id: String(dev?.id), name: "dev", accountId: devAccountId };
  const back = (preview: boolean) =>
    onboarding.rollBackCloud(tenantId, cloud, { preview, actor: "somebody" });
  for (const wanted of ["pending", "suspended"]) {
    await estate.rows("update clouds set state = $2 where id = $1", [cloud.id, wanted]);
    expect(await back(true)).toMatchObject({ ok: false, code: "managed-cloud" });
  }
  await estate.rows("update clouds set state = 'out-of-scope' where id = $1", [cloud.id]);
  expect(await back(true)).toMatchObject({
    ok: true,
    value: { ok: true, isDetached: true, rolledBack: false },
  });
  expect(await onboarding.cloudAccess(tenantId, cloud.id)).toBeNull();
  expect(await back(false)).toMatchObject({ ok: true, value: { rolledBack: true } });
  expect(await onboarding.cloudAccess(tenantId, cloud.id)).toMatchObject({ externalId: "own" });
  expect(await back(true)).toMatchObject({ ok: false, code: "not-found" });
});

test("the former credentials of an organization come back with one call, tried first (E20, S98)", async () => {
  const { estate, onboarding, tenantId } = connecting;
  const back = (preview: boolean) =>
    onboarding.rollBackOrganization(tenantId, organizationId, {
      preview,
      actor: "somebody",
      ifRevision: null,
    });
  expect(await back(false)).toMatchObject({ ok: false, code: "not-found" });
  const otherId = "skywarden-an-id-of-its-own";
  const second = await makeRole(aws, managementAccountId, "Skywarden-Harvest-Second", {
    actions: organizationRoleActions,
    externalId: otherId,
  });
  const changed = await onboarding.change(
    tenantId,
    organizationId,
    { organizationRole: { arn: second }, memberRole: { arn: `role/${memberRole}` }, externalId: otherId },
    null,
  );
  expect(changed).toMatchObject({
    ok: true,
    value: { formerCredentials: { keptUntil: expect.any(String) } },
  });
  expect(await back(true)).toMatchObject({ value: { rolledBack: false } });
  expect(await back(false)).toMatchObject({ ok: true, value: { rolledBack: true } });
  const now = await onboarding.organization(tenantId, organizationId);
  expect([now?.organizationRole.arn, now?.customExternalId]).toEqual([
    `arn:aws:iam::${managementAccountId}:role/${organizationRole}`,
    false,
  ]);
  // And forth again; what no longer works is refused.
  expect(await back(false)).toMatchObject({ ok: true });
  await tearDown(managementAccountId, organizationRole);
  expect(await back(false)).toMatchObject({ ok: false, code: "invalid-form" });
  const sealed = await estate.rows<{ text: string }>("select o::text as text from cloud_organizations o");
  expect(JSON.stringify(sealed)).not.toContain(Buffer.from(otherId).toString("hex"));
});

test("former credentials are forgotten after 90 days (E20)", async () => {
  const { estate, onboarding, tenantId, parts } = connecting;
  const [dev] = await estate.rows<{ id: string }>("select id from clouds where account_id = $1", [
    devAccountId,
  ]);
  const id = String(dev?.id);
  await estate.rows("update clouds set previous_credentials_at = now() - interval '89 days' where id = $1", [
    id,
  ]);
  await parts.store.asSystem(forgetOldSecrets);
  expect(await onboarding.formerAccess(tenantId, id)).not.toBeNull();
  await estate.rows("update clouds set previous_credentials_at = now() - interval '91 days' where id = $1", [
    id,
  ]);
  await parts.store.asSystem(forgetOldSecrets);
  expect(await onboarding.formerAccess(tenantId, id)).toBeNull();
  const [row] = await estate.rows("select previous_credentials from clouds where id = $1", [id]);
  expect(row).toEqual({ previous_credentials: null });
});
