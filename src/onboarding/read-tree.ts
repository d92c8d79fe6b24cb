// The organization itself, its root and its units: 2 + U + 1 calls for U units.
import type { ListedUnit, OrganizationSummary } from "#model/organization.ts";
import {
  ask,
  gather,
  type OrganizationReader,
  pagesOf,
  type Reading,
  unreadable,
} from "./organization-reader.ts";

export async function readSummary(reader: OrganizationReader): Promise<Reading<OrganizationSummary>> {
  const answer = await ask<{ Organization?: { Id?: string; MasterAccountId?: string } }>(
    reader,
    "organizations",
    "DescribeOrganization",
    {},
  );
  if (!answer.ok) return answer;
  const { Id, MasterAccountId } = answer.value.Organization ?? {};
  if (!Id || !MasterAccountId)
    return unreadable("organizations:DescribeOrganization", "no organization in the answer");
  return { ok: true, value: { id: Id, managementAccountId: MasterAccountId } };
}

export async function readRoot(reader: OrganizationReader): Promise<Reading<ListedUnit>> {
  const answer = await ask<{ Roots?: { Id?: string; Name?: string }[] }>(
    reader,
    "organizations",
    "ListRoots",
    {},
  );
  if (!answer.ok) return answer;
  const root = answer.value.Roots?.[0];
  if (!root?.Id) return unreadable("organizations:ListRoots", "no root in the answer");
  return { ok: true, value: { id: root.Id, name: root.Name ?? "Root", parentId: null } };
}

export interface Tree {
  root: ListedUnit;
  /** Parents before children. */
  units: ListedUnit[];
}

export async function readTree(reader: OrganizationReader): Promise<Reading<Tree>> {
  const root = await readRoot(reader);
  if (!root.ok) return root;
  const units = await readUnits(reader, root.value.id);
  return units.ok ? { ok: true, value: { root: root.value, units: units.value } } : units;
}

/** At once: the accounts' pages are not to wait behind a level of many units. */
const askedAtOnce = 4;

/** Units below the root or a unit, parents before children; each parent is asked once. */
export async function readUnits(reader: OrganizationReader, topId: string): Promise<Reading<ListedUnit[]>> {
  const units: ListedUnit[] = [];
  const parents = [topId];
  while (parents.length > 0) {
    const batch = parents.splice(0, askedAtOnce);
    for (const answer of await Promise.all(batch.map((parentId) => readChildren(reader, parentId)))) {
      if (!answer.ok) return answer;
      units.push(...answer.value);
      parents.push(...answer.value.map((unit) => unit.id));
    }
  }
  return { ok: true, value: units };
}

function readChildren(reader: OrganizationReader, parentId: string): Promise<Reading<ListedUnit[]>> {
  type Output = { OrganizationalUnits?: { Id?: string; Name?: string }[]; NextToken?: string };
  const pages = pagesOf<Output>(reader, "ListOrganizationalUnitsForParent", { ParentId: parentId });
  return gather(pages, ({ OrganizationalUnits = [] }) =>
    OrganizationalUnits.flatMap(({ Id, Name }) => (Id ? [{ id: Id, name: Name ?? Id, parentId }] : [])),
  );
}

export interface ParentOfAccounts {
  id: string;
  /** Ids from the root to it, its own last. */
  unitIds: string[];
}

/** Every parent of accounts with the ids that lead to it. `units` has parents before children. */
export function parentsOf(root: ListedUnit, units: ListedUnit[]): ParentOfAccounts[] {
  const paths = new Map([[root.id, [root.id]]]);
  for (const unit of units) paths.set(unit.id, [...(paths.get(unit.parentId ?? root.id) ?? []), unit.id]);
  return [...paths].map(([id, unitIds]) => ({ id, unitIds }));
}
