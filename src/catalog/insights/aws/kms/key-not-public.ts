import { defineInsight } from "#catalog/define.ts";
import { equals, not, policyAllows } from "#rules/build.ts";

const key = (statement: object, KeyManager = "CUSTOMER") => ({
  document: {
    KeyMetadata: { KeyManager },
    Policy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "kms:*", Resource: "*", ...statement }],
    },
  },
});

export default defineInsight({
  id: "aws.kms.key-not-public",
  title: "KMS key is not open to everybody",
  severity: "critical",
  on: "aws.kms.key",
  applies: equals("KeyMetadata.KeyManager", "CUSTOMER"),
  passes: not(policyAllows("Policy", "anyone")),
  frameworks: { "cis-aws-7.0": ["2.21"], "aws-fsbp": ["KMS.5"] },
  why: "Anybody with an AWS account can use the key: encryption with it protects nothing any more.",
  fix: {
    steps:
      'Name the principals, or narrow Principal "*" by kms:CallerAccount or aws:PrincipalOrgID. Console: KMS → Customer managed keys → the key → Key policy → Edit. CLI: aws kms put-key-policy --key-id … --policy-name default --policy file://….',
  },
  examples: {
    pass: [
      key({ Principal: { AWS: "arn:aws:iam::111122223333:root" } }),
      key({ Principal: "*", Condition: { StringEquals: { "kms:CallerAccount": "111122223333" } } }),
    ],
    fail: [key({ Principal: "*" }), key({ Principal: { AWS: "*" } })],
    unknown: [{ document: { KeyMetadata: { KeyManager: "CUSTOMER" } }, gaps: ["Policy"] }],
    notApplicable: [key({ Principal: "*" }, "AWS")],
  },
});
