// IAM's types of resources, but for roles.
import { AwsFault } from "../../operation.ts";
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
  textOr,
} from "./resource-type.ts";
import { decoded, roleType } from "./role-type.ts";
import type { Tree } from "./template.ts";

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
  actual: (call, PolicyArn, expected) =>
    ifThere(() => {
      const { DefaultVersionId } = read(call, "GetPolicy", { PolicyArn }).Policy as Tree;
      const version = read(call, "GetPolicyVersion", { PolicyArn, VersionId: DefaultVersionId });
      return { ...expected, PolicyDocument: decoded((version.PolicyVersion as Tree).Document) };
    }),
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

export const iamTypes: Record<string, ResourceType> = {
  "AWS::IAM::InstanceProfile": instanceProfile,
  "AWS::IAM::ManagedPolicy": managedPolicy,
  "AWS::IAM::Policy": inlinePolicy,
  "AWS::IAM::Role": roleType,
};
