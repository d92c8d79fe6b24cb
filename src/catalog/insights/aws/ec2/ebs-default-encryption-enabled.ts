import { defineInsight } from "#catalog/define.ts";
import { isTrue } from "#rules/build.ts";

export default defineInsight({
  id: "aws.ec2.ebs-default-encryption-enabled",
  title: "New EBS volumes are encrypted by default",
  severity: "medium",
  on: "aws.ec2.region-settings",
  passes: isTrue("EbsEncryptionByDefault"),
  frameworks: { "cis-aws-7.0": ["6.1.1"], "aws-fsbp": ["EC2.7"] },
  why: "One switch per region, and nobody has to remember it for each volume.",
  fix: {
    steps:
      "Console, in each region: EC2 → Settings → Data protection and security → EBS encryption → Manage → Enable. CLI: aws ec2 enable-ebs-encryption-by-default --region …. Volumes that exist stay as they are.",
  },
  examples: {
    pass: [{ document: { EbsEncryptionByDefault: true } }],
    fail: [{ document: { EbsEncryptionByDefault: false } }],
    unknown: [{ document: {}, gaps: ["EbsEncryptionByDefault"] }],
  },
});
