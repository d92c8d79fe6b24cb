// The layers and policies that were not read or not understood, and that have a say in the request.

import { publicAccessTruth } from "#iam/decide.ts";
import type { AttachedPolicy, LayerName, Layers, OrganizationLevel } from "#iam/layers.ts";
import { isReachedByRcp } from "#iam/rcp-services.ts";
import type { Request } from "#iam/request.ts";
import { maybe, no } from "#iam/three-valued.ts";
import type { Blocker } from "#iam/verdict.ts";
import { isServiceLinked, resourceLayerOf } from "#iam/weigh.ts";

type UnreadBlocker = Extract<Blocker, { kind: "unread" }>;

export function unreadBlockers(request: Request, layers: Layers): UnreadBlocker[] {
  const { principal } = request;
  const action = request.action.toLowerCase();
  const hasIdentity = "accountId" in principal;
  const isExempt = principal.kind === "role-session" && isServiceLinked(principal.roleArn);
  return [
    ...(hasIdentity ? ofIdentity(layers) : []),
    ...(hasIdentity && !isExempt ? inLayer("scp", ofLevels(layers.scp)) : []),
    ...(isExempt || isReachedByRcp(action) === no ? [] : inLayer("rcp", ofLevels(layers.rcp))),
    ...inLayer(resourceLayerOf(action), listed(layers.resource)),
    ...inLayer("endpoint", listed(layers.endpoint)),
    ...(publicAccessTruth(request, layers) === maybe ? inLayer("public-access-block", "unread") : []),
  ];
}

function ofIdentity({ identity, boundary, session }: Layers): UnreadBlocker[] {
  return [
    ...inLayer("identity", identity),
    ...inLayer("boundary", listed(boundary)),
    ...inLayer("session", session ?? []),
  ];
}

function listed(policy: AttachedPolicy | null | "unread"): readonly AttachedPolicy[] | "unread" {
  return policy === "unread" ? policy : policy === null ? [] : [policy];
}

function ofLevels(levels: readonly OrganizationLevel[] | string): readonly AttachedPolicy[] | "unread" {
  if (levels === "unread") return levels;
  return typeof levels === "string" ? [] : levels.flatMap(({ policies }) => policies);
}

function inLayer(layer: LayerName, policies: readonly AttachedPolicy[] | "unread"): UnreadBlocker[] {
  const unread = (policy: AttachedPolicy | null): UnreadBlocker => ({
    kind: "unread",
    layer,
    certain: false,
    policy,
  });
  if (policies === "unread") return [unread(null)];
  return policies.filter(({ policy }) => "problems" in policy).map(unread);
}
