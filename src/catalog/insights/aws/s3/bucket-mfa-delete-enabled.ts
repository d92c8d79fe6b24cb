import { defineInsight } from "#catalog/define.ts";
import { equals } from "#rules/build.ts";

export default defineInsight({
  id: "aws.s3.bucket-mfa-delete-enabled",
  title: "S3 bucket requires MFA to delete versions",
  severity: "low",
  on: "aws.s3.bucket",
  passes: equals("Versioning.MFADelete", "Enabled"),
  frameworks: { "cis-aws-5.0": ["2.1.2"], "cis-aws-7.0": ["3.1.2"] },
  why: "A stolen administrator key can delete every version of every object. With MFA delete it also needs the root user's device.",
  fix: {
    steps:
      'Only the root user can switch it on, and only by CLI: aws s3api put-bucket-versioning --bucket … --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa "SERIAL CODE". Where root has no credentials, use Object Lock and a policy that denies s3:DeleteObjectVersion instead, and exempt the bucket.',
  },
  examples: {
    pass: [{ document: { Versioning: { Status: "Enabled", MFADelete: "Enabled" } } }],
    fail: [
      { document: { Versioning: { Status: "Enabled", MFADelete: "Disabled" } } },
      { document: { Versioning: {} } },
    ],
    unknown: [{ document: {}, gaps: ["Versioning"] }],
  },
});
