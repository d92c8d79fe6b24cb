import { defineInsight } from "#catalog/define.ts";
import { greaterThan } from "#rules/build.ts";

export default defineInsight({
  id: "aws.rds.instance-backup-enabled",
  title: "RDS instance keeps automatic backups for 7 days",
  severity: "medium",
  on: "aws.rds.instance",
  passes: greaterThan("BackupRetentionPeriod", 6),
  frameworks: { "aws-fsbp": ["RDS.11"] },
  why: "Damage is often noticed after the weekend. A backup that is older than the damage must still be there.",
  fix: {
    steps:
      "Console: RDS → Databases → the instance → Modify → Backup → retention period 7 days or more. CLI: aws rds modify-db-instance --db-instance-identifier … --backup-retention-period 7 --apply-immediately. Going from 0 upwards takes a short outage in a single zone.",
  },
  examples: {
    pass: [{ document: { BackupRetentionPeriod: 7 } }],
    fail: [{ document: { BackupRetentionPeriod: 0 } }, { document: { BackupRetentionPeriod: 6 } }],
    unknown: [{ document: {}, gaps: ["BackupRetentionPeriod"] }],
  },
});
