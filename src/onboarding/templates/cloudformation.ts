// A role as a CloudFormation template. Everything a stack may change is a parameter; the trust
// names the hosting account and narrows it to the platform role by condition, so that it survives
// the role's re-creation (E16).
import { stringify } from "yaml";
import { ifElse, isSet, ref, sub, type Value } from "./intrinsic.ts";
import { quotaNote } from "./policy-quota.ts";
import { conditionOf, placeConditions, policy, policyCount } from "./policy-resources.ts";
import { defaultHarvestRoles, type RoleModel, type TemplateParameters } from "./role-model.ts";
import { roleTags, templateVersion } from "./template-version.ts";

export interface Template {
  AWSTemplateFormatVersion: "2010-09-09";
  Description: string;
  Metadata: { Skywarden: { Template: string } };
  Parameters: Record<string, Value>;
  Conditions: Record<string, Value>;
  Resources: Record<string, Value>;
  Outputs: Record<string, Value>;
}

export function yamlOf(template: Template): string {
  return stringify(template, { lineWidth: 0, aliasDuplicateObjects: false });
}

export function roleTemplate(model: RoleModel, given: TemplateParameters): Template {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: described(model),
    Metadata: metadata(templateVersion(model)),
    Parameters: parameters(model, given),
    Conditions: conditions(model, given),
    Resources: resources(model, given),
    Outputs: {
      RoleArn: { Description: "Paste this ARN into Skywarden.", Value: { "Fn::GetAtt": ["Role", "Arn"] } },
      TemplateVersion: { Description: "The template that made the role.", Value: templateVersion(model) },
    },
  };
}

function described({ title, description, variants }: RoleModel): string {
  const note = quotaNote(variants);
  return `${title}. ${description}${note === null ? "" : ` ${note}`}`;
}

export function metadata(template: string): Template["Metadata"] {
  return { Skywarden: { Template: template } };
}

function parameters(model: RoleModel, given: TemplateParameters): Record<string, Value> {
  const harvestRoles = text(
    "Names of the roles it may assume, with their paths; * stands for anything.",
    defaultHarvestRoles,
    { AllowedPattern: "[A-Za-z0-9+=,.@_/*-]{1,512}" },
  );
  return {
    RoleName: text("Name of the role.", given.roleName ?? model.defaultRoleName, {
      AllowedPattern: "[A-Za-z0-9+=,.@_-]{1,64}",
    }),
    PolicyName: text("Name of its policy.", given.policyName ?? model.defaultPolicyName, {
      AllowedPattern: "[A-Za-z0-9+=,.@_-]{1,128}",
    }),
    RolePath: text(
      "IAM path of the role and its policies, with slashes at both ends.",
      given.rolePath ?? "/",
      {
        AllowedPattern: "/([A-Za-z0-9.,+@=_-]+/)*",
      },
    ),
    PermissionsBoundaryArn: text(
      "ARN of a permissions boundary, or empty.",
      given.permissionsBoundaryArn ?? "",
      { AllowedPattern: "(arn:[a-z-]+:iam::(aws|[0-9]{12}):policy/[!-~]+)?" },
    ),
    ...(model.trust === "platform" ? trustParameters(model, given) : { HarvestRoles: harvestRoles }),
  };
}

export function text(description: string, value: string, more: object = {}) {
  return { Type: "String", Description: description, Default: value, ...more };
}

function trustParameters(model: RoleModel, given: TemplateParameters): Record<string, Value> {
  const { platformRoleArn = [] } = given;
  const roleType = text("What the role may do.", given.roleType ?? "standard-managed", {
    AllowedValues: model.variants.map((variant) => variant.roleType),
  });
  return {
    PlatformRoleArn: {
      Type: "CommaDelimitedList",
      Description: `ARN of the role that Skywarden runs as; up to ${arnPlaces(given)}, separated by commas, while an installation moves.`,
      AllowedPattern: "arn:[a-z-]+:iam::[0-9]{12}:(role|user)/[!-~]+",
      // Without a default nobody creates a role that nobody can assume.
      ...(platformRoleArn.length > 0 ? { Default: platformRoleArn.join(",") } : {}),
    },
    ExternalId: text(
      "External id shown in Skywarden. Strongly recommended; empty = none is asked for.",
      given.externalId ?? "",
      { NoEcho: true, AllowedPattern: "([A-Za-z0-9+=,.@:/_-]{2,1224})?" },
    ),
    PreviousExternalId: text(
      "While the external id is rotated: the one before, which is accepted as well. Empty otherwise.",
      given.previousExternalId ?? "",
      { NoEcho: true, AllowedPattern: "([A-Za-z0-9+=,.@:/_-]{2,1224})?" },
    ),
    ...(model.variants.length > 1 ? { RoleType: roleType } : {}),
  };
}

function conditions(model: RoleModel, given: TemplateParameters): Record<string, Value> {
  const all: Record<string, Value> = { HasBoundary: isSet(ref("PermissionsBoundaryArn")) };
  if (model.trust === "platform") {
    all.HasExternalId = isSet(ref("ExternalId"));
    all.HasPreviousExternalId = isSet(ref("PreviousExternalId"));
    for (let i = 1; i < arnPlaces(given); i++) all[`HasPlatformRole${i + 1}`] = isSet(accountOf(i));
  }
  for (const variant of model.variants)
    if (variant.roleType) all[conditionOf(variant)] = { "Fn::Equals": [ref("RoleType"), variant.roleType] };
  return { ...all, ...placeConditions(model) };
}

/** How many platform ARNs the template can trust; a list parameter cannot be walked. */
function arnPlaces(given: TemplateParameters): number {
  return Math.max(2, given.platformRoleArn?.length ?? 0);
}

/** Account of the i-th platform ARN, "" if there is none: an ARN has six fields and the sixth runs into the next ARN's first. */
function accountOf(i: number): Value {
  const fields = {
    "Fn::Split": [
      ":",
      { "Fn::Join": ["", [{ "Fn::Join": [",", ref("PlatformRoleArn")] }, ":".repeat(5 * (i + 1))]] },
    ],
  };
  return { "Fn::Select": [4 + 5 * i, fields] };
}

function externalIds(): Value {
  const current = ref("ExternalId");
  return ifElse("HasPreviousExternalId", [current, ref("PreviousExternalId")], current);
}

function rootOf(account: Value): Value {
  return { "Fn::Join": ["", [sub("arn:${AWS::Partition}:iam::"), account, ":root"]] };
}

function trustPolicy(model: RoleModel, given: TemplateParameters): Value {
  if (model.trust !== "platform")
    return {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: model.trust },
          Action: ["sts:AssumeRole", "sts:TagSession"],
        },
      ],
    };
  const principals = Array.from({ length: arnPlaces(given) }, (_, i) =>
    i === 0 ? rootOf(accountOf(0)) : ifElse(`HasPlatformRole${i + 1}`, rootOf(accountOf(i))),
  );
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: principals },
        Action: "sts:AssumeRole",
        Condition: {
          ArnEquals: { "aws:PrincipalArn": ref("PlatformRoleArn") },
          StringEquals: ifElse("HasExternalId", { "sts:ExternalId": externalIds() }),
        },
      },
    ],
  };
}

function resources(model: RoleModel, given: TemplateParameters): Record<string, Value> {
  const all: Record<string, Value> = {
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        RoleName: ref("RoleName"),
        Path: ref("RolePath"),
        Description: model.description,
        MaxSessionDuration: 3600,
        PermissionsBoundary: ifElse("HasBoundary", ref("PermissionsBoundaryArn")),
        AssumeRolePolicyDocument: trustPolicy(model, given),
        ...managed(model),
        ...tagList({ tags: roleTags(model, given) }),
      },
    },
  };
  for (let at = 0; at < policyCount(model); at++) all[`Policy${at + 1}`] = policy(model, at);
  if (model.hasInstanceProfile)
    all.InstanceProfile = {
      Type: "AWS::IAM::InstanceProfile",
      Properties: { InstanceProfileName: ref("RoleName"), Path: ref("RolePath"), Roles: [ref("Role")] },
    };
  return all;
}

/** A stack's own tags reach the role too; these are for what makes no stack of its own. */
export function tagList({ tags = [] }: TemplateParameters): Record<string, Value> {
  return tags.length === 0 ? {} : { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) };
}

function managed(model: RoleModel): Record<string, Value> {
  const arns = model.variants.flatMap((variant) =>
    variant.managedPolicies.map((name) =>
      ifElse(conditionOf(variant), sub(`arn:\${AWS::Partition}:iam::aws:policy/${name}`)),
    ),
  );
  return arns.length > 0 ? { ManagedPolicyArns: arns } : {};
}
