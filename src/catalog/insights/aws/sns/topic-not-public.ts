import { defineInsight } from "#catalog/define.ts";
import { not, policyAllows } from "#rules/build.ts";

const policy = (statement: object) => ({
  document: {
    Attributes: {
      Policy: {
        Version: "2008-10-17",
        Statement: [
          { Effect: "Allow", Action: ["SNS:Publish", "SNS:Subscribe"], Resource: "*", ...statement },
        ],
      },
    },
  },
});

export default defineInsight({
  id: "aws.sns.topic-not-public",
  title: "SNS topic is not open to everybody",
  severity: "high",
  on: "aws.sns.topic",
  passes: not(policyAllows("Attributes.Policy", "anyone")),
  frameworks: { "cis-aws-7.0": ["2.21"], "aws-fsbp": ["SNS.4"] },
  why: "Anybody can send messages that your programs and people trust, or subscribe and read along.",
  fix: {
    steps:
      "Name the principals, or keep AWS's condition on AWS:SourceOwner. Console: SNS → Topics → the topic → Edit → Access policy. CLI: aws sns set-topic-attributes --topic-arn … --attribute-name Policy --attribute-value file://….",
  },
  examples: {
    pass: [
      policy({ Principal: { AWS: "*" }, Condition: { StringEquals: { "AWS:SourceOwner": "111122223333" } } }),
      policy({ Principal: { Service: "events.amazonaws.com" } }),
    ],
    fail: [policy({ Principal: { AWS: "*" } }), policy({ Principal: "*" })],
    unknown: [{ document: {}, gaps: ["Attributes"] }],
  },
});
