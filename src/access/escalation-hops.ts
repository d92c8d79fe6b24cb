// The hops from one principal within its account, by the table of rules. What is refused for any target is not asked
// of each.
import { single } from "#iam/context.ts";
import { unknownText } from "#iam/glob.ts";
import type { Identity } from "./account.ts";
import { type Answer, type Asking, isRefused, mayNode, type Node, type Question } from "./ask-node.ts";
import type { Hop } from "./escalation.ts";
import type { EscalationEstate, Holder } from "./escalation-estate.ts";
import type { EscalationRule, Need } from "./escalation-rule.ts";
import { actionsWithoutResource, escalationRules } from "./escalation-rules.ts";

export interface Reached {
  hop: Hop;
  /** Null: everything in the account. */
  node: Node | null;
}

export function hopsFrom(asking: Asking, estate: EscalationEstate, node: Node): Reached[] {
  return escalationRules
    .filter((rule) => isFor(rule, node))
    .flatMap((rule) => {
      const isOfTarget = rule.gives === "user" || rule.gives === "role";
      return isOfTarget ? hopsToTargets(asking, estate, node, rule) : hopsOfOwn(asking, estate, node, rule);
    });
}

function isFor({ of, gives }: EscalationRule, { identity }: Node): boolean {
  if (gives === "without-boundary" && identity.boundary === null) return false;
  return of === undefined || identity.document.type === `aws.iam.${of}`;
}

function hopsOfOwn(asking: Asking, estate: EscalationEstate, node: Node, rule: EscalationRule): Reached[] {
  const needs = answersTo(asking, estate, node, rule.needs, null);
  if (!needs) return [];
  const hop: Hop = { rule: rule.id, title: rule.title, to: null, through: null, needs };
  if (rule.gives === "administrator") return [{ hop, node: null }];
  const free = { ...node, identity: { ...node.identity, boundary: null } };
  return [{ hop: { ...hop, to: placeOf(node.identity) }, node: free }];
}

interface Target {
  identity: Identity;
  service?: string | undefined;
  holder?: Holder | undefined;
}

function hopsToTargets(
  asking: Asking,
  estate: EscalationEstate,
  node: Node,
  rule: EscalationRule,
): Reached[] {
  const general = rule.needs.filter(({ on }) => on === "anything");
  if (!answersTo(asking, estate, node, general, null)) return [];
  const isHopeless = rule.needs.some(
    ({ action, on }) =>
      on !== "anything" && action !== "sts:AssumeRole" && isRefusedForAll(asking, node, action),
  );
  if (isHopeless) return [];
  return targetsOf(asking, estate, node, rule).flatMap((target): Reached[] => {
    const needs = answersTo(asking, estate, node, rule.needs, target);
    if (!needs) return [];
    const { identity, holder } = target;
    const through = holder ? { arn: holder.arn, resourceId: holder.resourceId, name: holder.name } : null;
    const hop = { rule: rule.id, title: rule.title, to: placeOf(identity), through, needs };
    return [{ hop, node: { account: estate.account, identity } }];
  });
}

const isRefusedForAll = (asking: Asking, node: Node, action: string) =>
  isRefused(asking, node, { action, resource: unknownText });

function placeOf({ arn, document }: Identity): Hop["to"] {
  return { arn, resourceId: document.id, name: document.name, cloudId: document.cloudId };
}

function targetsOf(asking: Asking, estate: EscalationEstate, node: Node, rule: EscalationRule): Target[] {
  if (rule.holder)
    return estate.holders.flatMap((holder) => {
      const identity = estate.byArn.get(holder.roleArn);
      return holder.type === rule.holder && identity ? [{ identity, holder }] : [];
    });
  return estate.principals
    .filter(
      (identity) =>
        identity.document.type === `aws.iam.${rule.gives}` &&
        identity.arn !== node.identity.arn &&
        !identity.isServiceLinked &&
        fitsPassword(rule, identity) &&
        (rule.service === undefined || trusts(asking, estate, identity, rule.service)),
    )
    .map((identity) => ({ identity, service: rule.service }));
}

/** A password is made where there is none, and changed where there is one. */
function fitsPassword({ id }: EscalationRule, { document }: Identity): boolean {
  const hasPassword = document.properties.LoginProfile !== undefined;
  if (id === "new-password") return !hasPassword;
  return id !== "change-password" || hasPassword;
}

function trusts(asking: Asking, { account }: EscalationEstate, identity: Identity, name: string): boolean {
  const service = {
    ...identity,
    principal: { kind: "service", name },
    identity: [],
    boundary: null,
  } as never;
  const question = { action: "sts:AssumeRole", resource: identity.arn, trust: identity.trust };
  return !isRefused(asking, { account, identity: service }, question);
}

/** Null as soon as one of them is refused. */
function answersTo(
  asking: Asking,
  estate: EscalationEstate,
  node: Node,
  needs: readonly Need[],
  target: Target | null,
): Answer[] | null {
  const answers: Answer[] = [];
  for (const need of needs) {
    const answer = firstAllowed(asking, node, questionsOf(estate, node, need, target));
    if (!answer) return null;
    answers.push(answer);
  }
  return answers;
}

function firstAllowed(asking: Asking, node: Node, questions: readonly Question[]): Answer | null {
  for (const question of questions) {
    const answer = mayNode(asking, node, question);
    if (answer) return answer;
  }
  return null;
}

function questionsOf(
  estate: EscalationEstate,
  node: Node,
  { action, on }: Need,
  target: Target | null,
): Question[] {
  const { partition, accountId } = estate.account.place;
  const iam = `arn:${partition}:iam::${accountId}`;
  switch (on) {
    case "self":
      return [{ action, resource: node.identity.arn, tags: node.identity.tags }];
    case "new-role":
      return [{ action, resource: `${iam}:role/${unknownText}` }];
    case "new-user":
      return [{ action, resource: `${iam}:user/${unknownText}` }];
    case "anything":
      return [{ action, resource: actionsWithoutResource.has(action) ? "*" : unknownText }];
    case "own-policy":
      return ownPolicies(node.identity, accountId).map((resource) => ({ action, resource }));
    case "own-group":
      return ownGroups(estate, node.identity).map((resource) => ({ action, resource }));
    case "administrators-group":
      return administratorsGroups(estate).map((resource) => ({ action, resource }));
    case "target":
      return target ? [questionOfTarget(action, target)] : [];
    case "holder":
      return target?.holder
        ? [{ action, resource: target.holder.arn, region: target.holder.region, tags: target.holder.tags }]
        : [];
  }
}

function questionOfTarget(action: string, { identity, service }: Target): Question {
  const question = { action, resource: identity.arn, tags: identity.tags };
  if (action === "sts:AssumeRole") return { ...question, trust: identity.trust };
  return service === undefined
    ? question
    : { ...question, keys: new Map([["iam:passedtoservice", single(service)]]) };
}

/** Customer-managed ones: AWS's cannot be rewritten. */
function ownPolicies({ identity }: Identity, accountId: string): string[] {
  if (identity === "unread") return [];
  return identity.flatMap(({ arn }) => (arn?.includes(`::${accountId}:policy/`) ? [arn] : []));
}

function ownGroups({ account }: EscalationEstate, { document }: Identity): string[] {
  const { GroupList = [] } = document.properties as { GroupList?: string[] };
  return GroupList.flatMap((name) => account.groups.get(name)?.arn ?? []);
}

/** By an Allow of everything on everything in a policy of AWS's or its own. */
function administratorsGroups({ account }: EscalationEstate): string[] {
  return [...account.groups.values()].flatMap(({ arn, properties }) => {
    const { AttachedManagedPolicies = [] } = properties as {
      AttachedManagedPolicies?: { PolicyArn?: string }[];
    };
    const isFull = AttachedManagedPolicies.some(({ PolicyArn }) =>
      PolicyArn?.endsWith(":aws:policy/AdministratorAccess"),
    );
    return isFull && arn !== null ? [arn] : [];
  });
}
