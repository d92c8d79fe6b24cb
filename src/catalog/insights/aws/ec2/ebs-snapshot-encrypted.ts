import { defineInsight } from "#catalog/define.ts";
import { isTrue } from "#rules/build.ts";

export default defineInsight({
  id: "aws.ec2.ebs-snapshot-encrypted",
  title: "EBS snapshot is encrypted",
  severity: "medium",
  on: "aws.ec2.snapshot",
  passes: isTrue("Encrypted"),
  frameworks: {},
  why: "An unencrypted snapshot needs one wrong sharing to give the disk away; an encrypted one also needs the key.",
  fix: {
    steps:
      "Copy it with encryption and delete the old one. Console: EC2 → Snapshots → the snapshot → Actions → Copy snapshot → Encrypt this snapshot. CLI: aws ec2 copy-snapshot --source-region … --source-snapshot-id … --encrypted [--kms-key-id …], then aws ec2 delete-snapshot --snapshot-id ….",
  },
  examples: {
    pass: [{ document: { Encrypted: true } }],
    fail: [{ document: { Encrypted: false } }],
    unknown: [{ document: {}, gaps: ["Encrypted"] }],
  },
});
