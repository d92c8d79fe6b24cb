import { defineInsight } from "#catalog/define.ts";
import { and, equals, matches, none, not } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.root-hardware-mfa-enabled",
  title: "Root user's MFA is a hardware device",
  severity: "critical",
  on: "aws.account.settings",
  applies: not(equals("SummaryMap.AccountPasswordPresent", 0)),
  // Only virtual devices can be listed: MFA without one of root's is a key or a passkey.
  passes: and(
    equals("SummaryMap.AccountMFAEnabled", 1),
    none("VirtualMFADevices", matches("User.Arn", "arn:*:iam::*:root")),
  ),
  frameworks: { "cis-aws-5.0": ["1.5"], "cis-aws-7.0": ["2.6"], "aws-fsbp": ["IAM.6"] },
  why: "The secret of an authenticator app can be copied with the phone or its backup. A security key keeps it, which is what the one user who can do everything deserves.",
  fix: {
    steps:
      "Sign in as root → Security credentials → Multi-factor authentication: assign a passkey or security key, sign in with it once, then remove the virtual device. Keep a second key in another place. The CLI cannot do this for root.",
  },
  examples: {
    pass: [
      { document: { SummaryMap: { AccountMFAEnabled: 1 }, VirtualMFADevices: [] } },
      {
        document: {
          SummaryMap: { AccountMFAEnabled: 1, AccountPasswordPresent: 1 },
          VirtualMFADevices: [{ User: { Arn: "arn:aws:iam::111122223333:user/ann" } }],
        },
      },
    ],
    fail: [
      { document: { SummaryMap: { AccountMFAEnabled: 0 }, VirtualMFADevices: [] } },
      {
        document: {
          SummaryMap: { AccountMFAEnabled: 1 },
          VirtualMFADevices: [{ User: { Arn: "arn:aws:iam::111122223333:root" } }],
        },
      },
    ],
    unknown: [{ document: { SummaryMap: { AccountMFAEnabled: 1 } }, gaps: ["VirtualMFADevices"] }],
    notApplicable: [
      {
        document: { SummaryMap: { AccountMFAEnabled: 0, AccountPasswordPresent: 0 }, VirtualMFADevices: [] },
      },
    ],
  },
});
