import { defineInsight } from "#catalog/define.ts";
import { equals, isSet, or } from "#rules/build.ts";

const queue = (attributes: object) => ({ document: { Attributes: attributes } });

export default defineInsight({
  id: "aws.sqs.queue-encrypted",
  title: "SQS queue is encrypted",
  severity: "medium",
  on: "aws.sqs.queue",
  passes: or(isSet("Attributes.KmsMasterKeyId"), equals("Attributes.SqsManagedSseEnabled", "true")),
  frameworks: { "aws-fsbp": ["SQS.1"] },
  why: "Messages wait on AWS's disks as plain text. Encryption costs nothing with SQS's own key, and with a KMS key it also says who may read.",
  fix: {
    steps:
      "Console: SQS → the queue → Encryption → Edit → Server-side encryption → Enabled. CLI: aws sqs set-queue-attributes --queue-url … --attributes SqsManagedSseEnabled=true.",
  },
  examples: {
    pass: [
      queue({ SqsManagedSseEnabled: "true" }),
      queue({ SqsManagedSseEnabled: "false", KmsMasterKeyId: "alias/aws/sqs" }),
    ],
    fail: [queue({ SqsManagedSseEnabled: "false" }), queue({})],
    unknown: [{ document: {}, gaps: ["Attributes"] }],
  },
});
