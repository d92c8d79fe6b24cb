import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.iam.group",
  title: "IAM group",
  category: "group",
  client: "iam",
  scope: "global",
  list: call("GetAccountAuthorizationDetails", { items: "GroupDetailList", fixed: { Filter: ["Group"] } }),
  id: "GroupName",
  name: "GroupName",
  arn: "arn:{partition}:iam::{account}:group{Path}{GroupName}",
  createdAt: "CreateDate",
  json: ["GroupPolicyList[].PolicyDocument"],
  relations: { policy: { to: "aws.iam.policy", by: "AttachedManagedPolicies[].PolicyArn" } },
  events: {
    CreateGroup: "requestParameters.groupName",
    DeleteGroup: "requestParameters.groupName",
    UpdateGroup: "requestParameters.groupName",
    PutGroupPolicy: "requestParameters.groupName",
    DeleteGroupPolicy: "requestParameters.groupName",
    AttachGroupPolicy: "requestParameters.groupName",
    DetachGroupPolicy: "requestParameters.groupName",
  },
});
