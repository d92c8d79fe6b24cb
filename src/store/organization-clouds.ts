// What a sync writes of the accounts: pages of clouds as they come, and after a complete listing
// those that left. An unchanged account writes no row.
import type { ListedAccount } from "#model/organization.ts";
import { cloudId } from "#model/resource.ts";
import { audit } from "./audit.ts";
import { setCloudStates } from "./cloud-states.ts";
import type { TenantTx } from "./open.ts";

export interface SyncedOrganization {
  id: string;
  provider: string;
  partition: string;
}

export interface WantedAccount {
  account: ListedAccount;
  suspended: { reason: string } | null;
}

export interface SavedAccounts {
  added: string[];
  /** Clouds that are to be harvested again after a time out of sight. */
  returned: string[];
  /** Accounts that another tenant of this installation holds. */
  taken: string[];
}

export async function saveAccounts(
  tx: TenantTx,
  organization: SyncedOrganization,
  page: WantedAccount[],
  syncStartedAt: Date,
): Promise<SavedAccounts> {
  const idOf = ({ account }: WantedAccount) => cloudId(tx.tenantId, organization.provider, account.id);
  const known = await knownClouds(tx, page.map(idOf));
  const added = await insertClouds(
    tx,
    organization,
    page.filter((row) => !known.has(idOf(row))),
    idOf,
    syncStartedAt,
  );
  const existing = page.filter((row) => known.has(idOf(row)));
  await updateClouds(tx, organization, existing, idOf, syncStartedAt);
  const returned = existing
    .filter(
      (row) =>
        row.suspended === null &&
        ["suspended", "out-of-scope", "removed"].includes(known.get(idOf(row)) ?? ""),
    )
    .map(idOf);
  await setCloudStates(tx, returned, { state: "pending", code: null, reason: null, action: null });
  for (const row of page.filter((candidate) => candidate.suspended)) {
    if (!known.has(idOf(row)) && !added.has(idOf(row))) continue;
    const changed = await setCloudStates(tx, [idOf(row)], {
      state: "suspended",
      code: `account-${row.account.state.toLowerCase().replaceAll("_", "-")}`,
      reason: row.suspended?.reason ?? null,
      action: "Nothing to do unless the account should be active: then ask AWS Support to reinstate it.",
    });
    if (changed.length > 0) await audit(tx, entry("cloud.suspended", row));
  }
  await audit(tx, [
    ...page.filter((row) => added.has(idOf(row))).map((row) => entry("cloud.added", row)),
    ...existing.filter((row) => returned.includes(idOf(row))).map((row) => entry("cloud.returned", row)),
  ]);
  return {
    added: [...added].filter((id) => !page.some((row) => row.suspended && idOf(row) === id)),
    returned,
    taken: page.filter((row) => !known.has(idOf(row)) && !added.has(idOf(row))).map((row) => row.account.id),
  };
}

function entry(action: string, { account }: WantedAccount) {
  return { actor: "sync", action, subject: account.id, detail: { name: account.name } };
}

/** State by cloud id; "removed" for clouds that had been taken out of all lists. */
async function knownClouds(tx: TenantTx, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await tx.client.query<{ id: string; state: string }>(
    "select id, case when removed_at is null then state else 'removed' end as state from clouds where tenant_id = $1 and id = any($2)",
    [tx.tenantId, ids],
  );
  return new Map(rows.map((row) => [row.id, row.state]));
}

async function insertClouds(
  tx: TenantTx,
  organization: SyncedOrganization,
  rows: WantedAccount[],
  idOf: (row: WantedAccount) => string,
  syncStartedAt: Date,
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const { rows: inserted } = await tx.client.query<{ id: string }>(
    `with inserted as (
       insert into clouds (tenant_id, id, provider, partition, account_id, name, email, organization_id, unit_id,
         provider_state, joined_at, state, seen_in_sync_at)
       select $1, c.id, $2, $3, c.account_id, c.name, c.email, $4, c.unit_id, c.provider_state, c.joined_at, 'pending', $5
       from unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::timestamptz[])
         as c (id, account_id, name, email, unit_id, provider_state, joined_at)
       on conflict do nothing returning id
     ), history as (
       insert into cloud_states (tenant_id, cloud_id, state) select $1, id, 'pending' from inserted
     )
     select id from inserted`,
    [
      tx.tenantId,
      organization.provider,
      organization.partition,
      organization.id,
      syncStartedAt,
      ...columns(rows, idOf),
    ],
  );
  const added = new Set(inserted.map((row) => row.id));
  await writeCloudTerms(
    tx,
    rows.filter((row) => added.has(idOf(row))),
    idOf,
  );
  return added;
}

function columns(rows: WantedAccount[], idOf: (row: WantedAccount) => string): unknown[][] {
  return [
    rows.map(idOf),
    rows.map(({ account }) => account.id),
    rows.map(({ account }) => account.name),
    rows.map(({ account }) => account.email),
    rows.map(({ account }) => account.unitIds.at(-1) ?? null),
    rows.map(({ account }) => account.state),
    rows.map(({ account }) => account.joinedAt),
  ];
}

/** A cloud that was connected by itself becomes managed; its credentials are kept for rollback (E20). */
async function updateClouds(
  tx: TenantTx,
  organization: SyncedOrganization,
  rows: WantedAccount[],
  idOf: (row: WantedAccount) => string,
  syncStartedAt: Date,
): Promise<void> {
  if (rows.length === 0) return;
  const { rows: changed } = await tx.client.query<{
    id: string;
    renamed: boolean;
    moved: boolean;
    old_name: string;
    old_unit: string | null;
  }>(
    `with input as (
       select * from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[])
         as c (id, account_id, name, email, unit_id, provider_state, joined_at)
     ), old as (
       select k.id, k.name, k.unit_id from clouds k join input c using (id) where k.tenant_id = $1
     )
     update clouds k set name = c.name, email = c.email, organization_id = $2, unit_id = c.unit_id,
       provider_state = c.provider_state, joined_at = c.joined_at, removed_at = null, changed_at = now(),
       previous_credentials = coalesce(k.credentials, k.previous_credentials), credentials = null
     from input c join old using (id)
     where k.tenant_id = $1 and k.id = c.id
       and ((k.name, k.email, k.organization_id, k.unit_id, k.provider_state) is distinct from (c.name, c.email, $2, c.unit_id, c.provider_state)
         or k.removed_at is not null or k.credentials is not null)
       and $3::timestamptz is not null
     returning k.id, old.name <> c.name as renamed, old.unit_id is distinct from c.unit_id as moved, old.name as old_name, old.unit_id as old_unit`,
    [tx.tenantId, organization.id, syncStartedAt, ...columns(rows, idOf)],
  );
  const renamed = changed.filter((row) => row.renamed);
  const byId = new Map(rows.map((row) => [idOf(row), row]));
  const at = (id: string) => byId.get(id) as WantedAccount;
  await writeCloudTerms(
    tx,
    renamed.map((row) => at(row.id)),
    idOf,
  );
  await audit(tx, [
    ...renamed.map((row) => ({
      ...entry("cloud.renamed", at(row.id)),
      detail: { from: row.old_name, to: at(row.id).account.name },
    })),
    ...changed
      .filter((row) => row.moved)
      .map((row) => ({
        ...entry("cloud.moved", at(row.id)),
        detail: { from: row.old_unit, to: at(row.id).account.unitIds.at(-1) ?? null },
      })),
  ]);
}

async function writeCloudTerms(
  tx: TenantTx,
  rows: WantedAccount[],
  idOf: (row: WantedAccount) => string,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.client.query("delete from cloud_terms where tenant_id = $1 and cloud_id = any($2)", [
    tx.tenantId,
    rows.map(idOf),
  ]);
  const terms = rows.flatMap((row) =>
    cloudTerms(row.account.name, row.account.id).map((term) => ({ id: idOf(row), term })),
  );
  await tx.client.query(
    `insert into cloud_terms (tenant_id, term, cloud_id)
     select distinct $1, t.term, t.id from unnest($2::text[], $3::text[]) as t (term, id)`,
    [tx.tenantId, terms.map((row) => row.term), terms.map((row) => row.id)],
  );
}

export function cloudTerms(name: string, accountId: string): string[] {
  const lower = name.toLowerCase();
  return [accountId, lower, ...lower.split(/[^\p{L}\p{N}]+/u).filter((token) => token !== "")];
}

export interface Leaving {
  cloudId: string;
  accountId: string;
  code: "left-organization" | "excluded";
  reason: string;
}

/**
 * Clouds of the organization that a complete listing did not name. `listed` are all account ids that it
 * did name. Clouds already out of scope are left out.
 */
export async function absentClouds(
  tx: TenantTx,
  organizationId: string,
  listed: string[],
): Promise<Leaving[]> {
  const rows = await tx.db
    .selectFrom("clouds")
    .select(["id", "account_id"])
    .where("tenant_id", "=", tx.tenantId)
    .where("organization_id", "=", organizationId)
    .where("removed_at", "is", null)
    .where("state", "not in", ["out-of-scope", "removing"])
    .where(({ not, eb, val }) => not(eb("account_id", "=", eb.fn.any(val(listed)))))
    .execute();
  return rows.map((row) => ({
    cloudId: row.id,
    accountId: row.account_id,
    code: "left-organization",
    reason: "AWS Organizations does not list the account any more.",
  }));
}

export async function liveClouds(
  tx: TenantTx,
  organizationId: string,
): Promise<Map<string, { cloudId: string; state: string }>> {
  const rows = await tx.db
    .selectFrom("clouds")
    .select(["id", "account_id", "state"])
    .where("tenant_id", "=", tx.tenantId)
    .where("organization_id", "=", organizationId)
    .where("removed_at", "is", null)
    .execute();
  return new Map(rows.map((row) => [row.account_id, { cloudId: row.id, state: row.state }]));
}

export async function putOutOfScope(tx: TenantTx, leaving: Leaving[]): Promise<void> {
  for (const { cloudId: id, accountId, code, reason } of leaving) {
    const changed = await setCloudStates(tx, [id], {
      state: "out-of-scope",
      code,
      reason,
      action: "Its data is kept and no longer refreshed. Remove the cloud when it is not needed any more.",
    });
    if (changed.length > 0)
      await audit(tx, { actor: "sync", action: "cloud.out-of-scope", subject: accountId, detail: { code } });
  }
}

/** Suspended clouds that the organization wants removed; a background job empties and removes them. */
export async function startRemoving(tx: TenantTx, cloudIds: string[]): Promise<string[]> {
  const changed = await setCloudStates(tx, cloudIds, {
    state: "removing",
    code: "account-suspended",
    reason: "The account is suspended and the organization removes suspended accounts.",
    action: null,
  });
  await audit(
    tx,
    changed.map((id) => ({ actor: "sync", action: "cloud.removing", subject: id })),
  );
  return changed;
}
