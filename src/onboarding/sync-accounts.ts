// The accounts of a sync: what has come is placed under the filters and stored while more is on its way. What has
// been listed is kept in the database, so that memory holds a few pages however large the organization is.
import { type ListedAccount, type Placement, placeAccount, reasonToLeaveOut } from "#model/organization.ts";
import { saveFacts, type WantedAccount } from "#store/organization-cloud-facts.ts";
import { saveAccounts } from "#store/organization-clouds.ts";
import { type ListedPlacement, type ListingKey, noteAccounts } from "#store/organization-listing.ts";
import { refreshStatistics } from "#store/sweep.ts";
import type { ReadFailure } from "./organization-reader.ts";
import { type AccountPage, walking } from "./read-accounts.ts";
import { inOrganization, type SyncedOrganization, type SyncParts } from "./sync-parts.ts";

export interface Listing extends ListingKey {
  /** Accounts named so far; the listing in the database has as many, or it is not this run's any more. */
  named: number;
  /** Unit by unit, so that an account that moves meanwhile may be in none of them. */
  isWalked?: boolean;
}

/** Told of the clouds of each set that is stored; `isLast`: no more will come. */
export type OnStored = (accountIds: string[], isLast: boolean) => Promise<void>;

interface SavedListing {
  /** What ended the listing. */
  failure: ReadFailure | null;
  /** All accounts have been listed before all that follows from them is done. */
  told: Promise<void>;
}

/** What is told of one set is done before the next is stored, so that no two write the same clouds. */
export async function saveListing(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
  sets: AsyncGenerator<AccountPage[]>,
  onStored: OnStored = async () => undefined,
): Promise<SavedListing> {
  let told = Promise.resolve();
  for await (const set of sets) {
    const accounts: ListedAccount[] = [];
    for (const page of set) {
      if (!page.ok) return { failure: page, told };
      listing.isWalked ||= page.operation === walking;
      accounts.push(...page.value);
    }
    await told;
    const stored = await saveSet(parts, organization, listing, accounts);
    told = heldBack(onStored(stored, false));
  }
  return { failure: null, told: heldBack(told.then(() => onStored([], true))) };
}

/** What it throws is thrown to whoever waits for it; until somebody does, it must not end the process. */
function heldBack(work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  return work;
}

/**
 * Accounts after which the planner is told what has come. Without, a first sync read all clouds to check each reference
 * to a new one: at 10,000 accounts that was more than half of its time (2026-11-22).
 */
const toldAfter = 500;

/** Returns the accounts that have a cloud now and are to keep it. */
async function saveSet(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
  accounts: ListedAccount[],
): Promise<string[]> {
  // A walk of the tree that follows a listing names accounts again.
  const once = [...new Map(accounts.map((account) => [account.id, account])).values()];
  const placed = once.map((account) => ({ account, placement: placeAccount(account, organization.filters) }));
  const wanted = placed.flatMap(({ account, placement }): WantedAccount[] =>
    listedAs(placement) === "included"
      ? [{ account, suspended: placement.kind === "suspended" ? { reason: placement.reason } : null }]
      : [],
  );
  const unwanted = placed.flatMap(({ account, placement }) =>
    listedAs(placement) === "included" ? [] : [account],
  );
  const { toHarvest, taken, dismissed, added } = await inOrganization(parts, organization, async (tx) => {
    const saved = await saveAccounts(tx, organization, wanted);
    await saveFacts(tx, organization, unwanted);
    const rows = placed.map(({ account: { id }, placement }) =>
      saved.dismissed.includes(id)
        ? { id, placement: "excluded" as const, reason: dismissedReason }
        : {
            id,
            placement: saved.taken.includes(id) ? ("taken" as const) : listedAs(placement),
            reason: reasonToLeaveOut(placement),
          },
    );
    return { ...saved, added: await noteAccounts(tx, listing, rows) };
  });
  const before = listing.named;
  listing.named += added;
  if (Math.floor(before / toldAfter) < Math.floor(listing.named / toldAfter))
    await parts.store.asSystem(refreshStatistics);
  await parts.onClouds(toHarvest);
  await parts.onProgress(listing.named);
  return wanted
    .map(({ account }) => account.id)
    .filter((id) => !taken.includes(id) && !dismissed.includes(id));
}

const dismissedReason =
  "Its cloud was removed while the account was suspended; it returns once AWS has reinstated it.";

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
