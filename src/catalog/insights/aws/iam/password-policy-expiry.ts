import { defineInsight } from "#catalog/define.ts";
import { and, isTrue, lessThan } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.password-policy-expiry",
  title: "Password policy lets passwords expire within 90 days",
  severity: "low",
  on: "aws.account.settings",
  passes: and(isTrue("PasswordPolicy.ExpirePasswords"), lessThan("PasswordPolicy.MaxPasswordAge", 91)),
  frameworks: {},
  why: "Some rule books still ask for a regular change. It ends the life of passwords that leaked unnoticed; MFA is worth more.",
  fix: {
    steps:
      "Console: IAM → Account settings → Password policy → Edit → Turn on password expiration, 90 days. CLI: aws iam update-account-password-policy --max-password-age 90 with all other settings too, because the call replaces the whole policy.",
  },
  examples: {
    pass: [{ document: { PasswordPolicy: { ExpirePasswords: true, MaxPasswordAge: 90 } } }],
    fail: [
      { document: { PasswordPolicy: { ExpirePasswords: true, MaxPasswordAge: 365 } } },
      { document: { PasswordPolicy: { ExpirePasswords: false } } },
      { document: {} },
    ],
    unknown: [{ document: {}, gaps: ["PasswordPolicy"] }],
  },
});
