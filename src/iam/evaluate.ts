// The short answer: allowed, denied or not decided by what is known. Runs for every account, region and action,
// so it makes no explanation; explain.ts does, from the same weights.
import { allowTruth, publicAccessTruth } from "#iam/decide.ts";
import type { Layers } from "#iam/layers.ts";
import type { Request } from "#iam/request.ts";
import { maybe, no, type Truth, yes } from "#iam/three-valued.ts";
import type { Verdict } from "#iam/verdict.ts";
import { type Weights, weigh } from "#iam/weigh.ts";

const allowed: Verdict = { verdict: "allowed", denial: null };
const denied: Verdict = { verdict: "denied", denial: "explicit" };
const notAllowed: Verdict = { verdict: "denied", denial: "implicit" };
const conditional: Verdict = { verdict: "conditional", denial: null };
const unknown: Verdict = { verdict: "unknown", denial: null };

export function evaluate(request: Request, layers: Layers): Verdict {
  if (needsNoPermission(request)) return allowed;
  const weights = weigh(request, layers, null);
  return verdictOf(request, weights, publicAccessTruth(request, layers));
}

/** "No permissions are required", not even against an explicit deny (sts:GetCallerIdentity). */
export function needsNoPermission({ action }: Request): boolean {
  return action.toLowerCase() === "sts:getcalleridentity";
}

export function verdictOf(request: Request, weights: Weights, publicAccess: Truth): Verdict {
  if (weights.deny === yes) return denied;
  const allow = allowTruth(request, weights, publicAccess);
  if (allow === no) return notAllowed;
  if (weights.deny === no && allow === yes) return allowed;
  return weights.isUnread || publicAccess === maybe ? unknown : conditional;
}
