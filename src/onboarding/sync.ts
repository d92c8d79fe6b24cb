// One sync of a cloud organization: accounts are stored page by page as they come, so that their
// harvest can begin; tree, tags and badges follow; policies come last. Nothing is taken away except
// after a complete listing, and not much at once without asking (E13, E14).
import type { AwsError } from "#model/aws-call.ts";
import {
  type ListedAccount,
  type ListedUnit,
  type OrganizationFilters,
  placeAccount,
} from "#model/organization.ts";
import { cloudId, type Tag } from "#model/resource.ts";
import { audit } from "#store/audit.ts";
import type { Store, TenantTx } from "#store/open.ts";
import { badgesAtRisk, saveCloudTags, syncBadges, syncSystemBadges } from "#store/organization-badges.ts";
import {
  absentClouds,
  type Leaving,
  liveClouds,
  putOutOfScope,
  saveAccounts,
  startRemoving,
  type WantedAccount,
} from "#store/organization-clouds.ts";
import { savePolicies, saveTree } from "#store/organization-tree.ts";
import {
  type ListedPolicy,
  listAccounts,
  listAccountsByParent,
  type OrganizationReader,
  policyTypes,
  type Reading,
  readAccountTags,
  readPolicies,
  readRoot,
  readSummary,
  readTagsOf,
  readUnits,
} from "./organization-reader.ts";
import { unitPaths } from "./validate.ts";

export interface SyncedOrganization {
  tenantId: string;
  id: string;
  provider: string;
  partition: string;
  awsOrganizationId: string;
  nickname: string;
  filters: OrganizationFilters;
  badges: { key: string; value: string }[];
  /** The user has seen what the last sync wanted to take away and agreed. */
  isConfirmed: boolean;
}

export interface SyncParts {
  store: Store;
  reader: OrganizationReader;
  /** Called as soon as clouds are stored that can be harvested. */
  onClouds: (cloudIds: string[]) => Promise<void>;
  onRemoving: (cloudIds: string[]) => Promise<void>;
  /** Accounts seen so far; the total is not known before the last page. */
  onProgress: (accounts: number) => Promise<void>;
}

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

interface Listing {
  /** Every account that was named, whatever becomes of it. */
  named: string[];
  included: string[];
  excluded: Map<string, string>;
  suspendedToRemove: string[];
  taken: string[];
}

class ReadFailed extends Error {
  readonly reading: { operation: string; error: AwsError };
  constructor(reading: { operation: string; error: AwsError }) {
    super(reading.error.message);
    this.reading = reading;
  }
}

function must<T>(reading: Reading<T>): T {
  if (!reading.ok) throw new ReadFailed(reading);
  return reading.value;
}

export async function syncOrganization(
  parts: SyncParts,
  organization: SyncedOrganization,
): Promise<SyncOutcome> {
  try {
    return await sync(parts, organization);
  } catch (cause) {
    if (cause instanceof ReadFailed) return { kind: "failed", ...cause.reading };
    throw cause;
  }
}

async function sync(parts: SyncParts, organization: SyncedOrganization): Promise<SyncOutcome> {
  const { store, reader } = parts;
  const inTenant = <T>(work: (tx: TenantTx) => Promise<T>) => store.withTenant(organization.tenantId, work);
  const startedAt = new Date(Date.now() + store.clockOffsetMs);
  const summary = must(await readSummary(reader));
  if (summary.id !== organization.awsOrganizationId)
    throw new ReadFailed(wrongOrganization(summary.id, organization.awsOrganizationId));
  const root = must(await readRoot(reader));
  const [units, tags, listing] = await Promise.all([
    readUnits(reader, root.id).then(must),
    readAccountTags(reader),
    saveListing(parts, organization, root, startedAt),
  ]);
  await inTenant((tx) => saveTree(tx, organization.id, root, units));
  await inTenant((tx) =>
    syncSystemBadges(tx, { ...organization, organizationId: organization.id, given: organization.badges }),
  );
  const tagWarning = await saveTags(parts, organization, listing, tags);
  const report: SyncReport = {
    accounts: {
      total: listing.named.length,
      included: listing.included.length,
      excluded: listing.named.length - listing.included.length,
    },
    calls: reader.calls,
    policyCalls: 0,
    warnings: [...tagWarning, ...takenWarning(listing.taken)],
  };
  const stop = await takeAway(parts, organization, listing);
  if (stop) return { kind: "needs-confirmation", reason: stop, report };
  await readAndSavePolicies(parts, organization, report);
  return { kind: "done", report };
}

function wrongOrganization(found: string, expected: string) {
  const message = `The organization role now belongs to ${found}, not to ${expected}.`;
  return {
    operation: "organizations:DescribeOrganization",
    error: { code: "OtherOrganization", message, status: null, requestId: null, reason: "failed" as const },
  };
}

function takenWarning(taken: string[]): string[] {
  return taken.length === 0
    ? []
    : [`${taken.length} accounts are already connected to this installation and were left out.`];
}

/** Lists the accounts and stores each page. Without `Paths` the tree is walked instead. */
async function saveListing(
  parts: SyncParts,
  organization: SyncedOrganization,
  root: ListedUnit,
  startedAt: Date,
): Promise<Listing> {
  const listing: Listing = { named: [], included: [], excluded: new Map(), suspendedToRemove: [], taken: [] };
  for await (const page of listAccounts(parts.reader)) {
    const accounts = must(page);
    if (accounts.some((account) => account.unitIds.length === 0))
      return saveByParent(parts, organization, root, startedAt);
    await savePage(parts, organization, listing, accounts, startedAt);
  }
  return listing;
}

async function saveByParent(
  parts: SyncParts,
  organization: SyncedOrganization,
  root: ListedUnit,
  startedAt: Date,
): Promise<Listing> {
  const listing: Listing = { named: [], included: [], excluded: new Map(), suspendedToRemove: [], taken: [] };
  const units = must(await readUnits(parts.reader, root.id));
  for await (const page of listAccountsByParent(parts.reader, unitPaths(root, units)))
    await savePage(parts, organization, listing, must(page), startedAt);
  return listing;
}

async function savePage(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
  accounts: ListedAccount[],
  startedAt: Date,
): Promise<void> {
  const wanted: WantedAccount[] = [];
  for (const account of accounts) {
    listing.named.push(account.id);
    const placement = placeAccount(account, organization.filters);
    if (placement.kind === "excluded") listing.excluded.set(account.id, placement.reason);
    if (placement.kind === "excluded" || placement.kind === "not-yet") continue;
    listing.included.push(account.id);
    if (placement.kind === "suspended" && placement.remove) listing.suspendedToRemove.push(account.id);
    else
      wanted.push({
        account,
        suspended: placement.kind === "suspended" ? { reason: placement.reason } : null,
      });
  }
  const saved = await parts.store.withTenant(organization.tenantId, (tx) =>
    saveAccounts(tx, organization, wanted, startedAt),
  );
  listing.taken.push(...saved.taken);
  await parts.onClouds([...saved.added, ...saved.returned]);
  await parts.onProgress(listing.named.length);
}

/**
 * Stage 1 and 2 of the badges. An account that the tagging API leaves out has no tags; that is believed only
 * after one such account, asked directly, has none (aws.md §3). Otherwise every account is asked.
 */
async function saveTags(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
  bulk: Reading<Map<string, Tag[]>>,
): Promise<string[]> {
  const tags = bulk.ok ? bulk.value : new Map();
  const missing = listing.included.filter((accountId) => !tags.has(accountId));
  const sample = missing[0] === undefined ? null : await readTagsOf(parts.reader, missing[0]);
  const isTrusted = bulk.ok && (sample === null || (sample.ok && sample.value.length === 0));
  if (!isTrusted)
    for (const accountId of missing) {
      const own = await readTagsOf(parts.reader, accountId);
      if (!own.ok)
        return [`Account tags could not be read (${own.error.message}); badges stay as they were.`];
      tags.set(accountId, own.value);
    }
  await inBatches(listing.included, 500, (accountIds) =>
    parts.store.withTenant(organization.tenantId, (tx) =>
      saveCloudTags(tx, organization.provider, accountIds, tags),
    ),
  );
  return [];
}

async function inBatches<T>(all: T[], size: number, work: (batch: T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < all.length; at += size) await work(all.slice(at, at + size));
}

/** What the listing says must go, applied at once or, if it is much, not before somebody agrees. Returns the reason to stop. */
async function takeAway(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
): Promise<string | null> {
  const { tenantId, id } = organization;
  return parts.store.withTenant(tenantId, async (tx) => {
    const live = await liveClouds(tx, id);
    const leaving: Leaving[] = [
      ...(await absentClouds(tx, id, listing.named)),
      ...[...listing.excluded].flatMap(([accountId, reason]) => {
        const cloud = live.get(accountId);
        return cloud && cloud.state !== "out-of-scope"
          ? [{ cloudId: cloud.cloudId, accountId, code: "excluded" as const, reason }]
          : [];
      }),
    ];
    const removing = listing.suspendedToRemove
      .map((accountId) => cloudId(tenantId, organization.provider, accountId))
      .filter((cloud) =>
        [...live.values()].some((known) => known.cloudId === cloud && known.state !== "removing"),
      );
    const going = leaving.length + removing.length;
    const risk = organization.filters.autoBadge ? await badgesAtRisk(tx, id) : { lost: 0, all: 0 };
    const reason = tooMuch(going, live.size, risk);
    if (reason && !organization.isConfirmed) {
      await audit(tx, {
        actor: "sync",
        action: "organization.needs-confirmation",
        subject: organization.awsOrganizationId,
        detail: { reason },
      });
      return reason;
    }
    await putOutOfScope(tx, leaving);
    const removed = await startRemoving(tx, removing);
    if (organization.filters.autoBadge) await syncBadges(tx, id);
    await parts.onRemoving(removed);
    return null;
  });
}

/** More than 5 clouds and more than 2 %, or more than 20 % of the badges (design §4). */
export function tooMuch(going: number, clouds: number, badges: { lost: number; all: number }): string | null {
  if (going > 5 && going > clouds * 0.02)
    return `The sync would take ${going} of ${clouds} clouds out of scope. Check AWS Organizations and the filters, then confirm.`;
  if (badges.lost > 5 && badges.lost > badges.all * 0.2)
    return `The sync would remove ${badges.lost} of ${badges.all} badges because their account tags are gone. Check the tags, then confirm.`;
  return null;
}

/** Policies serve the diagnosis only: what cannot be read is a warning. */
async function readAndSavePolicies(
  parts: SyncParts,
  organization: SyncedOrganization,
  report: SyncReport,
): Promise<void> {
  const before = parts.reader.calls;
  const read: string[] = [];
  const policies: ListedPolicy[] = [];
  for (const type of policyTypes) {
    const reading = await readPolicies(parts.reader, type);
    if (reading.ok) {
      read.push(type);
      policies.push(...reading.value);
    } else if (reading.error.code !== "PolicyTypeNotEnabledException")
      report.warnings.push(`Policies of type ${type} could not be read: ${reading.error.message}`);
  }
  report.policyCalls = parts.reader.calls - before;
  await parts.store.withTenant(organization.tenantId, (tx) =>
    savePolicies(tx, organization.id, read, policies),
  );
}
