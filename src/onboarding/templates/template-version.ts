// Which role a template makes, in twelve characters: the tag that a role carries and the version that this
// release expects. What a user chooses (names, path, ARNs, external id) and wording do not count.
import { createHash } from "node:crypto";
import { concreteRole } from "./concrete-role.ts";
import type { RoleModel, TemplateParameters } from "./role-model.ts";

/** Stands on every role that a template makes, where iam:GetRole shows it. */
export const versionTagKey = "skywarden:template";

const sameForAll: TemplateParameters = {
  platformRoleArn: ["arn:aws:iam::111111111111:role/Skywarden-Install-Role"],
  externalId: "skywarden-0000000000000000",
};

/** `<name>:<hash12>`; changes when the role's trust or what it may do changes, for any role type. */
export function templateVersion(model: RoleModel): string {
  const roles = model.variants.map(({ roleType }) => {
    const role = concreteRole(model, { ...sameForAll, roleType: roleType ?? undefined });
    return [roleType, role.trustPolicy, role.managedPolicyArns, role.policies, role.instanceProfileName];
  });
  return `${model.name}:${hashOf(JSON.stringify(roles))}`;
}

/** The given tags and the template's own, which nobody can replace. */
export function roleTags(
  model: RoleModel,
  { tags = [] }: TemplateParameters,
): { key: string; value: string }[] {
  return [
    ...tags.filter(({ key }) => key !== versionTagKey),
    { key: versionTagKey, value: templateVersion(model) },
  ];
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
