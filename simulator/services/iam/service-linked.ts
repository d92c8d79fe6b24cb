// Roles that AWS's services own: made by name of the service, changed by nobody else, deleted as a task.
import { randomUUID } from "node:crypto";
import { managedPolicy } from "../../iam-lookup.ts";
import { chance, iamId } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { IamEntity, IamRole } from "../../shapes.ts";
import { needRole, noSuchEntity, own } from "./entity.ts";
import { roleAnswer } from "./roles.ts";

/** Where the name does not follow from the service's; the rest is capitalised. From AWS's documentation. */
const names: Record<string, string> = {
  "access-analyzer": "AccessAnalyzer",
  autoscaling: "AutoScaling",
  cloudtrail: "CloudTrail",
  config: "Config",
  "config-multiaccountsetup": "ConfigMultiAccountSetup",
  ecs: "ECS",
  eks: "AmazonEKS",
  elasticache: "ElastiCache",
  elasticbeanstalk: "ElasticBeanstalk",
  elasticloadbalancing: "ElasticLoadBalancing",
  guardduty: "AmazonGuardDuty",
  "member.org.stacksets.cloudformation": "CloudFormationStackSetsOrgMember",
  opensearchservice: "AmazonOpenSearchService",
  organizations: "Organizations",
  rds: "RDS",
  redshift: "Redshift",
  securityhub: "SecurityHub",
  "stacksets.cloudformation": "CloudFormationStackSetsOrgAdmin",
  support: "Support",
  trustedadvisor: "TrustedAdvisor",
};

/** Value of "iam:role-deletion" (account, global) under its id. */
interface Deletion {
  id: string;
}

export const serviceLinkedOperations: Record<string, Operation> = {
  CreateServiceLinkedRole(
    call: Call<{ AWSServiceName: string; Description?: string; CustomSuffix?: string }>,
  ) {
    const { AWSServiceName, Description, CustomSuffix } = call.input;
    const [, service] = /^([\w.-]+)\.amazonaws\.com(?:\.cn)?$/.exec(AWSServiceName) ?? [];
    if (service === undefined) throw new AwsFault("InvalidInput", "Invalid AWS service name.");
    const suffix = CustomSuffix === undefined ? "" : `_${CustomSuffix}`;
    const RoleName = `AWSServiceRoleFor${names[service] ?? capitalised(service)}${suffix}`;
    if (own(call).roles.get(RoleName)) {
      throw new AwsFault(
        "InvalidInput",
        `Service role name ${RoleName} has been taken in this account, please try a different suffix.`,
      );
    }
    const trust = { Effect: "Allow", Principal: { Service: [AWSServiceName] }, Action: ["sts:AssumeRole"] };
    const policy = `arn:${call.world.partition}:iam::aws:policy/aws-service-role/${names[service] ?? capitalised(service)}ServiceRolePolicy`;
    const role: IamRole = {
      RoleName,
      RoleId: iamId("AROA", chance),
      Path: `/aws-service-role/${AWSServiceName}/`,
      CreateDate: call.now.toISOString(),
      ...(Description === undefined ? {} : { Description }),
      MaxSessionDuration: 3600,
      Tags: [],
      trustPolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
      inlinePolicies: {},
      attachedPolicies: managedPolicy(call.world, call.accountId, policy) ? [policy] : [],
    };
    own(call).roles.put(RoleName, role);
    return { Role: roleAnswer(call, role) };
  },

  DeleteServiceLinkedRole(call: Call<{ RoleName: string }>) {
    const role = needRole(call, call.input.RoleName);
    if (!isServiceLinkedRole(role))
      throw noSuchEntity(`The role with name ${role.RoleName} cannot be found.`);
    own(call).roles.delete(role.RoleName);
    const id = `task${role.Path}${role.RoleName}/${randomUUID()}`;
    deletions(call).put(id, { id });
    return { DeletionTaskId: id };
  },

  GetServiceLinkedRoleDeletionStatus(call: Call<{ DeletionTaskId: string }>) {
    if (!deletions(call).get(call.input.DeletionTaskId))
      throw noSuchEntity(`Deletion task ${call.input.DeletionTaskId} cannot be found.`);
    return { Status: "SUCCEEDED" };
  },
};

export function isServiceLinkedRole({ Path }: Pick<IamEntity, "Path">): boolean {
  return Path.startsWith("/aws-service-role/");
}

function capitalised(service: string): string {
  return service
    .split(/[.-]/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}

function deletions({ world, accountId }: Call) {
  return world.collection<Deletion>({ accountId, region: "global" }, "iam:role-deletion");
}
