// What each layer says of a request: whether it allows, and whether anything denies. How the layers go together
// is decide.ts's. With `visit` every statement that may apply is told; without, nothing is allocated for it.
import { type CompiledStatement, statementsOn } from "#iam/compile.ts";
import type { AttachedPolicy, LayerName, Layers, OrganizationLevel } from "#iam/layers.ts";
import { type Naming, namesAtAll, namingOf, unnamed } from "#iam/principals.ts";
import { isReachedByRcp } from "#iam/rcp-services.ts";
import type { Request } from "#iam/request.ts";
import { statementTruth } from "#iam/statement-truth.ts";
import { and, maybe, no, or, type Truth, yes } from "#iam/three-valued.ts";

export interface Weights {
  deny: Truth;
  identity: Truth;
  boundary: Truth;
  session: Truth;
  scp: Truth;
  endpoint: Truth;
  /** What the resource's policy allows, by the way it names who asks. */
  resource: Naming;
  /** Whether a layer or a policy of it was not read or not understood. */
  isUnread: boolean;
}

export type Visit = (found: {
  layer: LayerName;
  level: OrganizationLevel | null;
  policy: AttachedPolicy;
  statement: CompiledStatement;
  applies: Truth;
  /** How the statement names who asks; null where policies name nobody. */
  naming: Naming | null;
}) => void;

export function weigh(request: Request, layers: Layers, visit: Visit | null): Weights {
  const action = request.action.toLowerCase();
  const weights: Weights = {
    deny: no,
    identity: no,
    boundary: yes,
    session: yes,
    scp: yes,
    endpoint: yes,
    resource: unnamed,
    isUnread: false,
  };
  const all = { action, request, weights, visit };
  if ("accountId" in request.principal) {
    weights.identity = layerAllow(all, "identity", layers.identity);
    if (layers.boundary !== null) weights.boundary = layerAllow(all, "boundary", listed(layers.boundary));
    if (layers.session !== null) weights.session = layerAllow(all, "session", layers.session);
    if (request.principal.kind === "root") weights.identity = yes;
  }
  weighOrganization(all, layers);
  if (layers.endpoint !== null)
    weights.endpoint = namesAtAll(namedAllow(all, "endpoint", layers.endpoint, layers));
  if (layers.resource !== null)
    weights.resource = namedAllow(all, resourceLayerOf(action), layers.resource, layers);
  return weights;
}

/** Of a role, the policy of the resource is its trust policy. */
export function resourceLayerOf(lowerCaseAction: string): "resource" | "trust" {
  return /^sts:(assumerole|tagsession|setsourceidentity)/.test(lowerCaseAction) ? "trust" : "resource";
}

interface Weighing {
  action: string;
  request: Request;
  weights: Weights;
  visit: Visit | null;
}

function listed(policy: AttachedPolicy | "unread"): readonly AttachedPolicy[] | "unread" {
  return policy === "unread" ? policy : [policy];
}

/** Adds to `deny` what denies, and gives what allows. */
function layerAllow(
  weighing: Weighing,
  layer: LayerName,
  policies: readonly AttachedPolicy[] | "unread",
  level: OrganizationLevel | null = null,
  reach: Truth = yes,
): Truth {
  if (policies === "unread") return unread(weighing.weights);
  let allow: Truth = no;
  for (const policy of policies) {
    if ("problems" in policy.policy) {
      allow = or(allow, unread(weighing.weights));
      continue;
    }
    for (const statement of statementsOn(policy.policy, weighing.action)) {
      // One deny is enough for the short answer.
      if (weighing.visit === null && weighing.weights.deny === yes) return allow;
      const form = layer === "rcp" ? reach : principalFree(statement);
      const applies = and(form, statementTruth(statement, weighing.request));
      weighing.visit?.({ layer, level, policy, statement, applies, naming: null });
      if (statement.isAllow) allow = or(allow, applies);
      else weighing.weights.deny = or(weighing.weights.deny, applies);
    }
  }
  return allow;
}

/** It may allow or deny anything. */
function unread(weights: Weights): Truth {
  weights.deny = or(weights.deny, maybe);
  weights.isUnread = true;
  return maybe;
}

/** AWS refuses a Principal, or no Resource, in a policy that is not a resource's: what it would mean is not known. */
function principalFree({ source }: CompiledStatement): Truth {
  return source.principals === null && source.resources !== null ? yes : maybe;
}

function weighOrganization(weighing: Weighing, { scp, rcp }: Layers): void {
  const { principal } = weighing.request;
  if (principal.kind === "role-session" && isServiceLinked(principal.roleArn)) return;
  const { weights } = weighing;
  if ("accountId" in principal) weights.scp = scpAllow(weighing, scp);
  const reach = isReachedByRcp(weighing.action);
  if (rcp === "exempt" || reach === no) return;
  if (rcp === "unread") unread(weights);
  // RCPFullAWSAccess cannot be detached and no other may allow, so only their denies count.
  else for (const level of rcp) layerAllow(weighing, "rcp", level.policies, level, reach);
}

/** Each level must allow. */
function scpAllow(weighing: Weighing, scp: Layers["scp"]): Truth {
  if (scp === "exempt") return yes;
  if (scp === "unread") return unread(weighing.weights);
  let allow: Truth = yes;
  for (const level of scp) allow = and(allow, layerAllow(weighing, "scp", level.policies, level));
  return allow;
}

/** Neither SCPs nor RCPs restrict them. */
export function isServiceLinked(roleArn: string): boolean {
  return roleArn.includes(":role/aws-service-role/");
}

/** Of a policy that says whom it speaks of: the resource's and the endpoint's. */
function namedAllow(
  weighing: Weighing,
  layer: LayerName,
  attached: AttachedPolicy | "unread",
  layers: Layers,
): Naming {
  const { request, weights } = weighing;
  if (attached === "unread" || "problems" in attached.policy) {
    unread(weights);
    return { direct: maybe, behind: maybe, account: maybe };
  }
  let allow = unnamed;
  for (const statement of statementsOn(attached.policy, weighing.action)) {
    const naming = namingIn(statement, request, layers);
    const fits = statementTruth(statement, request);
    const applies = and(fits, namesAtAll(naming));
    weighing.visit?.({ layer, level: null, policy: attached, statement, applies, naming });
    if (statement.isAllow) allow = joined(allow, naming, fits);
    else weights.deny = or(weights.deny, applies);
  }
  return allow;
}

function joined(allow: Naming, naming: Naming, fits: Truth): Naming {
  return {
    direct: or(allow.direct, and(naming.direct, fits)),
    behind: or(allow.behind, and(naming.behind, fits)),
    account: or(allow.account, and(naming.account, fits)),
  };
}

/** NotPrincipal with Deny "will always deny any IAM principal that has a permissions boundary", whoever is listed. */
function namingIn(
  { source, isAllow }: CompiledStatement,
  { principal }: Request,
  { boundary }: Layers,
): Naming {
  const naming = namingOf(source.principals, principal);
  const isBounded = principal.kind === "user" || principal.kind === "role-session";
  if (isAllow || !source.principals?.isNegated || !isBounded || boundary === null) return naming;
  return { ...naming, direct: or(naming.direct, boundary === "unread" ? maybe : yes) };
}
