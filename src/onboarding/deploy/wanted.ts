// What an administrator wants deployed, with everything decided.
import { hashOf } from "../templates/template-version.ts";

export interface OperationPreferences {
  MaxConcurrentCount?: number;
  MaxConcurrentPercentage?: number;
  FailureToleranceCount?: number;
  FailureTolerancePercentage?: number;
  RegionConcurrencyType?: "SEQUENTIAL" | "PARALLEL";
}

export interface WantedStack {
  name: string;
  roleName: string;
  templateName: "organization-role" | "member-role";
  /** With every other parameter filled in as its default, so that equal texts are equal roles. */
  template: string;
  /** The external ids, which work like passwords: they stand in no template, as that may lie in a bucket. */
  parameters: { key: string; value: string }[];
}

/** CloudFormation does not show the parameters again, so the text carries a mark that changes with them. */
export function wantedStack(stack: WantedStack): WantedStack {
  return {
    ...stack,
    template: `${stack.template}# External ids: ${hashOf(JSON.stringify(stack.parameters))}\n`,
  };
}

export interface WantedDeployment {
  organizationStack: WantedStack;
  memberStack: WantedStack;
  stackSetName: string;
  /** IAM is global: one region holds all stacks. */
  region: string;
  permissionModel: "service-managed" | "self-managed";
  /** self-managed: null = AWS's default names. */
  administrationRoleArn: string | null;
  executionRoleName: string | null;
  /** Ids of the root or of units; empty = the root. */
  units: string[];
  excludedNamePrefixes: string[];
  /** False: the management account's own resources are not harvested. */
  coversManagementAccount: boolean;
  tags: { key: string; value: string }[];
  preferences: OperationPreferences;
  enablesTrustedAccess: boolean;
  /** For templates that are too long for a call; null: none is known. */
  templateBucket: string | null;
}

export type DeploymentCheckName =
  | "administrator"
  | "trusted-access"
  | "delegated-administrator"
  | "execution-roles"
  | "region"
  | "template-size"
  | "template-bucket"
  | "names";

export interface DeploymentCheck {
  name: DeploymentCheckName;
  /** unknown: it could not be found out; the deployment will show. */
  outcome: "pass" | "warning" | "fail" | "unknown";
  detail: string;
}

export function awsTags({ tags }: Pick<WantedDeployment, "tags">): { Key: string; Value: string }[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}
