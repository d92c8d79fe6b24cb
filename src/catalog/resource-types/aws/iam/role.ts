import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.iam.role",
  title: "IAM role",
  category: "role",
  client: "iam",
  scope: "global",
  list: call("GetAccountAuthorizationDetails", { items: "RoleDetailList", fixed: { Filter: ["Role"] } }),
  id: "RoleName",
  name: "RoleName",
  arn: "arn:{partition}:iam::{account}:role{Path}{RoleName}",
  createdAt: "CreateDate",
  tags: "Tags",
  // Every use of a role moves it, and each instance profile repeats its roles with theirs.
  volatile: ["RoleLastUsed", "InstanceProfileList[].Roles[].RoleLastUsed"],
  trustPolicies: ["AssumeRolePolicyDocument", "InstanceProfileList[].Roles[].AssumeRolePolicyDocument"],
  json: [
    "AssumeRolePolicyDocument",
    "RolePolicyList[].PolicyDocument",
    "InstanceProfileList[].Roles[].AssumeRolePolicyDocument",
  ],
  relations: {
    policy: { to: "aws.iam.policy", by: "AttachedManagedPolicies[].PolicyArn" },
    boundary: { to: "aws.iam.policy", by: "PermissionsBoundary.PermissionsBoundaryArn" },
  },
  events: {
    CreateRole: "requestParameters.roleName",
    DeleteRole: "requestParameters.roleName",
    UpdateRole: "requestParameters.roleName",
    UpdateAssumeRolePolicy: "requestParameters.roleName",
    PutRolePolicy: "requestParameters.roleName",
    DeleteRolePolicy: "requestParameters.roleName",
    AttachRolePolicy: "requestParameters.roleName",
    DetachRolePolicy: "requestParameters.roleName",
    PutRolePermissionsBoundary: "requestParameters.roleName",
    DeleteRolePermissionsBoundary: "requestParameters.roleName",
    AddRoleToInstanceProfile: "requestParameters.roleName",
    RemoveRoleFromInstanceProfile: "requestParameters.roleName",
    TagRole: "requestParameters.roleName",
    UntagRole: "requestParameters.roleName",
  },
});
