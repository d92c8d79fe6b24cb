import { defineInsight } from "#catalog/define.ts";
import { any, isSet } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.user-console-mfa-enabled",
  title: "User with a console password has MFA",
  severity: "high",
  on: "aws.iam.user",
  applies: isSet("LoginProfile"),
  passes: any("MFADevices", isSet("SerialNumber")),
  frameworks: { "cis-aws-5.0": ["1.9"], "cis-aws-7.0": ["2.10"], "aws-fsbp": ["IAM.5"] },
  why: "With a password alone, a phished or reused one is a session in your account.",
  fix: {
    steps:
      "Console: IAM → Users → the user → Security credentials → Assign MFA device, or delete the console password if people sign in through IAM Identity Center. CLI: aws iam enable-mfa-device --user-name … --serial-number … --authentication-code1 … --authentication-code2 …, or aws iam delete-login-profile --user-name ….",
  },
  examples: {
    pass: [
      {
        document: {
          LoginProfile: { UserName: "ann" },
          MFADevices: [{ SerialNumber: "arn:aws:iam::111122223333:mfa/ann" }],
        },
      },
    ],
    fail: [{ document: { LoginProfile: { UserName: "ann" }, MFADevices: [] } }],
    unknown: [
      { document: { LoginProfile: { UserName: "ann" } }, gaps: ["MFADevices"] },
      { document: { MFADevices: [] }, gaps: ["LoginProfile"] },
    ],
    notApplicable: [{ document: { MFADevices: [] } }],
  },
});
