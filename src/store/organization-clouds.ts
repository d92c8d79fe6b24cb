// What a sync writes of the accounts, a page at a time as they come. An unchanged account writes no row.
import type { ListedAccount } from "#model/organization.ts";
import { cloudId } from "#model/resource.ts";
import { audit } from "./audit.ts";
import { announce } from "./changes.ts";
import { readmitCloud } from "./cloud-removal.ts";
import { setCloudStates } from "./cloud-states.ts";
import { addCloudTerms, writeCloudTerms } from "./cloud-terms.ts";
import type { TenantTx } from "./open.ts";

export interface OrganizationKey {
  id: string;
  provider: string;
  partition: string;
}

export interface WantedAccount {
  account: ListedAccount;
  suspended: { reason: string } | null;
}

export interface SavedAccounts {
  /** New clouds, and clouds that are to be harvested again after a time out of sight. */
  toHarvest: string[];
  /** Accounts that another tenant of this installation holds. */
  taken: string[];
}

interface Row extends WantedAccount {
  id: string;
}

interface KnownCloud {
  state: string;
  providerState: string | null;
  isRemoved: boolean;
}

/** States that end when the organization names the account as wanted. */
const waitingStates = ["suspended", "out-of-scope", "removing"];
/** States that new credentials may end. */
const roleStates = ["awaiting-role", "assume-role-failed", "invalid-credentials"];

export async function saveAccounts(
  tx: TenantTx,
  organization: OrganizationKey,
  page: WantedAccount[],
): Promise<SavedAccounts> {
  const rows = page
    .map((wanted) => ({ ...wanted, id: cloudId(tx.tenantId, organization.provider, wanted.account.id) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const known = await knownClouds(tx, rows);
  const unknown = rows.filter(({ id }) => !known.has(id));
  const added = await insertClouds(tx, organization, unknown);
  // Made meanwhile by another sync, which was thought dead; what is not ours is not seen here.
  const late = await knownClouds(
    tx,
    unknown.filter(({ id }) => !added.has(id)),
  );
  for (const [id, cloud] of late) known.set(id, cloud);
  const readmitted = await readmit(
    tx,
    rows.filter(({ id }) => known.get(id)?.isRemoved),
  );
  const existing = rows.filter(
    ({ id }) => known.has(id) && (!known.get(id)?.isRemoved || readmitted.has(id)),
  );
  const adopted = await updateClouds(tx, organization, existing);
  const isOurs = new Set([...added, ...existing.map(({ id }) => id)]);
  const ours = rows.filter(({ id }) => isOurs.has(id));
  const active = ours.filter((row) => row.suspended === null);
  const returned = active.filter(({ id }) => {
    const state = known.get(id)?.state ?? "";
    return (
      readmitted.has(id) || waitingStates.includes(state) || (adopted.has(id) && roleStates.includes(state))
    );
  });
  await restart(tx, returned, known);
  await suspend(
    tx,
    ours.filter((row) => row.suspended !== null),
    known,
  );
  return {
    toHarvest: [...active.filter(({ id }) => added.has(id)), ...returned].map(({ id }) => id),
    taken: rows.filter(({ id }) => !isOurs.has(id)).map(({ account }) => account.id),
  };
}

function entry(action: string, { account }: Row, detail: Record<string, unknown> = {}) {
  return { actor: "sync", action, subject: account.id, detail: { name: account.name, ...detail } };
}

async function knownClouds(tx: TenantTx, page: Row[]): Promise<Map<string, KnownCloud>> {
  if (page.length === 0) return new Map();
  const { rows } = await tx.client.query<KnownCloud & { id: string }>(
    `select id, state, provider_state as "providerState", removed_at is not null as "isRemoved" from clouds where tenant_id = $1 and id = any($2)`,
    [tx.tenantId, page.map(({ id }) => id)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Returns the ids that were not there; an account of another tenant is left out. */
async function insertClouds(tx: TenantTx, organization: OrganizationKey, rows: Row[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const { rows: inserted } = await tx.client.query<{ id: string }>(
    `with inserted as (
       insert into clouds (tenant_id, id, provider, partition, account_id, name, email, organization_id, unit_id,
         provider_state, joined_at, state)
       select $1, c.id, $2, $3, c.account_id, c.name, c.email, $4, c.unit_id, c.provider_state, c.joined_at, 'pending'
       from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[])
         as c (id, account_id, name, email, unit_id, provider_state, joined_at)
       on conflict do nothing returning id
     ), history as (
       insert into cloud_states (tenant_id, cloud_id, state) select $1, id, 'pending' from inserted
     )
     select id from inserted`,
    [tx.tenantId, organization.provider, organization.partition, organization.id, ...columns(rows)],
  );
  const ids = new Set(inserted.map((row) => row.id));
  const added = rows.filter(({ id }) => ids.has(id));
  await addCloudTerms(tx, added.map(named));
  await audit(
    tx,
    added.map((row) => entry("cloud.added", row)),
  );
  if (added.length > 0) await announce(tx, "cloud");
  return ids;
}

function named({ id, account }: Row) {
  return { id, accountId: account.id, name: account.name };
}

function columns(rows: Row[]): unknown[][] {
  return [
    rows.map(({ id }) => id),
    rows.map(({ account }) => account.id),
    rows.map(({ account }) => account.name),
    rows.map(({ account }) => account.email),
    rows.map(({ account }) => account.unitIds.at(-1) ?? null),
    rows.map(({ account }) => account.state),
    rows.map(({ account }) => account.joinedAt),
  ];
}

/** Clouds that had been taken out of all lists. Returns those that came back. */
async function readmit(tx: TenantTx, rows: Row[]): Promise<Set<string>> {
  const back: Row[] = [];
  for (const row of rows) if (await readmitCloud(tx, row.id)) back.push(row);
  await writeCloudTerms(tx, back.map(named));
  return new Set(back.map(({ id }) => id));
}

interface UpdatedCloud {
  id: string;
  oldName: string;
  oldUnit: string | null;
  wasSingle: boolean;
}

/**
 * A cloud that was connected by itself becomes managed; its credentials are kept for rollback (E20). Returns the ids
 * that came from elsewhere, and so have other credentials now.
 */
async function updateClouds(tx: TenantTx, organization: OrganizationKey, rows: Row[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const { rows: changed } = await tx.client.query<UpdatedCloud & { oldOrganization: string | null }>(
    `with input as (
       select * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])
         as c (id, account_id, name, email, unit_id, provider_state, joined_at)
     ), old as (
       select k.id, k.name, k.unit_id, k.organization_id, k.credentials is not null as was_single
       from clouds k join input c using (id) where k.tenant_id = $1
     )
     update clouds k set name = c.name, email = c.email, organization_id = $2, unit_id = c.unit_id,
       provider_state = c.provider_state, joined_at = c.joined_at, changed_at = now(),
       previous_credentials = coalesce(k.credentials, k.previous_credentials),
       previous_credentials_at = case when k.credentials is null then k.previous_credentials_at else now() end,
       credentials = null
     from input c join old using (id)
     where k.tenant_id = $1 and k.id = c.id
       and ((k.name, k.email, k.organization_id, k.unit_id, k.provider_state, k.joined_at)
           is distinct from (c.name, c.email, $2, c.unit_id, c.provider_state, c.joined_at)
         or k.credentials is not null)
     returning k.id, old.name as "oldName", old.unit_id as "oldUnit", old.organization_id as "oldOrganization",
       old.was_single as "wasSingle"`,
    [tx.tenantId, organization.id, ...columns(rows)],
  );
  await tellUpdates(tx, rows, changed);
  return new Set(changed.filter((row) => row.oldOrganization !== organization.id).map(({ id }) => id));
}

async function tellUpdates(tx: TenantTx, rows: Row[], changed: UpdatedCloud[]): Promise<void> {
  if (changed.length === 0) return;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const pairs = changed.map((old) => ({ old, row: byId.get(old.id) as Row }));
  const renamed = pairs.filter(({ old, row }) => old.oldName !== row.account.name);
  const moved = pairs.filter(
    ({ old, row }) => old.oldUnit !== null && old.oldUnit !== (row.account.unitIds.at(-1) ?? null),
  );
  await writeCloudTerms(
    tx,
    renamed.map(({ row }) => named(row)),
  );
  await audit(tx, [
    ...renamed.map(({ old, row }) =>
      entry("cloud.renamed", row, { from: old.oldName, to: row.account.name }),
    ),
    ...moved.map(({ old, row }) =>
      entry("cloud.moved", row, { from: old.oldUnit, to: row.account.unitIds.at(-1) ?? null }),
    ),
    ...pairs.filter(({ old }) => old.wasSingle).map(({ row }) => entry("cloud.credentials-replaced", row)),
  ]);
  await announce(tx, "cloud");
}

type KnownClouds = ReadonlyMap<string, KnownCloud>;

async function restart(tx: TenantTx, rows: Row[], known: KnownClouds): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  await tx.client.query(
    "update clouds set next_try_at = null, failures = 0, awaiting_since = null where tenant_id = $1 and id = any($2)",
    [tx.tenantId, ids],
  );
  await setCloudStates(tx, ids, { state: "pending", code: null, reason: null, action: null });
  await audit(
    tx,
    rows.map((row) => {
      const { state, isRemoved } = known.get(row.id) ?? {};
      return entry("cloud.returned", row, { from: isRemoved ? "removed" : state, to: "pending" });
    }),
  );
}

async function suspend(tx: TenantTx, rows: Row[], known: KnownClouds): Promise<void> {
  for (const [state, alike] of Map.groupBy(rows, ({ account }) => account.state)) {
    const changed = await setCloudStates(
      tx,
      alike.map(({ id }) => id),
      {
        state: "suspended",
        code: `account-${state.toLowerCase().replaceAll("_", "-")}`,
        reason: alike[0]?.suspended?.reason ?? null,
        action: "Nothing to do unless the account should be active: then ask AWS Support to reinstate it.",
      },
    );
    await audit(
      tx,
      alike
        .filter(({ id }) => changed.includes(id))
        .map((row) =>
          entry("cloud.suspended", row, { from: known.get(row.id)?.providerState ?? null, to: state }),
        ),
    );
  }
}
