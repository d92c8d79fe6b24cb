// SimulatePrincipalPolicy, with the blind spots that AWS documents: condition keys come only from ContextEntries,
// SCP statements are never shown as matched and their keys never as missing, no resource control policies.
import { authorize, type Decision, type Layers, type PolicySource } from "../../authorize.ts";
import { managedPolicy, policiesOf } from "../../iam-lookup.ts";
import { serviceControlOf } from "../../identity.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { conditionsHold } from "../../policy/conditions.ts";
import { type Effect, policyOf } from "../../policy/document.ts";
import { type Context, matchesArn } from "../../policy/match.ts";
import type { IamEntity } from "../../shapes.ts";
import {
  checkedPolicy,
  type EntityKind,
  entities,
  type Marked,
  marked,
  noSuchEntity,
  own,
} from "./entity.ts";

interface SimulateInput extends Marked {
  PolicySourceArn: string;
  ActionNames: string[];
  ResourceArns?: string[];
  PolicyInputList?: string[];
  PermissionsBoundaryPolicyInputList?: string[];
  CallerArn?: string;
  ContextEntries?: { ContextKeyName?: string; ContextKeyValues?: string[] }[];
}

interface Named extends PolicySource {
  id: string;
  type: "IAM Policy" | "User" | "Group" | "Role";
}

export const simulateOperations: Record<string, Operation> = {
  SimulatePrincipalPolicy(call: Call<SimulateInput>) {
    const { input } = call;
    const { kind, entity } = needSource(call, input.PolicySourceArn);
    checkActions(input.ActionNames);
    for (const text of [
      ...(input.PolicyInputList ?? []),
      ...(input.PermissionsBoundaryPolicyInputList ?? []),
    ])
      checkedPolicy(text);
    const identity = sourcesOf(call, kind, entity, input.PolicyInputList ?? []);
    const boundary = boundaryOf(call, entity, input.PermissionsBoundaryPolicyInputList);
    const serviceControl = serviceControlOf(call.world, call.accountId);
    const context = contextFrom(input, call.now);
    const layers: Layers = { identity, boundary, session: undefined, serviceControl };
    const { items, ...rest } = marked(input, input.ActionNames);
    return {
      EvaluationResults: items.map((action) => evaluate(layers, identity, action, input, context)),
      ...rest,
    };
  },
  GetContextKeysForPrincipalPolicy(call: Call<{ PolicySourceArn: string; PolicyInputList?: string[] }>) {
    const { kind, entity } = needSource(call, call.input.PolicySourceArn);
    const sources = sourcesOf(call, kind, entity, call.input.PolicyInputList ?? []);
    return { ContextKeyNames: [...new Set(sources.flatMap(({ text }) => policyOf(text).mentionedKeys))] };
  },
};

function evaluate(layers: Layers, identity: Named[], action: string, input: SimulateInput, context: Context) {
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

function decisionFor(layers: Layers, identity: Named[], asked: Question) {
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

function matchedBy(sources: Named[], effect: Effect, { action, resource, context }: Question) {
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
function missingKeys(identity: Named[], action: string, context: Context): string[] {
  const keys = identity.flatMap(({ text }) =>
    policyOf(text)
      .forAction(action)
      .flatMap(({ conditions }) => conditions.map(({ key }) => key)),
  );
  return [...new Set(keys)].filter((key) => context(key) === undefined);
}

function contextFrom({ ContextEntries = [] }: SimulateInput, now: Date): Context {
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

/** The user, group or role whose policies are simulated; sessions and other accounts cannot be. */
function needSource(call: Call, arn: string): { kind: EntityKind; entity: IamEntity } {
  const [, , service, , accountId, resource = ""] = arn.split(":");
  const kind = resource.split("/")[0];
  if (
    service !== "iam" ||
    accountId !== call.accountId ||
    (kind !== "user" && kind !== "group" && kind !== "role")
  ) {
    throw new AwsFault(
      "InvalidInput",
      `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`,
    );
  }
  const entity = entities(call, kind).collection.get(arn.slice(arn.lastIndexOf("/") + 1));
  if (!entity) throw noSuchEntity(`${arn} does not exist.`);
  return { kind, entity };
}

function checkActions(actions: string[]): void {
  const wrong = actions.find((action) => !/^[\w-]+:[\w*?]+$/.test(action));
  if (wrong !== undefined) throw new AwsFault("InvalidInput", `Invalid action: ${wrong}`);
}

function sourcesOf(call: Call, kind: EntityKind, entity: IamEntity, more: string[]): Named[] {
  const word = kind === "user" ? "User" : kind === "group" ? "Group" : "Role";
  const name = String((entity as unknown as Record<string, unknown>)[`${word}Name`]);
  const groups =
    "groups" in entity
      ? (entity.groups as string[]).flatMap((group) => own(call).groups.get(group) ?? [])
      : [];
  const inline = Object.entries(entity.inlinePolicies).map(
    ([policyName, text]): Named => ({ text, id: `${kind}_${name}_${policyName}`, type: word }),
  );
  const managed = [entity, ...groups].flatMap((holder) =>
    policiesOf(call.world, call.accountId, holder).filter(({ arn }) => arn),
  );
  const ofGroups = groups.flatMap((group) =>
    Object.entries(group.inlinePolicies).map(
      ([policyName, text]): Named => ({ text, id: `group_${group.GroupName}_${policyName}`, type: "Group" }),
    ),
  );
  return [
    ...inline,
    ...ofGroups,
    ...managed.map(
      ({ text, arn = "" }): Named => ({
        text,
        arn,
        id: arn.slice(arn.lastIndexOf("/") + 1),
        type: "IAM Policy",
      }),
    ),
    ...more.map((text, at): Named => ({ text, id: `PolicyInputList.${at + 1}`, type: "IAM Policy" })),
  ];
}

function boundaryOf(call: Call, entity: IamEntity, given: string[] | undefined): PolicySource[] | undefined {
  if (given?.length) return given.map((text) => ({ text }));
  const arn =
    "permissionsBoundary" in entity ? (entity.permissionsBoundary as string | undefined) : undefined;
  const policy = arn === undefined ? undefined : managedPolicy(call.world, call.accountId, arn);
  return arn === undefined ? undefined : policy ? [{ text: policy.text, arn }] : [];
}
