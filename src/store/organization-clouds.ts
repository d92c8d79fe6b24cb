// What a sync writes of the accounts, a page at a time as they come. An unchanged account writes no row.
import { audit } from "./audit.ts";
import { announce } from "./changes.ts";
import { wakeClouds } from "./cloud-changes.ts";
import { readmitCloud, removedByUser } from "./cloud-removal.ts";
import { setCloudStates } from "./cloud-states.ts";
import { addCloudTerms, writeCloudTerms } from "./cloud-terms.ts";
import type { TenantTx } from "./open.ts";
import {
  type AccountRow,
  columns,
  entry,
  type KnownCloud,
  type KnownClouds,
  knownClouds,
  named,
  type OrganizationKey,
  rowsOf,
  updateClouds,
  type WantedAccount,
} from "./organization-cloud-facts.ts";

export interface SavedAccounts {
  /** New clouds, and clouds that are to be harvested again after a time out of sight. */
  toHarvest: string[];
  /** Accounts that another tenant of this installation holds. */
  taken: string[];
  /** Suspended accounts whose cloud somebody has removed: they return once AWS has reinstated them. */
  dismissed: string[];
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
  const listed = rowsOf(tx, organization, page);
  const known = await knownClouds(tx, listed);
  const [rows, dismissed] = parted(listed, (row) => !isDismissed(row, known.get(row.id)));
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
  const woken = new Set(await restart(tx, returned, known));
  await suspend(
    tx,
    ours.filter((row) => row.suspended !== null),
    known,
  );
  return {
    toHarvest: active.filter(({ id }) => added.has(id) || woken.has(id)).map(({ id }) => id),
    taken: rows.filter(({ id }) => !isOurs.has(id)).map(({ account }) => account.id),
    dismissed: dismissed.map(({ account }) => account.id),
  };
}

function parted<T>(items: T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function isDismissed({ suspended }: AccountRow, known: KnownCloud | undefined): boolean {
  return suspended !== null && known?.state === "removing" && known.code === removedByUser;
}

/** Returns the ids that were not there; an account of another tenant is left out. */
async function insertClouds(
  tx: TenantTx,
  organization: OrganizationKey,
  rows: AccountRow[],
): Promise<Set<string>> {
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

/** Clouds that had been taken out of all lists. Returns those that came back. */
async function readmit(tx: TenantTx, rows: AccountRow[]): Promise<Set<string>> {
  const back: AccountRow[] = [];
  for (const row of rows) if (await readmitCloud(tx, row.id)) back.push(row);
  await writeCloudTerms(tx, back.map(named));
  return new Set(back.map(({ id }) => id));
}

/** Returns those that are to be harvested: what somebody has paused stays so. */
async function restart(tx: TenantTx, rows: AccountRow[], known: KnownClouds): Promise<string[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  await tx.client.query(
    "update clouds set next_try_at = null, failures = 0, awaiting_since = null where tenant_id = $1 and id = any($2)",
    [tx.tenantId, ids],
  );
  const woken = await wakeClouds(tx, ids);
  await audit(
    tx,
    rows.map((row) => {
      const { state, isRemoved } = known.get(row.id) ?? {};
      const to = woken.includes(row.id) ? "pending" : "paused";
      return entry("cloud.returned", row, { from: isRemoved ? "removed" : state, to });
    }),
  );
  return woken;
}

async function suspend(tx: TenantTx, rows: AccountRow[], known: KnownClouds): Promise<void> {
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
