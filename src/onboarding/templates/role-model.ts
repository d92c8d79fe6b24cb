// The roles that Skywarden asks for, free of any template language: who may assume them, what they
// may do. Actions come from the catalog; nothing is typed here that can be derived.
import { organizationRoleActions } from "../organization-actions.ts";
import { roleInspectionActions } from "../role-inspection-actions.ts";
import { allowedBy } from "./managed-policies.ts";
import { checkPolicyCount } from "./policy-quota.ts";

export type RoleName = "organization-role" | "member-role" | "install-role";
/** combined: both roles of the management account, and the member role in all other accounts by a StackSet. */
export type TemplateName = RoleName | "combined";
export type RoleType = "standard" | "standard-managed" | "power-user";

export interface TemplateParameters {
  roleName?: string | undefined;
  policyName?: string | undefined;
  rolePath?: string | undefined;
  permissionsBoundaryArn?: string | undefined;
  platformRoleArn?: string[] | undefined;
  externalId?: string | undefined;
  /** While the external id is rotated: the old one, which the role goes on accepting (E28). */
  previousExternalId?: string | undefined;
  roleType?: RoleType | undefined;
  /** Of the roles. */
  tags?: { key: string; value: string }[] | undefined;
  /** combined: where the StackSet deploys; the organization's root or units. */
  organizationalUnitId?: string[] | undefined;
  /** combined: IAM is global, so one region is enough; a region-deny policy may forbid the default. */
  deploymentRegion?: string | undefined;
  /** combined: of the StackSet's accounts; a count goes before its percentage. */
  maxConcurrentCount?: number | undefined;
  maxConcurrentPercentage?: number | undefined;
  failureToleranceCount?: number | undefined;
  failureTolerancePercentage?: number | undefined;
  regionConcurrencyType?: "SEQUENTIAL" | "PARALLEL" | undefined;
}

export interface PolicyPart {
  /** Appended to the policy's name, "" for the only one. */
  suffix: string;
  statements: { Sid: string; Effect: "Allow"; Action: string[]; Resource: string }[];
}

/** One way to equip a role; a member role has three to choose from. */
export interface RoleVariant {
  roleType: RoleType | null;
  title: string;
  managedPolicies: string[];
  policies: PolicyPart[];
}

export interface RoleModel {
  name: RoleName;
  title: string;
  description: string;
  defaultRoleName: string;
  defaultPolicyName: string;
  /** "platform" = the trust of E16; otherwise the AWS services that run Skywarden. */
  trust: "platform" | string[];
  /** What an EC2 instance needs to carry the role. */
  hasInstanceProfile: boolean;
  variants: RoleVariant[];
}

/** Names of the roles that the install role may assume, with their paths. */
export const defaultHarvestRoles = "*Skywarden-Harvest-*";

/** A managed policy's document may have 6,144 characters without white space; names and brackets take some. */
const policyCharacters = 5800;

/** Asked by aws/regions.ts in every account, before any resource type of the catalog. */
export const regionActions = ["account:ListRegions", "ec2:DescribeRegions"];

/** `harvestActions` are those of the catalog's resource types. */
export function roleModel(name: RoleName, harvestActions: readonly string[]): RoleModel {
  if (name === "organization-role") return organizationRole();
  if (name === "install-role") return installRole();
  const actions = [...new Set([...regionActions, ...roleInspectionActions, ...harvestActions])];
  return checkPolicyCount(memberRole(actions));
}

function organizationRole(): RoleModel {
  return {
    name: "organization-role",
    title: "Skywarden organization role",
    description:
      "Lets Skywarden read the accounts, organizational units, tags and policies of this AWS Organization.",
    defaultRoleName: "Skywarden-Harvest-Org-Role",
    defaultPolicyName: "Skywarden-Harvest-Org-Policy",
    trust: "platform",
    hasInstanceProfile: false,
    variants: [
      {
        roleType: null,
        title: "Read the organization",
        managedPolicies: [],
        policies: allow("ReadOrganization", organizationRoleActions),
      },
    ],
  };
}

function memberRole(harvestActions: string[]): RoleModel {
  const lackedBy = (policyName: string) => {
    const isAllowed = allowedBy(policyName);
    return harvestActions.filter((action) => !isAllowed(action));
  };
  return {
    name: "member-role",
    title: "Skywarden member role",
    description: "Lets Skywarden read the configuration of the resources in this account.",
    defaultRoleName: "Skywarden-Harvest-Member-Role",
    defaultPolicyName: "Skywarden-Harvest-Member-Policy",
    trust: "platform",
    hasInstanceProfile: false,
    variants: [
      {
        roleType: "standard",
        title: "Standard: exactly the reads that Skywarden makes",
        managedPolicies: [],
        policies: allow("Harvest", harvestActions),
      },
      {
        roleType: "standard-managed",
        title: "Standard-Managed: AWS's SecurityAudit and what it lacks",
        managedPolicies: ["SecurityAudit"],
        policies: allow("HarvestSupplement", lackedBy("SecurityAudit")),
      },
      {
        roleType: "power-user",
        title: "Power User: AWS's PowerUserAccess and the reads it lacks, for repairs by bots",
        managedPolicies: ["PowerUserAccess"],
        policies: allow("HarvestSupplement", lackedBy("PowerUserAccess")),
      },
    ],
  };
}

function installRole(): RoleModel {
  return {
    name: "install-role",
    title: "Skywarden install role",
    description:
      "The role of Skywarden's own hosts: it may assume the organization and member roles, and nothing else.",
    defaultRoleName: "Skywarden-Install-Role",
    defaultPolicyName: "Skywarden-Install-Policy",
    trust: ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "pods.eks.amazonaws.com"],
    hasInstanceProfile: true,
    variants: [
      {
        roleType: null,
        title: "Assume the harvest roles",
        managedPolicies: [],
        policies: [
          {
            suffix: "",
            statements: [
              {
                Sid: "AssumeHarvestRoles",
                Effect: "Allow",
                Action: ["sts:AssumeRole"],
                Resource: "arn:{partition}:iam::*:role/{harvestRoles}",
              },
              {
                Sid: "NameThisRole",
                Effect: "Allow",
                Action: ["iam:GetRole"],
                Resource: "arn:{partition}:iam::{account}:role{path}{roleName}",
              },
            ],
          },
        ],
      },
    ],
  };
}

/** Statements over Resource "*", split where one managed policy would grow too large. */
function allow(sid: string, actions: readonly string[]): PolicyPart[] {
  const parts: string[][] = [[]];
  let characters = 0;
  for (const action of [...new Set(actions)].sort()) {
    if (characters + action.length + 3 > policyCharacters) {
      parts.push([]);
      characters = 0;
    }
    parts.at(-1)?.push(action);
    characters += action.length + 3;
  }
  return parts
    .filter((part) => part.length > 0)
    .map((part, i) => ({
      suffix: parts.length === 1 ? "" : `-${i + 1}`,
      statements: [
        {
          Sid: parts.length === 1 ? sid : `${sid}${i + 1}`,
          Effect: "Allow" as const,
          Action: part,
          Resource: "*",
        },
      ],
    }));
}
