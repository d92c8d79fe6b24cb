// How a stack set gets into an account: by the two roles of the self-managed way, or by the role that CloudFormation
// puts into members of the organization itself. Messages as in AWS's troubleshooting page for stack sets.
import { createHash } from "node:crypto";
import { iam as lookup } from "../../iam-lookup.ts";
import { isAccountOpen } from "../../identity.ts";
import { chance, iamId } from "../../ids.ts";
import { AwsFault, type Call } from "../../operation.ts";
import { trustsService } from "../../policy/principal.ts";
import { isRegionEnabled } from "../../regions.ts";
import { asRole, isAllowed, roleAt, servicePrincipal } from "./act-as.ts";
import type { StackInstance, StackSet } from "./stack-set.ts";

/** The call in the target's account and region, with the permissions that a stack set has there. */
export function reach(
  call: Call,
  set: StackSet,
  { Account, Region }: Pick<StackInstance, "Account" | "Region">,
): Call {
  if (isRegionEnabled(call.world, Account, Region, call.now) !== true) {
    throw new AwsFault("ValidationError", `Region ${Region} is not enabled in account ${Account}`);
  }
  return set.PermissionModel === "SERVICE_MANAGED"
    ? byService(call, Account, Region)
    : byRoles(call, set, Account, Region);
}

function byRoles(call: Call, set: StackSet, accountId: string, region: string): Call {
  const { AdministrationRoleARN = "", ExecutionRoleName = "" } = set;
  const administrationName = AdministrationRoleARN.slice(AdministrationRoleARN.lastIndexOf("/") + 1);
  const administration = roleAt(call, AdministrationRoleARN);
  if (!administration || !trustsService(administration.trustPolicy, servicePrincipal)) {
    throw new AwsFault(
      "ValidationError",
      `Account ${call.accountId} should have '${administrationName}' role with trust relationship to CloudFormation service.`,
    );
  }
  const execution = `arn:${call.world.partition}:iam::${accountId}:role/${ExecutionRoleName}`;
  const administrator = asRole(call, AdministrationRoleARN, "StackSet");
  const permission = { action: "sts:AssumeRole", resource: execution };
  if (!roleAt(call, execution) || !isAllowed(administrator, permission)) {
    throw new AwsFault(
      "ValidationError",
      `Account ${accountId} should have '${ExecutionRoleName}' role with trust relationship to Role '${administrationName}'.`,
    );
  }
  return asRole(call, execution, "StackSet", region);
}

/** stacksets-exec-…, made when first needed, as AWS does; service control policies bind it like any role. */
function byService(call: Call, accountId: string, region: string): Call {
  const { world, now } = call;
  if (!isAccountOpen(world, accountId))
    throw new AwsFault("ValidationError", `Account ${accountId} is suspended`);
  const RoleName = `stacksets-exec-${createHash("md5").update(accountId).digest("hex")}`;
  const { roles } = lookup(world, accountId);
  if (!roles.get(RoleName)) {
    const administrator = `arn:${world.partition}:iam::${world.managementAccountId}:role/aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin`;
    const statement = { Effect: "Allow", Principal: { AWS: administrator }, Action: "sts:AssumeRole" };
    roles.put(RoleName, {
      RoleName,
      RoleId: iamId("AROA", chance),
      Path: "/",
      CreateDate: now.toISOString(),
      Description: "Role assumed by AWS CloudFormation StackSets to deploy and manage stacks",
      MaxSessionDuration: 3600,
      Tags: [],
      trustPolicy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      inlinePolicies: {},
      attachedPolicies: [`arn:${world.partition}:iam::aws:policy/AdministratorAccess`],
    });
  }
  const arn = `arn:${world.partition}:iam::${accountId}:role/${RoleName}`;
  return asRole(call, arn, "StackSet", region);
}
