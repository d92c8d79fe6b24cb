// The policies that bind a cloud's role, as the evaluator takes them: what was read, from where, and when. What was
// not read is "unread".
import type { AttachedPolicy, LayerName, Layers, OrganizationPolicies } from "#iam/layers.ts";
import { type OrganizationTree, organizationLevels } from "#iam/organization-levels.ts";
import { readPolicy } from "#iam/read-policy.ts";
import type { RolePolicy } from "#model/role-inspection.ts";
import type { DiagnosisCloud, DiagnosisOrganization, DiagnosisRole } from "#store/diagnosis-inputs.ts";
import { documentOfManaged } from "../templates/managed-policies.ts";

export function organizationTree(organization: DiagnosisOrganization): OrganizationTree {
  return {
    ...organization,
    typesRead: Object.keys(organization.policiesRead),
    policies: organization.policies.map(({ type, name, arn, document, targets, readAt }) => ({
      ...{ type, name, arn, targets },
      readAt: readAt.toISOString(),
      ...readPolicy(document),
    })),
  };
}

export function roleLayers(
  cloud: DiagnosisCloud,
  role: DiagnosisRole,
  tree: OrganizationTree | null,
): Layers {
  const levels = (type: "SERVICE_CONTROL_POLICY" | "RESOURCE_CONTROL_POLICY"): OrganizationPolicies => {
    // Whether an account that was connected by itself is in an organization, nobody has told us.
    if (tree === null) return cloud.organizationId === null ? "unread" : "exempt";
    return organizationLevels(tree, cloud, type);
  };
  return {
    ...ownLayers(role),
    session: null,
    scp: levels("SERVICE_CONTROL_POLICY"),
    rcp: levels("RESOURCE_CONTROL_POLICY"),
    // What a bucket or key itself refuses is told by our own calls, resource by resource.
    resource: null,
    endpoint: null,
    publicAccess: null,
  };
}

function ownLayers(role: DiagnosisRole): Pick<Layers, "identity" | "boundary"> {
  const { reading, readAt } = role;
  if (!reading) return { identity: "unread", boundary: "unread" };
  const attached = (policy: RolePolicy) => attachedPolicy(policy, role);
  const { boundaryArn, boundary } = reading;
  return {
    identity: readAt === null ? "unread" : reading.policies.map(attached),
    boundary: boundaryArn === null ? null : boundary ? attached(boundary) : "unread",
  };
}

function attachedPolicy({ name, arn, document }: RolePolicy, role: DiagnosisRole): AttachedPolicy {
  return {
    ...{ name, arn },
    attachedTo: { kind: "principal", id: role.arn, path: null },
    readAt: (role.readAt ?? role.triedAt).toISOString(),
    ...readPolicy(document ?? documentOfManaged(name)),
  };
}

/** Those that were read. */
export function policiesOf(layers: Layers): { layer: LayerName; policy: AttachedPolicy }[] {
  const { identity, boundary, scp, rcp } = layers;
  const own = (layer: LayerName, policies: readonly AttachedPolicy[]) =>
    policies.map((policy) => ({ layer, policy }));
  return [
    ...(identity === "unread" ? [] : own("identity", identity)),
    ...(boundary === null || boundary === "unread" ? [] : own("boundary", [boundary])),
    ...(typeof scp === "string" ? [] : scp.flatMap(({ policies }) => own("scp", policies))),
    ...(typeof rcp === "string" ? [] : rcp.flatMap(({ policies }) => own("rcp", policies))),
  ];
}
