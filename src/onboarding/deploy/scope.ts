// Which accounts get the member role by the StackSet, and why the others do not.
import { type ListedAccount, type ListedUnit, placeAccount } from "#model/organization.ts";
import type { Reading } from "../organization-reader.ts";
import { readAccounts } from "../read-accounts.ts";
import { parentsOf, readRoot, readUnits } from "../read-tree.ts";
import type { Administrator } from "./administrator.ts";
import type { WantedDeployment } from "./wanted.ts";

export interface AccountScope {
  /** The root or the chosen units, which the StackSet deploys to. */
  units: { id: string; name: string }[];
  accounts: { id: string; name: string; unitIds: string[] }[];
  leftOut: { accountId: string; name: string; reason: string }[];
  /** Active accounts below the units that the StackSet must skip. */
  excludedIds: string[];
  /** Chosen, but not in the organization; with the ids of units that have this name. */
  unknownUnits: { given: string; sameName: string[] }[];
}

export async function readScope(
  administrator: Administrator,
  wanted: WantedDeployment,
): Promise<Reading<AccountScope>> {
  const { reader } = administrator;
  const root = await readRoot(reader);
  if (!root.ok) return root;
  const units = await readUnits(reader, root.value.id);
  if (!units.ok) return units;
  const known = [root.value, ...units.value];
  const scope = emptyScope(known, wanted);
  const parents = async () => ({ ok: true as const, value: parentsOf(root.value, units.value) });
  const seen = new Set<string>();
  for await (const page of readAccounts(reader, parents)) {
    if (!page.ok) return page;
    for (const account of page.value) {
      if (seen.has(account.id)) continue;
      seen.add(account.id);
      place(scope, account, administrator, wanted);
    }
  }
  return { ok: true, value: scope };
}

function emptyScope(known: ListedUnit[], { units: chosen }: WantedDeployment): AccountScope {
  const named = new Map(known.map(({ id, name }) => [id, { id, name }]));
  const wanted = chosen.length > 0 ? [...new Set(chosen)] : known.slice(0, 1).map(({ id }) => id);
  const parents = new Map(known.map(({ id, parentId }) => [id, parentId]));
  return {
    units: wanted.filter((id) => !isWithin(id, wanted, parents)).flatMap((id) => named.get(id) ?? []),
    accounts: [],
    leftOut: [],
    excludedIds: [],
    unknownUnits: wanted
      .filter((id) => !named.has(id))
      .map((given) => ({
        given,
        sameName: known.filter(({ name }) => name.toLowerCase() === given.toLowerCase()).map(({ id }) => id),
      })),
  };
}

/** A unit below another chosen one is deployed to with it; named beside it, its accounts would be asked for twice. */
function isWithin(id: string, chosen: string[], parents: ReadonlyMap<string, string | null>): boolean {
  for (let above = parents.get(id); above; above = parents.get(above))
    if (chosen.includes(above)) return true;
  return false;
}

function place(
  scope: AccountScope,
  account: ListedAccount,
  administrator: Administrator,
  wanted: WantedDeployment,
): void {
  const { id, name, unitIds } = account;
  const leave = (reason: string) => scope.leftOut.push({ accountId: id, name, reason });
  if (id === administrator.managementAccountId && wanted.permissionModel === "service-managed") {
    leave(
      `It is the management account, to which a StackSet never deploys. ${itsStack(administrator, wanted)}`,
    );
    return;
  }
  // A self-managed set would make the role twice where the administrator's own stack makes it.
  if (id === administrator.accountId && wanted.permissionModel === "self-managed") {
    leave("It has its own stack.");
    return;
  }
  const placement = placeAccount(account, {
    excludedNamePrefixes: wanted.excludedNamePrefixes,
    includedUnits: wanted.units,
    autoRemoveSuspended: false,
    autoBadge: false,
  });
  if (placement.kind === "wanted") {
    scope.accounts.push({ id, name, unitIds });
    return;
  }
  leave(placement.reason);
  const isBelow = scope.units.some((unit) => unitIds.includes(unit.id));
  if (placement.kind === "excluded" && isBelow && account.state === "ACTIVE") scope.excludedIds.push(id);
}

function itsStack({ accountId, managementAccountId }: Administrator, wanted: WantedDeployment): string {
  if (!wanted.coversManagementAccount) return "It is not harvested, by choice.";
  return accountId === managementAccountId
    ? "It has its own stack."
    : "It needs its own stack, made there by its administrator.";
}
