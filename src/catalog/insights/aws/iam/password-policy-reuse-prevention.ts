import { defineInsight } from "#catalog/define.ts";
import { greaterThan } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.password-policy-reuse-prevention",
  title: "Password policy refuses the last 24 passwords",
  severity: "medium",
  on: "aws.account.settings",
  passes: greaterThan("PasswordPolicy.PasswordReusePrevention", 23),
  frameworks: { "cis-aws-5.0": ["1.8"], "cis-aws-7.0": ["2.9"] },
  why: "A password that leaked once comes back as soon as its owner is asked for a new one and types the old.",
  fix: {
    steps:
      "Console: IAM → Account settings → Password policy → Edit → Prevent password reuse, 24 passwords. CLI: aws iam update-account-password-policy --password-reuse-prevention 24 with all other settings too, because the call replaces the whole policy.",
  },
  examples: {
    pass: [{ document: { PasswordPolicy: { PasswordReusePrevention: 24 } } }],
    fail: [{ document: { PasswordPolicy: { PasswordReusePrevention: 5 } } }, { document: {} }],
    unknown: [{ document: {}, gaps: ["PasswordPolicy"] }],
  },
});
