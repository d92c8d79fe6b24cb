import { defineInsight, type ExampleDocument } from "#catalog/define.ts";
import { isSet, related } from "#rules/build.ts";

const bucket = (document: ExampleDocument) => ({
  document: { S3BucketName: "audit" },
  related: [{ relation: "bucket", type: "aws.s3.bucket", document }],
});

export default defineInsight({
  id: "aws.cloudtrail.bucket-access-logging",
  title: "Trail's bucket logs requests",
  severity: "low",
  on: "aws.cloudtrail.trail",
  passes: related("bucket", "aws.s3.bucket", { quantifier: "all", rule: isSet("Logging.TargetBucket") }),
  frameworks: { "cis-aws-5.0": ["3.4"], "cis-aws-7.0": ["4.4"] },
  why: "Who read or deleted the audit log is itself a question of an audit.",
  fix: {
    steps:
      "In the account of the bucket: Console: S3 → the bucket → Properties → Server access logging → Edit → Enable, with another bucket as target. CLI: aws s3api put-bucket-logging --bucket … --bucket-logging-status file://….",
  },
  examples: {
    pass: [bucket({ Logging: { TargetBucket: "central-logs" } })],
    fail: [bucket({})],
    unknown: [{ document: { S3BucketName: "audit" }, related: "unseen" }],
  },
});
