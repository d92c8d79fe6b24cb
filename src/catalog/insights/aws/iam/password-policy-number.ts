import { defineInsight } from "#catalog/define.ts";
import { isTrue } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.password-policy-number",
  title: "Password policy asks for a number",
  severity: "low",
  on: "aws.account.settings",
  passes: isTrue("PasswordPolicy.RequireNumbers"),
  frameworks: {},
  why: "A digit takes a password out of the plain word lists that attackers try first.",
  fix: {
    steps:
      "Console: IAM → Account settings → Password policy → Edit → Require at least one number. CLI: aws iam update-account-password-policy --require-numbers with all other settings too, because the call replaces the whole policy.",
  },
  examples: {
    pass: [{ document: { PasswordPolicy: { RequireNumbers: true } } }],
    fail: [{ document: { PasswordPolicy: { RequireNumbers: false } } }, { document: {} }],
    unknown: [{ document: {}, gaps: ["PasswordPolicy"] }],
  },
});
