import { defineInsight } from "#catalog/define.ts";
import { isTrue } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.password-policy-lowercase",
  title: "Password policy asks for a lowercase letter",
  severity: "low",
  on: "aws.account.settings",
  passes: isTrue("PasswordPolicy.RequireLowercaseCharacters"),
  frameworks: {},
  why: "Passwords of digits and capitals alone are found much sooner than mixed ones.",
  fix: {
    steps:
      "Console: IAM → Account settings → Password policy → Edit → Require at least one lowercase letter. CLI: aws iam update-account-password-policy --require-lowercase-characters with all other settings too, because the call replaces the whole policy.",
  },
  examples: {
    pass: [{ document: { PasswordPolicy: { RequireLowercaseCharacters: true } } }],
    fail: [{ document: { PasswordPolicy: { RequireLowercaseCharacters: false } } }, { document: {} }],
    unknown: [{ document: {}, gaps: ["PasswordPolicy"] }],
  },
});
