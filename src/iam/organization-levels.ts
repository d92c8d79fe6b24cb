// The service and resource control policies that bind an account, from the root down to the account itself.
import type {
  AttachedPolicy,
  AttachmentPoint,
  OrganizationLevel,
  OrganizationPolicies,
} from "#iam/layers.ts";

export interface OrganizationTree {
  managementAccountId: string;
  /** null: the tree was not read yet. */
  rootId: string | null;
  units: ReadonlyMap<string, { parentId: string | null; path: string }>;
  policies: readonly TreePolicy[];
  /** Types whose policies were read, be it that there are none. */
  typesRead: readonly string[];
}

export interface TreePolicy extends Omit<AttachedPolicy, "attachedTo"> {
  type: string;
  /** Ids of roots, units and accounts. */
  targets: readonly string[];
}

export interface PlacedAccount {
  accountId: string;
  /** The unit or root that it is in; null: not known. */
  unitId: string | null;
}

/**
 * "exempt" for the management account, and where the root has no policy of the type: AWS attaches one that allows
 * everything when the type is turned on, and takes all away when it is turned off (Organizations user guide).
 */
export function organizationLevels(
  tree: OrganizationTree,
  account: PlacedAccount,
  type: "SERVICE_CONTROL_POLICY" | "RESOURCE_CONTROL_POLICY",
): OrganizationPolicies {
  if (account.accountId === tree.managementAccountId) return "exempt";
  const points = attachmentPoints(tree, account);
  if (points === null || !tree.typesRead.includes(type)) return "unread";
  const policies = tree.policies.filter((policy) => policy.type === type);
  const levels = points.map((attachedTo) => levelAt(attachedTo, policies));
  return levels[0]?.policies.length === 0 ? "exempt" : levels;
}

function levelAt(attachedTo: AttachmentPoint, policies: readonly TreePolicy[]): OrganizationLevel {
  const attached = policies.filter(({ targets }) => targets.includes(attachedTo.id));
  return { attachedTo, policies: attached.map((policy) => ({ ...policy, attachedTo })) };
}

/** Root, units, account; null where the way up is not known. */
export function attachmentPoints(
  { rootId, units }: Pick<OrganizationTree, "rootId" | "units">,
  { accountId, unitId }: PlacedAccount,
): AttachmentPoint[] | null {
  if (rootId === null || unitId === null) return null;
  const points: AttachmentPoint[] = [];
  for (let id: string | null = unitId; id !== null; ) {
    const unit = units.get(id);
    if (!unit || points.length > units.size) return null;
    points.unshift({ kind: id === rootId ? "root" : "unit", id, path: unit.path });
    id = unit.parentId;
  }
  if (points[0]?.id !== rootId) return null;
  const path = points.at(-1)?.path ?? "";
  return [...points, { kind: "account", id: accountId, path: `${path}/${accountId}` }];
}
