// IAM roles as resources of stacks, with what they are now for drift.
import type { Call } from "../../operation.ts";
import {
  type Act,
  differs,
  documentText,
  forgiving,
  given,
  ifThere,
  type ResourceType,
  read,
  stringsOf,
  tagsOf,
  textOr,
} from "./resource-type.ts";
import { isTree, type Tree } from "./template.ts";

export const roleType: ResourceType = {
  properties: [
    "AssumeRolePolicyDocument",
    "Description",
    "ManagedPolicyArns",
    "MaxSessionDuration",
    "Path",
    "PermissionsBoundary",
    "Policies",
    "RoleName",
    "Tags",
  ],
  required: ["AssumeRolePolicyDocument"],
  customNames: ["RoleName"],
  replaces: ["RoleName", "Path"],
  create(act, properties, nameHint, made) {
    const RoleName = textOr(properties.RoleName, nameHint);
    const { Path, Description, MaxSessionDuration, PermissionsBoundary, Tags } = properties;
    act("CreateRole", {
      RoleName,
      AssumeRolePolicyDocument: documentText(properties.AssumeRolePolicyDocument),
      ...given({ Path, Description, PermissionsBoundary, Tags: Tags && tagsOf(Tags) }),
      ...(MaxSessionDuration === undefined ? {} : { MaxSessionDuration: Number(MaxSessionDuration) }),
    });
    made(RoleName);
    changePolicies(act, RoleName, properties, {});
  },
  update(act, RoleName, properties, before) {
    if (differs("AssumeRolePolicyDocument", properties, before)) {
      act("UpdateAssumeRolePolicy", {
        RoleName,
        PolicyDocument: documentText(properties.AssumeRolePolicyDocument),
      });
    }
    if (differs("Description", properties, before) || differs("MaxSessionDuration", properties, before)) {
      const MaxSessionDuration = Number(properties.MaxSessionDuration ?? 3600);
      act("UpdateRole", { RoleName, Description: textOr(properties.Description, ""), MaxSessionDuration });
    }
    if (differs("PermissionsBoundary", properties, before)) {
      const { PermissionsBoundary } = properties;
      if (PermissionsBoundary === undefined) act("DeleteRolePermissionsBoundary", { RoleName });
      else act("PutRolePermissionsBoundary", { RoleName, PermissionsBoundary });
    }
    if (differs("Tags", properties, before)) {
      act("UntagRole", { RoleName, TagKeys: tagsOf(before.Tags).map(({ Key }) => Key) });
      act("TagRole", { RoleName, Tags: tagsOf(properties.Tags) });
    }
    changePolicies(act, RoleName, properties, before);
  },
  remove(act, RoleName, properties) {
    changePolicies(forgiving(act), RoleName, {}, properties);
    act("DeleteRole", { RoleName });
  },
  ref: (physicalId) => physicalId,
  attribute(call, physicalId, name) {
    const found = read(call, "GetRole", { RoleName: physicalId }).Role as Tree | undefined;
    return name === "Arn" || name === "RoleId" ? found?.[name] : undefined;
  },
  actual: (call, RoleName, expected) => ifThere(() => actualRole(call, RoleName, expected)),
};

/** Among the properties that the template gave, and policies also where it gave none. */
function actualRole(call: Call, RoleName: string, expected: Tree): Tree {
  const found = read(call, "GetRole", { RoleName }).Role as Tree;
  const boundary = found.PermissionsBoundary as Tree | undefined;
  const attached = read(call, "ListAttachedRolePolicies", { RoleName, MaxItems: 1000 })
    .AttachedPolicies as Tree[];
  const names = read(call, "ListRolePolicies", { RoleName, MaxItems: 1000 }).PolicyNames as string[];
  const arns = attached.map(({ PolicyArn }) => String(PolicyArn));
  const Policies = inOrder(names, [...inlineOf(expected.Policies).keys()]).map((PolicyName) => ({
    PolicyName,
    PolicyDocument: decoded(read(call, "GetRolePolicy", { RoleName, PolicyName }).PolicyDocument),
  }));
  return given({
    ...expected,
    AssumeRolePolicyDocument: decoded(found.AssumeRolePolicyDocument),
    ManagedPolicyArns: orAbsent(
      inOrder(arns, stringsOf(expected.ManagedPolicyArns)),
      expected.ManagedPolicyArns,
    ),
    Policies: orAbsent(Policies, expected.Policies),
    ...(expected.MaxSessionDuration === undefined ? {} : { MaxSessionDuration: found.MaxSessionDuration }),
    ...(expected.Description === undefined ? {} : { Description: found.Description }),
    PermissionsBoundary: boundary?.PermissionsBoundaryArn,
    ...(expected.Tags === undefined ? {} : { Tags: found.Tags }),
  });
}

export function decoded(text: unknown): unknown {
  return JSON.parse(decodeURIComponent(String(text)));
}

/** The order of lists of policies means nothing. */
function inOrder(found: string[], wanted: string[]): string[] {
  const kept = wanted.filter((name) => found.includes(name));
  return [...kept, ...found.filter((name) => !wanted.includes(name))];
}

function orAbsent(found: unknown[], expected: unknown): unknown {
  return found.length === 0 && expected === undefined ? undefined : found;
}

/** Attached and inline policies of a role, from what they were to what they shall be. */
function changePolicies(act: Act, RoleName: string, wanted: Tree, before: Tree): void {
  const [arns, oldArns] = [stringsOf(wanted.ManagedPolicyArns), stringsOf(before.ManagedPolicyArns)];
  for (const PolicyArn of oldArns.filter((arn) => !arns.includes(arn)))
    act("DetachRolePolicy", { RoleName, PolicyArn });
  for (const PolicyArn of arns.filter((arn) => !oldArns.includes(arn)))
    act("AttachRolePolicy", { RoleName, PolicyArn });
  const [inline, oldInline] = [inlineOf(wanted.Policies), inlineOf(before.Policies)];
  for (const PolicyName of oldInline.keys())
    if (!inline.has(PolicyName)) act("DeleteRolePolicy", { RoleName, PolicyName });
  for (const [PolicyName, PolicyDocument] of inline) {
    if (oldInline.get(PolicyName) !== PolicyDocument)
      act("PutRolePolicy", { RoleName, PolicyName, PolicyDocument });
  }
}

function inlineOf(value: unknown): Map<string, string> {
  const list = Array.isArray(value) ? value.filter(isTree) : [];
  return new Map(
    list.map(({ PolicyName, PolicyDocument }) => [String(PolicyName), documentText(PolicyDocument)]),
  );
}
