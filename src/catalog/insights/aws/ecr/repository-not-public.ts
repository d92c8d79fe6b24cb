import { defineInsight } from "#catalog/define.ts";
import { not, policyAllows } from "#rules/build.ts";

const policy = (statement: object) => ({
  document: {
    policyText: {
      Version: "2008-10-17",
      Statement: [
        { Effect: "Allow", Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], ...statement },
      ],
    },
  },
});

export default defineInsight({
  id: "aws.ecr.repository-not-public",
  title: "ECR repository is not open to everybody",
  severity: "critical",
  on: "aws.ecr.repository",
  passes: not(policyAllows("policyText", "anyone")),
  frameworks: { "cis-aws-7.0": ["2.21"] },
  why: "Anybody with an AWS account can pull your images, with the code and whatever was left in their layers; if the policy also allows pushing, they can replace what you run.",
  fix: {
    steps:
      'Name the accounts, or narrow Principal "*" by aws:PrincipalOrgID. Console: ECR → the repository → Permissions → Edit. CLI: aws ecr set-repository-policy --repository-name … --policy-text file://….',
  },
  examples: {
    pass: [
      { document: {} },
      policy({ Principal: { AWS: "arn:aws:iam::111122223333:root" } }),
      policy({ Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } }),
    ],
    fail: [policy({ Principal: "*" }), policy({ Principal: { AWS: "*" } })],
    unknown: [{ document: {}, gaps: ["policyText"] }],
  },
});
