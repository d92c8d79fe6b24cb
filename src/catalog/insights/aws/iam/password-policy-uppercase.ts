import { defineInsight } from "#catalog/define.ts";
import { isTrue } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.password-policy-uppercase",
  title: "Password policy asks for an uppercase letter",
  severity: "low",
  on: "aws.account.settings",
  passes: isTrue("PasswordPolicy.RequireUppercaseCharacters"),
  frameworks: {},
  why: "Without it many people choose words in lower case only, which word lists find first.",
  fix: {
    steps:
      "Console: IAM → Account settings → Password policy → Edit → Require at least one uppercase letter. CLI: aws iam update-account-password-policy --require-uppercase-characters with all other settings too, because the call replaces the whole policy.",
  },
  examples: {
    pass: [{ document: { PasswordPolicy: { RequireUppercaseCharacters: true } } }],
    fail: [{ document: { PasswordPolicy: { RequireUppercaseCharacters: false } } }, { document: {} }],
    unknown: [{ document: {}, gaps: ["PasswordPolicy"] }],
  },
});
