// From options and what the server says to what is to be deployed: templates filled in by the server, whose
// release decides what the roles may do.
import { getExternalId } from "#contract/external-id.ts";
import { getPlatformIdentity } from "#contract/platform.ts";
import type { QueryOf } from "#contract/route.ts";
import { getTemplate } from "#contract/template.ts";
import { listTemplateCopies } from "#contract/template-copy.ts";
import { StartRefused } from "#model/problem.ts";
import type { Administrator } from "#onboarding/deploy/administrator.ts";
import { type OperationPreferences, type WantedDeployment, wantedStack } from "#onboarding/deploy/wanted.ts";
import { type ApiAddress, callApi } from "../../api-client.ts";
import type { AddOptions } from "./add-options.ts";

/** Where stacks go unless told otherwise (E22). */
const homeRegions: Record<string, string> = {
  aws: "us-east-1",
  "aws-us-gov": "us-gov-west-1",
  "aws-cn": "cn-north-1",
};

export async function wantedDeployment(
  address: ApiAddress,
  options: AddOptions,
  { partition }: Administrator,
): Promise<WantedDeployment> {
  const platformRoleArn = options.platformRoleArn ?? [await platformArn(address, partition)];
  const { externalId, nextExternalId } = await callApi(address, getExternalId);
  const externalIds = {
    ExternalId: nextExternalId ?? externalId,
    PreviousExternalId: nextExternalId === null ? "" : externalId,
  };
  const shared = {
    platformRoleArn,
    rolePath: options.rolePath,
    permissionsBoundaryArn: options.permissionsBoundaryArn,
    tag: options.tag,
  };
  const template = (name: "organization-role" | "member-role", own: Given) =>
    callApi(address, getTemplate, { params: { name }, query: onlyGiven({ ...shared, ...own }) });
  const { organizationRoleName, memberRoleName, organizationPolicyName, memberPolicyName } = options;
  return {
    organizationStack: wantedStack(
      {
        ...{ name: options.organizationStackName, roleName: organizationRoleName },
        templateName: "organization-role",
        template: await template("organization-role", {
          roleName: organizationRoleName,
          policyName: organizationPolicyName,
        }),
      },
      externalIds,
    ),
    memberStack: wantedStack(
      {
        ...{ name: options.memberStackName, roleName: memberRoleName },
        templateName: "member-role",
        template: await template("member-role", {
          roleName: memberRoleName,
          policyName: memberPolicyName,
          roleType: options.roleType,
        }),
      },
      externalIds,
    ),
    stackSetName: options.stackSetName,
    region: options.deploymentRegion ?? homeRegions[partition] ?? "us-east-1",
    permissionModel: options.permissionModel,
    administrationRoleArn: options.administrationRoleArn ?? null,
    executionRoleName: options.executionRoleName ?? null,
    units: options.unit ?? [],
    excludedNamePrefixes: options.excludePrefix ?? [],
    coversManagementAccount: options.managementAccount,
    tags: (options.tag ?? []).map(tagOf),
    preferences: preferencesOf(options),
    enablesTrustedAccess: options.enableTrustedAccess,
    templateBucket: options.templateBucket ?? (await bucketOf(address, partition)),
  };
}

type Query = QueryOf<typeof getTemplate>;
type Given = { [Name in keyof Query]: Query[Name] | undefined };

function onlyGiven(given: Given): Query {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Query;
}

async function platformArn(address: ApiAddress, partition: string): Promise<string> {
  const { partitions } = await callApi(address, getPlatformIdentity);
  const identity = partitions.find((candidate) => candidate.partition === partition);
  if (identity?.roleArn) return identity.roleArn;
  throw new StartRefused(
    `Skywarden has no identity in ${partition} that the roles could trust: ${identity?.note ?? "it has no credentials there"}. Give one with --platform-role-arn, or give the installation credentials in ${partition}.`,
    1,
  );
}

/** The server's own bucket (SKYWARDEN_TEMPLATE_BUCKET). */
async function bucketOf(address: ApiAddress, partition: string): Promise<string | null> {
  const { buckets } = await callApi(address, listTemplateCopies);
  return buckets.find((candidate) => candidate.partition === partition)?.bucket ?? null;
}

function tagOf(text: string): { key: string; value: string } {
  const at = text.indexOf("=");
  if (at < 1) throw new StartRefused(`--tag is key=value, not ${text}.`);
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}

/** A count goes before its percentage, as CloudFormation takes only one of both. */
function preferencesOf(options: AddOptions): OperationPreferences {
  const { maxConcurrentCount, maxConcurrentPercentage = 100 } = options;
  const { failureToleranceCount, failureTolerancePercentage = 100, regionConcurrency } = options;
  return {
    ...(maxConcurrentCount === undefined
      ? { MaxConcurrentPercentage: maxConcurrentPercentage }
      : { MaxConcurrentCount: maxConcurrentCount }),
    ...(failureToleranceCount === undefined
      ? { FailureTolerancePercentage: failureTolerancePercentage }
      : { FailureToleranceCount: failureToleranceCount }),
    ...(regionConcurrency === undefined
      ? {}
      : { RegionConcurrencyType: regionConcurrency === "parallel" ? "PARALLEL" : "SEQUENTIAL" }),
  };
}
