// The whole answer: every statement that allows, and everything that denies or fails to allow, not the first.
// It has the same weights as evaluate.ts, so the two never disagree.
import { grantTruth, isCrossAccount, isResourceDecisive, publicAccessTruth } from "#iam/decide.ts";
import { needsNoPermission, verdictOf } from "#iam/evaluate.ts";
import type { AttachedPolicy, LayerName, Layers, OrganizationLevel } from "#iam/layers.ts";
import { type Found, matchedStatement, openKeys } from "#iam/matched-statement.ts";
import { namesAtAll } from "#iam/principals.ts";
import type { Request } from "#iam/request.ts";
import { maybe, no, or, type Truth, yes } from "#iam/three-valued.ts";
import { unreadBlockers } from "#iam/unread.ts";
import type { Blocker, Explanation } from "#iam/verdict.ts";
import { resourceLayerOf, type Weights, weigh } from "#iam/weigh.ts";

export function explain(request: Request, layers: Layers): Explanation {
  const nothing = { allowing: [], blockers: [], unknownKeys: [], unread: [] };
  if (needsNoPermission(request)) return { verdict: "allowed", denial: null, ...nothing };
  const found: Found[] = [];
  const weights = weigh(request, layers, (statement) => found.push(statement));
  const verdict = verdictOf(request, weights, publicAccessTruth(request, layers));
  if (verdict.verdict === "allowed") return { ...verdict, ...nothing, allowing: allowing(found, request) };
  const failing = failingLayers(request, layers, weights, found);
  const unread = unreadBlockers(request, layers);
  const blockers = [
    ...denies(found, request),
    ...failing.map((layer) => noAllow(layer, found, request)),
    ...unread,
  ];
  const isOpen = verdict.verdict !== "denied";
  return {
    ...verdict,
    allowing: isOpen ? allowing(found, request) : [],
    blockers,
    unknownKeys: isOpen ? unknownKeys(found, failing, request) : [],
    unread: [...new Set(unread.map(({ layer }) => layer))],
  };
}

function allowing(found: readonly Found[], request: Request) {
  return found
    .filter(({ statement, applies }) => statement.isAllow && applies !== no)
    .map((one) => matchedStatement(one, request));
}

function denies(found: readonly Found[], request: Request): Blocker[] {
  return found
    .filter(({ statement, applies }) => !statement.isAllow && applies !== no)
    .map((one) => ({
      kind: "deny",
      layer: one.layer,
      certain: one.applies === yes,
      by: matchedStatement(one, request),
    }));
}

/** A layer, or one level of the organization, that does not allow for certain although it would have to. */
interface Failing {
  layer: LayerName;
  level: OrganizationLevel | null;
  allow: Truth;
  policies: readonly AttachedPolicy[];
}

function failingLayers(
  request: Request,
  layers: Layers,
  weights: Weights,
  found: readonly Found[],
): Failing[] {
  const all = [
    ...failingLevels(request, layers, found),
    failing("endpoint", weights.endpoint, layers.endpoint),
    failing("public-access-block", publicAccessTruth(request, layers), null),
    ...(grantTruth(request, weights) === yes ? [] : failingGrants(request, layers, weights)),
  ];
  return all.filter(({ allow }) => allow !== yes);
}

function failing(layer: LayerName, allow: Truth, policies: Layers["identity"] | Layers["resource"]): Failing {
  const read = policies === null || policies === "unread" ? [] : policies;
  return { layer, level: null, allow, policies: "policy" in read ? [read] : read };
}

function failingLevels(request: Request, { scp }: Layers, found: readonly Found[]): Failing[] {
  if (typeof scp === "string" || !("accountId" in request.principal)) return [];
  const allowOf = (level: OrganizationLevel): Truth =>
    found.reduce<Truth>(
      (allow, one) =>
        one.layer === "scp" && one.level === level && one.statement.isAllow ? or(allow, one.applies) : allow,
      level.policies.some(({ policy }) => "problems" in policy) ? maybe : no,
    );
  return scp.map((level) => ({ layer: "scp", level, allow: allowOf(level), policies: level.policies }));
}

function failingGrants(request: Request, layers: Layers, weights: Weights): Failing[] {
  const { principal, action, resourceAccountId } = request;
  const byResource = failing(
    resourceLayerOf(action.toLowerCase()),
    namesAtAll(weights.resource),
    layers.resource,
  );
  if (!("accountId" in principal)) return [byResource];
  const identity = failing("identity", weights.identity, layers.identity);
  const limits = [
    failing("boundary", weights.boundary, layers.boundary),
    failing("session", weights.session, layers.session),
  ];
  if (isCrossAccount(principal.accountId, resourceAccountId)) return [byResource, identity, ...limits];
  const isNamed = weights.resource.behind === yes;
  if (!isResourceDecisive(action, request.resource)) return [...(isNamed ? [] : [identity]), ...limits];
  return [byResource, ...(isNamed || weights.resource.account === no ? [] : [identity]), ...limits];
}

function noAllow(
  { layer, level, allow, policies }: Failing,
  found: readonly Found[],
  request: Request,
): Blocker {
  const nearly = found
    .filter(
      (one) => one.layer === layer && one.level === level && one.statement.isAllow && one.applies === no,
    )
    .map((one) => matchedStatement(one, request))
    .filter(({ resource }) => resource !== no);
  const attachedTo = level?.attachedTo ?? policies[0]?.attachedTo ?? null;
  return { kind: "no-allow", layer, certain: allow === no, attachedTo, policies, nearly };
}

function unknownKeys(found: readonly Found[], failing: readonly Failing[], request: Request): string[] {
  const isOpen = ({ layer, level, statement, applies }: Found) =>
    applies === maybe &&
    (!statement.isAllow || failing.some((one) => one.layer === layer && one.level === level));
  const keys = found.filter(isOpen).flatMap(({ statement }) => openKeys(statement, request));
  return [...new Map(keys.map((key) => [key.toLowerCase(), key])).values()].toSorted();
}
