import { defineInsight } from "#catalog/define.ts";
import { none, policyAllows } from "#rules/build.ts";

const everything = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: ["*"], Resource: "*" } };
const oneQueue = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "arn:aws:sqs:eu-west-1:111122223333:orders" }],
};

export default defineInsight({
  id: "aws.iam.user-inline-policy-no-full-admin",
  title: "User's own policies do not grant everything on everything",
  severity: "high",
  on: "aws.iam.user",
  passes: none(
    "UserPolicyList",
    policyAllows("PolicyDocument", "attached", { actions: ["*"], onEverything: true }),
  ),
  frameworks: { "aws-fsbp": ["IAM.1"] },
  why: "Whoever has this user's password or key can do everything in the account. An inline policy does not show up where people look for administrators.",
  fix: {
    steps:
      "Console: IAM → Users → the user → Permissions → the inline policy → Edit; keep the actions that Access advisor shows as used. CLI: aws iam put-user-policy --user-name … --policy-name … --policy-document file://…, or aws iam delete-user-policy ….",
  },
  examples: {
    pass: [
      { document: { UserPolicyList: [] } },
      { document: { UserPolicyList: [{ PolicyName: "queue", PolicyDocument: oneQueue }] } },
    ],
    fail: [{ document: { UserPolicyList: [{ PolicyName: "all", PolicyDocument: everything }] } }],
    unknown: [{ document: {}, gaps: ["UserPolicyList"] }],
  },
});
