import { defineInsight } from "#catalog/define.ts";
import { isTrue } from "#rules/build.ts";

export default defineInsight({
  id: "aws.rds.instance-minor-upgrade",
  title: "RDS instance takes minor upgrades by itself",
  severity: "medium",
  on: "aws.rds.instance",
  passes: isTrue("AutoMinorVersionUpgrade"),
  frameworks: { "cis-aws-5.0": ["2.2.2"], "cis-aws-7.0": ["3.2.2"], "aws-fsbp": ["RDS.13"] },
  why: "Minor versions carry the security patches of the engine. Left to people, they wait for years.",
  fix: {
    steps:
      "Console: RDS → Databases → the instance → Modify → Maintenance → Enable auto minor version upgrade, and choose the maintenance window. CLI: aws rds modify-db-instance --db-instance-identifier … --auto-minor-version-upgrade --apply-immediately.",
  },
  examples: {
    pass: [{ document: { AutoMinorVersionUpgrade: true } }],
    fail: [{ document: { AutoMinorVersionUpgrade: false } }],
    unknown: [{ document: {}, gaps: ["AutoMinorVersionUpgrade"] }],
  },
});
