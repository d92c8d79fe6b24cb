import { defineInsight } from "#catalog/define.ts";
import { isSet } from "#rules/build.ts";

export default defineInsight({
  id: "aws.sns.topic-encrypted",
  title: "SNS topic is encrypted with a KMS key",
  severity: "medium",
  on: "aws.sns.topic",
  passes: isSet("Attributes.KmsMasterKeyId"),
  frameworks: { "aws-fsbp": ["SNS.1"] },
  why: "With a KMS key, whoever gets at a message must also be allowed to decrypt it, and each use of the key is logged.",
  fix: {
    steps:
      "Console: SNS → Topics → the topic → Edit → Encryption → Enable. CLI: aws sns set-topic-attributes --topic-arn … --attribute-name KmsMasterKeyId --attribute-value alias/…. Services that publish to it need kms:GenerateDataKey* and kms:Decrypt in the key's policy, so take a key of your own rather than alias/aws/sns.",
  },
  examples: {
    pass: [{ document: { Attributes: { KmsMasterKeyId: "alias/topics" } } }],
    fail: [{ document: { Attributes: {} } }],
    unknown: [{ document: {}, gaps: ["Attributes"] }],
  },
});
