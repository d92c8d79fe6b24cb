import { defineInsight } from "#catalog/define.ts";
import { and, isSet, not, olderThan, or } from "#rules/build.ts";

const now = "2026-01-01T00:00:00Z";
const old = "2025-06-01T00:00:00.000Z";
const recent = "2025-12-20T00:00:00.000Z";

export default defineInsight({
  id: "aws.secretsmanager.secret-used",
  title: "Secret was read in the last 90 days",
  severity: "low",
  on: "aws.secretsmanager.secret",
  passes: or(
    and(isSet("LastAccessedDate"), not(olderThan("LastAccessedDate", 90))),
    not(olderThan("CreatedDate", 90)),
  ),
  frameworks: { "aws-fsbp": ["SecretsManager.3"] },
  why: "A forgotten secret still opens what it once opened, nobody watches who reads it, and it is paid for every month.",
  fix: {
    steps:
      "Ask its owner, then Console: Secrets Manager → the secret → Actions → Delete secret; it can be restored for 7 to 30 days. CLI: aws secretsmanager delete-secret --secret-id … --recovery-window-in-days 30. Take away the credential that it held, too.",
  },
  examples: {
    pass: [
      { document: { CreatedDate: old, LastAccessedDate: recent }, now },
      { document: { CreatedDate: recent }, now },
    ],
    fail: [
      { document: { CreatedDate: old, LastAccessedDate: old }, now },
      { document: { CreatedDate: old }, now },
    ],
    unknown: [{ document: { CreatedDate: old }, gaps: ["LastAccessedDate"], now }],
  },
});
