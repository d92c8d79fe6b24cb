// Syncs one account or one unit of an organization between two whole syncs, with the fewest calls and the same
// safety. Nothing is concluded of accounts that were not asked for: where the tree is not what it was, or much would
// leave, a whole sync has to look. Must not run while one does: what it adds would be absent there.
import type { AwsError } from "#model/aws-call.ts";
import type { ListedAccount, ListedUnit } from "#model/organization.ts";
import { syncSystemBadges } from "#store/organization-badges.ts";
import { countGoing, unlistedClouds } from "#store/organization-leaving.ts";
import {
  closeListing,
  countListing,
  joinAsSets,
  newListing,
  noteAccounts,
} from "#store/organization-listing.ts";
import { addUnits, type KnownUnits, knownUnits } from "#store/organization-tree.ts";
import type { ReadFailure } from "./organization-reader.ts";
import { type AccountPage, readAccount, readAccountsUnder } from "./read-accounts.ts";
import { readAhead } from "./read-ahead.ts";
import { chainTo, readUnit } from "./read-chain.ts";
import { accountTagPages } from "./read-tags.ts";
import { parentsOf, readSummary, readUnits } from "./read-tree.ts";
import { type Listing, saveListing } from "./sync-accounts.ts";
import { followTags, reasonToStop, takeClouds } from "./sync-leaving.ts";
import { inOrganization, type SyncedOrganization, type SyncParts, systemBadgesOf } from "./sync-parts.ts";
import { fillTags, noteAllTags, saveTags } from "./sync-tags.ts";

export type PartOutcome =
  | { kind: "done"; accounts: number }
  | { kind: "whole-sync-needed"; reason: string }
  | { kind: "failed"; operation: string; error: AwsError };

/** Accounts that a unit has lost are asked one by one, where they are now; more than these are a whole sync's. */
const askedByThemselves = 20;

interface Part {
  parts: SyncParts;
  organization: SyncedOrganization;
  known: KnownUnits;
  listing: Listing;
  /** What the reading has found out about the tree. */
  units: Map<string, ListedUnit>;
}

/** null: go on. */
type Ended = Exclude<PartOutcome, { kind: "done" }> | null;

/** `target`: the id of an account or of an organizational unit. */
export async function syncPart(
  parts: SyncParts,
  organization: SyncedOrganization,
  target: string,
): Promise<PartOutcome> {
  const { store } = parts;
  const { tenantId, id } = organization;
  const known = await store.withTenant(tenantId, (tx) => knownUnits(tx, id));
  if (known.size === 0) return needed("The organization has not been synced yet.");
  const part: Part = {
    parts,
    organization,
    known,
    listing: { ...newListing(id), named: 0 },
    units: new Map(),
  };
  const ended =
    (/^\d{12}$/.test(target) ? await listAccount(part, target) : await listUnit(part, target)) ??
    (await finish(part));
  await store.withTenant(tenantId, (tx) => closeListing(tx, part.listing));
  return ended ?? { kind: "done", accounts: part.listing.named };
}

function needed(reason: string): PartOutcome & { kind: "whole-sync-needed" } {
  return { kind: "whole-sync-needed", reason };
}

function failed({ operation, error }: ReadFailure): PartOutcome & { kind: "failed" } {
  return { kind: "failed", operation, error };
}

async function listAccount(part: Part, accountId: string): Promise<Ended> {
  const { parts, organization, listing } = part;
  const read = await readAccount(parts.reader, accountId);
  if (!read.ok) return failed(read);
  if (read.value === null) return noteLeft(part, accountId);
  const { organizationId, ...account } = read.value;
  if (organizationId !== organization.awsOrganizationId) return needed(elsewhere);
  const chain = await chainTo(parts.reader, part.known, accountId, account.unitIds);
  if (!chain.ok) return failed(chain);
  if (chain.value === null) return needed("An organizational unit has moved.");
  for (const unit of chain.value) part.units.set(unit.id, unit);
  const unitIds = chain.value.map((unit) => unit.id);
  const { failure } = await saveListing(
    parts,
    organization,
    listing,
    readAhead(onePage([{ ...account, unitIds }])),
  );
  return failure && failed(failure);
}

const elsewhere = "The organization role now belongs to another organization.";

async function* onePage(accounts: ListedAccount[]): AsyncGenerator<AccountPage> {
  yield { ok: true, value: accounts, operation: "organizations:DescribeAccount" };
}

/** AWS says "not found" also where the role's own account is in no organization, or in another one by now. */
async function noteLeft({ parts, organization, listing }: Part, accountId: string): Promise<Ended> {
  const summary = await readSummary(parts.reader);
  if (!summary.ok) return failed(summary);
  if (summary.value.id !== organization.awsOrganizationId) return needed(elsewhere);
  await inOrganization(parts, organization, (tx) =>
    noteAccounts(tx, listing, [{ id: accountId, placement: "absent", reason: null }]),
  );
  return null;
}

async function listUnit(part: Part, unitId: string): Promise<Ended> {
  const { parts, organization, known, listing } = part;
  const { reader, store } = parts;
  const unit = await readUnit(reader, unitId);
  if (!unit.ok) return failed(unit);
  if (unit.value === null) return needed("The organizational unit is gone.");
  const chain = await chainTo(reader, known, unitId, []);
  if (!chain.ok) return failed(chain);
  if (chain.value === null) return needed("An organizational unit has moved.");
  const above = chain.value.filter(({ id }) => id !== unitId);
  const top: ListedUnit = { id: unitId, name: unit.value, parentId: above.at(-1)?.id ?? null };
  const nested = await readUnits(reader, unitId);
  if (!nested.ok) return failed(nested);
  for (const each of [...above, top, ...nested.value]) part.units.set(each.id, each);
  const parents = parentsOf(top, nested.value).map(({ id, unitIds }) => ({
    id,
    unitIds: [...above.map((each) => each.id), ...unitIds],
  }));
  const { failure } = await saveListing(
    parts,
    organization,
    listing,
    readAhead(readAccountsUnder(reader, parents)),
  );
  if (failure) return failed(failure);
  const under = [...parents.map(({ id }) => id), ...below(known, unitId)];
  const lost = await store.withTenant(organization.tenantId, (tx) =>
    unlistedClouds(tx, listing, under, askedByThemselves + 1),
  );
  if (lost.length > askedByThemselves) return needed("Many accounts have left the organizational unit.");
  for (const accountId of lost) {
    const ended = await listAccount(part, accountId);
    if (ended) return ended;
  }
  return null;
}

function below(known: KnownUnits, topId: string): string[] {
  const children = [...known.values()].filter(({ parentId }) => parentId === topId).map(({ id }) => id);
  return children.flatMap((id) => [id, ...below(known, id)]);
}

async function finish({ parts, organization, listing, units }: Part): Promise<Ended> {
  const { id } = organization;
  await inOrganization(parts, organization, async (tx) => {
    await joinAsSets(tx);
    await addUnits(tx, id, [...units.values()]);
    await syncSystemBadges(tx, systemBadgesOf(organization), { run: listing.run });
  });
  const isNamedByTags = await nameByTags(parts, organization, listing);
  const failure = await fillTags(parts, organization, listing, isNamedByTags);
  await saveTags(parts, organization, listing, failure);
  const stop = await inOrganization(parts, organization, (tx) =>
    // What a person has confirmed is what the last whole sync stopped at.
    reasonToStop(tx, { ...organization, isConfirmed: false }, listing, { run: listing.run }),
  );
  if (stop) return needed(stop);
  await takeClouds(parts, organization, listing);
  await followTags(parts, organization, { run: listing.run });
  return null;
}

/** 100 accounts a call, but all of the organization: fewer calls only where the part is a large one. */
async function nameByTags(
  parts: SyncParts,
  organization: SyncedOrganization,
  listing: Listing,
): Promise<boolean> {
  if (parts.reader.accountId !== organization.managementAccountId) return false;
  const [{ untagged }, { clouds }] = await parts.store.withTenant(organization.tenantId, async (tx) => [
    await countListing(tx, listing),
    await countGoing(tx, listing),
  ]);
  return (
    untagged > Math.ceil(clouds / 100) &&
    (await noteAllTags(parts, organization, listing, readAhead(accountTagPages(parts.reader)))) === null
  );
}
