import { defineInsight } from "#catalog/define.ts";
import { equals, not } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.root-mfa-enabled",
  title: "Root user has MFA",
  severity: "critical",
  on: "aws.account.settings",
  // Central root access can take the root user's password away: then there is nothing to sign in with.
  applies: not(equals("SummaryMap.AccountPasswordPresent", 0)),
  passes: equals("SummaryMap.AccountMFAEnabled", 1),
  frameworks: { "cis-aws-5.0": ["1.4"], "cis-aws-7.0": ["2.5"] },
  why: "The root user can close the account and delete everything in it. With a password alone, one reused or phished password is enough.",
  fix: {
    steps:
      "Sign in as root → Security credentials → Multi-factor authentication → Assign MFA device. Better in an organization: switch on central root access in the management account (IAM → Root access management) and delete the members' root credentials. The CLI cannot assign the root user's device.",
  },
  examples: {
    pass: [{ document: { SummaryMap: { AccountMFAEnabled: 1, AccountPasswordPresent: 1 } } }],
    fail: [{ document: { SummaryMap: { AccountMFAEnabled: 0, AccountPasswordPresent: 1 } } }],
    unknown: [{ document: {}, gaps: ["SummaryMap"] }],
    notApplicable: [{ document: { SummaryMap: { AccountMFAEnabled: 0, AccountPasswordPresent: 0 } } }],
  },
});
