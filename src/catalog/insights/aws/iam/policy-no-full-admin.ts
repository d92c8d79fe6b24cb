import { defineInsight } from "#catalog/define.ts";
import { and, isTrue, none, policyAllows } from "#rules/build.ts";

const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
const someReads = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:Get*", Resource: "*" }],
};

export default defineInsight({
  id: "aws.iam.policy-no-full-admin",
  title: "Customer-managed policy does not grant everything on everything",
  severity: "high",
  on: "aws.iam.policy",
  passes: none(
    "PolicyVersionList",
    and(
      isTrue("IsDefaultVersion"),
      policyAllows("Document", "attached", { actions: ["*"], onEverything: true }),
    ),
  ),
  frameworks: { "cis-aws-5.0": ["1.15"], "cis-aws-7.0": ["2.14"], "aws-fsbp": ["IAM.1"] },
  why: "Whoever has this policy, or a program that runs with it, can do everything in the account. A copy of AdministratorAccess under another name is also easy to overlook.",
  fix: {
    steps:
      "Find out what is used (Console: IAM → Access advisor of the users and roles that have it), write a policy with those actions, and make it the default version. CLI: aws iam create-policy-version --policy-arn … --policy-document file://… --set-as-default. Where full rights are meant, attach AWS's AdministratorAccess, so that everybody sees it.",
  },
  examples: {
    pass: [
      { document: { PolicyVersionList: [{ IsDefaultVersion: true, Document: someReads }] } },
      {
        document: {
          PolicyVersionList: [
            { IsDefaultVersion: true, Document: someReads },
            { IsDefaultVersion: false, Document: everything },
          ],
        },
      },
    ],
    fail: [{ document: { PolicyVersionList: [{ IsDefaultVersion: true, Document: everything }] } }],
    unknown: [
      { document: {}, gaps: ["PolicyVersionList"] },
      { document: { PolicyVersionList: [{ IsDefaultVersion: true, Document: "not a policy" }] } },
    ],
  },
});
