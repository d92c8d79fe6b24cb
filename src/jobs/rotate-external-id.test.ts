// The external id of a tenant rotated (E28): an organization's roles, a single cloud that follows, and one that does
// not, in the small world.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { AwsCall } from "#model/aws-call.ts";
import { organizationRoleActions } from "#onboarding/organization-actions.ts";
import { makeRole, type SimulatedAws, startSimulatedAws } from "#onboarding/testing/simulated-aws.ts";
import type { Store } from "#store/open.ts";
import { small } from "../../simulator/worlds/small.ts";
import { rotateExternalId } from "./rotate-external-id.ts";
import { type Connecting, openConnecting } from "./testing/connecting.ts";

const { managementAccountId, prodAccountId, devAccountId, hostingAccountId } = small;
const memberRole = "Skywarden-Harvest-Member-Role";
const organizationRole = "Skywarden-Harvest-Org-Role";
const ownId = "of-this-account-alone-1";
let aws: SimulatedAws;
let connecting: Connecting;
let organizationId: string;
let accountIds: string[];
let first: string;
const sent: AwsCall[] = [];

beforeAll(async () => {
  aws = await startSimulatedAws({ world: "small" });
  connecting = await openConnecting((asked) => {
    sent.push(asked);
    return aws.call(asked);
  }, aws.platform);
  first = (await ids()).externalId;
  const actions = [
    "organizations:*",
    "iam:SimulatePrincipalPolicy",
    "account:ListRegions",
    "tag:GetResources",
  ];
  await makeRole(aws, managementAccountId, organizationRole, {
    actions: [...organizationRoleActions, ...actions],
    externalId: first,
  });
  const { Accounts } = await aws.must<{ Accounts: { Id: string; Status: string }[] }>(
    managementAccountId,
    "organizations",
    "ListAccounts",
  );
  accountIds = Accounts.filter(({ Id, Status }) => Id !== devAccountId && Status === "ACTIVE").map(
    ({ Id }) => Id,
  );
  for (const accountId of accountIds)
    await makeRole(aws, accountId, memberRole, { actions: ["account:ListRegions"], externalId: first });
  await makeRole(aws, devAccountId, "Skywarden-Harvest-Own", {
    actions: ["account:ListRegions"],
    externalId: ownId,
  });
  organizationId = await connect();
}, 60_000);
afterAll(async () => {
  await connecting.close();
  await aws.close();
});
afterEach(async () => {
  await connecting.estate.rows("delete from external_id_rotations");
});

const ids = () => connecting.onboarding.externalId(connecting.tenantId);
const rotation = () => connecting.onboarding.rotation(connecting.tenantId);
const start = () => connecting.onboarding.startRotation(connecting.tenantId, "somebody");
const finish = (accepted = 0) =>
  connecting.onboarding.finishRotation(connecting.tenantId, "somebody", accepted);
const check = (store?: Store) =>
  rotateExternalId(
    { ...connecting.parts, ...(store ? { store } : {}) },
    { tenantId: connecting.tenantId, id: connecting.tenantId },
    new AbortController().signal,
  );

async function syncNow(): Promise<void> {
  await connecting.estate.rows("update cloud_organizations set next_sync_at = now()");
  await connecting.sync(organizationId);
}

/** The organization without dev, which is a cloud by itself with an external id of its own. */
async function connect(): Promise<string> {
  const { onboarding, tenantId } = connecting;
  const own = await onboarding.createCloud(tenantId, {
    name: "dev",
    roleArn: `arn:aws:iam::${devAccountId}:role/Skywarden-Harvest-Own`,
    externalId: ownId,
  });
  if (!own.ok) throw new Error(JSON.stringify(own));
  const created = await onboarding.create(tenantId, {
    nickname: "acme",
    organizationRole: { arn: `arn:aws:iam::${managementAccountId}:role/${organizationRole}` },
    memberRole: { arn: `role/${memberRole}` },
    excludedNamePrefixes: ["dev"],
  });
  if (!created.ok) throw new Error(JSON.stringify(created));
  await connecting.sync(created.value.id);
  return created.value.id;
}

async function trust(accountId: string, RoleName: string, accepted: string[]): Promise<void> {
  const Statement = {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${hostingAccountId}:root` },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "sts:ExternalId": accepted } },
  };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
  await aws.must(accountId, "iam", "UpdateAssumeRolePolicy", { RoleName, PolicyDocument });
}

/** All roles but those of the accounts named. */
async function trustAll(accepted: string[], except: string[] = []): Promise<void> {
  const { roles } = connecting.parts;
  await trust(managementAccountId, organizationRole, accepted);
  for (const accountId of accountIds.filter((id) => !except.includes(id)))
    await trust(accountId, memberRole, accepted);
  for (const accountId of accountIds) roles.forget(`arn:aws:iam::${accountId}:role/${memberRole}`);
  roles.forget(`arn:aws:iam::${managementAccountId}:role/${organizationRole}`);
}

async function uses(): Promise<Record<string, string>> {
  const rows = await connecting.estate.rows<{ account: string; uses: string }>(
    `select coalesce(c.account_id, 'organization') as account, t.uses from external_id_trials t
     left join clouds c on c.id = t.subject`,
  );
  return Object.fromEntries(rows.map(({ account, uses: of }) => [account, of]));
}

const same = (of: string, except: Record<string, string> = {}) => ({
  organization: of,
  ...Object.fromEntries(accountIds.map((id) => [id, of])),
  ...except,
});

const audited = async () =>
  (
    await connecting.estate.rows<{ action: string }>(
      "select action from audit_events where action like 'external-id.rotation%' order by id",
    )
  ).map(({ action }) => action.replace("external-id.rotation-", ""));

const assumedWith = (externalId: string) =>
  sent.filter(({ operation, input }) => operation === "AssumeRole" && input.ExternalId === externalId).length;

test("two phases: both are valid, each role shows which works, the old one goes when all use the new (E28)", async () => {
  expect([(await ids()).nextExternalId, await rotation()]).toEqual([null, null]);
  expect(await start()).toMatchObject({ ok: true, value: { clouds: { unknown: accountIds.length } } });
  const { externalId, nextExternalId } = await ids();
  expect(externalId).toBe(first);
  expect(nextExternalId).toMatch(/^skywarden-[0-9a-f]{48}$/);
  expect(await start()).toMatchObject({ ok: false, code: "conflict" });
  const next = String(nextExternalId);

  await check();
  expect(await uses()).toEqual(same("old"));
  expect(await finish()).toMatchObject({ ok: false, code: "conflict" });

  // All but prod have their stacks updated.
  await trustAll([first, next], [prodAccountId]);
  await check();
  expect(await uses()).toEqual(same("new", { [prodAccountId]: "old" }));
  const state = await rotation();
  expect(state).toMatchObject({ notNew: 1, clouds: { total: accountIds.length, old: 1 } });
  const refused = await finish();
  expect(refused.ok ? "" : refused.detail).toMatch(/clouds: 1 use the old one.*accepted = 1/);
  expect((await ids()).externalId).toBe(first);

  await trustAll([first, next]);
  await check();
  expect(await finish()).toMatchObject({ ok: true, value: { notNew: 0 } });
  expect(await ids()).toEqual({ externalId: next, nextExternalId: null });
  expect([await rotation(), await uses()]).toEqual([null, {}]);
  expect(await audited()).toEqual(["started", "finished"]);

  // The old one may go from the roles now; the cloud with one of its own never took part.
  await trustAll([next]);
  sent.length = 0;
  await syncNow();
  expect([assumedWith(next), assumedWith(first), assumedWith(ownId)]).toEqual([1, 0, 0]);
  first = next;
});

test("a role that has only the old one costs a second call now and then, not at every session (E28)", async () => {
  await start();
  const { nextExternalId } = await ids();
  const { roles } = connecting.parts;
  const arn = `arn:aws:iam::${managementAccountId}:role/${organizationRole}`;
  sent.length = 0;
  for (let session = 0; session < 3; session++) {
    roles.forget(arn);
    await syncNow();
  }
  expect([assumedWith(String(nextExternalId)), assumedWith(first)]).toEqual([1, 3]);
  expect(await uses()).toMatchObject({ organization: "old" });
  await connecting.estate.rows("update external_id_trials set refused_at = now() - interval '16 minutes'");
  roles.forget(arn);
  await syncNow();
  expect(assumedWith(String(nextExternalId))).toBe(2);
});

test("a role that takes neither is told apart, and a finish names what it breaks (E28)", async () => {
  await start();
  await trust(prodAccountId, memberRole, ["something-else-entirely"]);
  connecting.parts.roles.forget(`arn:aws:iam::${prodAccountId}:role/${memberRole}`);
  await check();
  expect(await uses()).toMatchObject({ [prodAccountId]: "neither", organization: "old" });
  const { notNew = 0 } = (await rotation()) ?? {};
  expect(notNew).toBe(accountIds.length + 1);
  expect(await finish(notNew - 1)).toMatchObject({ ok: false, code: "conflict" });
  const next = String((await ids()).nextExternalId);
  expect(await finish(notNew)).toMatchObject({ ok: true });
  expect(await ids()).toEqual({ externalId: next, nextExternalId: null });
  first = next;
  await trustAll([first]);
});

test("an aborted rotation leaves the old one as it was (E28)", async () => {
  await start();
  expect(await connecting.onboarding.abortRotation(connecting.tenantId, "somebody")).toMatchObject({
    ok: true,
  });
  expect(await ids()).toEqual({ externalId: first, nextExternalId: null });
  expect(await connecting.onboarding.abortRotation(connecting.tenantId, "somebody")).toMatchObject({
    ok: false,
    code: "not-found",
  });
  expect((await audited()).at(-1)).toBe("aborted");
});

test("a single cloud follows when it has the tenant's, and is connected with the new one meanwhile (E10, E28)", async () => {
  const { onboarding, tenantId, estate } = connecting;
  await start();
  const next = String((await ids()).nextExternalId);
  await makeRole(aws, hostingAccountId, "Skywarden-Harvest-Alone", {
    actions: ["account:ListRegions"],
    externalId: next,
  });
  const created = await onboarding.createCloud(tenantId, {
    name: "alone",
    roleArn: `arn:aws:iam::${hostingAccountId}:role/Skywarden-Harvest-Alone`,
  });
  if (!created.ok) throw new Error(JSON.stringify(created));
  await check();
  expect(await uses()).toEqual(same("old", { [hostingAccountId]: "new" }));
  await estate.rows("delete from badges where cloud_id = $1", [created.value]);
  await estate.rows("delete from clouds where id = $1", [created.value]);
});

/** Dies before the n-th transaction, or right after it was committed. */
function dyingStore(store: Store, at: number, isBefore: boolean): Store {
  let count = 0;
  return {
    ...store,
    async withTenant(tenantId, work) {
      const dies = ++count === at;
      if (dies && isBefore) throw new Error("killed");
      const result = await store.withTenant(tenantId, work);
      if (dies) throw new Error("killed");
      return result;
    },
  };
}

test("a worker killed at any transaction of a check leaves what one that lives leaves (E28)", async () => {
  await start();
  const next = String((await ids()).nextExternalId);
  await trustAll([first, next], [prodAccountId]);
  const expected = same("new", { [prodAccountId]: "old" });
  let kills = 0;
  for (let at = 1; at <= 40; at++) {
    await connecting.estate.rows("delete from external_id_trials");
    await trustAll([first, next], [prodAccountId]);
    const died = await check(dyingStore(connecting.parts.store, at, at % 2 === 0)).then(
      () => false,
      () => true,
    );
    if (!died) break;
    kills += 1;
    await check();
    expect(await uses()).toEqual(expected);
  }
  expect(kills).toBeGreaterThan(8);
  // Nothing of it made the old one invalid, and no job is left open.
  expect((await ids()).externalId).toBe(first);
  const open = await connecting.estate.rows("select id from jobs where state in ('queued', 'running')");
  expect(open).toEqual([]);
}, 60_000);
