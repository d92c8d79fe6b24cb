// How the layers go together to one answer: AWS's evaluation logic within an account and across accounts.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
import type { Layers } from "#iam/layers.ts";
import { namesAtAll } from "#iam/principals.ts";
import type { Request } from "#iam/request.ts";
import { and, maybe, not, or, type Truth, truth, yes } from "#iam/three-valued.ts";
import { resourceLayerOf, type Weights } from "#iam/weigh.ts";

/** Whether some layer or two grant it, and every other lets it pass. */
export function allowTruth(request: Request, weights: Weights, publicAccess: Truth): Truth {
  return and(and(and(weights.scp, weights.endpoint), publicAccess), grantTruth(request, weights));
}

export function grantTruth(
  { principal, action, resource, resourceAccountId }: Request,
  weights: Weights,
): Truth {
  const { direct, behind, account } = weights.resource;
  if (!("accountId" in principal)) return direct;
  const limits = and(weights.boundary, weights.session);
  if (isCrossAccount(principal.accountId, resourceAccountId))
    return and(namesAtAll(weights.resource), and(weights.identity, limits));
  if (isResourceDecisive(action, resource)) {
    const handedOn = and(account, weights.identity);
    return or(direct, and(or(behind, handedOn), limits));
  }
  return or(direct, and(or(weights.identity, behind), limits));
}

export function isCrossAccount(callerAccountId: string, resourceAccountId: string | null): boolean {
  return resourceAccountId !== null && resourceAccountId !== callerAccountId;
}

/** Trust policies and key policies must allow; what an identity policy says is not enough in their own account. */
export function isResourceDecisive(action: string, resource: string): boolean {
  const lower = action.toLowerCase();
  if (resourceLayerOf(lower) === "trust") return true;
  return lower.startsWith("kms:") && resource.includes(":key/");
}

/** A public bucket whose public access is restricted answers its own account and services only. */
export function publicAccessTruth(
  { principal, resourceAccountId }: Request,
  { publicAccess }: Layers,
): Truth {
  if (publicAccess === null || principal.kind === "service") return yes;
  const isOutside = !("accountId" in principal) || isCrossAccount(principal.accountId, resourceAccountId);
  if (!isOutside) return yes;
  const { isRestricted, isPolicyPublic } = publicAccess;
  return not(and(known(isRestricted), known(isPolicyPublic)));
}

function known(value: boolean | "unread"): Truth {
  return value === "unread" ? maybe : truth(value);
}
