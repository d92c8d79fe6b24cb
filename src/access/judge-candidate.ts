// What one candidate can do to the resource: every action of its kind evaluated, those that are not refused
// explained and put together by the statements that grant them.
import { evaluate } from "#iam/evaluate.ts";
import { explain } from "#iam/explain.ts";
import type { AttachedPolicy, Layers, OrganizationPolicies, Unread } from "#iam/layers.ts";
import type { Request } from "#iam/request.ts";
import type { MatchedStatement, Verdict } from "#iam/verdict.ts";
import type { KeptDocument } from "#store/identity-documents.ts";
import { type Candidate, ownAffairId } from "./candidates.ts";
import { type Asked, contextOf } from "./context-of.ts";
import { type AccessTarget, arnOf, type TargetAction } from "./targets.ts";

/** The resource's side of every request. */
export interface Held {
  resource: KeptDocument;
  target: AccessTarget;
  asked: Asked;
  policy: AttachedPolicy | null | Unread;
  publicAccess: Layers["publicAccess"];
  rcp: OrganizationPolicies;
  now: Date;
}

export interface StatementReference {
  layer: string;
  policyName: string;
  policyArn: string | null;
  policyHash: string;
  sid: string | null;
  index: number;
  attachedTo: { kind: string; id: string; path: string | null };
  readAt: string | null;
}

export interface Grant {
  verdict: Exclude<Verdict["verdict"], "denied">;
  actions: TargetAction[];
  /** Those that allow, the decisive ones first. */
  statements: StatementReference[];
  /** Those that refuse it for some value of the keys. */
  mayDeny: StatementReference[];
  conditionKeys: string[];
  /** Layers that could not be read and would matter. */
  unread: string[];
}

export function judgeCandidate(held: Held, candidate: Candidate): Grant[] {
  const grants = new Map<string, Grant>();
  for (const action of held.target.actions) {
    const grant = grantOf(held, candidate, action);
    if (!grant) continue;
    const key = keyOf(grant);
    const known = grants.get(key);
    if (known) known.actions.push(action);
    else grants.set(key, grant);
  }
  return [...grants.values()];
}

/** Equal for grants by the same statements under the same conditions, of whomever. */
export function keyOf({ verdict, statements, mayDeny, conditionKeys, unread }: Grant): string {
  const named = (list: StatementReference[]) =>
    list.map(({ layer, policyHash, index, attachedTo }) => [
      layer,
      policyHash,
      index,
      layer === "identity" ? "" : attachedTo.id,
    ]);
  return JSON.stringify([verdict, named(statements), named(mayDeny), conditionKeys, unread]);
}

function grantOf(held: Held, candidate: Candidate, action: TargetAction): Grant | null {
  if (!isOpenTo(action, candidate, held.asked.accountId)) return null;
  const request = requestOf(held, candidate, action);
  if (!request) return null;
  const layers = layersOf(held, candidate, action);
  const { verdict } = evaluate(request, layers);
  if (verdict === "denied") return null;
  const { allowing, blockers, unknownKeys, unread } = explain(request, layers);
  return {
    verdict,
    actions: [action],
    statements: allowing.filter(isGranting).map(referenceTo),
    mayDeny: blockers.flatMap((blocker) => (blocker.kind === "deny" ? [referenceTo(blocker.by)] : [])),
    conditionKeys: [...unknownKeys],
    unread: [...unread],
  };
}

/** Before any policy is asked. */
function isOpenTo(action: TargetAction, { principal }: Candidate, accountId: string): boolean {
  if ((action.isFederated === true) !== (principal.kind === "federated")) return false;
  if (action.isOwnOnly) return "accountId" in principal && principal.accountId === accountId;
  return action.isUnsigned === true || principal.kind !== "anonymous";
}

function requestOf(
  held: Held,
  { principal, tags, organization }: Candidate,
  action: TargetAction,
): Request | null {
  const resource = arnOf(held.resource, action);
  const more = action.keys?.(held.resource.properties) ?? null;
  if (resource === undefined || (action.keys && more === null)) return null;
  const asked = more === null ? held.asked : { ...held.asked, more };
  return {
    action: action.action,
    resource,
    resourceAccountId: held.asked.accountId,
    principal,
    context: contextOf({ principal, tags, organization }, asked, held.now),
  };
}

function layersOf(held: Held, { identity, boundary, scp, instead }: Candidate, action: TargetAction): Layers {
  const { policy, publicAccess, rcp } = held;
  return {
    identity,
    boundary,
    session: null,
    scp,
    rcp,
    endpoint: null,
    resource: action.isInPolicy === false ? null : (instead ?? policy),
    publicAccess: instead ? null : publicAccess,
  };
}

/** The other layers only let pass what these grant; what another account says of itself is not known. */
function isGranting({ layer, policy }: MatchedStatement): boolean {
  return ["identity", "resource", "trust"].includes(layer) && policy.attachedTo.id !== ownAffairId;
}

export function referenceTo({
  layer,
  policy,
  statement,
}: Pick<MatchedStatement, "layer" | "policy" | "statement">): StatementReference {
  return {
    layer,
    policyName: policy.name,
    policyArn: policy.arn,
    policyHash: policy.hash,
    sid: statement.sid,
    index: statement.index,
    attachedTo: policy.attachedTo,
    readAt: policy.readAt,
  };
}
