import { defineInsight } from "#catalog/define.ts";
import { not, policyAllows } from "#rules/build.ts";

const policy = (statement: object) => ({
  document: {
    Attributes: {
      Policy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*", ...statement }],
      },
    },
  },
});

export default defineInsight({
  id: "aws.sqs.queue-not-public",
  title: "SQS queue is not open to everybody",
  severity: "critical",
  on: "aws.sqs.queue",
  passes: not(policyAllows("Attributes.Policy", "anyone")),
  frameworks: { "cis-aws-7.0": ["2.21"], "aws-fsbp": ["SQS.3"] },
  why: "Anybody can read, forge or throw away the messages that your programs act on.",
  fix: {
    steps:
      'Name the principals, or tie Principal "*" to a source by aws:SourceArn or aws:PrincipalOrgID. Console: SQS → the queue → Access policy → Edit. CLI: aws sqs set-queue-attributes --queue-url … --attributes file://….',
  },
  examples: {
    pass: [
      { document: { Attributes: {} } },
      policy({ Principal: { Service: "sns.amazonaws.com" } }),
      policy({
        Principal: "*",
        Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:orders" } },
      }),
    ],
    fail: [policy({ Principal: "*" }), policy({ Principal: { AWS: "*" } })],
    unknown: [{ document: {}, gaps: ["Attributes"] }],
  },
});
