// One question of a search for escalation paths: may this principal do the action on this resource? What is asked is
// counted, because a search must end.
import type { KeyState } from "#iam/context.ts";
import { evaluate } from "#iam/evaluate.ts";
import { explain } from "#iam/explain.ts";
import type { AttachedPolicy, Layers, OrganizationPolicies, Unread } from "#iam/layers.ts";
import type { Request } from "#iam/request.ts";
import type { Verdict } from "#iam/verdict.ts";
import type { Tag } from "#model/resource.ts";
import type { Account, Identity } from "./account.ts";
import { ownOrganization } from "./candidates.ts";
import { contextOf } from "./context-of.ts";
import { referenceTo, type StatementReference } from "./judge-candidate.ts";
import { layersOf } from "./what-can.ts";

/** A principal on the way; `identity.boundary` is null where the way took it off. */
export interface Node {
  account: Account;
  identity: Identity;
}

export interface Question {
  action: string;
  resource: string;
  resourceAccountId?: string;
  region?: string;
  tags?: readonly Tag[];
  keys?: ReadonlyMap<string, KeyState>;
  /** Of a role that is to be assumed. */
  trust?: AttachedPolicy | null | Unread;
  rcp?: OrganizationPolicies;
}

export interface Answer {
  action: string;
  resource: string;
  verdict: Verdict["verdict"];
  statements: StatementReference[];
  conditionKeys: string[];
}

export interface Asking {
  now: Date;
  asked: number;
}

/** Null where it is refused. */
export function mayNode(asking: Asking, node: Node, question: Question): Answer | null {
  const [request, layers] = partsOf(asking, node, question);
  asking.asked++;
  const { verdict } = evaluate(request, layers);
  if (verdict === "denied") return null;
  const { allowing, unknownKeys } = explain(request, layers);
  return {
    action: question.action,
    resource: question.resource,
    verdict,
    statements: allowing
      .filter(({ layer }) => ["identity", "trust", "resource"].includes(layer))
      .map(referenceTo),
    conditionKeys: [...unknownKeys],
  };
}

/** As mayNode, without the reasons. */
export function isRefused(asking: Asking, node: Node, question: Question): boolean {
  const [request, layers] = partsOf(asking, node, question);
  asking.asked++;
  return evaluate(request, layers).verdict === "denied";
}

function partsOf(asking: Asking, { account, identity }: Node, question: Question): [Request, Layers] {
  const { accountId } = account.place;
  const organization = ownOrganization(account);
  const { principal, tags } = identity;
  const asked = {
    accountId: question.resourceAccountId ?? accountId,
    region: question.region ?? "",
    organization: question.resourceAccountId === undefined ? organization : ("unknown" as const),
    tags: question.tags,
    ...(question.keys ? { more: question.keys } : {}),
  };
  const known = contextOf({ principal, tags, organization }, asked, asking.now);
  const keys = new Map(known.keys);
  // In whichever region it helps.
  if (question.region === undefined) keys.delete("aws:requestedregion");
  const { action, resource, resourceAccountId = accountId } = question;
  return [
    { action, resource, resourceAccountId, principal, context: { ...known, keys } },
    { ...layersOf(account, identity), resource: question.trust ?? null, rcp: question.rcp ?? "exempt" },
  ];
}
