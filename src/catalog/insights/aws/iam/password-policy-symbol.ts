import { defineInsight } from "#catalog/define.ts";
import { isTrue } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.password-policy-symbol",
  title: "Password policy asks for a symbol",
  severity: "low",
  on: "aws.account.settings",
  passes: isTrue("PasswordPolicy.RequireSymbols"),
  frameworks: {},
  why: "A symbol takes a password out of the plain word lists that attackers try first.",
  fix: {
    steps:
      "Console: IAM → Account settings → Password policy → Edit → Require at least one non-alphanumeric character. CLI: aws iam update-account-password-policy --require-symbols with all other settings too, because the call replaces the whole policy.",
  },
  examples: {
    pass: [{ document: { PasswordPolicy: { RequireSymbols: true } } }],
    fail: [{ document: { PasswordPolicy: { RequireSymbols: false } } }, { document: {} }],
    unknown: [{ document: {}, gaps: ["PasswordPolicy"] }],
  },
});
