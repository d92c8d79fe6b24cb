// What a role must be allowed so that Skywarden can read the role itself: which template made it, what it grants,
// whether somebody changed it, and what
// AWS's policy simulator says of it.
export const roleInspectionActions: readonly string[] = [
  "iam:GetPolicy",
  "iam:GetPolicyVersion",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListRolePolicies",
  "iam:SimulatePrincipalPolicy",
];
