// What a running sync has read of an organization's accounts, kept here and not in memory: one row an account and
// run. It says what becomes of each account; what is done about it stands in organization-leaving.ts and -badges.ts.
import type { Tag } from "#model/resource.ts";
import { newId } from "./new-id.ts";
import type { TenantTx } from "./open.ts";

/** taken: another tenant of this installation holds it; absent: it has a cloud, but AWS does not list it. */
export type ListedPlacement = "included" | "excluded" | "to-remove" | "not-yet" | "taken" | "absent";

export interface ListingKey {
  organizationId: string;
  run: string;
}

export interface ListingCounts {
  named: number;
  included: number;
  taken: number;
  /** Included, and their tags are not known. */
  untagged: number;
}

/** Held from the look at a listing to what is concluded from it: nobody opens another between the two. */
export async function lockListings(tx: TenantTx, organizationId: string): Promise<void> {
  await tx.client.query(
    "select from cloud_organizations where tenant_id = $1 and id = $2 for no key update",
    [tx.tenantId, organizationId],
  );
}

/** Rows of earlier runs go: a run that is still at work then finds its listing incomplete and gives up. */
export async function openListing(tx: TenantTx, organizationId: string): Promise<ListingKey> {
  await lockListings(tx, organizationId);
  await tx.client.query("delete from listed_accounts where tenant_id = $1 and organization_id = $2", [
    tx.tenantId,
    organizationId,
  ]);
  return newListing(organizationId);
}

/** Of a part of the organization: beside whatever other run there is. */
export function newListing(organizationId: string): ListingKey {
  return { organizationId, run: newId("run") };
}

export async function closeListing(tx: TenantTx, listing: ListingKey): Promise<void> {
  await tx.client.query(`delete from listed_accounts where ${ofRun}`, keyOf(tx, listing));
}

/** Begins the condition of every query here; its parameters are keyOf's. */
const ofRun = "tenant_id = $1 and organization_id = $2 and run = $3";

function keyOf(tx: TenantTx, { organizationId, run }: ListingKey): string[] {
  return [tx.tenantId, organizationId, run];
}

/**
 * For statements over many of an organization's clouds. Between syncs the listing is empty and in a first sync nothing
 * is known of the other tables either, so the planner expects one row and joins row by row what then are 10,000:
 * 1,000 clouds took 5 s (2026-11-22). Until the end of the transaction.
 */
export async function joinAsSets(tx: TenantTx): Promise<void> {
  await tx.client.query("set local enable_nestloop = off");
}

/** Returns how many of the accounts were not named before. */
export async function noteAccounts(
  tx: TenantTx,
  listing: ListingKey,
  accounts: { id: string; placement: ListedPlacement; reason: string | null }[],
): Promise<number> {
  const rows = [...new Map(accounts.map((account) => [account.id, account])).values()];
  if (rows.length === 0) return 0;
  const { rows: known } = await tx.client.query<{ n: number }>(
    `with known as (
       select account_id from listed_accounts where ${ofRun} and account_id = any($4) and placement is not null
     ), written as (
       insert into listed_accounts (tenant_id, organization_id, run, account_id, placement, reason)
       select $1, $2, $3, * from unnest($4::text[], $5::text[], $6::text[]) order by 4
       on conflict (tenant_id, organization_id, run, account_id)
         do update set placement = excluded.placement, reason = excluded.reason
     )
     select count(*)::int as n from known`,
    [
      ...keyOf(tx, listing),
      rows.map(({ id }) => id),
      rows.map(({ placement }) => placement),
      rows.map(({ reason }) => reason),
    ],
  );
  return rows.length - (known[0]?.n ?? 0);
}

export async function noteTags(tx: TenantTx, listing: ListingKey, tags: Map<string, Tag[]>): Promise<void> {
  await tx.client.query(
    `insert into listed_accounts (tenant_id, organization_id, run, account_id, tags)
     select $1, $2, $3, * from unnest($4::text[], $5::jsonb[]) order by 4
     on conflict (tenant_id, organization_id, run, account_id) do update set tags = excluded.tags`,
    [...keyOf(tx, listing), [...tags.keys()], [...tags.values()].map((own) => JSON.stringify(own))],
  );
}

/** For all included accounts whose tags are not known. */
export async function noteNoTags(tx: TenantTx, listing: ListingKey): Promise<void> {
  await tx.client.query(
    `update listed_accounts set tags = '[]' where ${ofRun} and placement = 'included' and tags is null`,
    keyOf(tx, listing),
  );
}

/** Clouds of the organization that the complete listing has not named. */
export async function noteAbsent(tx: TenantTx, listing: ListingKey): Promise<void> {
  await tx.client.query(
    `insert into listed_accounts as l (tenant_id, organization_id, run, account_id, placement)
     select $1, $2, $3, c.account_id, 'absent' from clouds c
     where c.tenant_id = $1 and c.organization_id = $2 and c.removed_at is null and not exists (
       select from listed_accounts n where n.tenant_id = $1 and n.organization_id = $2 and n.run = $3
         and n.account_id = c.account_id and n.placement is not null)
     order by 4
     on conflict (tenant_id, organization_id, run, account_id) do update set placement = 'absent'`,
    keyOf(tx, listing),
  );
}

export async function countListing(tx: TenantTx, listing: ListingKey): Promise<ListingCounts> {
  const { rows } = await tx.client.query<ListingCounts>(
    `select count(*) filter (where placement <> 'absent')::int as named,
       count(*) filter (where placement = 'included')::int as included,
       count(*) filter (where placement = 'taken')::int as taken,
       count(*) filter (where placement = 'included' and tags is null)::int as untagged
     from listed_accounts where ${ofRun}`,
    keyOf(tx, listing),
  );
  return rows[0] ?? { named: 0, included: 0, taken: 0, untagged: 0 };
}

/** Included accounts whose tags are not known. */
export async function untaggedAccounts(tx: TenantTx, listing: ListingKey, limit: number): Promise<string[]> {
  const { rows } = await tx.client.query<{ account_id: string }>(
    `select account_id from listed_accounts where ${ofRun} and placement = 'included' and tags is null
     order by account_id limit $4`,
    [...keyOf(tx, listing), limit],
  );
  return rows.map((row) => row.account_id);
}

/** One of them, if there is one: best one that had tags until now. Asked a row at a time it took 100 s for 10,000. */
export async function untaggedSample(tx: TenantTx, listing: ListingKey): Promise<string | null> {
  await joinAsSets(tx);
  const { rows } = await tx.client.query<{ account_id: string }>(
    `select l.account_id from (
       select account_id from listed_accounts where ${ofRun} and placement = 'included' and tags is null
     ) l
     left join clouds c on c.tenant_id = $1 and c.organization_id = $2 and c.account_id = l.account_id
     left join (select distinct cloud_id from cloud_tags where tenant_id = $1) t on t.cloud_id = c.id
     order by t.cloud_id is null, l.account_id limit 1`,
    keyOf(tx, listing),
  );
  return rows[0]?.account_id ?? null;
}

/** Included accounts with their tags, in the order of their ids: a page, or those of `among`. */
export async function taggedAccounts(
  tx: TenantTx,
  listing: ListingKey,
  asked: { after: string; limit: number } | { among: string[] },
): Promise<Map<string, Tag[]>> {
  const [which, values] =
    "among" in asked
      ? ["account_id = any($4)", [asked.among]]
      : ["account_id > $4", [asked.after, asked.limit]];
  const { rows } = await tx.client.query<{ account_id: string; tags: Tag[] }>(
    `select account_id, tags from listed_accounts
     where ${ofRun} and placement = 'included' and tags is not null and ${which}
     order by account_id ${"limit" in asked ? "limit $5" : ""}`,
    [...keyOf(tx, listing), ...values],
  );
  return new Map(rows.map((row) => [row.account_id, row.tags]));
}
