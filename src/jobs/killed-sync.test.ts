// A worker that syncs is killed at twenty random points, of the listing, of auto-badging and of the removal of
// suspended accounts, and what runs after it ends like a sync that was never killed.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SimulatedAws, startSimulatedAws } from "#onboarding/testing/simulated-aws.ts";
import { type OrganizationView, organizationOf } from "../../simulator/organization.ts";
import type { OrganizationAccount } from "../../simulator/shapes.ts";
import { removeCloud } from "./remove-cloud.ts";
import { type Connecting, openConnecting } from "./testing/connecting.ts";
import type { SyncOrder } from "./testing/sync-process.ts";

const kills = 20;
let aws: SimulatedAws;
let connecting: Connecting;
let view: OrganizationView;
let organizationId = "";
let before: OrganizationAccount[];

beforeAll(async () => {
  aws = await startSimulatedAws({ world: "demo", accounts: 30 });
  connecting = await openConnecting(aws.call, aws.platform);
  const found = organizationOf(aws.simulator.world);
  if (!found) throw new Error("the world has no organization");
  view = found;
  before = view.accounts.list();
  const { managementAccountId } = aws.simulator;
  await connecting.createRoles(aws, managementAccountId, aws.platformArn);
  const arn = (name: string) => `arn:aws:iam::${managementAccountId}:role/${name}`;
  const created = await connecting.onboarding.create(connecting.tenantId, {
    nickname: "acme",
    organizationRole: { arn: arn("Skywarden-Harvest-Org-Role") },
    memberRole: { arn: arn("Skywarden-Harvest-Member-Role") },
    autoBadge: true,
    autoRemoveSuspended: true,
  });
  if (!created.ok) throw new Error(created.detail);
  organizationId = created.value.id;
}, 60_000);
afterAll(async () => {
  await connecting.close();
  await aws.close();
});

/** What the syncs find at first, and what has become of it: moved, renamed, suspended, left, new, other tags. */
function makeWorld(isLater: boolean): void {
  for (const { Id } of view.accounts.list()) view.accounts.delete(Id);
  for (const account of before) view.accounts.put(account.Id, account);
  if (!isLater) return;
  const ordinary = before.filter(
    ({ Id, State }) => State === "ACTIVE" && Id !== view.self.managementAccountId,
  );
  const [moved, renamed, suspended, left, ...rest] = ordinary;
  if (!moved || !renamed || !suspended || !left) throw new Error("too few accounts");
  view.accounts.put(moved.Id, { ...moved, parentId: view.self.rootId });
  view.accounts.put(renamed.Id, { ...renamed, Name: "renamed" });
  view.accounts.put(suspended.Id, { ...suspended, State: "SUSPENDED" });
  view.accounts.delete(left.Id);
  view.accounts.put("123123123123", { ...renamed, Id: "123123123123", Name: "newborn" });
  for (const [i, account] of rest.entries())
    view.accounts.put(account.Id, { ...account, tags: { ...account.tags, round: `${i}`, env: "changed" } });
}

const rows = <Row = object>(text: string, values: unknown[] = []) =>
  connecting.estate.rows<Row>(text, values);

/** As the queue and the sweep do it after a kill. */
async function syncCalmly(): Promise<void> {
  await rows("update cloud_organizations set next_sync_at = now()");
  await connecting.sync(organizationId);
  const removing = await rows<{ id: string }>(
    "select id from clouds where state = 'removing' and removed_at is null",
  );
  for (const { id } of removing)
    await removeCloud(connecting.parts, { tenantId: connecting.tenantId, id }, new AbortController().signal);
}

/** Every cloud has resources again, so that a removal has something to empty. */
async function begin(isLater: boolean): Promise<void> {
  makeWorld(false);
  await syncCalmly();
  await rows(
    `insert into resources (tenant_id, id, cloud_id, type, key_region, region, native_id, account_id, fingerprint, observed_at)
     select tenant_id, 'res_' || n || id, id, 'aws.s3.bucket', 'global', 'us-east-1', 'b' || n, account_id, '', now() - interval '1 minute'
     from clouds, generate_series(1, 3) as n where removed_at is null
     on conflict (tenant_id, id) do update set gone_at = null, observed_at = excluded.observed_at`,
  );
  makeWorld(isLater);
  await rows("update cloud_organizations set next_sync_at = now()");
}

const tables = {
  clouds: `select account_id, name, email, organization_id, unit_id, organizational_path, provider_state, state, state_code,
    state_reason, removed_at is null as live from clouds`,
  badges: "select cloud_id, key, value, kind, user_value from badges",
  tags: "select cloud_id, key, value from cloud_tags",
  terms: "select cloud_id, term from cloud_terms",
  units: "select id, name, parent_id, path from organizational_units",
  policies: "select id, document_hash, targets from organization_policies",
  resources: "select id, gone_at is not null as gone from resources",
  organization:
    "select sync_state, accounts_total, accounts_included, accounts_excluded from cloud_organizations",
  listing: "select account_id from listed_accounts",
};

async function contents(): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const [name, text] of Object.entries(tables))
    all[name] = (await rows(text)).map((row) => JSON.stringify(row)).sort();
  return all;
}

/** Ready to sync; the next one starts while this one works. */
async function startWorker(): Promise<ChildProcess> {
  const { appUrl, systemUrl } = connecting.estate.database;
  const { credentials } = await aws.platform.credentials();
  const order: SyncOrder = {
    urls: { appUrl, systemUrl },
    endpointUrl: aws.simulator.endpoint,
    credentials,
    tenantId: connecting.tenantId,
    organizationId,
    generation: connecting.parts.catalog.generation,
  };
  const child = fork(new URL("./testing/sync-process.ts", import.meta.url), [JSON.stringify(order)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
  });
  await once(child, "message");
  return child;
}

/** Kills the worker around its n-th commit. Returns how many there were. */
async function work(child: ChildProcess, killAt: number): Promise<{ commits: number; wasKilled: boolean }> {
  let commits = 0;
  const ended = once(child, "exit") as Promise<[number | null, string | null]>;
  child.on("message", (told) => {
    if (told === "commit" && ++commits === killAt)
      sleep(Math.random() * 4).then(
        () => child.kill("SIGKILL"),
        () => undefined,
      );
  });
  child.send("go");
  const [code, signal] = await ended;
  if (signal !== "SIGKILL" && code !== 0) throw new Error(`the worker ended with ${code ?? signal}`);
  return { commits, wasKilled: signal === "SIGKILL" };
}

test("killed at twenty points, a sync with its badges and removals ends like one that never was (issue 4)", async () => {
  await begin(true);
  await syncCalmly();
  await begin(true);
  const calm = await work(await startWorker(), Number.POSITIVE_INFINITY);
  const expected = await contents();
  expect(calm.commits).toBeGreaterThan(12);
  // Everything that this is about has happened.
  expect(expected.clouds?.filter((row) => row.includes('"live":false')).length).toBeGreaterThan(0);
  expect(expected.clouds?.some((row) => row.includes("left-organization"))).toBe(true);
  expect(expected.badges?.some((row) => row.includes('"key":"round"'))).toBe(true);
  expect(expected.resources?.some((row) => row.includes('"gone":true'))).toBe(true);
  let next = startWorker();
  let hits = 0;
  for (let tries = 0; hits < kills && tries < 2 * kills; tries++) {
    const worker = await next;
    next = startWorker();
    await begin(true);
    const killAt = 1 + Math.floor(((tries % kills) + Math.random()) * (calm.commits / kills));
    const { wasKilled } = await work(worker, killAt);
    if (wasKilled) hits += 1;
    await syncCalmly();
    expect(await contents(), `killed at commit ${killAt} of ${calm.commits}`).toEqual(expected);
  }
  (await next).kill("SIGKILL");
  expect(hits).toBe(kills);
}, 240_000);
