import { defineInsight } from "#catalog/define.ts";
import { and, count } from "#rules/build.ts";

export default defineInsight({
  id: "aws.iam.user-no-direct-policies",
  title: "User has no policies of its own",
  severity: "low",
  on: "aws.iam.user",
  passes: and(count("AttachedManagedPolicies", { atMost: 0 }), count("UserPolicyList", { atMost: 0 })),
  frameworks: { "cis-aws-5.0": ["1.14"], "cis-aws-7.0": ["2.13"], "aws-fsbp": ["IAM.2"] },
  why: "Permissions given person by person are never taken back together. Groups and roles say why somebody has them.",
  fix: {
    steps:
      "Put the user into a group that has the policies, or let it assume a role, then take the policies from the user. Console: IAM → Users → the user → Permissions. CLI: aws iam add-user-to-group …, aws iam detach-user-policy …, aws iam delete-user-policy ….",
  },
  examples: {
    pass: [{ document: { AttachedManagedPolicies: [], UserPolicyList: [] } }],
    fail: [
      { document: { AttachedManagedPolicies: [{ PolicyName: "S3Read" }], UserPolicyList: [] } },
      { document: { AttachedManagedPolicies: [], UserPolicyList: [{ PolicyName: "inline" }] } },
    ],
    unknown: [{ document: { AttachedManagedPolicies: [] }, gaps: ["UserPolicyList"] }],
  },
});
