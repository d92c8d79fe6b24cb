// One sync of a cloud organization: accounts are stored as they come, so that their harvest can begin; units, tags and
// policies are read at the same time, for each listing is a chain of calls that wait for one another. Tree, tags and
// badges follow on the way, and whole at the end, which does not wait for the policies. Nothing is taken away except after a complete listing, and not much
// at once without asking (E13, E14).
import type { AwsError } from "#model/aws-call.ts";
import { syncSystemBadges } from "#store/organization-badges.ts";
import { lacksClouds } from "#store/organization-leaving.ts";
import { closeListing, joinAsSets, type ListingCounts, openListing } from "#store/organization-listing.ts";
import { saveTree } from "#store/organization-tree.ts";
import {
  type OrganizationReader,
  type ReadFailure,
  type Reading,
  unreadable,
} from "./organization-reader.ts";
import { readAccounts, readAccountsUnder } from "./read-accounts.ts";
import { readAhead } from "./read-ahead.ts";
import { accountTagPages } from "./read-tags.ts";
import { parentsOf, readSummary, readTree, type Tree } from "./read-tree.ts";
import { type Listing, saveListing } from "./sync-accounts.ts";
import { type Taken, takeAway } from "./sync-leaving.ts";
import { inOrganization, type SyncedOrganization, type SyncParts, systemBadgesOf } from "./sync-parts.ts";
import { syncPolicies } from "./sync-policies.ts";
import { settling } from "./sync-settle.ts";
import { fillTags, noteAllTags, saveTags } from "./sync-tags.ts";

export interface SyncReport {
  accounts: { total: number; included: number; excluded: number };
  /** Calls for accounts, units and tags; the policies' calls are counted apart. */
  calls: number;
  policyCalls: number;
  warnings: string[];
}

export type SyncOutcome =
  | { kind: "done"; report: SyncReport }
  | { kind: "failed"; operation: string; error: AwsError }
  | { kind: "needs-confirmation"; reason: string; report: SyncReport };

/** Whose organization it is, once that is known. */
type Opening = Promise<Reading<{ listing: Listing; managementAccountId: string }>>;
/** Takes what runs beside: it is stopped where something throws, and has ended before the sync does. */
type Beside = <T>(work: Promise<T>) => Promise<T>;

export async function syncOrganization(
  parts: SyncParts,
  organization: SyncedOrganization,
): Promise<SyncOutcome> {
  const stop = new AbortController();
  const started: Promise<unknown>[] = [];
  const beside: Beside = (work) => {
    work.catch(() => undefined);
    started.push(work);
    return work;
  };
  const [reader, ofPolicies] = [stoppable(parts.reader, stop), stoppable(parts.reader, stop)];
  try {
    const opening = beside(openRun(parts, reader, organization));
    const policies = beside(syncPolicies({ ...parts, reader: ofPolicies }, organization, opening));
    const kept = await keepAccounts({ ...parts, reader }, organization, opening, beside);
    if (!kept.ok) return failed(kept);
    const { stop: reason, counts, tagWarnings } = kept.value;
    const warnings = [...tagWarnings, ...(await policies)];
    const report = reportOf(counts, { calls: reader.calls, policyCalls: ofPolicies.calls, warnings });
    return reason ? { kind: "needs-confirmation", reason, report } : { kind: "done", report };
  } finally {
    stop.abort();
    await Promise.allSettled(started);
    parts.reader.calls += reader.calls + ofPolicies.calls;
  }
}

function stoppable(reader: OrganizationReader, stop: AbortController): OrganizationReader {
  const { signal } = reader;
  return { ...reader, signal: AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]), calls: 0 };
}

async function keepAccounts(
  parts: SyncParts,
  organization: SyncedOrganization,
  opening: Opening,
  beside: Beside,
): Promise<Reading<Taken & { tagWarnings: string[] }>> {
  const read = await readAll(parts, organization, opening, beside);
  if (!read.ok) return read;
  const { listing, tree, filling } = read.value;
  await inOrganization(parts, organization, async (tx) => {
    await joinAsSets(tx);
    await saveTree(tx, organization.id, tree.root, tree.units);
    await syncSystemBadges(tx, systemBadgesOf(organization), {});
  });
  const tagWarnings = await saveTags(parts, organization, listing, await filling);
  const taken = await takeAway(parts, organization, listing);
  if (!taken.ok) return taken;
  await inOrganization(parts, organization, (tx) => closeListing(tx, listing));
  return { ok: true, value: { ...taken.value, tagWarnings } };
}

interface ReadOrganization {
  listing: Listing;
  tree: Tree;
  /** What no page of tags has named is still asked for while the tree is written. */
  filling: ReturnType<typeof fillTags>;
}

/** All that is a listing, side by side; nothing is stored before it is known whose organization it is. */
async function readAll(
  parts: SyncParts,
  organization: SyncedOrganization,
  opening: Opening,
  beside: Beside,
): Promise<Reading<ReadOrganization>> {
  const { reader } = parts;
  const tree = beside(readTree(reader));
  const parents = async () => mapped(await tree, ({ root, units }) => parentsOf(root, units));
  const tagPages = readAhead(accountTagPages(reader));
  const accountPages = readAhead(readAccounts(reader, parents));
  const opened = await opening;
  if (!opened.ok) return opened;
  const { listing, managementAccountId } = opened.value;
  const settle = settling(parts, organization, listing, tree);
  const [unread, listed] = await Promise.all([
    beside(noteAllTags(parts, organization, listing, tagPages)),
    beside(saveListing(parts, organization, listing, accountPages, settle)),
  ]);
  const told = beside(listed.told);
  if (listed.failure) return listed.failure;
  const isNamedByTags = unread === null && reader.accountId === managementAccountId;
  const filling = beside(fillTags(parts, organization, listing, isNamedByTags));
  const [whole] = await Promise.all([tree, told]);
  const last = whole.ok && listing.isWalked ? await walkAgain(parts, organization, listing, whole) : whole;
  return mapped(last, (tree) => ({ listing, tree, filling }));
}

/**
 * An account that moved while the units were walked may have been in none of them. That it has left is believed once a
 * second walk has not met it either.
 */
async function walkAgain(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
  first: Reading<Tree>,
): Promise<Reading<Tree>> {
  const isLacking = await inOrganization(parts, organization, async (tx) => {
    await joinAsSets(tx);
    return lacksClouds(tx, listing);
  });
  if (!isLacking) return first;
  const tree = await readTree(parts.reader);
  if (!tree.ok) return tree;
  const pages = readAhead(readAccountsUnder(parts.reader, parentsOf(tree.value.root, tree.value.units)));
  const { failure } = await saveListing(parts, organization, listing, pages);
  return failure ?? tree;
}

async function openRun(
  parts: SyncParts,
  reader: OrganizationReader,
  organization: SyncedOrganization,
): Promise<Reading<{ listing: Listing; managementAccountId: string }>> {
  const summary = await readSummary(reader);
  if (!summary.ok) return summary;
  const { id, managementAccountId } = summary.value;
  if (id !== organization.awsOrganizationId) return wrongOrganization(id, organization.awsOrganizationId);
  const key = await inOrganization(parts, organization, (tx) => openListing(tx, organization.id));
  return { ok: true, value: { listing: { ...key, named: 0 }, managementAccountId } };
}

function mapped<T, U>(reading: Reading<T>, change: (value: T) => U): Reading<U> {
  return reading.ok ? { ok: true, value: change(reading.value) } : reading;
}

function failed({ operation, error }: ReadFailure): SyncOutcome {
  return { kind: "failed", operation, error };
}

function wrongOrganization(found: string, expected: string): ReadFailure {
  return unreadable(
    "organizations:DescribeOrganization",
    `The organization role now belongs to ${found}, not to ${expected}.`,
  );
}

function reportOf({ named, included, taken }: ListingCounts, rest: Omit<SyncReport, "accounts">): SyncReport {
  const takenWarning =
    taken === 0 ? [] : [`${taken} accounts are already connected to this installation and were left out.`];
  return {
    ...rest,
    accounts: { total: named, included, excluded: named - included },
    warnings: [...rest.warnings, ...takenWarning],
  };
}
