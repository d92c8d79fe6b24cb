// One sync of a cloud organization: accounts are stored as they come, so that their harvest can begin; units, tags and
// policies are read at the same time, for each listing is a chain of calls that wait for one another. Tree, tags and
// badges follow on the way, and whole at the end. Nothing is taken away except after a complete listing, and not much
// at once without asking (E13, E14).
import type { AwsError } from "#model/aws-call.ts";
import type { TenantTx } from "#store/open.ts";
import { syncSystemBadges } from "#store/organization-badges.ts";
import { closeListing, joinAsSets, type ListingCounts, openListing } from "#store/organization-listing.ts";
import { savePolicies, saveTree } from "#store/organization-tree.ts";
import {
  type OrganizationReader,
  type ReadFailure,
  type Reading,
  unreadable,
} from "./organization-reader.ts";
import { readAccounts } from "./read-accounts.ts";
import { readAhead } from "./read-ahead.ts";
import { type PolicyType, policyTypes, type ReadPolicy, readPolicies } from "./read-policies.ts";
import { accountTagPages } from "./read-tags.ts";
import { parentsOf, readSummary, readTree, type Tree } from "./read-tree.ts";
import { type Listing, saveListing } from "./sync-accounts.ts";
import { takeAway } from "./sync-leaving.ts";
import { type SyncedOrganization, type SyncParts, systemBadgesOf } from "./sync-parts.ts";
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

export async function syncOrganization(
  parts: SyncParts,
  organization: SyncedOrganization,
): Promise<SyncOutcome> {
  const { reader } = parts;
  const read = await readAll(parts, organization);
  if (!read.ok) return failed(read);
  const { listing, tree, areTagsRead, policyCalls } = read.value;
  const isNamedByTags = areTagsRead && reader.accountId === read.value.managementAccountId;
  // What may still have to be asked for is on its way while the tree is written.
  const filling = fillTags(parts, organization, listing, isNamedByTags);
  filling.catch(() => undefined);
  await inTenant(parts, organization, async (tx) => {
    await joinAsSets(tx);
    await saveTree(tx, organization.id, tree.root, tree.units);
    await syncSystemBadges(tx, systemBadgesOf(organization), {});
  });
  const tagWarnings = await saveTags(parts, organization, listing, await filling);
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
  managementAccountId: string;
  listing: Listing;
  tree: Tree;
  areTagsRead: boolean;
  policyCalls: number;
  policyWarnings: string[];
}

/**
 * Everything that is a listing, side by side; nothing is stored before it is known whose organization it is. Where one
 * throws the others are stopped, and have ended before this does.
 */
async function readAll(
  parts: SyncParts,
  organization: SyncedOrganization,
): Promise<Reading<ReadOrganization>> {
  const stop = new AbortController();
  const { signal } = parts.reader;
  const stoppable = () => ({
    ...parts.reader,
    signal: AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]),
    calls: 0,
  });
  const [reader, ofPolicies] = [stoppable(), stoppable()];
  const opening = openRun(parts, reader, organization);
  const tree = readTree(reader);
  const parents = async () => mapped(await tree, ({ root, units }) => parentsOf(root, units));
  const policies = readAllPolicies(ofPolicies);
  const tagPages = readAhead(accountTagPages(reader));
  const accountPages = readAhead(readAccounts(reader, parents));
  let work: Promise<unknown>[] = [opening, tree, policies];
  try {
    const opened = await opening;
    if (!opened.ok) return opened;
    const { listing, managementAccountId } = opened.value;
    const settle = settling(parts, organization, listing, tree);
    const stored = [
      tree,
      noteAllTags(parts, organization, listing, tagPages),
      saveListing(parts, organization, listing, accountPages, settle),
      saveReadPolicies(parts, organization, policies),
    ] as const;
    work = [...stored];
    const [whole, unread, unlisted, policyWarnings] = await Promise.all(stored);
    if (unlisted) return unlisted;
    const { calls: policyCalls } = ofPolicies;
    const areTagsRead = unread === null;
    return mapped(whole, (tree) => ({
      ...{ managementAccountId, listing, tree },
      ...{ areTagsRead, policyCalls, policyWarnings },
    }));
  } finally {
    stop.abort();
    await Promise.allSettled(work);
    parts.reader.calls += reader.calls + ofPolicies.calls;
  }
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
  const key = await inTenant(parts, organization, (tx) => openListing(tx, organization.id));
  return { ok: true, value: { listing: { ...key, named: 0 }, managementAccountId } };
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

type PolicyReadings = { type: PolicyType; reading: Reading<ReadPolicy[]> }[];

function readAllPolicies(reader: OrganizationReader): Promise<PolicyReadings> {
  return Promise.all(policyTypes.map(async (type) => ({ type, reading: await readPolicies(reader, type) })));
}

/** Policies serve the diagnosis only: what cannot be read is a warning. */
async function saveReadPolicies(
  parts: SyncParts,
  organization: SyncedOrganization,
  readings: Promise<PolicyReadings>,
): Promise<string[]> {
  const warnings: string[] = [];
  const read: string[] = [];
  const policies: ReadPolicy[] = [];
  for (const { type, reading } of await readings) {
    if (reading.ok) policies.push(...reading.value);
    // A type that is switched off has no policies in force.
    if (reading.ok || reading.error.code === "PolicyTypeNotEnabledException") read.push(type);
    else warnings.push(`Policies of type ${type} could not be read: ${reading.error.message}`);
  }
  await inTenant(parts, organization, (tx) => savePolicies(tx, organization.id, read, policies));
  return warnings;
}
