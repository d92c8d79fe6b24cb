// One sync of a cloud organization: accounts are stored page by page as they come, so that their harvest can begin;
// units, tags and policies are read at the same time, for each listing is a chain of calls that wait for one another.
// Tree, tags and badges are written once it is complete. Nothing is taken away except after a complete listing, and
// not much at once without asking (E13, E14).
import type { AwsError } from "#model/aws-call.ts";
import type { TenantTx } from "#store/open.ts";
import { syncSystemBadges } from "#store/organization-badges.ts";
import { closeListing, joinAsSets, type ListingCounts, openListing } from "#store/organization-listing.ts";
import { savePolicies, saveTree } from "#store/organization-tree.ts";
import { type ReadFailure, type Reading, unreadable } from "./organization-reader.ts";
import { readAccounts } from "./read-accounts.ts";
import { policyTypes, type ReadPolicy, readPolicies } from "./read-policies.ts";
import { parentsOf, readSummary, readTree, type Tree } from "./read-tree.ts";
import { type Listing, saveListing } from "./sync-accounts.ts";
import { takeAway } from "./sync-leaving.ts";
import { type SyncedOrganization, type SyncParts, systemBadgesOf } from "./sync-parts.ts";
import { noteAllTags, saveTags } from "./sync-tags.ts";

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

export async function syncOrganization(
  parts: SyncParts,
  organization: SyncedOrganization,
): Promise<SyncOutcome> {
  const { reader } = parts;
  const summary = await readSummary(reader);
  if (!summary.ok) return failed(summary);
  if (summary.value.id !== organization.awsOrganizationId)
    return failed(wrongOrganization(summary.value.id, organization.awsOrganizationId));
  const listing: Listing = {
    ...(await inTenant(parts, organization, (tx) => openListing(tx, organization.id))),
    named: 0,
  };
  const read = await readAll(parts, organization, listing);
  if (!read.ok) return failed(read);
  const { tree, areTagsRead, policyCalls } = read.value;
  await inTenant(parts, organization, async (tx) => {
    await joinAsSets(tx);
    await saveTree(tx, organization.id, tree.root, tree.units);
    await syncSystemBadges(tx, systemBadgesOf(organization), null);
  });
  const isNamedByTags = areTagsRead && reader.accountId === summary.value.managementAccountId;
  const tagWarnings = await saveTags(parts, organization, listing, isNamedByTags);
  const taken = await takeAway(parts, organization, listing);
  if (!taken.ok) return failed(taken);
  await inTenant(parts, organization, (tx) => closeListing(tx, listing));
  const { stop, counts } = taken.value;
  const calls = reader.calls - policyCalls;
  const warnings = [...tagWarnings, ...read.value.policyWarnings];
  const report = reportOf(counts, { calls, policyCalls, warnings });
  return stop ? { kind: "needs-confirmation", reason: stop, report } : { kind: "done", report };
}

interface ReadOrganization {
  tree: Tree;
  areTagsRead: boolean;
  policyCalls: number;
  policyWarnings: string[];
}

/** Everything that is a listing, side by side. Where one throws the others are stopped, and have ended before this does. */
async function readAll(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
): Promise<Reading<ReadOrganization>> {
  const stop = new AbortController();
  const { signal } = parts.reader;
  const stoppable = () => ({
    ...parts,
    reader: {
      ...parts.reader,
      signal: AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]),
      calls: 0,
    },
  });
  const [own, ofPolicies] = [stoppable(), stoppable()];
  const reading = readTree(own.reader);
  const parents = async () => mapped(await reading, ({ root, units }) => parentsOf(root, units));
  const work = [
    reading,
    noteAllTags(own, organization, listing),
    saveListing(own, organization, listing, readAccounts(own.reader, parents)),
    readAndSavePolicies(ofPolicies, organization),
  ] as const;
  try {
    const [tree, unread, unlisted, policyWarnings] = await Promise.all(work);
    if (unlisted) return unlisted;
    const policyCalls = ofPolicies.reader.calls;
    return mapped(tree, (whole) => ({
      tree: whole,
      areTagsRead: unread === null,
      policyCalls,
      policyWarnings,
    }));
  } catch (cause) {
    stop.abort(cause);
    await Promise.allSettled(work);
    throw cause;
  } finally {
    parts.reader.calls += own.reader.calls + ofPolicies.reader.calls;
  }
}

function inTenant<T>(
  { store }: SyncParts,
  { tenantId }: SyncedOrganization,
  work: (tx: TenantTx) => Promise<T>,
): Promise<T> {
  return store.withTenant(tenantId, work);
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

/** Policies serve the diagnosis only: what cannot be read is a warning. */
async function readAndSavePolicies(parts: SyncParts, organization: SyncedOrganization): Promise<string[]> {
  const warnings: string[] = [];
  const read: string[] = [];
  const policies: ReadPolicy[] = [];
  const readings = await Promise.all(policyTypes.map((type) => readPolicies(parts.reader, type)));
  for (const [i, reading] of readings.entries()) {
    const type = policyTypes[i] as string;
    if (reading.ok) policies.push(...reading.value);
    // A type that is switched off has no policies in force.
    if (reading.ok || reading.error.code === "PolicyTypeNotEnabledException") read.push(type);
    else warnings.push(`Policies of type ${type} could not be read: ${reading.error.message}`);
  }
  await inTenant(parts, organization, (tx) => savePolicies(tx, organization.id, read, policies));
  return warnings;
}
