// Stage 1 of auto-badging: account tags as the provider has them (S108). In the management account the tagging
// API names every tagged account; elsewhere, and where it is denied, each account is asked by itself.
import type { Tag } from "#model/resource.ts";
import { saveCloudTags } from "#store/organization-badges.ts";
import {
  countListing,
  type ListingKey,
  noteNoTags,
  noteTags,
  taggedAccounts,
  untaggedAccounts,
  untaggedSample,
} from "#store/organization-listing.ts";
import type { ReadFailure } from "./organization-reader.ts";
import { readTagsOf, type TagPage } from "./read-tags.ts";
import { inOrganization, type SyncedOrganization, type SyncParts } from "./sync-parts.ts";

const askedAtOnce = 10;
const savedAtOnce = 500;

/** Notes the tags of all accounts that the tagging API names. Returns the failure that ended it, or null. */
export async function noteAllTags(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: ListingKey,
  sets: AsyncGenerator<TagPage[]>,
): Promise<ReadFailure | null> {
  for await (const set of sets) {
    const tags = new Map<string, Tag[]>();
    for (const page of set) {
      if (!page.ok) return page;
      for (const [accountId, own] of page.value) tags.set(accountId, own);
    }
    await inOrganization(parts, organization, (tx) => noteTags(tx, listing, tags));
  }
  return null;
}

/** Asks for what the listing lacks; a failure is what `saveTags` tells. */
export async function fillTags(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: ListingKey,
  /** The tagging API has been asked, and from where it sees every account. */
  isNamedByTags: boolean,
): Promise<ReadFailure | null> {
  const unsampled = isNamedByTags ? await fillBySample(parts, organization, listing) : null;
  return unsampled ?? fillEach(parts, organization, listing);
}

/** Returns the warnings. Accounts whose tags could not be read keep what they had. */
export async function saveTags(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: ListingKey,
  failure: ReadFailure | null,
): Promise<string[]> {
  for (let after: string | undefined = ""; after !== undefined; )
    after = await inOrganization(parts, organization, async (tx) => {
      const tags = await taggedAccounts(tx, listing, { after: after ?? "", limit: savedAtOnce });
      await saveCloudTags(tx, organization.provider, tags);
      return [...tags.keys()].at(-1);
    });
  if (!failure) return [];
  const { untagged } = await inOrganization(parts, organization, (tx) => countListing(tx, listing));
  return [
    `Tags of ${untagged} accounts could not be read (${failure.error.message}); their badges stay as they were.`,
  ];
}

/**
 * That accounts are missing from the tagging API is believed once one of them, asked directly, has no tags (aws.md §3).
 * The best sample is an account that had tags until now.
 */
async function fillBySample(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: ListingKey,
): Promise<ReadFailure | null> {
  const sample = await inOrganization(parts, organization, (tx) => untaggedSample(tx, listing));
  if (sample === null) return null;
  const own = await readTagsOf(parts.reader, sample);
  if (!own.ok) return own;
  await inOrganization(parts, organization, async (tx) => {
    await noteTags(tx, listing, new Map([[sample, own.value]]));
    if (own.value.length === 0) await noteNoTags(tx, listing);
  });
  return null;
}

async function fillEach(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: ListingKey,
): Promise<ReadFailure | null> {
  for (;;) {
    const batch = await inOrganization(parts, organization, (tx) =>
      untaggedAccounts(tx, listing, askedAtOnce),
    );
    if (batch.length === 0) return null;
    const readings = await Promise.all(batch.map((accountId) => readTagsOf(parts.reader, accountId)));
    const tags = new Map<string, Tag[]>();
    for (const [i, reading] of readings.entries())
      if (reading.ok) tags.set(batch[i] as string, reading.value);
    await inOrganization(parts, organization, (tx) => noteTags(tx, listing, tags));
    const failure = readings.find((reading) => !reading.ok);
    if (failure) return failure;
  }
}
