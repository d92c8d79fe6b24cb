import { defineInsight } from "#catalog/define.ts";
import { count, equals } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.user-single-active-access-key",
  title: "User has at most one active access key",
  severity: "medium",
  on: "aws.iam.user",
  passes: count("AccessKeys", { rule: equals("Status", "Active"), atMost: 1 }),
  frameworks: { "cis-aws-5.0": ["1.12"] },
  why: "Two keys are for the days of a rotation. When both stay active, one of them is usually forgotten somewhere.",
  fix: {
    steps:
      "See which key is still used, then deactivate and delete the other. Console: IAM → Users → the user → Security credentials → Access keys. CLI: aws iam get-access-key-last-used --access-key-id …, aws iam update-access-key --status Inactive …, aws iam delete-access-key ….",
  },
  examples: {
    pass: [
      { document: { AccessKeys: [] } },
      { document: { AccessKeys: [{ Status: "Active" }, { Status: "Inactive" }] } },
    ],
    fail: [{ document: { AccessKeys: [{ Status: "Active" }, { Status: "Active" }] } }],
    unknown: [{ document: {}, gaps: ["AccessKeys"] }],
  },
});
