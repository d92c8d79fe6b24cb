import { defineInsight } from "#catalog/define.ts";
import { isSet } from "#rules/build.ts";

export default defineInsight({
  id: "aws.cloudtrail.kms-encryption",
  title: "Trail is encrypted with a KMS key",
  severity: "medium",
  on: "aws.cloudtrail.trail",
  passes: isSet("KmsKeyId"),
  frameworks: { "cis-aws-5.0": ["3.5"], "cis-aws-7.0": ["4.5"], "aws-fsbp": ["CloudTrail.2"] },
  why: "With a key of your own, reading the log needs permission on the bucket and on the key, and each use of the key is recorded.",
  fix: {
    steps:
      "Make a key in the bucket's region whose policy lets cloudtrail.amazonaws.com encrypt. Console: CloudTrail → Trails → the trail → General details → Edit → SSE-KMS. CLI: aws cloudtrail update-trail --name … --kms-key-id ….",
  },
  examples: {
    pass: [
      {
        document: { KmsKeyId: "arn:aws:kms:eu-west-1:111122223333:key/3f2504e0-4f89-41d3-9a0c-0305e82c3301" },
      },
    ],
    fail: [{ document: {} }],
    unknown: [{ document: {}, gaps: ["KmsKeyId"] }],
  },
});
