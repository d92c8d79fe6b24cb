import { defineInsight } from "#catalog/define.ts";
import { and, any, equals, none, olderThan } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.user-access-key-rotated",
  title: "Active access keys are at most 90 days old",
  severity: "medium",
  on: "aws.iam.user",
  applies: any("AccessKeys", equals("Status", "Active")),
  passes: none("AccessKeys", and(equals("Status", "Active"), olderThan("CreateDate", 90))),
  frameworks: { "cis-aws-5.0": ["1.13"], "cis-aws-7.0": ["2.12"], "aws-fsbp": ["IAM.3"] },
  why: "Keys do not expire. The older one is, the more laptops, backups and build logs hold a copy that nobody remembers.",
  fix: {
    steps:
      "Make a second key, give it to the program, watch that the old one is no longer used, make that inactive and delete it. Console: IAM → Users → the user → Security credentials → Access keys. CLI: aws iam create-access-key, aws iam get-access-key-last-used, aws iam update-access-key --status Inactive, aws iam delete-access-key. A role instead of a key ends the work for good.",
  },
  examples: {
    pass: [
      { document: { AccessKeys: [{ Status: "Active", CreateDate: "2025-11-01T00:00:00.000Z" }] } },
      {
        document: {
          AccessKeys: [
            { Status: "Inactive", CreateDate: "2024-01-01T00:00:00.000Z" },
            { Status: "Active", CreateDate: "2025-12-01T00:00:00.000Z" },
          ],
        },
      },
    ],
    fail: [{ document: { AccessKeys: [{ Status: "Active", CreateDate: "2025-06-01T00:00:00.000Z" }] } }],
    unknown: [{ document: {}, gaps: ["AccessKeys"] }],
    notApplicable: [
      { document: { AccessKeys: [] } },
      { document: { AccessKeys: [{ Status: "Inactive", CreateDate: "2025-06-01T00:00:00.000Z" }] } },
    ],
  },
});
