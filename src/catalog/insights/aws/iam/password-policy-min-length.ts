import { defineInsight } from "#catalog/define.ts";
import { greaterThan } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.password-policy-min-length",
  title: "Password policy asks for 14 characters",
  severity: "medium",
  on: "aws.account.settings",
  passes: greaterThan("PasswordPolicy.MinimumPasswordLength", 13),
  frameworks: { "cis-aws-5.0": ["1.7"], "cis-aws-7.0": ["2.8"] },
  why: "Length is what makes guessing expensive. Without a policy of its own an account accepts eight characters.",
  fix: {
    steps:
      "Console: IAM → Account settings → Password policy → Edit → Custom, minimum length 14. CLI: aws iam update-account-password-policy --minimum-password-length 14 with all other settings too, because the call replaces the whole policy.",
  },
  examples: {
    pass: [{ document: { PasswordPolicy: { MinimumPasswordLength: 14 } } }],
    fail: [{ document: { PasswordPolicy: { MinimumPasswordLength: 8 } } }, { document: {} }],
    unknown: [{ document: {}, gaps: ["PasswordPolicy"] }],
  },
});
