import { defineInsight } from "#catalog/define.ts";
import { equals } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.root-access-key-absent",
  title: "Root user has no access keys",
  severity: "critical",
  on: "aws.account.settings",
  passes: equals("SummaryMap.AccountAccessKeysPresent", 0),
  frameworks: { "cis-aws-5.0": ["1.3"], "cis-aws-7.0": ["2.4"], "aws-fsbp": ["IAM.4"] },
  why: "A key of the root user can do everything in the account and no policy can narrow it. Whoever finds it in a file or a repository owns the account.",
  fix: {
    steps:
      "Sign in as root → Security credentials → Access keys: make the key inactive, watch for a day whether something breaks, then delete it. In an organization, central root access removes the keys of members: aws sts assume-root --target-principal ACCOUNT --task-policy-arn arn=arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials, then aws iam delete-access-key.",
  },
  examples: {
    pass: [{ document: { SummaryMap: { AccountAccessKeysPresent: 0 } } }],
    fail: [{ document: { SummaryMap: { AccountAccessKeysPresent: 1 } } }],
    unknown: [{ document: {}, gaps: ["SummaryMap"] }],
  },
});
