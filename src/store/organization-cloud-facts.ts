// What AWS says of an organization's accounts, written on their clouds where it has changed: name, address, unit, state
// at AWS, and whose they are. What becomes of a cloud for that stands in organization-clouds.ts.
import type { ListedAccount } from "#model/organization.ts";
import { cloudId } from "#model/resource.ts";
import { audit } from "./audit.ts";
import { announce } from "./changes.ts";
import { writeCloudTerms } from "./cloud-terms.ts";
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

export interface AccountRow extends WantedAccount {
  id: string;
}

export interface KnownCloud {
  state: string;
  code: string | null;
  organizationId: string | null;
  providerState: string | null;
  isRemoved: boolean;
}

export type KnownClouds = ReadonlyMap<string, KnownCloud>;

/** In the order in which rows are locked everywhere. */
export function rowsOf(tx: TenantTx, { provider }: OrganizationKey, page: WantedAccount[]): AccountRow[] {
  return page
    .map((wanted) => ({ ...wanted, id: cloudId(tx.tenantId, provider, wanted.account.id) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function entry(action: string, { account }: AccountRow, detail: Record<string, unknown> = {}) {
  return { actor: "sync", action, subject: account.id, detail: { name: account.name, ...detail } };
}

export async function knownClouds(tx: TenantTx, page: AccountRow[]): Promise<Map<string, KnownCloud>> {
  if (page.length === 0) return new Map();
  const { rows } = await tx.client.query<KnownCloud & { id: string }>(
    `select id, state, state_code as code, organization_id as "organizationId", provider_state as "providerState",
       removed_at is not null as "isRemoved" from clouds where tenant_id = $1 and id = any($2)`,
    [tx.tenantId, page.map(({ id }) => id)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

export function named({ id, account }: AccountRow) {
  return { id, accountId: account.id, name: account.name };
}

export function columns(rows: AccountRow[]): unknown[][] {
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

/** Of accounts that are not wanted: what AWS says of those that have a cloud of the organization, its state aside. */
export async function saveFacts(
  tx: TenantTx,
  organization: OrganizationKey,
  accounts: ListedAccount[],
): Promise<void> {
  const rows = rowsOf(
    tx,
    organization,
    accounts.map((account) => ({ account, suspended: null })),
  );
  const known = await knownClouds(tx, rows);
  const ours = rows.filter(({ id }) => {
    const cloud = known.get(id);
    return cloud?.organizationId === organization.id && !cloud.isRemoved;
  });
  await updateClouds(tx, organization, ours);
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
export async function updateClouds(
  tx: TenantTx,
  organization: OrganizationKey,
  rows: AccountRow[],
): Promise<Set<string>> {
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

async function tellUpdates(tx: TenantTx, rows: AccountRow[], changed: UpdatedCloud[]): Promise<void> {
  if (changed.length === 0) return;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const pairs = changed.map((old) => ({ old, row: byId.get(old.id) as AccountRow }));
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
