import { defineInsight } from "#catalog/define.ts";
import { isSet } from "#rules/build.ts";

export default defineInsight({
  id: "aws.s3.bucket-access-logging-enabled",
  title: "S3 bucket logs requests",
  severity: "medium",
  on: "aws.s3.bucket",
  passes: isSet("Logging.TargetBucket"),
  frameworks: { "aws-fsbp": ["S3.9"] },
  why: "After an incident the first question is who read what. Without a log nobody can answer it.",
  fix: {
    steps:
      "Console: S3 → the bucket → Properties → Server access logging → Edit → Enable, with another bucket in the same region as target. CLI: aws s3api put-bucket-logging --bucket … --bucket-logging-status file://…. The target bucket itself need not be logged: exempt it.",
  },
  examples: {
    pass: [{ document: { Logging: { TargetBucket: "central-logs" } } }],
    fail: [{ document: {} }],
    unknown: [{ document: {}, gaps: ["Logging"] }],
  },
});
