import { defineInsight } from "#catalog/define.ts";
import { matches, not, policyAllows } from "#rules/build.ts";

const trust = (statement: object) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", ...statement }],
});
const open = trust({ Principal: { AWS: "*" } });

export default defineInsight({
  id: "aws.iam.role-trust-restricted",
  title: "Role does not trust every AWS account",
  severity: "high",
  on: "aws.iam.role",
  // Service-linked roles have the trust policy that AWS gave them.
  applies: not(matches("Path", "/aws-service-role/*")),
  passes: not(policyAllows("AssumeRolePolicyDocument", "anyone")),
  frameworks: {},
  why: "Anybody with an AWS account of their own can become this role. An external ID alone does not help: it is no secret.",
  fix: {
    steps:
      "Name the principals, or narrow * by aws:PrincipalOrgID. Console: IAM → Roles → the role → Trust relationships → Edit trust policy. CLI: aws iam update-assume-role-policy --role-name … --policy-document file://….",
  },
  examples: {
    pass: [
      {
        document: {
          Path: "/",
          AssumeRolePolicyDocument: trust({ Principal: { Service: "ec2.amazonaws.com" } }),
        },
      },
      {
        document: {
          Path: "/",
          AssumeRolePolicyDocument: trust({
            Principal: { AWS: "*" },
            Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
          }),
        },
      },
    ],
    fail: [
      { document: { Path: "/", AssumeRolePolicyDocument: open } },
      {
        document: {
          Path: "/",
          AssumeRolePolicyDocument: trust({
            Principal: "*",
            Condition: { StringEquals: { "sts:ExternalId": "acme" } },
          }),
        },
      },
    ],
    unknown: [{ document: { Path: "/", AssumeRolePolicyDocument: "<html>" } }],
    notApplicable: [
      { document: { Path: "/aws-service-role/rds.amazonaws.com/", AssumeRolePolicyDocument: open } },
    ],
  },
});
