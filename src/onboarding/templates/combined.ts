// Both roles of the management account and the member role of every other one in a single stack: a
// service-managed StackSet with auto-deployment carries the member role's own template. A StackSet never
// deploys to the management account (E22), so that one has its roles here.
import { Problem } from "#model/problem.ts";
import { metadata, roleTemplate, type Template, tagList, text } from "./cloudformation.ts";
import { ifElse, isSet, noValue, ref, type Value } from "./intrinsic.ts";
import { type RoleModel, roleModel, type TemplateParameters } from "./role-model.ts";
import { hashOf, templateVersion } from "./template-version.ts";

/** Parameters and conditions that mean the same for both roles. */
const isShared = (name: string) =>
  /^(RolePath|PermissionsBoundaryArn|PlatformRoleArn|(Previous)?ExternalId|RoleType|Has\w+|Is\w+)$/.test(
    name,
  );

export function combinedTemplate(given: TemplateParameters, harvestActions: readonly string[]): Template {
  const { roleName: _, policyName: __, ...shared } = given;
  const member = roleModel("member-role", harvestActions);
  const organization = prefixed("Organization", roleModel("organization-role", harvestActions), shared);
  const local = prefixed("Member", member, shared);
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description:
      "Everything that Skywarden needs in an AWS Organization: the organization role and the member role in this management account, and the member role in all other accounts, new ones too.",
    Metadata: metadata(combinedVersion(harvestActions)),
    Parameters: { ...organization.Parameters, ...local.Parameters, ...deployment(given) },
    Conditions: { ...organization.Conditions, ...local.Conditions, ...preferenceConditions },
    Resources: {
      ...organization.Resources,
      ...local.Resources,
      MemberStackSet: stackSet(
        given,
        roleTemplate(member, { ...shared, externalId: undefined, previousExternalId: undefined }),
      ),
    },
    Outputs: { ...organization.Outputs, ...local.Outputs },
  };
}

/** Changes when one of its roles does. */
function combinedVersion(harvestActions: readonly string[]): string {
  const names = ["organization-role", "member-role"] as const;
  return `combined:${hashOf(names.map((name) => templateVersion(roleModel(name, harvestActions))).join(" "))}`;
}

function deployment(given: TemplateParameters): Record<string, Value> {
  const { organizationalUnitId = [], deploymentRegion } = given;
  return {
    OrganizationalUnitIds: {
      Type: "CommaDelimitedList",
      Description: "Ids of the root (r-…) or of the organizational units (ou-…) to deploy to.",
      AllowedPattern: "(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})",
      ...(organizationalUnitId.length > 0 ? { Default: organizationalUnitId.join(",") } : {}),
    },
    DeploymentRegion: text(
      "One region is enough, as IAM is global; choose another where a service control policy denies this one.",
      deploymentRegion ?? homeRegionOf(given),
    ),
    ...preferenceParameters(given),
  };
}

function preferenceParameters(given: TemplateParameters): Record<string, Value> {
  const { maxConcurrentPercentage = 100, failureTolerancePercentage = 100 } = given;
  const count = (description: string, value: number | undefined, pattern: string) =>
    text(`${description} Empty = the percentage counts.`, value?.toString() ?? "", {
      AllowedPattern: `(${pattern})?`,
    });
  return {
    MaxConcurrentPercentage: percentage("Accounts at once, in percent.", maxConcurrentPercentage, 1),
    MaxConcurrentCount: count(
      "Accounts at once, as a number; AWS takes at most one more than may fail.",
      given.maxConcurrentCount,
      "[1-9][0-9]{0,4}",
    ),
    FailureTolerancePercentage: percentage(
      "Accounts that may fail before the deployment stops, in percent.",
      failureTolerancePercentage,
      0,
    ),
    FailureToleranceCount: count(
      "Accounts that may fail before the deployment stops, as a number.",
      given.failureToleranceCount,
      "[0-9]{1,5}",
    ),
    RegionConcurrencyType: text(
      "Whether regions are deployed one after the other; counts where there are several.",
      given.regionConcurrencyType ?? "SEQUENTIAL",
      { AllowedValues: ["SEQUENTIAL", "PARALLEL"] },
    ),
  };
}

function percentage(description: string, value: number, least: number): Value {
  return { Type: "Number", Description: description, Default: value, MinValue: least, MaxValue: 100 };
}

/** CloudFormation takes a number or a percentage, never both. */
const preferences: Record<string, Value> = {
  MaxConcurrentCount: ifElse("HasMaxConcurrentCount", ref("MaxConcurrentCount")),
  MaxConcurrentPercentage: ifElse("HasMaxConcurrentCount", noValue, ref("MaxConcurrentPercentage")),
  FailureToleranceCount: ifElse("HasFailureToleranceCount", ref("FailureToleranceCount")),
  FailureTolerancePercentage: ifElse("HasFailureToleranceCount", noValue, ref("FailureTolerancePercentage")),
  RegionConcurrencyType: ref("RegionConcurrencyType"),
};
const preferenceConditions: Record<string, Value> = {
  HasMaxConcurrentCount: isSet(ref("MaxConcurrentCount")),
  HasFailureToleranceCount: isSet(ref("FailureToleranceCount")),
};

const homeRegions: Record<string, string> = { "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1" };

function homeRegionOf({ platformRoleArn = [] }: TemplateParameters): string {
  return homeRegions[platformRoleArn[0]?.split(":")[1] ?? ""] ?? "us-east-1";
}

/** Names of the role's template → where their values stand in this one. */
const passedOn: Record<string, Value> = {
  RoleName: ref("MemberRoleName"),
  PolicyName: ref("MemberPolicyName"),
  RolePath: ref("RolePath"),
  PermissionsBoundaryArn: ref("PermissionsBoundaryArn"),
  PlatformRoleArn: { "Fn::Join": [",", ref("PlatformRoleArn")] },
  ExternalId: ref("ExternalId"),
  PreviousExternalId: ref("PreviousExternalId"),
  RoleType: ref("RoleType"),
};

/** What a StackSet in a template takes; a URL would make the template depend on somebody's bucket. */
const mostInnerBytes = 51_200;

function inner(template: Template): string {
  const text = JSON.stringify(template);
  const bytes = Buffer.byteLength(text);
  if (bytes <= mostInnerBytes) return text;
  throw new Problem(
    "invalid-form",
    `The combined template cannot carry the member role: its own template has ${bytes} bytes, and CloudFormation takes ${mostInnerBytes} within another one. Use skywarden organization add, which goes through a bucket of yours, or a stack and a StackSet from the member role's template.`,
  );
}

function stackSet(given: TemplateParameters, template: Template): Value {
  return {
    Type: "AWS::CloudFormation::StackSet",
    Properties: {
      StackSetName: "Skywarden-Member-Role",
      Description: "The role by which Skywarden reads each account.",
      PermissionModel: "SERVICE_MANAGED",
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      ManagedExecution: { Active: true },
      Capabilities: ["CAPABILITY_NAMED_IAM"],
      TemplateBody: inner(template),
      Parameters: Object.entries(passedOn).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      OperationPreferences: preferences,
      StackInstancesGroup: [
        {
          DeploymentTargets: { OrganizationalUnitIds: ref("OrganizationalUnitIds") },
          Regions: [ref("DeploymentRegion")],
        },
      ],
      ...tagList(given),
    },
  };
}

/** The template of one role with names of its own, so that two stand in one template. */
function prefixed(prefix: string, model: RoleModel, given: TemplateParameters): Template {
  const template = roleTemplate(model, given);
  const names = [template.Parameters, template.Conditions, template.Resources, template.Outputs]
    .flatMap((section) => Object.keys(section))
    .filter((name) => !isShared(name));
  const rename = (name: string) => (names.includes(name) ? `${prefix}${name}` : name);
  const section = (values: Record<string, Value>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), renamed(value, rename)]));
  return {
    ...template,
    Parameters: section(template.Parameters),
    Conditions: section(template.Conditions),
    Resources: section(template.Resources),
    Outputs: section(template.Outputs),
  };
}

/** Every reference of CloudFormation's functions to a name, renamed. */
function renamed(value: Value, rename: (name: string) => string): Value {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if ((key === "Ref" || key === "Condition") && typeof inner === "string") return [key, rename(inner)];
      if (key === "Fn::GetAtt" || key === "Fn::If")
        return [key, [rename(inner[0]), ...inner.slice(1).map((item: Value) => renamed(item, rename))]];
      if (key === "Fn::Sub")
        return [key, inner.replace(/\$\{(\w+)\}/g, (_: string, name: string) => `\${${rename(name)}}`)];
      return [key, renamed(inner, rename)];
    }),
  );
}
