// What follows from stored accounts, done while more of them are on their way: their place in the tree, system badges,
// tags and the badges made of them. It only adds; what it has not come to, and all that takes away, is left to the end
// of the sync, which looks at everything again.
import { cloudId } from "#model/resource.ts";
import { addBadges, saveCloudTags, syncSystemBadges } from "#store/organization-badges.ts";
import { joinAsSets, taggedAccounts } from "#store/organization-listing.ts";
import { placeClouds, saveTree } from "#store/organization-tree.ts";
import type { Reading } from "./organization-reader.ts";
import type { Tree } from "./read-tree.ts";
import type { Listing, OnStored } from "./sync-accounts.ts";
import { inOrganization, type SyncedOrganization, type SyncParts, systemBadgesOf } from "./sync-parts.ts";

/** Accounts; the statements cost about as much for one as for these. */
const settledAtOnce = 200;

/** Takes the accounts of each set that has been stored; with the last one it settles what waits. */
export function settling(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
  reading: Promise<Reading<Tree>>,
): OnStored {
  const { tenantId, id, provider, filters } = organization;
  let tree: Tree | null = null;
  let isTreeSaved = false;
  // What went wrong is told to whoever waits for the tree.
  reading.then(
    (read) => {
      if (read.ok) tree = read.value;
    },
    () => undefined,
  );
  const idsOf = (accountIds: string[]) =>
    accountIds.map((accountId) => cloudId(tenantId, provider, accountId));
  const waiting: string[] = [];
  return async (accountIds, isLast) => {
    waiting.push(...accountIds);
    if (waiting.length === 0 || (waiting.length < settledAtOnce && !isLast)) return;
    const among = waiting.splice(0);
    const cloudIds = idsOf(among);
    await inOrganization(parts, organization, async (tx) => {
      await joinAsSets(tx);
      if (tree && !isTreeSaved) await saveTree(tx, id, tree.root, tree.units);
      else if (tree) await placeClouds(tx, id, cloudIds);
      await syncSystemBadges(tx, systemBadgesOf(organization), { cloudIds });
      const tags = await taggedAccounts(tx, listing, { among });
      await saveCloudTags(tx, provider, tags);
      // Of tags from before, a badge would be made that the end of the sync takes for the provider's.
      if (filters.autoBadge) await addBadges(tx, id, { cloudIds: idsOf([...tags.keys()]) });
    });
    isTreeSaved = tree !== null;
  };
}
