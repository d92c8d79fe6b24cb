// IAM's quotas for what one role may hold, and what a template says as it comes near them. All that a role may do stands
// in managed policies: inline ones (10,240 characters in all) would hold less than two of them.
import { Problem } from "#model/problem.ts";
import type { RoleModel, RoleVariant } from "./role-model.ts";

/** Managed policies attached to a role: without asking, and with the quota raised. */
const policiesByDefault = 10;
const policiesAtMost = 20;

const attachedBy = ({ managedPolicies, policies }: RoleVariant) => managedPolicies.length + policies.length;

const actionsOf = ({ policies }: RoleVariant) =>
  policies.flatMap(({ statements }) => statements).reduce((sum, { Action }) => sum + Action.length, 0);

/** Throws for a role that cannot be, whatever AWS grants. */
export function checkPolicyCount(model: RoleModel): RoleModel {
  for (const variant of model.variants) {
    const attached = attachedBy(variant);
    if (attached <= policiesAtMost) continue;
    const type = variant.roleType ? ` of type ${variant.roleType}` : "";
    throw new Problem(
      "invalid-form",
      `${model.title}${type}: ${actionsOf(variant)} actions fill ${attached} managed policies, and AWS attaches ${policiesAtMost} to a role at most, also on request. Leave out actions, or divide them between two roles.`,
    );
  }
  return model;
}

/** What to do before such roles are made; null: they fit into AWS's default quota. */
export function quotaNote(variants: readonly RoleVariant[]): string | null {
  const large = variants.filter((variant) => attachedBy(variant) > policiesByDefault);
  if (large.length === 0) return null;
  const most = Math.max(...large.map(attachedBy));
  const types = large.flatMap(({ roleType }) => roleType ?? []);
  const whose = types.length > 0 ? ` (role type ${types.join(", ")})` : "";
  return `Has ${most} managed policies${whose}, and AWS attaches ${policiesByDefault} to a role by default: first raise the quota of managed policies per role (Service Quotas, IAM, L-0DA4ABF3) to ${most} in each account.`;
}
