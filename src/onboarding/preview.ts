// What adding an organization would do: which accounts come in and which stay out and why, and which clouds
// change hands. Lists are cut, counts are whole.
import { type OrganizationFilters, placeAccount, reasonToLeaveOut } from "#model/organization.ts";
import type { ReplacedCloud } from "#store/clouds-to-replace.ts";
import type { OrganizationTree } from "./check-reads.ts";

const shown = 200;

export interface Preview {
  accounts: number;
  included: number;
  /** Of the included ones; suspended accounts are shown, but not read. */
  harvested: number;
  units: number;
  includedAccounts: { accountId: string; name: string; path: string; note: string | null }[];
  excluded: { accountId: string; name: string; reason: string }[];
  excludedCount: number;
  excludedByReason: { reason: string; count: number }[];
  credentialsReplaced: string[];
  replaced: ReplacedCloud[];
  replacedCount: number;
}

export interface KnownAccounts {
  /** Clouds of this tenant among the accounts, whose credentials would be replaced. */
  replaced: (accountIds: string[]) => Promise<ReplacedCloud[]>;
  /** Ids among the accounts that another tenant has. */
  ofOthers: (accountIds: string[]) => Promise<ReadonlySet<string>>;
}

export async function previewOf(
  { root, units, accounts }: OrganizationTree,
  filters: OrganizationFilters,
  managementAccountId: string,
  known: KnownAccounts,
): Promise<Preview> {
  const others = await known.ofOthers(accounts.map(({ id }) => id));
  const names = new Map([root, ...units].map(({ id, name }) => [id, name]));
  const judged = accounts.map((account) => {
    const placement = placeAccount(account, filters);
    const reason = others.has(account.id)
      ? "It is already connected to this installation."
      : reasonToLeaveOut(placement);
    const note =
      placement.kind === "suspended"
        ? `${placement.reason} It is shown, but not harvested.`
        : account.id === managementAccountId
          ? "The management account: a service-managed StackSet passes it by, so it needs its own stack."
          : null;
    return { account, reason, note, isHarvested: placement.kind === "wanted" };
  });
  const included = judged.filter(({ reason }) => reason === null);
  const excluded = judged.flatMap(({ account: { id, name }, reason }) =>
    reason === null ? [] : [{ accountId: id, name, reason }],
  );
  const replaced = await known.replaced(included.map(({ account }) => account.id));
  const reasons = Map.groupBy(excluded, ({ reason }) => reason);
  return {
    accounts: accounts.length,
    included: included.length,
    harvested: included.filter(({ isHarvested }) => isHarvested).length,
    units: units.length,
    includedAccounts: included.slice(0, shown).map(({ account: { id, name, unitIds }, note }) => ({
      accountId: id,
      name,
      path: unitIds.map((unitId) => `/${names.get(unitId) ?? unitId}`).join(""),
      note,
    })),
    excluded: excluded.slice(0, shown),
    excludedCount: excluded.length,
    excludedByReason: [...reasons].map(([reason, { length }]) => ({ reason, count: length })),
    credentialsReplaced: replaced.slice(0, shown).map((cloud) => cloud.cloudId),
    replaced: replaced.slice(0, shown),
    replacedCount: replaced.length,
  };
}
