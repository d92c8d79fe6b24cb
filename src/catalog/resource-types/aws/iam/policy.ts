// Customer-managed policies with all their versions; AWS's own are the same in every account.
import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.iam.policy",
  title: "IAM policy",
  category: "policy",
  client: "iam",
  scope: "global",
  list: call("GetAccountAuthorizationDetails", {
    items: "Policies",
    fixed: { Filter: ["LocalManagedPolicy"] },
  }),
  details: [call("ListPolicyTags", { input: { PolicyArn: "Arn" }, take: "Tags", into: "Tags" })],
  id: "PolicyName",
  name: "PolicyName",
  arn: "arn:{partition}:iam::{account}:policy{Path}{PolicyName}",
  createdAt: "CreateDate",
  tags: "Tags",
  json: ["PolicyVersionList[].Document"],
  events: {
    CreatePolicy: "requestParameters.policyName",
    DeletePolicy: "requestParameters.policyArn",
    CreatePolicyVersion: "requestParameters.policyArn",
    DeletePolicyVersion: "requestParameters.policyArn",
    SetDefaultPolicyVersion: "requestParameters.policyArn",
    AttachUserPolicy: "requestParameters.policyArn",
    DetachUserPolicy: "requestParameters.policyArn",
    AttachRolePolicy: "requestParameters.policyArn",
    DetachRolePolicy: "requestParameters.policyArn",
    AttachGroupPolicy: "requestParameters.policyArn",
    DetachGroupPolicy: "requestParameters.policyArn",
    TagPolicy: "requestParameters.policyArn",
    UntagPolicy: "requestParameters.policyArn",
  },
});
