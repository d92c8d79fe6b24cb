// AWS's own policies as far as the account uses them, each with its current version: what a principal may do
// cannot be told without them, and no release of ours knows them all.
import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.iam.aws-managed-policy",
  title: "AWS managed policy in use",
  category: "policy",
  client: "iam",
  scope: "global",
  list: call("GetAccountAuthorizationDetails", {
    items: "Policies",
    fixed: { Filter: ["AWSManagedPolicy"] },
  }),
  id: "Arn",
  name: "PolicyName",
  arn: "@Arn",
  createdAt: "CreateDate",
  json: ["PolicyVersionList[].Document"],
});
