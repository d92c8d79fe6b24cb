import { defineInsight } from "#catalog/define.ts";
import { none, policyAllows } from "#rules/build.ts";

const everything = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: ["*"], Resource: "*" } };
const oneQueue = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "arn:aws:sqs:eu-west-1:111122223333:orders" }],
};

export default defineInsight({
  id: "aws.iam.role-inline-policy-no-full-admin",
  title: "Role's own policies do not grant everything on everything",
  severity: "high",
  on: "aws.iam.role",
  passes: none(
    "RolePolicyList",
    policyAllows("PolicyDocument", "attached", { actions: ["*"], onEverything: true }),
  ),
  frameworks: { "aws-fsbp": ["IAM.1"] },
  why: "Code that runs with this role, and whoever breaks into it, can do everything in the account. An inline policy does not show up where people look for administrators.",
  fix: {
    steps:
      "Console: IAM → Roles → the role → Permissions → the inline policy → Edit; keep the actions that Access advisor shows as used. CLI: aws iam put-role-policy --role-name … --policy-name … --policy-document file://…, or aws iam delete-role-policy ….",
  },
  examples: {
    pass: [
      { document: { RolePolicyList: [] } },
      { document: { RolePolicyList: [{ PolicyName: "queue", PolicyDocument: oneQueue }] } },
    ],
    fail: [{ document: { RolePolicyList: [{ PolicyName: "all", PolicyDocument: everything }] } }],
    unknown: [{ document: {}, gaps: ["RolePolicyList"] }],
  },
});
