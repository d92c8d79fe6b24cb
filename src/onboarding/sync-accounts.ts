// The accounts of a sync: each page is placed under the filters and stored before the next is asked for.
import { type ListedAccount, placeAccount, reasonToLeaveOut } from "#model/organization.ts";
import { saveAccounts, type WantedAccount } from "#store/organization-clouds.ts";
import type { Reading } from "./organization-reader.ts";
import { readAccounts } from "./read-accounts.ts";
import type { ParentOfAccounts } from "./read-tree.ts";
import type { SyncedOrganization, SyncParts } from "./sync-parts.ts";

/** Account ids of a complete listing, by what becomes of them. */
export interface Listing {
  /** Every account that was named. */
  named: Set<string>;
  /** Those that are clouds now. */
  included: Set<string>;
  /** Outside the filters, with the reason. */
  excluded: Map<string, string>;
  suspendedToRemove: Set<string>;
  /** Held by another tenant of this installation. */
  taken: Set<string>;
}

export async function saveListing(
  parts: SyncParts,
  organization: SyncedOrganization,
  parents: () => Promise<Reading<ParentOfAccounts[]>>,
): Promise<Reading<Listing>> {
  const listing: Listing = {
    named: new Set(),
    included: new Set(),
    excluded: new Map(),
    suspendedToRemove: new Set(),
    taken: new Set(),
  };
  for await (const page of readAccounts(parts.reader, parents)) {
    if (!page.ok) return page;
    await savePage(parts, organization, listing, page.value);
  }
  return { ok: true, value: listing };
}

async function savePage(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
  accounts: ListedAccount[],
): Promise<void> {
  const wanted = accounts.flatMap((account) => place(account, organization, listing) ?? []);
  const { toHarvest, taken } = await parts.store.withTenant(organization.tenantId, (tx) =>
    saveAccounts(tx, organization, wanted),
  );
  for (const accountId of taken) {
    listing.included.delete(accountId);
    listing.taken.add(accountId);
  }
  await parts.onClouds(toHarvest);
  await parts.onProgress(listing.named.size);
}

/** null if the account does not become a cloud. */
function place(
  account: ListedAccount,
  { filters }: SyncedOrganization,
  listing: Listing,
): WantedAccount | null {
  const placement = placeAccount(account, filters);
  listing.named.add(account.id);
  if (placement.kind === "excluded") listing.excluded.set(account.id, placement.reason);
  if (placement.kind === "suspended" && placement.remove) listing.suspendedToRemove.add(account.id);
  if (reasonToLeaveOut(placement) !== null) return null;
  listing.included.add(account.id);
  return { account, suspended: placement.kind === "suspended" ? { reason: placement.reason } : null };
}
