// The managed policies of a role as resources of its template: which there are, and what each says for the
// role type that a stack chooses.
import { ifElse, noValue, ref, sub, type Value } from "./intrinsic.ts";
import type { PolicyPart, RoleModel, RoleVariant } from "./role-model.ts";

export function conditionOf(variant: RoleVariant): string {
  return `Is${pascal(variant.roleType ?? "")}`;
}

function pascal(text: string): string {
  return text.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}

export function policyCount({ variants }: RoleModel): number {
  return Math.max(...variants.map(({ policies }) => policies.length));
}

/**
 * The policy at one place, whatever the role type: a resource of each type's own would be made before the
 * former one is gone, and their names are the same.
 */
export function policy(model: RoleModel, at: number): Value {
  const those = model.variants.filter(({ policies }) => policies[at]);
  return {
    Type: "AWS::IAM::ManagedPolicy",
    ...(those.length < model.variants.length ? { Condition: placeCondition(at) } : {}),
    Properties: {
      ManagedPolicyName: byType(those, ({ policies }) => sub(`\${PolicyName}${policies[at]?.suffix}`)),
      Path: ref("RolePath"),
      PolicyDocument: byType(those, ({ policies }) => documentOf(policies[at])),
      Roles: [ref("Role")],
    },
  };
}

const placeCondition = (at: number) => `HasPolicy${at + 1}`;

/** Role types that have a policy at the place; without a condition where all have. */
export function placeConditions(model: RoleModel): Record<string, Value> {
  const all: Record<string, Value> = {};
  for (let at = 0; at < policyCount(model); at++) {
    const those = model.variants.filter(({ policies }) => policies[at]);
    if (those.length === model.variants.length) continue;
    const types = those.map((variant) => ({ "Fn::Equals": [ref("RoleType"), variant.roleType] }));
    all[placeCondition(at)] = types.length === 1 ? types[0] : { "Fn::Or": types };
  }
  return all;
}

/** The value of the chosen role type; one value where it is the same for all. */
function byType(variants: RoleVariant[], read: (variant: RoleVariant) => Value): Value {
  const [first, ...others] = variants;
  if (!first) return noValue;
  const value = read(first);
  const isSame = others.every((other) => JSON.stringify(read(other)) === JSON.stringify(value));
  return isSame ? value : ifElse(conditionOf(first), value, byType(others, read));
}

function documentOf(part: PolicyPart | undefined): Value {
  return {
    Version: "2012-10-17",
    Statement: (part?.statements ?? []).map((statement) => ({
      ...statement,
      Resource: resourceOf(statement.Resource),
    })),
  };
}

const places: Record<string, string> = {
  "{partition}": "${AWS::Partition}",
  "{account}": "${AWS::AccountId}",
  "{path}": "${RolePath}",
  "{roleName}": "${RoleName}",
  "{harvestRoles}": "${HarvestRoles}",
};

function resourceOf(resource: string): Value {
  return resource.includes("{")
    ? sub(resource.replace(/\{\w+\}/g, (place) => places[place] ?? place))
    : resource;
}
