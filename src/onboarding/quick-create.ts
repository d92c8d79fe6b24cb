// Links that open CloudFormation's console with a published template and its parameters. Parameters that must not
// be shown (the external id) are left out: the console ignores them in links.
import type { PartitionName } from "#model/partition.ts";
import type { TemplateName, TemplateParameters } from "./templates/role-model.ts";

const consoles: Record<PartitionName, string> = {
  aws: "console.aws.amazon.com",
  "aws-us-gov": "console.amazonaws-us-gov.com",
  "aws-cn": "console.amazonaws.cn",
};
const homeRegions: Record<PartitionName, string> = {
  aws: "us-east-1",
  "aws-us-gov": "us-gov-west-1",
  "aws-cn": "cn-north-1",
};
const stackNames: Record<TemplateName, string> = {
  "organization-role": "Skywarden-Organization-Role",
  "member-role": "Skywarden-Member-Role",
  "install-role": "Skywarden-Install-Role",
  combined: "Skywarden",
};

export function quickCreateUrl(
  name: TemplateName,
  partition: PartitionName,
  templateUrl: string,
  given: TemplateParameters,
): string {
  const region = given.deploymentRegion ?? homeRegions[partition];
  const values = Object.entries(parametersOf(name, { ...given, deploymentRegion: region }));
  // Encoded by hand: the console takes + for a plus, not for a space.
  const query = [
    ["templateURL", templateUrl],
    ["stackName", stackNames[name]],
    ...values.flatMap(([key, value]) => (value === undefined ? [] : [[`param_${key}`, value]])),
  ].map(([key = "", value = ""]) => `${key}=${encodeURIComponent(value)}`);
  return `https://${region}.${consoles[partition]}/cloudformation/home?region=${region}#/stacks/create/review?${query.join("&")}`;
}

/** As the template names them. */
function parametersOf(name: TemplateName, given: TemplateParameters): Record<string, string | undefined> {
  const { rolePath: RolePath, permissionsBoundaryArn: PermissionsBoundaryArn } = given;
  const shared = { RolePath, PermissionsBoundaryArn };
  const own = { RoleName: given.roleName, PolicyName: given.policyName };
  const trust = { PlatformRoleArn: given.platformRoleArn?.join(",") };
  switch (name) {
    case "install-role":
      return { ...shared, ...own };
    case "organization-role":
      return { ...shared, ...own, ...trust };
    case "member-role":
      return { ...shared, ...own, ...trust, RoleType: given.roleType };
    case "combined":
      return {
        ...shared,
        ...trust,
        RoleType: given.roleType,
        OrganizationalUnitIds: given.organizationalUnitId?.join(","),
        DeploymentRegion: given.deploymentRegion,
      };
  }
}
