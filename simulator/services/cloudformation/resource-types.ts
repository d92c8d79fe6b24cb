// The resource types that stacks can make. Each acts through IAM's own operations with the caller's permissions.
import { chance } from "../../ids.ts";
import { AwsFault, type Call } from "../../operation.ts";
import { iam } from "../iam.ts";
import { isTree, type Tree } from "./template.ts";

export interface ResourceType {
  properties: string[];
  required: string[];
  /** Properties that name the object; giving one needs CAPABILITY_NAMED_IAM. */
  customNames: string[];
  /** A change of one makes a new object. */
  replaces: string[];
  /** Calls `made` as soon as there is an object to remove, so that a later failure can be undone. */
  create(act: Act, properties: Tree, nameHint: string, made: Made): void;
  update(act: Act, physicalId: string, properties: Tree, before: Tree): void;
  remove(act: Act, physicalId: string, properties: Tree): void;
  ref(physicalId: string): string;
  attribute(call: Call, physicalId: string, name: string): unknown;
}

export type Made = (physicalId: string) => void;

/** Runs an IAM operation as the stack's caller. */
export type Act = (operation: string, input: Tree) => Tree;

export function actFor(call: Call): Act {
  return (operation, input) => {
    const inner = { ...call, input };
    for (const permission of iam.permissions?.[operation]?.(inner) ?? []) call.authorize?.(permission);
    return (iam.operations[operation]?.(inner) ?? {}) as Tree;
  };
}

const role: ResourceType = {
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
};

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

const holders = [
  { property: "Roles", word: "Role" },
  { property: "Users", word: "User" },
  { property: "Groups", word: "Group" },
] as const;

const managedPolicy: ResourceType = {
  properties: ["Description", "Groups", "ManagedPolicyName", "Path", "PolicyDocument", "Roles", "Users"],
  required: ["PolicyDocument"],
  customNames: ["ManagedPolicyName"],
  replaces: ["ManagedPolicyName", "Path", "Description"],
  create(act, properties, nameHint, made) {
    const { Path, Description } = properties;
    const created = act("CreatePolicy", {
      PolicyName: textOr(properties.ManagedPolicyName, nameHint),
      PolicyDocument: documentText(properties.PolicyDocument),
      ...given({ Path, Description }),
    });
    const PolicyArn = String((created.Policy as Tree).Arn);
    made(PolicyArn);
    changeHolders(act, "Attach", { PolicyArn }, properties, {});
  },
  update(act, PolicyArn, properties, before) {
    if (differs("PolicyDocument", properties, before)) {
      const versions = act("ListPolicyVersions", { PolicyArn }).Versions as Tree[];
      const oldest = versions.findLast(({ IsDefaultVersion }) => !IsDefaultVersion);
      if (versions.length >= 5 && oldest)
        act("DeletePolicyVersion", { PolicyArn, VersionId: oldest.VersionId });
      act("CreatePolicyVersion", {
        PolicyArn,
        PolicyDocument: documentText(properties.PolicyDocument),
        SetAsDefault: true,
      });
    }
    changeHolders(act, "Detach", { PolicyArn }, before, properties);
    changeHolders(act, "Attach", { PolicyArn }, properties, before);
  },
  remove(act, PolicyArn, properties) {
    changeHolders(forgiving(act), "Detach", { PolicyArn }, properties, {});
    for (const { VersionId, IsDefaultVersion } of act("ListPolicyVersions", { PolicyArn })
      .Versions as Tree[]) {
      if (!IsDefaultVersion) act("DeletePolicyVersion", { PolicyArn, VersionId });
    }
    act("DeletePolicy", { PolicyArn });
  },
  ref: (physicalId) => physicalId,
  attribute: (_, physicalId, name) => (name === "PolicyArn" ? physicalId : undefined),
};

const inlinePolicy: ResourceType = {
  properties: ["Groups", "PolicyDocument", "PolicyName", "Roles", "Users"],
  required: ["PolicyDocument", "PolicyName"],
  customNames: [],
  replaces: ["PolicyName"],
  create(act, properties, _, made) {
    if (holders.every(({ property }) => stringsOf(properties[property]).length === 0)) {
      throw new AwsFault("ValidationError", "At least one of [Groups,Roles,Users] must be non-empty.");
    }
    const PolicyName = String(properties.PolicyName);
    made(PolicyName);
    changeHolders(
      act,
      "Put",
      { PolicyName, PolicyDocument: documentText(properties.PolicyDocument) },
      properties,
      {},
    );
  },
  update(act, PolicyName, properties, before) {
    changeHolders(act, "Delete", { PolicyName }, before, properties);
    changeHolders(
      act,
      "Put",
      { PolicyName, PolicyDocument: documentText(properties.PolicyDocument) },
      properties,
      {},
    );
  },
  remove: (act, PolicyName, properties) =>
    changeHolders(forgiving(act), "Delete", { PolicyName }, properties, {}),
  ref: (physicalId) => physicalId,
  attribute: () => undefined,
};

/** Does something to each holder that is in `of` and not in `except`. */
function changeHolders(
  act: Act,
  verb: "Attach" | "Detach" | "Put" | "Delete",
  input: Tree,
  of: Tree,
  except: Tree,
): void {
  for (const { property, word } of holders) {
    const kept = stringsOf(except[property]);
    for (const name of stringsOf(of[property])) {
      if (!kept.includes(name)) act(`${verb}${word}Policy`, { ...input, [`${word}Name`]: name });
    }
  }
}

const instanceProfile: ResourceType = {
  properties: ["InstanceProfileName", "Path", "Roles"],
  required: ["Roles"],
  customNames: ["InstanceProfileName"],
  replaces: ["InstanceProfileName", "Path"],
  create(act, properties, nameHint, made) {
    const InstanceProfileName = textOr(properties.InstanceProfileName, nameHint);
    act("CreateInstanceProfile", { InstanceProfileName, ...given({ Path: properties.Path }) });
    made(InstanceProfileName);
    for (const RoleName of stringsOf(properties.Roles))
      act("AddRoleToInstanceProfile", { InstanceProfileName, RoleName });
  },
  update(act, InstanceProfileName, properties, before) {
    for (const RoleName of stringsOf(before.Roles))
      act("RemoveRoleFromInstanceProfile", { InstanceProfileName, RoleName });
    for (const RoleName of stringsOf(properties.Roles))
      act("AddRoleToInstanceProfile", { InstanceProfileName, RoleName });
  },
  remove(act, InstanceProfileName, properties) {
    for (const RoleName of stringsOf(properties.Roles))
      act("RemoveRoleFromInstanceProfile", { InstanceProfileName, RoleName });
    act("DeleteInstanceProfile", { InstanceProfileName });
  },
  ref: (physicalId) => physicalId,
  attribute(call, physicalId, name) {
    const found = read(call, "GetInstanceProfile", { InstanceProfileName: physicalId })
      .InstanceProfile as Tree;
    return name === "Arn" ? found.Arn : undefined;
  },
};

export const resourceTypes: Record<string, ResourceType> = {
  "AWS::IAM::InstanceProfile": instanceProfile,
  "AWS::IAM::ManagedPolicy": managedPolicy,
  "AWS::IAM::Policy": inlinePolicy,
  "AWS::IAM::Role": role,
};

/** What is not there need not be taken away. */
export function forgiving(act: Act): Act {
  return (operation, input) => {
    try {
      return act(operation, input);
    } catch (error) {
      if (error instanceof AwsFault && error.code === "NoSuchEntity") return {};
      throw error;
    }
  };
}

/** Attributes are read without asking the caller's permission: the stack knows what it made. */
function read(call: Call, operation: string, input: Tree): Tree {
  return iam.operations[operation]?.({ ...call, input }) as Tree;
}

/** stack-LogicalId-XXXXXXXXXXXX, as long as a name may be. */
export function generatedName(stackName: string, logicalId: string): string {
  let suffix = "";
  for (let i = 0; i < 12; i++) suffix += "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[chance.int(36)];
  return `${`${stackName}-${logicalId}`.slice(0, 51)}-${suffix}`;
}

function documentText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function inlineOf(value: unknown): Map<string, string> {
  const list = Array.isArray(value) ? value.filter(isTree) : [];
  return new Map(
    list.map(({ PolicyName, PolicyDocument }) => [String(PolicyName), documentText(PolicyDocument)]),
  );
}

function tagsOf(value: unknown): { Key: string; Value: string }[] {
  const list = Array.isArray(value) ? value.filter(isTree) : [];
  return list.map(({ Key, Value }) => ({ Key: String(Key), Value: String(Value) }));
}

function stringsOf(value: unknown): string[] {
  return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);
}

function textOr(value: unknown, fallback: string): string {
  return value === undefined ? fallback : String(value);
}

function given(properties: Tree): Tree {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

export function differs(name: string, a: Tree, b: Tree): boolean {
  return JSON.stringify(a[name]) !== JSON.stringify(b[name]);
}
