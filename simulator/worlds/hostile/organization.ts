// The hostile world's organization: its units, the policies attached to them, who administers it.
import type {
  DelegatedAdministrator,
  Organization,
  OrganizationalUnit,
  OrganizationPolicy,
  PolicyAttachment,
  PolicyType,
} from "../../shapes.ts";
import type { World } from "../../world.ts";
import { harvestRole, managementAccountId, type Unit } from "./situation.ts";
import { policyIds, situationOf } from "./situations.ts";

export const organizationId = "o-hostile001";
export const rootId = "r-ab12";

export const unitIds: Record<Unit, string> = {
  prod: "ou-ab12-prod0001",
  network: "ou-ab12-network1",
  regions: "ou-ab12-regions1",
  "allow-list": "ou-ab12-allowed1",
  resources: "ou-ab12-resource",
  open: "ou-ab12-open0001",
};

export const organization: Organization = {
  Id: organizationId,
  rootId,
  managementAccountId,
  managementAccountEmail: "aws+management@hostile.example",
  FeatureSet: "ALL",
  enabledPolicyTypes: ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"],
};

export const units: OrganizationalUnit[] = Object.entries(unitIds).map(([Name, Id]) => ({
  Id,
  Name,
  parentId: rootId,
  tags: {},
}));

const exceptRole = { ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::*:role/${harvestRole}` } };

/** What works from one region for all, as in AWS's own example of a region deny. */
const globalServices = [
  "iam:*",
  "organizations:*",
  "account:*",
  "sts:*",
  "route53:*",
  "cloudfront:*",
  "waf:*",
  "support:*",
  "health:*",
  "budgets:*",
];

export const policies: OrganizationPolicy[] = [
  policy(policyIds.guard, "GuardHarvest", {
    Sid: "DenyUnlessHarvest",
    Effect: "Deny",
    Action: ["guardduty:*", "ec2:DescribeInstances"],
    Resource: "*",
    Condition: exceptRole,
  }),
  policy(policyIds.network, "OnlyOurNetwork", {
    Sid: "DenyOtherNetworks",
    Effect: "Deny",
    NotAction: "sts:*",
    Resource: "*",
    Condition: { NotIpAddress: { "aws:SourceIp": ["203.0.113.0/24"] } },
  }),
  policy(policyIds.regions, "OnlyFrankfurt", {
    Sid: "DenyOtherRegions",
    Effect: "Deny",
    NotAction: globalServices,
    Resource: "*",
    Condition: { StringNotEquals: { "aws:RequestedRegion": ["eu-central-1"] } },
  }),
  policy(policyIds.allowList, "StorageAndIdentity", {
    Sid: "AllowSome",
    Effect: "Allow",
    Action: ["s3:*", "iam:*", "sts:*"],
    Resource: "*",
  }),
  policy(
    policyIds.resources,
    "ProtectBucketPolicies",
    {
      Sid: "DenyReadingPolicies",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:GetBucketPolicy",
      Resource: "*",
      Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/policy-auditor" } },
    },
    "RESOURCE_CONTROL_POLICY",
  ),
];

function policy(
  Id: string,
  Name: string,
  statement: object,
  Type: PolicyType = "SERVICE_CONTROL_POLICY",
): OrganizationPolicy {
  const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  return { Id, Name, Description: Name, Type, document, tags: {} };
}

export const attachments: PolicyAttachment[] = [
  attached(unitIds.prod, "p-FullAWSAccess", policyIds.guard),
  attached(unitIds.network, "p-FullAWSAccess", policyIds.network),
  attached(unitIds.regions, "p-FullAWSAccess", policyIds.regions),
  attached(unitIds["allow-list"], policyIds.allowList),
  attached(unitIds.resources, "p-FullAWSAccess", policyIds.resources),
  // It binds nobody: the management account is above service control policies.
  attached(managementAccountId, "p-FullAWSAccess", policyIds.guard),
];

function attached(targetId: string, ...ids: string[]): PolicyAttachment {
  return { targetId, policyIds: ids };
}

export function delegates(world: World): DelegatedAdministrator[] {
  return [
    {
      accountId: situationOf("delegated-administrator").accountId,
      enabledAt: new Date(world.bornAt.getTime() - 100 * 86_400_000).toISOString(),
      servicePrincipals: ["config.amazonaws.com"],
    },
  ];
}
