import { defineInsight } from "#catalog/define.ts";
import { equals, isIn, not } from "#rules/build.ts";

const key = (KeyState: string, KeyManager = "CUSTOMER") => ({
  document: { KeyMetadata: { KeyManager, KeyState } },
});

export default defineInsight({
  id: "aws.kms.key-not-pending-deletion",
  title: "KMS key is not on its way to deletion",
  severity: "critical",
  on: "aws.kms.key",
  applies: equals("KeyMetadata.KeyManager", "CUSTOMER"),
  passes: not(isIn("KeyMetadata.KeyState", ["PendingDeletion", "PendingReplicaDeletion"])),
  frameworks: { "aws-fsbp": ["KMS.3"] },
  why: "When the key is gone, everything encrypted with it is lost, in backups too. The waiting time is the last chance to notice.",
  fix: {
    steps:
      "Unless you are sure that nothing is encrypted with it: Console: KMS → Customer managed keys → the key → Key actions → Cancel key deletion, then enable it. CLI: aws kms cancel-key-deletion --key-id …, aws kms enable-key --key-id …. CloudTrail's Decrypt events name the programs that still use it.",
  },
  examples: {
    pass: [key("Enabled"), key("Disabled")],
    fail: [key("PendingDeletion"), key("PendingReplicaDeletion")],
    unknown: [{ document: {}, gaps: ["KeyMetadata"] }],
    notApplicable: [key("PendingDeletion", "AWS")],
  },
});
