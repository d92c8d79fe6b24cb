import { defineInsight } from "#catalog/define.ts";
import { isTrue } from "#rules/build.ts";

export default defineInsight({
  id: "aws.ec2.ebs-volume-encrypted",
  title: "EBS volume is encrypted",
  severity: "medium",
  on: "aws.ec2.volume",
  passes: isTrue("Encrypted"),
  frameworks: { "cis-aws-5.0": ["5.1.1"], "aws-fsbp": ["EC2.3"] },
  why: "A snapshot of an unencrypted volume can be shared and read by anybody who gets it. Encryption costs nothing and is not felt.",
  fix: {
    steps:
      "A volume cannot be encrypted in place: take a snapshot, copy it with encryption, make a volume from the copy, stop the instance and exchange the two. Console: EC2 → Volumes → Create snapshot; Snapshots → Copy snapshot → Encrypt. CLI: aws ec2 create-snapshot, aws ec2 copy-snapshot --encrypted, aws ec2 create-volume, aws ec2 attach-volume. Switch on encryption by default so that it does not happen again.",
  },
  examples: {
    pass: [{ document: { Encrypted: true } }],
    fail: [{ document: { Encrypted: false } }],
    unknown: [{ document: {}, gaps: ["Encrypted"] }],
  },
});
