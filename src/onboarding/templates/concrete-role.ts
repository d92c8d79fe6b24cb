// A role with every parameter filled in, as the formats without parameters of their own need it:
// plain JSON, Terraform, AWS CLI lines.
import { quotaNote } from "./policy-quota.ts";
import {
  defaultHarvestRoles,
  type RoleModel,
  type RoleVariant,
  type TemplateParameters,
} from "./role-model.ts";

export interface ConcreteRole {
  title: string;
  description: string;
  /** What to do first where the role is larger than AWS's defaults allow. */
  note?: string;
  roleName: string;
  path: string;
  permissionsBoundaryArn: string | null;
  partition: string;
  trustPolicy: object;
  managedPolicyArns: string[];
  policies: { name: string; document: object }[];
  /** Of the role's name; null where none is needed. */
  instanceProfileName: string | null;
  tags: { key: string; value: string }[];
}

/** Stands where the platform's ARN is not known; the user replaces it. */
const unknownPlatformArn = "arn:aws:iam::111111111111:role/Skywarden-Install-Role";

export function concreteRole(model: RoleModel, given: TemplateParameters): ConcreteRole {
  const variant = variantOf(model, given);
  const arns = given.platformRoleArn?.length ? given.platformRoleArn : [unknownPlatformArn];
  const partition = arns[0]?.split(":")[1] ?? "aws";
  const roleName = given.roleName ?? model.defaultRoleName;
  const path = given.rolePath ?? "/";
  const policyName = given.policyName ?? model.defaultPolicyName;
  const places: Record<string, string> = {
    "{partition}": partition,
    "{account}": "*",
    "{path}": path,
    "{roleName}": roleName,
    "{harvestRoles}": defaultHarvestRoles,
  };
  const note = quotaNote([variant]);
  const fill = (resource: string) => resource.replace(/\{\w+\}/g, (place) => places[place] ?? place);
  return {
    title: model.title,
    description: model.description,
    ...(note === null ? {} : { note }),
    roleName,
    path,
    permissionsBoundaryArn: given.permissionsBoundaryArn || null,
    partition,
    trustPolicy: trustPolicy(model, arns, externalIdsOf(given), partition),
    managedPolicyArns: variant.managedPolicies.map((name) => `arn:${partition}:iam::aws:policy/${name}`),
    policies: variant.policies.map((part) => ({
      name: `${policyName}${part.suffix}`,
      document: {
        Version: "2012-10-17",
        Statement: part.statements.map((statement) => ({ ...statement, Resource: fill(statement.Resource) })),
      },
    })),
    instanceProfileName: model.hasInstanceProfile ? roleName : null,
    tags: given.tags ?? [],
  };
}

function variantOf(model: RoleModel, given: TemplateParameters): RoleVariant {
  const wanted = given.roleType ?? "standard-managed";
  const variant = model.variants.find((candidate) => candidate.roleType === wanted) ?? model.variants[0];
  if (!variant) throw new Error(`${model.name} has no variant`);
  return variant;
}

function externalIdsOf({ externalId, previousExternalId }: TemplateParameters): string[] {
  return externalId ? [externalId, ...(previousExternalId ? [previousExternalId] : [])] : [];
}

function trustPolicy(model: RoleModel, arns: string[], externalIds: string[], partition: string): object {
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
  const accounts = [...new Set(arns.map((arn) => arn.split(":")[4] ?? ""))];
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: accounts.map((account) => `arn:${partition}:iam::${account}:root`) },
        Action: "sts:AssumeRole",
        Condition: {
          ArnEquals: { "aws:PrincipalArn": arns },
          ...(externalIds.length > 0
            ? { StringEquals: { "sts:ExternalId": externalIds.length === 1 ? externalIds[0] : externalIds } }
            : {}),
        },
      },
    ],
  };
}
