// The units that lead from the root to an account or a unit: by the path that AWS gives, else by asking for the
// parent until one is known. Of units that are known already nothing is asked.
import type { ListedUnit } from "#model/organization.ts";
import { ask, type OrganizationReader, type Reading, unreadable } from "./organization-reader.ts";

/** By id, as the last sync saw them. */
type KnownUnits = ReadonlyMap<string, ListedUnit>;

/**
 * The root first. `listedIds`: AWS's own path, empty if it gave none. null: a unit stands elsewhere than it did, so
 * that what is known of the tree cannot be trusted.
 */
export async function chainTo(
  reader: OrganizationReader,
  known: KnownUnits,
  childId: string,
  listedIds: string[],
): Promise<Reading<ListedUnit[] | null>> {
  const ids =
    listedIds.length > 0 ? { ok: true as const, value: listedIds } : await climb(reader, known, childId);
  if (!ids.ok) return ids;
  const chain: ListedUnit[] = [];
  for (const [i, id] of ids.value.entries()) {
    const parentId = ids.value[i - 1] ?? null;
    const unit = known.get(id);
    if (unit ? unit.parentId !== parentId : parentId === null) return { ok: true, value: null };
    const name: Reading<string | null> = unit ? { ok: true, value: unit.name } : await readUnit(reader, id);
    if (!name.ok) return name;
    if (name.value === null) return { ok: true, value: null };
    chain.push({ id, name: name.value, parentId });
  }
  return { ok: true, value: chain };
}

/** Ids from the root to the child's parent; of a unit that is known, what is known of it. */
async function climb(
  reader: OrganizationReader,
  known: KnownUnits,
  childId: string,
): Promise<Reading<string[]>> {
  const ids: string[] = [];
  for (let child = childId; ; ) {
    const parent = await readParent(reader, child);
    if (!parent.ok) return parent;
    ids.unshift(parent.value);
    if (known.has(parent.value)) break;
    child = parent.value;
  }
  for (let id = known.get(ids[0] ?? "")?.parentId; id; id = known.get(id)?.parentId) ids.unshift(id);
  return { ok: true, value: ids };
}

async function readParent(reader: OrganizationReader, ChildId: string): Promise<Reading<string>> {
  type Output = { Parents?: { Id?: string }[] };
  const answer = await ask<Output>(reader, "organizations", "ListParents", { ChildId });
  if (!answer.ok) return answer;
  const id = answer.value.Parents?.[0]?.Id;
  return id ? { ok: true, value: id } : unreadable("organizations:ListParents", "no parent in the answer");
}

/** Its name; null if there is no such unit. */
export async function readUnit(reader: OrganizationReader, id: string): Promise<Reading<string | null>> {
  type Output = { OrganizationalUnit?: { Name?: string } };
  const answer = await ask<Output>(reader, "organizations", "DescribeOrganizationalUnit", {
    OrganizationalUnitId: id,
  });
  if (answer.ok) return { ok: true, value: answer.value.OrganizationalUnit?.Name ?? id };
  const isGone = answer.error.code === "OrganizationalUnitNotFoundException";
  return isGone ? { ok: true, value: null } : answer;
}
