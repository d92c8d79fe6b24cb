import { defineInsight } from "#catalog/define.ts";
import { any, isSet } from "#rules/build.ts";

const encryption = (SSEAlgorithm?: string) => ({
  Encryption: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }] },
});

export default defineInsight({
  id: "aws.s3.bucket-default-encryption",
  title: "S3 bucket encrypts objects by default",
  severity: "medium",
  on: "aws.s3.bucket",
  passes: any("Encryption.Rules", isSet("ApplyServerSideEncryptionByDefault.SSEAlgorithm")),
  frameworks: {},
  why: "Since 2023 AWS encrypts every new object. A bucket without the setting is old or unusual, and its old objects may lie there in the clear.",
  fix: {
    steps:
      "Console: S3 → the bucket → Properties → Default encryption → Edit. CLI: aws s3api put-bucket-encryption --bucket … --server-side-encryption-configuration file://…. Copy old objects onto themselves to encrypt them (S3 Batch Operations for many).",
  },
  examples: {
    pass: [{ document: encryption("AES256") }, { document: encryption("aws:kms") }],
    fail: [{ document: {} }, { document: { Encryption: { Rules: [] } } }],
    unknown: [{ document: {}, gaps: ["Encryption"] }],
  },
});
