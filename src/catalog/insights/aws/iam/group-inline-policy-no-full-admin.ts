import { defineInsight } from "#catalog/define.ts";
import { none, policyAllows } from "#rules/build.ts";

const everything = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: ["*"], Resource: "*" } };
const oneQueue = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "arn:aws:sqs:eu-west-1:111122223333:orders" }],
};

export default defineInsight({
  id: "aws.iam.group-inline-policy-no-full-admin",
  title: "Group's own policies do not grant everything on everything",
  severity: "high",
  on: "aws.iam.group",
  passes: none(
    "GroupPolicyList",
    policyAllows("PolicyDocument", "attached", { actions: ["*"], onEverything: true }),
  ),
  frameworks: { "aws-fsbp": ["IAM.1"] },
  why: "Every user in the group can do everything in the account. An inline policy does not show up where people look for administrators.",
  fix: {
    steps:
      "Console: IAM → User groups → the group → Permissions → the inline policy → Edit; keep the actions that Access advisor shows as used. CLI: aws iam put-group-policy --group-name … --policy-name … --policy-document file://…, or aws iam delete-group-policy ….",
  },
  examples: {
    pass: [
      { document: { GroupPolicyList: [] } },
      { document: { GroupPolicyList: [{ PolicyName: "queue", PolicyDocument: oneQueue }] } },
    ],
    fail: [{ document: { GroupPolicyList: [{ PolicyName: "all", PolicyDocument: everything }] } }],
    unknown: [{ document: {}, gaps: ["GroupPolicyList"] }],
  },
});
