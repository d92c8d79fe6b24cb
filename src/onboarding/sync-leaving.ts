// What a complete listing takes away, and stage 2 of auto-badging: applied at once or, if it is much,
// not before somebody agrees.
import { audit } from "#store/audit.ts";
import { badgesAtRisk, releaseBadges, syncBadges } from "#store/organization-badges.ts";
import {
  type LeavingCloud,
  type LiveCloud,
  liveClouds,
  putOutOfScope,
  startRemoving,
} from "#store/organization-leaving.ts";
import type { Listing } from "./sync-accounts.ts";
import type { SyncedOrganization, SyncParts } from "./sync-parts.ts";

/** Returns the reason to stop, or null. */
export async function takeAway(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
): Promise<string | null> {
  const { tenantId, id, filters, isConfirmed } = organization;
  const { stop, removing } = await parts.store.withTenant(tenantId, async (tx) => {
    const live = await liveClouds(tx, id);
    const leaving = live.flatMap((cloud) => leavingCloud(cloud, listing) ?? []);
    const toRemove = live.filter(
      ({ accountId, state }) => listing.suspendedToRemove.has(accountId) && state !== "removing",
    );
    const risk = filters.autoBadge ? await badgesAtRisk(tx, id) : { lost: 0, all: 0 };
    const reason = tooMuch(leaving.length + toRemove.length, live.length, risk);
    if (reason && !isConfirmed) {
      await audit(tx, {
        actor: "sync",
        action: "organization.needs-confirmation",
        subject: organization.awsOrganizationId,
        detail: { reason },
      });
      return { stop: reason, removing: [] };
    }
    await putOutOfScope(tx, leaving);
    await startRemoving(tx, toRemove);
    if (filters.autoBadge) await syncBadges(tx, id);
    else await releaseBadges(tx, id);
    return { stop: null, removing: toRemove };
  });
  await parts.onRemoving(removing.map(({ cloudId }) => cloudId));
  return stop;
}

function leavingCloud({ cloudId, accountId, state }: LiveCloud, listing: Listing): LeavingCloud | null {
  if (state === "out-of-scope" || state === "removing") return null;
  if (!listing.named.has(accountId))
    return {
      cloudId,
      accountId,
      code: "left-organization",
      reason: "AWS Organizations does not list the account any more.",
    };
  const reason = listing.excluded.get(accountId);
  return reason === undefined ? null : { cloudId, accountId, code: "excluded", reason };
}

/** More than 5 clouds and more than 2 %, or more than 20 % of the badges (design §4); a handful of badges may go. */
export function tooMuch(going: number, clouds: number, badges: { lost: number; all: number }): string | null {
  if (going > 5 && going > clouds * 0.02)
    return `The sync would take ${going} of ${clouds} clouds out of scope. Check AWS Organizations and the filters, then confirm.`;
  if (badges.lost > 5 && badges.lost > badges.all * 0.2)
    return `The sync would remove ${badges.lost} of ${badges.all} badges because their account tags are gone. Check the tags, then confirm.`;
  return null;
}
