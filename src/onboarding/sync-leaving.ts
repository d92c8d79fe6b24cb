// What a complete listing takes away, and stage 2 of auto-badging: applied at once or, if it is much,
// not before somebody agrees.
import { audit } from "#store/audit.ts";
import type { TenantTx } from "#store/open.ts";
import { type BadgeScope, badgesAtRisk, releaseBadges, syncBadges } from "#store/organization-badges.ts";
import { countGoing, takeAwayPage } from "#store/organization-leaving.ts";
import {
  countListing,
  joinAsSets,
  type ListingCounts,
  type ListingKey,
  lockListings,
  noteAbsent,
} from "#store/organization-listing.ts";
import { saveShownRemovals } from "#store/shown-removals.ts";
import { type Reading, unreadable } from "./organization-reader.ts";
import type { Listing } from "./sync-accounts.ts";
import { inOrganization, type SyncedOrganization, type SyncParts } from "./sync-parts.ts";

const takenAtOnce = 500;

export interface Taken {
  /** Why nothing was taken away, if so. */
  stop: string | null;
  counts: ListingCounts;
}

/** Of a complete listing: whoever it does not name is absent. */
export async function takeAway(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
): Promise<Reading<Taken>> {
  const decided = await inOrganization(parts, organization, (tx) => decide(tx, organization, listing));
  if (!decided.ok || decided.value.stop) return decided;
  await takeClouds(parts, organization, listing);
  await followTags(parts, organization, {});
  return decided;
}

/** Stage 2 of auto-badging, or its end. */
export async function followTags(
  parts: SyncParts,
  organization: SyncedOrganization,
  scope: BadgeScope,
): Promise<void> {
  const { id, filters } = organization;
  await inOrganization(parts, organization, async (tx) => {
    await joinAsSets(tx);
    if (filters.autoBadge) await syncBadges(tx, id, scope);
    else await releaseBadges(tx, id);
  });
}

async function decide(
  tx: TenantTx,
  organization: SyncedOrganization,
  listing: Listing,
): Promise<Reading<Taken>> {
  await lockListings(tx, organization.id);
  const counts = await countListing(tx, listing);
  // Nothing may be concluded from a listing of which rows are missing.
  if (counts.named !== listing.named)
    return unreadable("sync", "Another sync of this organization has begun meanwhile.");
  await joinAsSets(tx);
  await noteAbsent(tx, listing);
  const stop = await reasonToStop(tx, organization, listing, {});
  if (stop) {
    const preview = await saveShownRemovals(tx, listing, organization.filters.autoBadge);
    await audit(tx, {
      actor: "sync",
      action: "organization.needs-confirmation",
      subject: organization.awsOrganizationId,
      detail: { reason: stop, preview },
    });
  }
  return { ok: true, value: { stop, counts } };
}

/** `scope`: only the badges of its clouds are at risk. */
export async function reasonToStop(
  tx: TenantTx,
  { id, filters, isConfirmed }: SyncedOrganization,
  listing: ListingKey,
  scope: BadgeScope,
): Promise<string | null> {
  await joinAsSets(tx);
  const { going, clouds } = await countGoing(tx, listing, isConfirmed);
  const badges = filters.autoBadge ? await badgesAtRisk(tx, id, scope, isConfirmed) : { lost: 0, all: 0 };
  return tooMuch(going, clouds, badges);
}

/** A page at a time. Killed between two, the next sync takes the rest: it was not too much together. */
export async function takeClouds(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: ListingKey,
): Promise<void> {
  for (let after: string | null = ""; after !== null; ) {
    const page = await inOrganization(parts, organization, async (tx) => {
      await joinAsSets(tx);
      return takeAwayPage(tx, listing, after ?? "", takenAtOnce);
    });
    await parts.onRemoving(page.removing);
    after = page.last;
  }
}

/** More than 5 clouds and more than 2 %, or more than 20 % of the badges (design §4); a handful of badges may go. */
export function tooMuch(going: number, clouds: number, badges: { lost: number; all: number }): string | null {
  if (going > 5 && going > clouds * 0.02)
    return `The sync would take ${going} of ${clouds} clouds out of scope. Check AWS Organizations and the filters, then confirm.`;
  if (badges.lost > 5 && badges.lost > badges.all * 0.2)
    return `The sync would remove ${badges.lost} of ${badges.all} badges because their account tags are gone. Check the tags, then confirm.`;
  return null;
}
