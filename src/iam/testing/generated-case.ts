// A generated policy set and request in the evaluator's own form.
import type { Layers, OrganizationPolicies } from "#iam/layers.ts";
import type { Request } from "#iam/request.ts";
import { attached, contextOf, layersOf, level, type RawStatement, role, user } from "#iam/testing/cases.ts";
import type { GeneratedLayers, GeneratedRequest } from "#iam/testing/generators.ts";

export function documentOf(statements: readonly RawStatement[]) {
  return { Version: "2012-10-17", Statement: statements };
}

export function layersFrom({ identity, boundary, session, scp, rcp, resource }: GeneratedLayers): Layers {
  return layersOf({
    identity: identity.map(policyOf),
    boundary: boundary && policyOf(boundary),
    session: session === null ? null : session.map(policyOf),
    scp: levelsFrom(scp),
    rcp: levelsFrom(rcp),
    resource: resource && policyOf(resource),
  });
}

function policyOf(statements: readonly RawStatement[]) {
  return attached(documentOf(statements));
}

function levelsFrom(levels: RawStatement[][][] | null): OrganizationPolicies {
  return levels === null
    ? "exempt"
    : levels.map((policies, at) => level("unit", `ou-${at}`, ...policies.map(policyOf)));
}

export function requestFrom({
  action,
  resource,
  resourceAccountId,
  caller,
  keys,
}: GeneratedRequest): Request {
  return {
    action,
    resource,
    resourceAccountId,
    principal: caller === "role" ? role : user,
    context: contextOf(keys),
  };
}
