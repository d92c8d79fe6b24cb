import { defineInsight } from "#catalog/define.ts";
import { and, isSet, isTrue, not } from "#rules/build.ts";

export default defineInsight({
  id: "aws.rds.instance-multi-az",
  title: "RDS instance has a standby in another zone",
  severity: "medium",
  on: "aws.rds.instance",
  // Members of a cluster get their standby from the cluster, and a replica is a standby itself.
  applies: and(not(isSet("DBClusterIdentifier")), not(isSet("ReadReplicaSourceDBInstanceIdentifier"))),
  passes: isTrue("MultiAZ"),
  frameworks: { "cis-aws-5.0": ["2.2.4"], "cis-aws-7.0": ["3.2.4"], "aws-fsbp": ["RDS.5"] },
  why: "When a zone or a disk fails, or the engine is patched, a standby takes over in a minute or two; without one the database is down until a backup is restored.",
  fix: {
    steps:
      "Console: RDS → Databases → the instance → Modify → Availability → Create a standby instance. CLI: aws rds modify-db-instance --db-instance-identifier … --multi-az --apply-immediately. It doubles the price of the instance: exempt databases that may be down for a day.",
  },
  examples: {
    pass: [{ document: { MultiAZ: true } }],
    fail: [{ document: { MultiAZ: false } }],
    unknown: [{ document: {}, gaps: ["MultiAZ"] }],
    notApplicable: [
      { document: { MultiAZ: false, DBClusterIdentifier: "orders" } },
      { document: { MultiAZ: false, ReadReplicaSourceDBInstanceIdentifier: "orders-1" } },
    ],
  },
});
