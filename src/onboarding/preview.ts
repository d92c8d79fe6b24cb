// What adding an organization would do: which accounts come in and which stay out and why, and which clouds
// change hands. Lists are cut, counts are whole.
import {
  type OrganizationFilters,
  type Placement,
  placeAccount,
  reasonToLeaveOut,
} from "#model/organization.ts";
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
  leaving: { accountId: string; name: string; reason: string; isRemoved: boolean }[];
  leavingCount: number;
}

export interface KnownAccounts {
  /** Clouds of this tenant among the accounts, whose credentials would be replaced. */
  replaced: (accountIds: string[]) => Promise<ReplacedCloud[]>;
  /** Ids among the accounts whose cloud the organization has and uses now. */
  inUse: (accountIds: string[]) => Promise<ReadonlySet<string>>;
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
    return { account, reason, note, kind: placement.kind };
  });
  const included = judged.filter(({ reason }) => reason === null);
  const left = judged.flatMap(({ account: { id, name }, reason, kind }) =>
    reason === null ? [] : [{ accountId: id, name, reason, kind }],
  );
  const excluded = left.map(({ kind: _, ...account }) => account);
  const leaving = await leavingOf(left, known);
  const replaced = await known.replaced(included.map(({ account }) => account.id));
  const reasons = Map.groupBy(excluded, ({ reason }) => reason);
  return {
    accounts: accounts.length,
    included: included.length,
    harvested: included.filter(({ kind }) => kind === "wanted").length,
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
    leaving: leaving.slice(0, shown),
    leavingCount: leaving.length,
  };
}

async function leavingOf(
  left: (Preview["excluded"][number] & { kind: Placement["kind"] })[],
  { inUse }: KnownAccounts,
): Promise<Preview["leaving"]> {
  // Of what AWS has not activated nothing is taken away.
  const going = left.filter(({ kind }) => kind === "excluded" || kind === "suspended");
  const used = await inUse(going.map(({ accountId }) => accountId));
  return going
    .filter(({ accountId }) => used.has(accountId))
    .map(({ kind, ...account }) => ({ ...account, isRemoved: kind === "suspended" }));
}
