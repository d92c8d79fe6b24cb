import { defineInsight } from "#catalog/define.ts";
import { equals } from "#rules/build.ts";

export default defineInsight({
  id: "aws.s3.bucket-versioning-enabled",
  title: "S3 bucket keeps versions",
  severity: "low",
  on: "aws.s3.bucket",
  passes: equals("Versioning.Status", "Enabled"),
  frameworks: {},
  why: "Without versions, an overwritten or deleted object is gone, whether by mistake or by ransomware.",
  fix: {
    steps:
      "Console: S3 → the bucket → Properties → Bucket versioning → Enable. CLI: aws s3api put-bucket-versioning --bucket … --versioning-configuration Status=Enabled. Add a lifecycle rule that ends old versions, or they cost money for ever.",
  },
  examples: {
    pass: [{ document: { Versioning: { Status: "Enabled" } } }],
    fail: [{ document: { Versioning: { Status: "Suspended" } } }, { document: { Versioning: {} } }],
    unknown: [{ document: {}, gaps: ["Versioning"] }],
  },
});
