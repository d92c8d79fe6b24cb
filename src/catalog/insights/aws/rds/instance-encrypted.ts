import { defineInsight } from "#catalog/define.ts";
import { isTrue } from "#rules/build.ts";

export default defineInsight({
  id: "aws.rds.instance-encrypted",
  title: "RDS instance is encrypted",
  severity: "medium",
  on: "aws.rds.instance",
  passes: isTrue("StorageEncrypted"),
  frameworks: { "cis-aws-5.0": ["2.2.1"], "cis-aws-7.0": ["3.2.1"], "aws-fsbp": ["RDS.3"] },
  why: "Snapshots and replicas of an unencrypted database are unencrypted too, and one wrong sharing gives the data away.",
  fix: {
    steps:
      "It cannot be switched on in place: take a snapshot, copy it with a key, restore the copy as a new instance and move the clients. Console: RDS → Snapshots → Copy snapshot → Enable encryption. CLI: aws rds create-db-snapshot, aws rds copy-db-snapshot --kms-key-id …, aws rds restore-db-instance-from-db-snapshot.",
  },
  examples: {
    pass: [{ document: { StorageEncrypted: true } }],
    fail: [{ document: { StorageEncrypted: false } }],
    unknown: [{ document: {}, gaps: ["StorageEncrypted"] }],
  },
});
