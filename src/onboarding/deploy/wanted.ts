// What an administrator wants deployed, with everything decided.
import { parse } from "yaml";
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
  /** Equal texts are equal roles: what is chosen stands in it as defaults, but for the external ids. */
  template: string;
  /** All that the template takes: an update of a StackSet keeps only what was once said. */
  parameters: { key: string; value: string }[];
}

/** They work like passwords, and a template may lie in a bucket. */
export interface ExternalIds {
  ExternalId: string;
  /** While it is rotated both open the role; "" otherwise. */
  PreviousExternalId: string;
}

/** CloudFormation does not show the external ids again, so the text carries a mark that changes with them. */
export function wantedStack(stack: Omit<WantedStack, "parameters">, externalIds: ExternalIds): WantedStack {
  const { Parameters } = parse(stack.template) as { Parameters: Record<string, { Default?: unknown }> };
  const values = { ...defaultsOf(Parameters), ...externalIds };
  return {
    ...stack,
    template: `${stack.template}# External ids: ${hashOf(JSON.stringify(externalIds))}\n`,
    parameters: Object.entries(values).map(([key, value]) => ({ key, value })),
  };
}

function defaultsOf(declared: Record<string, { Default?: unknown }>): Record<string, string> {
  const given = Object.entries(declared).filter(([, { Default }]) => Default !== undefined);
  return Object.fromEntries(given.map(([key, { Default }]) => [key, String(Default)]));
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
