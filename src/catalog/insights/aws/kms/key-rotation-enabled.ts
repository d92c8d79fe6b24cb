import { defineInsight } from "#catalog/define.ts";
import { and, equals, isTrue } from "#rules/build.ts";

const metadata = {
  KeyManager: "CUSTOMER",
  KeySpec: "SYMMETRIC_DEFAULT",
  Origin: "AWS_KMS",
  KeyState: "Enabled",
};
const other = (change: Partial<typeof metadata>) => ({
  document: { KeyMetadata: { ...metadata, ...change } },
});

export default defineInsight({
  id: "aws.kms.key-rotation-enabled",
  title: "KMS key rotates every year",
  severity: "medium",
  on: "aws.kms.key",
  // AWS rotates no other keys by itself.
  applies: and(
    equals("KeyMetadata.KeyManager", "CUSTOMER"),
    equals("KeyMetadata.KeySpec", "SYMMETRIC_DEFAULT"),
    equals("KeyMetadata.Origin", "AWS_KMS"),
    equals("KeyMetadata.KeyState", "Enabled"),
  ),
  passes: isTrue("Rotation.KeyRotationEnabled"),
  frameworks: { "cis-aws-5.0": ["3.6"], "cis-aws-7.0": ["4.6"] },
  why: "Rotation bounds how much one key ever encrypts. It costs no change in programs: old data stays readable.",
  fix: {
    steps:
      "Console: KMS → Customer managed keys → the key → Key rotation → Edit → Enable. CLI: aws kms enable-key-rotation --key-id ….",
  },
  examples: {
    pass: [{ document: { KeyMetadata: metadata, Rotation: { KeyRotationEnabled: true } } }],
    fail: [{ document: { KeyMetadata: metadata, Rotation: { KeyRotationEnabled: false } } }],
    unknown: [
      { document: { KeyMetadata: metadata }, gaps: ["Rotation"] },
      { document: {}, gaps: ["KeyMetadata"] },
    ],
    notApplicable: [
      other({ KeyManager: "AWS" }),
      other({ KeySpec: "RSA_2048" }),
      other({ Origin: "EXTERNAL" }),
      other({ KeyState: "PendingDeletion" }),
    ],
  },
});
