// The link between an instance and its role: the two names may differ, so neither side knows the other's.
import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.iam.instance-profile",
  title: "IAM instance profile",
  category: "role",
  client: "iam",
  scope: "global",
  list: call("ListInstanceProfiles", { items: "InstanceProfiles" }),
  id: "InstanceProfileName",
  name: "InstanceProfileName",
  arn: "arn:{partition}:iam::{account}:instance-profile{Path}{InstanceProfileName}",
  createdAt: "CreateDate",
  volatile: ["Roles[].RoleLastUsed"],
  trustPolicies: ["Roles[].AssumeRolePolicyDocument"],
  json: ["Roles[].AssumeRolePolicyDocument"],
  relations: { role: { to: "aws.iam.role", by: "Roles[].Arn" } },
  events: {
    CreateInstanceProfile: "requestParameters.instanceProfileName",
    DeleteInstanceProfile: "requestParameters.instanceProfileName",
    AddRoleToInstanceProfile: "requestParameters.instanceProfileName",
    RemoveRoleFromInstanceProfile: "requestParameters.instanceProfileName",
  },
});
