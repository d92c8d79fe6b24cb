import { defineInsight } from "#catalog/define.ts";
import { not, policyAllows } from "#rules/build.ts";

const policy = (statement: object) => ({
  document: {
    ResourcePolicy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*", ...statement }],
    },
  },
});

export default defineInsight({
  id: "aws.secretsmanager.secret-not-public",
  title: "Secret is not open to everybody",
  severity: "critical",
  on: "aws.secretsmanager.secret",
  passes: not(policyAllows("ResourcePolicy", "anyone")),
  frameworks: { "cis-aws-7.0": ["2.21"] },
  why: "Anybody with an AWS account can ask for the secret's value. Only the KMS key may still be in their way.",
  fix: {
    steps:
      'Name the principals, or narrow Principal "*" by aws:PrincipalOrgID, and put a new value into the secret. Console: Secrets Manager → the secret → Resource permissions → Edit permissions. CLI: aws secretsmanager put-resource-policy --secret-id … --resource-policy file://… --block-public-policy.',
  },
  examples: {
    pass: [
      { document: {} },
      policy({ Principal: { AWS: "arn:aws:iam::111122223333:role/app" } }),
      policy({ Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } }),
    ],
    fail: [policy({ Principal: "*" }), policy({ Principal: { AWS: "*" } })],
    unknown: [{ document: {}, gaps: ["ResourcePolicy"] }],
  },
});
