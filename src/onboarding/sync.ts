// One sync of a cloud organization: accounts are stored page by page as they come, so that their
// harvest can begin; tree, tags and badges follow; policies come last. Nothing is taken away except
// after a complete listing, and not much at once without asking (E13, E14).
import type { AwsError } from "#model/aws-call.ts";
import type { TenantTx } from "#store/open.ts";
import { syncSystemBadges } from "#store/organization-badges.ts";
import { savePolicies, saveTree } from "#store/organization-tree.ts";
import { type ReadFailure, type Reading, unreadable } from "./organization-reader.ts";
import { policyTypes, type ReadPolicy, readPolicies } from "./read-policies.ts";
import { readAccountTags } from "./read-tags.ts";
import { parentsOf, readRoot, readSummary, readUnits } from "./read-tree.ts";
import { type Listing, saveListing } from "./sync-accounts.ts";
import { takeAway } from "./sync-leaving.ts";
import type { SyncedOrganization, SyncParts } from "./sync-parts.ts";
import { saveTags } from "./sync-tags.ts";

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
  const root = await readRoot(reader);
  if (!root.ok) return failed(root);
  const reading = readUnits(reader, root.value.id);
  const [units, tags, listing] = await Promise.all([
    reading,
    readAccountTags(reader),
    saveListing(parts, organization, async () => mapped(await reading, (all) => parentsOf(root.value, all))),
  ]);
  if (!listing.ok) return failed(listing);
  if (!units.ok) return failed(units);
  await inTenant(parts, organization, async (tx) => {
    await saveTree(tx, organization.id, root.value, units.value);
    await syncSystemBadges(tx, {
      ...organization,
      organizationId: organization.id,
      given: organization.badges,
    });
  });
  const { managementAccountId } = summary.value;
  const tagWarnings = await saveTags(parts, organization, listing.value, tags, managementAccountId);
  const report = reportOf(listing.value, reader.calls, tagWarnings);
  const stop = await takeAway(parts, organization, listing.value);
  await readAndSavePolicies(parts, organization, report);
  return stop ? { kind: "needs-confirmation", reason: stop, report } : { kind: "done", report };
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

function reportOf({ named, included, taken }: Listing, calls: number, warnings: string[]): SyncReport {
  const takenWarning =
    taken.size === 0
      ? []
      : [`${taken.size} accounts are already connected to this installation and were left out.`];
  return {
    accounts: { total: named.size, included: included.size, excluded: named.size - included.size },
    calls,
    policyCalls: 0,
    warnings: [...warnings, ...takenWarning],
  };
}

/** Policies serve the diagnosis only: what cannot be read is a warning. */
async function readAndSavePolicies(
  parts: SyncParts,
  organization: SyncedOrganization,
  report: SyncReport,
): Promise<void> {
  const before = parts.reader.calls;
  const read: string[] = [];
  const policies: ReadPolicy[] = [];
  for (const type of policyTypes) {
    const reading = await readPolicies(parts.reader, type);
    if (reading.ok) policies.push(...reading.value);
    // A type that is switched off has no policies in force.
    if (reading.ok || reading.error.code === "PolicyTypeNotEnabledException") read.push(type);
    else report.warnings.push(`Policies of type ${type} could not be read: ${reading.error.message}`);
  }
  report.policyCalls = parts.reader.calls - before;
  await inTenant(parts, organization, (tx) => savePolicies(tx, organization.id, read, policies));
}
