import { defineInsight } from "#catalog/define.ts";
import { policyDenies } from "#rules/build.ts";

const arn = "arn:aws:s3:::shop";
const deny = (statement: object) => ({
  "@arn": arn,
  Policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
        ...statement,
      },
    ],
  },
});

export default defineInsight({
  id: "aws.s3.bucket-tls-required",
  title: "S3 bucket refuses requests without TLS",
  severity: "medium",
  on: "aws.s3.bucket",
  passes: policyDenies("Policy", {
    actions: ["s3:*"],
    conditionKey: "aws:SecureTransport",
    conditionValue: "false",
    resourceSuffix: "/*",
  }),
  frameworks: { "cis-aws-5.0": ["2.1.1"], "cis-aws-7.0": ["3.1.1"], "aws-fsbp": ["S3.5"] },
  why: "S3 also answers plain HTTP. A program that uses it by mistake sends objects where everybody on the way can read and change them.",
  fix: {
    steps:
      'Add to the bucket policy a Deny for Principal "*", Action "s3:*", on the bucket and its objects, with the condition Bool aws:SecureTransport false. Console: S3 → the bucket → Permissions → Bucket policy → Edit. CLI: aws s3api put-bucket-policy --bucket … --policy file://….',
  },
  examples: {
    pass: [
      { document: deny({}) },
      { document: deny({ Principal: { AWS: "*" }, Resource: "*", Action: ["*"] }) },
    ],
    fail: [
      { document: { "@arn": arn } },
      { document: deny({ Effect: "Allow" }) },
      { document: deny({ Action: "s3:GetObject" }) },
      { document: deny({ Resource: arn }) },
      { document: deny({ Condition: { Bool: { "aws:SecureTransport": "true" } } }) },
    ],
    unknown: [{ document: { "@arn": arn }, gaps: ["Policy"] }],
  },
});
