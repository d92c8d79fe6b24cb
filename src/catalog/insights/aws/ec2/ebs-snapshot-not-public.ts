import { defineInsight } from "#catalog/define.ts";
import { equals } from "#rules/build.ts";

export default defineInsight({
  id: "aws.ec2.ebs-snapshot-not-public",
  title: "EBS snapshot is not public",
  severity: "critical",
  on: "aws.ec2.snapshot",
  passes: equals("RestorableByAll", false),
  frameworks: { "aws-fsbp": ["EC2.1"] },
  why: "Anybody with an AWS account can make a volume of it and read the whole disk: data, keys, passwords. Robots look for new public snapshots.",
  fix: {
    steps:
      "Console: EC2 → Snapshots → the snapshot → Actions → Modify permissions → Private. CLI: aws ec2 modify-snapshot-attribute --snapshot-id … --attribute createVolumePermission --operation-type remove --group-names all. Then aws ec2 enable-snapshot-block-public-access --state block-all-sharing in the region, and change every secret that was on the disk.",
  },
  examples: {
    pass: [{ document: { RestorableByAll: false } }],
    fail: [{ document: { RestorableByAll: true } }],
    unknown: [{ document: {}, gaps: ["RestorableByAll"] }],
  },
});
