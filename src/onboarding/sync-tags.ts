// Stage 1 of auto-badging: account tags as the provider has them (S108). In the management account the tagging
// API names every tagged account; elsewhere, and where it is denied, each account is asked by itself.
import type { Tag } from "#model/resource.ts";
import { saveCloudTags, taggedAccount } from "#store/organization-badges.ts";
import type { OrganizationReader, ReadFailure, Reading } from "./organization-reader.ts";
import { readTagsOf } from "./read-tags.ts";
import type { Listing } from "./sync-accounts.ts";
import type { SyncedOrganization, SyncParts } from "./sync-parts.ts";

const askedAtOnce = 10;
const savedAtOnce = 500;

/** Returns the warnings. Accounts whose tags could not be read keep what they had. */
export async function saveTags(
  parts: SyncParts,
  organization: SyncedOrganization,
  { included }: Listing,
  bulk: Reading<Map<string, Tag[]>>,
  managementAccountId: string,
): Promise<string[]> {
  const { reader } = parts;
  const tags = new Map(bulk.ok ? bulk.value : []);
  const missing = [...included].filter((accountId) => !tags.has(accountId));
  const mayBeWhole = bulk.ok && reader.accountId === managementAccountId;
  const failure =
    mayBeWhole && missing.length > 0
      ? await fillBySample(parts, organization, tags, missing)
      : await fillEach(reader, tags, missing);
  const read = [...included].filter((accountId) => tags.has(accountId));
  for (let at = 0; at < read.length; at += savedAtOnce)
    await parts.store.withTenant(organization.tenantId, (tx) =>
      saveCloudTags(tx, organization.provider, read.slice(at, at + savedAtOnce), tags),
    );
  const unread = included.size - read.length;
  return failure
    ? [
        `Tags of ${unread} accounts could not be read (${failure.error.message}); their badges stay as they were.`,
      ]
    : [];
}

/** That an account is missing from the listing is believed once one of them, asked directly, has no tags (aws.md §3). */
async function fillBySample(
  parts: SyncParts,
  organization: SyncedOrganization,
  tags: Map<string, Tag[]>,
  missing: string[],
): Promise<ReadFailure | null> {
  // The best sample is an account that had tags until now.
  const known = await parts.store.withTenant(organization.tenantId, (tx) =>
    taggedAccount(tx, organization.id, missing),
  );
  const sample = known ?? (missing[0] as string);
  const own = await readTagsOf(parts.reader, sample);
  if (!own.ok) return own;
  tags.set(sample, own.value);
  const others = missing.filter((accountId) => accountId !== sample);
  if (own.value.length > 0) return fillEach(parts.reader, tags, others);
  for (const accountId of others) tags.set(accountId, []);
  return null;
}

async function fillEach(
  reader: OrganizationReader,
  tags: Map<string, Tag[]>,
  accountIds: string[],
): Promise<ReadFailure | null> {
  for (let at = 0; at < accountIds.length; at += askedAtOnce) {
    const batch = accountIds.slice(at, at + askedAtOnce);
    const readings = await Promise.all(batch.map((accountId) => readTagsOf(reader, accountId)));
    for (const [i, reading] of readings.entries())
      if (reading.ok) tags.set(batch[i] as string, reading.value);
    const failure = readings.find((reading) => !reading.ok);
    if (failure) return failure;
  }
  return null;
}
