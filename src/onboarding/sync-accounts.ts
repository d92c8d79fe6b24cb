// The accounts of a sync: each page is placed under the filters and stored while the next is on its way. What has
// been listed is kept in the database, so that memory holds a page however large the organization is.
import { type ListedAccount, type Placement, placeAccount, reasonToLeaveOut } from "#model/organization.ts";
import { saveAccounts, type WantedAccount } from "#store/organization-clouds.ts";
import { type ListedPlacement, type ListingKey, noteAccounts } from "#store/organization-listing.ts";
import { refreshStatistics } from "#store/sweep.ts";
import type { ReadFailure } from "./organization-reader.ts";
import type { AccountPage } from "./read-accounts.ts";
import type { SyncedOrganization, SyncParts } from "./sync-parts.ts";

export interface Listing extends ListingKey {
  /** Accounts named so far; the listing in the database has as many, or it is not this run's any more. */
  named: number;
}

/** Returns the failure that ended the listing, or null. */
export async function saveListing(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
  pages: AsyncGenerator<AccountPage>,
): Promise<ReadFailure | null> {
  for await (const page of ahead(pages)) {
    if (!page.ok) return page;
    await savePage(parts, organization, listing, page.value);
  }
  return null;
}

/** Asks for the next page while the caller works on this one. */
async function* ahead<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = pages.next();
  for (;;) {
    const { done, value } = await next;
    if (done) return;
    next = pages.next();
    // Told when it is awaited; a caller that has stopped by then has a failure of its own.
    next.catch(() => undefined);
    yield value;
  }
}

/**
 * Accounts after which the planner is told what has come. Without, a first sync read all clouds to check each reference
 * to a new one: at 10,000 accounts that was more than half of its time (2026-11-22).
 */
const toldAfter = 500;

async function savePage(
  parts: SyncParts,
  { tenantId, filters, ...organization }: SyncedOrganization,
  listing: Listing,
  accounts: ListedAccount[],
): Promise<void> {
  const placed = accounts.map((account) => ({ account, placement: placeAccount(account, filters) }));
  const wanted = placed.flatMap(({ account, placement }): WantedAccount[] =>
    listedAs(placement) === "included"
      ? [{ account, suspended: placement.kind === "suspended" ? { reason: placement.reason } : null }]
      : [],
  );
  const { toHarvest, added } = await parts.store.withTenant(tenantId, async (tx) => {
    const saved = await saveAccounts(tx, organization, wanted);
    const rows = placed.map(({ account: { id }, placement }) => ({
      id,
      placement: saved.taken.includes(id) ? ("taken" as const) : listedAs(placement),
      reason: reasonToLeaveOut(placement),
    }));
    return { toHarvest: saved.toHarvest, added: await noteAccounts(tx, listing, rows) };
  });
  const before = listing.named;
  listing.named += added;
  if (Math.floor(before / toldAfter) < Math.floor(listing.named / toldAfter))
    await parts.store.asSystem(refreshStatistics);
  await parts.onClouds(toHarvest);
  await parts.onProgress(listing.named);
}

function listedAs(placement: Placement): ListedPlacement {
  switch (placement.kind) {
    case "wanted":
      return "included";
    case "suspended":
      return placement.remove ? "to-remove" : "included";
    default:
      return placement.kind;
  }
}
