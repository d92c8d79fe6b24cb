// SimulatePrincipalPolicy and SimulateCustomPolicy: whose policies, which of them, and what the organization adds.
import type { Layers, PolicySource } from "../../authorize.ts";
import { managedPolicy, policiesOf } from "../../iam-lookup.ts";
import { serviceControlOf } from "../../layers.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { policyOf } from "../../policy/document.ts";
import type { IamEntity } from "../../shapes.ts";
import { checkedPolicy, type EntityKind, entities, marked, noSuchEntity, own } from "./entity.ts";
import { contextFrom, evaluate, type NamedPolicy, type SimulateInput } from "./evaluate-action.ts";

interface OfPrincipal extends SimulateInput {
  PolicySourceArn: string;
  PolicyExclusionList?: Exclusion[];
}

interface OfCustom extends SimulateInput {
  PolicyInputList: string[];
  OrderedOrganizationPolicyInputList?: { ServiceControlPolicyInputList?: string[] }[];
}

interface Exclusion {
  PolicyType?: string;
  PolicyArn?: string;
  InlinePolicyIdentifier?: { PolicyName?: string };
}

/** Root, five OUs and the account. */
const mostLevels = 7;

export const simulateOperations: Record<string, Operation> = {
  SimulatePrincipalPolicy(call: Call<OfPrincipal>) {
    const { input } = call;
    const { kind, entity } = needSource(call, input.PolicySourceArn);
    checkInput(input);
    const isExcluded = excluding(input.PolicyExclusionList ?? []);
    const identity = sourcesOf(call, kind, entity, input.PolicyInputList ?? []).filter(
      ({ arn, id }) => !isExcluded({ type: typeOf(id, arn), arn, id }),
    );
    const boundary = isExcluded({ type: "permission-boundary" })
      ? undefined
      : boundaryOf(call, entity, input.PermissionsBoundaryPolicyInputList);
    const serviceControl = isExcluded({ type: "scp" })
      ? undefined
      : serviceControlOf(call.world, call.accountId)?.map((level) =>
          level.filter(({ arn }) => !isExcluded({ arn })),
        );
    return simulated(call, { identity, boundary, session: undefined, serviceControl }, identity);
  },

  SimulateCustomPolicy(call: Call<OfCustom>) {
    const { input } = call;
    checkInput(input);
    const levels = input.OrderedOrganizationPolicyInputList;
    if (levels && levels.length > mostLevels)
      throw new AwsFault(
        "InvalidInput",
        `There can be at most ${mostLevels} levels of organization policies.`,
      );
    const identity = input.PolicyInputList.map(inputPolicy);
    const boundary = input.PermissionsBoundaryPolicyInputList?.map((text) => ({ text }));
    const serviceControl = levels?.map(({ ServiceControlPolicyInputList = [] }) =>
      ServiceControlPolicyInputList.map((text) => ({ text })),
    );
    for (const { text } of serviceControl?.flat() ?? []) checkedPolicy(text);
    return simulated(call, { identity, boundary, session: undefined, serviceControl }, identity);
  },

  GetContextKeysForCustomPolicy(call: Call<{ PolicyInputList: string[] }>) {
    for (const text of call.input.PolicyInputList) checkedPolicy(text);
    return {
      ContextKeyNames: [
        ...new Set(call.input.PolicyInputList.flatMap((text) => policyOf(text).mentionedKeys)),
      ],
    };
  },

  GetContextKeysForPrincipalPolicy(call: Call<{ PolicySourceArn: string; PolicyInputList?: string[] }>) {
    const { kind, entity } = needSource(call, call.input.PolicySourceArn);
    const sources = sourcesOf(call, kind, entity, call.input.PolicyInputList ?? []);
    return { ContextKeyNames: [...new Set(sources.flatMap(({ text }) => policyOf(text).mentionedKeys))] };
  },
};

function simulated(call: Call<SimulateInput>, layers: Layers, identity: NamedPolicy[]) {
  const { input } = call;
  const context = contextFrom(input, call.now);
  const { items, ...rest } = marked(input, input.ActionNames);
  return {
    EvaluationResults: items.map((action) => evaluate(layers, identity, action, input, context)),
    ...rest,
  };
}

function checkInput({
  ActionNames,
  PolicyInputList,
  PermissionsBoundaryPolicyInputList,
}: SimulateInput): void {
  const wrong = ActionNames.find((action) => !/^[\w-]+:[\w*?]+$/.test(action));
  if (wrong !== undefined) throw new AwsFault("InvalidInput", `Invalid action: ${wrong}`);
  for (const text of [...(PolicyInputList ?? []), ...(PermissionsBoundaryPolicyInputList ?? [])])
    checkedPolicy(text);
}

/** By type, ARN, or the name of an inline policy. */
function excluding(list: Exclusion[]) {
  return ({ type, arn, id }: { type?: string; arn?: string | undefined; id?: string }): boolean =>
    list.some(
      ({ PolicyType, PolicyArn, InlinePolicyIdentifier }) =>
        (type !== undefined && PolicyType?.toLowerCase() === type) ||
        (PolicyArn !== undefined && PolicyArn === arn) ||
        (InlinePolicyIdentifier?.PolicyName !== undefined &&
          id?.endsWith(`_${InlinePolicyIdentifier.PolicyName}`) === true),
    );
}

/** As exclusions name the kinds; what the caller gave is none of them. */
function typeOf(id: string, arn: string | undefined): string {
  if (arn === undefined) return id.startsWith("PolicyInputList.") ? "given" : "inline";
  return /:iam::aws:/.test(arn) ? "aws-managed" : "user-managed";
}

function inputPolicy(text: string, at: number): NamedPolicy {
  return { text, id: `PolicyInputList.${at + 1}`, type: "IAM Policy" };
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

function sourcesOf(call: Call, kind: EntityKind, entity: IamEntity, more: string[]): NamedPolicy[] {
  const word = kind === "user" ? "User" : kind === "group" ? "Group" : "Role";
  const name = String((entity as unknown as Record<string, unknown>)[`${word}Name`]);
  const groups =
    "groups" in entity
      ? (entity.groups as string[]).flatMap((group) => own(call).groups.get(group) ?? [])
      : [];
  const inline = Object.entries(entity.inlinePolicies).map(
    ([policyName, text]): NamedPolicy => ({ text, id: `${kind}_${name}_${policyName}`, type: word }),
  );
  const managed = [entity, ...groups].flatMap((holder) =>
    policiesOf(call.world, call.accountId, holder).filter(({ arn }) => arn),
  );
  const ofGroups = groups.flatMap((group) =>
    Object.entries(group.inlinePolicies).map(
      ([policyName, text]): NamedPolicy => ({
        text,
        id: `group_${group.GroupName}_${policyName}`,
        type: "Group",
      }),
    ),
  );
  return [
    ...inline,
    ...ofGroups,
    ...managed.map(
      ({ text, arn = "" }): NamedPolicy => ({
        text,
        arn,
        id: arn.slice(arn.lastIndexOf("/") + 1),
        type: "IAM Policy",
      }),
    ),
    ...more.map(inputPolicy),
  ];
}

function boundaryOf(call: Call, entity: IamEntity, given: string[] | undefined): PolicySource[] | undefined {
  if (given?.length) return given.map((text) => ({ text }));
  const arn =
    "permissionsBoundary" in entity ? (entity.permissionsBoundary as string | undefined) : undefined;
  const policy = arn === undefined ? undefined : managedPolicy(call.world, call.accountId, arn);
  return arn === undefined ? undefined : policy ? [{ text: policy.text, arn }] : [];
}
