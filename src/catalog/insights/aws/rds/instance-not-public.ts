import { defineInsight } from "#catalog/define.ts";
import { equals } from "#rules/build.ts";

export default defineInsight({
  id: "aws.rds.instance-not-public",
  title: "RDS instance is not public",
  severity: "critical",
  on: "aws.rds.instance",
  passes: equals("PubliclyAccessible", false),
  frameworks: { "cis-aws-5.0": ["2.2.3"], "cis-aws-7.0": ["3.2.3"], "aws-fsbp": ["RDS.2"] },
  why: "The database has a public address. Its security groups are all that is left between your data and the internet, and its password is all behind them.",
  fix: {
    steps:
      "Make sure that its clients are in the VPC or reach it by VPN. Console: RDS → Databases → the instance → Modify → Connectivity → Not publicly accessible. CLI: aws rds modify-db-instance --db-instance-identifier … --no-publicly-accessible --apply-immediately. No restart is needed; connections from outside break.",
  },
  examples: {
    pass: [{ document: { PubliclyAccessible: false } }],
    fail: [{ document: { PubliclyAccessible: true } }],
    unknown: [{ document: {}, gaps: ["PubliclyAccessible"] }],
  },
});
