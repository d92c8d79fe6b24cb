// One action of a policy simulation, with the blind spots that AWS documents: condition keys come only from
// ContextEntries, SCP statements are never shown as matched and their keys never as missing, no resource control
// policies, no session policies.
import { authorize, type Decision, type Layers, type PolicySource } from "../../authorize.ts";
import { conditionsHold } from "../../policy/conditions.ts";
import { type Effect, policyOf } from "../../policy/document.ts";
import { type Context, matchesArn } from "../../policy/match.ts";
import type { Marked } from "./entity.ts";

export interface SimulateInput extends Marked {
  ActionNames: string[];
  ResourceArns?: string[];
  PolicyInputList?: string[];
  PermissionsBoundaryPolicyInputList?: string[];
  ContextEntries?: { ContextKeyName?: string; ContextKeyValues?: string[] }[];
}

export interface NamedPolicy extends PolicySource {
  id: string;
  type: "IAM Policy" | "User" | "Group" | "Role";
}

export function evaluate(
  layers: Layers,
  identity: NamedPolicy[],
  action: string,
  input: SimulateInput,
  context: Context,
) {
  const resources = input.ResourceArns?.length ? input.ResourceArns : ["*"];
  const perResource = resources.map((resource) => ({
    resource,
    ...decisionFor(layers, identity, { action, resource, context }),
  }));
  const worst =
    perResource.find(({ word }) => word === "explicitDeny") ??
    perResource.find(({ word }) => word === "implicitDeny") ??
    perResource[0];
  if (!worst) throw new Error("a simulation has at least one resource");
  const details = {
    ...(layers.serviceControl
      ? { OrganizationsDecisionDetail: { AllowedByOrganizations: worst.isAllowedByOrganizations } }
      : {}),
    ...(layers.boundary
      ? { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: worst.isAllowedByBoundary } }
      : {}),
  };
  return {
    EvalActionName: action,
    EvalResourceName: worst.resource,
    EvalDecision: worst.word,
    MatchedStatements: worst.matched,
    MissingContextValues: missingKeys(identity, action, context),
    ...details,
    ResourceSpecificResults:
      resources.length > 1
        ? perResource.map(({ resource, word, matched }) => ({
            EvalResourceName: resource,
            EvalResourceDecision: word,
            MatchedStatements: matched,
          }))
        : [],
  };
}

interface Question {
  action: string;
  resource: string;
  context: Context;
}

function decisionFor(layers: Layers, identity: NamedPolicy[], asked: Question) {
  const decision = authorize(layers, asked);
  const onlyScp = authorize(
    { ...layers, identity: everything, boundary: undefined, session: undefined },
    asked,
  );
  const onlyBoundary = authorize(
    { ...layers, identity: everything, session: undefined, serviceControl: undefined },
    asked,
  );
  return {
    word: wordOf(decision),
    matched: [...matchedBy(identity, "Deny", asked), ...matchedBy(identity, "Allow", asked)],
    isAllowedByOrganizations: onlyScp.allowed,
    isAllowedByBoundary: onlyBoundary.allowed,
  };
}

const everything: PolicySource[] = [
  { text: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}' },
];

function wordOf(decision: Decision): "allowed" | "explicitDeny" | "implicitDeny" {
  if (decision.allowed) return "allowed";
  return decision.isExplicit ? "explicitDeny" : "implicitDeny";
}

function matchedBy(sources: NamedPolicy[], effect: Effect, { action, resource, context }: Question) {
  return sources
    .filter(({ text }) =>
      policyOf(text)
        .forAction(action)
        .some(
          (statement) =>
            statement.effect === effect &&
            conditionsHold(statement, context) &&
            statement.resources?.patterns.some(
              (pattern) => pattern === "*" || matchesArn(pattern, resource),
            ) !== statement.resources?.isNot,
        ),
    )
    .map(({ id, type }) => ({ SourcePolicyId: id, SourcePolicyType: type }));
}

/** Keys that identity policies read for this action and nobody gave; those of SCPs are left out, as AWS does. */
function missingKeys(identity: NamedPolicy[], action: string, context: Context): string[] {
  const keys = identity.flatMap(({ text }) =>
    policyOf(text)
      .forAction(action)
      .flatMap(({ conditions }) => conditions.map(({ key }) => key)),
  );
  return [...new Set(keys)].filter((key) => context(key) === undefined);
}

export function contextFrom({ ContextEntries = [] }: SimulateInput, now: Date): Context {
  const given = new Map(
    ContextEntries.map(({ ContextKeyName = "", ContextKeyValues = [] }) => [
      ContextKeyName.toLowerCase(),
      ContextKeyValues,
    ]),
  );
  return (key) => {
    const values = given.get(key);
    if (values) return values;
    if (key === "aws:currenttime") return [now.toISOString()];
    return key === "aws:epochtime" ? [String(Math.floor(now.getTime() / 1000))] : undefined;
  };
}
