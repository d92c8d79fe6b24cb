import { defineInsight } from "#catalog/define.ts";
import { not, policyAllows } from "#rules/build.ts";

const allow = (Principal: unknown, Action: string) => ({
  "@account": "111122223333",
  Policy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action, Resource: "arn:aws:s3:::shop*" }],
  },
});

export default defineInsight({
  id: "aws.s3.bucket-cross-account-restricted",
  title: "S3 bucket policy keeps other accounts from control actions",
  severity: "high",
  on: "aws.s3.bucket",
  passes: not(
    policyAllows("Policy", "other-accounts", {
      actions: [
        "s3:DeleteBucketPolicy",
        "s3:PutBucketAcl",
        "s3:PutBucketPolicy",
        "s3:PutEncryptionConfiguration",
        "s3:PutObjectAcl",
      ],
    }),
  ),
  frameworks: { "aws-fsbp": ["S3.6"] },
  why: "Another account that may change the policy, the ACLs or the encryption can open the bucket to anybody or lock you out of it.",
  fix: {
    steps:
      "Let other accounts read and write objects if they must, and no more: take the actions on policy, ACL and encryption out of the statements for them. Console: S3 → the bucket → Permissions → Bucket policy → Edit. CLI: aws s3api put-bucket-policy --bucket … --policy file://….",
  },
  examples: {
    pass: [
      { document: { "@account": "111122223333" } },
      { document: allow({ AWS: "arn:aws:iam::444455556666:root" }, "s3:GetObject") },
      { document: allow({ AWS: "arn:aws:iam::111122223333:role/admin" }, "s3:*") },
    ],
    fail: [
      { document: allow({ AWS: "arn:aws:iam::444455556666:root" }, "s3:PutBucketPolicy") },
      { document: allow("*", "s3:*") },
    ],
    unknown: [{ document: { "@account": "111122223333" }, gaps: ["Policy"] }],
  },
});
