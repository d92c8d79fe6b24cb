// What the role of the commercial original may do (E23): fewer calls need more.
export const originalActions = [
  "iam:SimulatePrincipalPolicy",
  "organizations:DescribeOrganization",
  "organizations:ListAccountsForParent",
  "organizations:ListOrganizationalUnitsForParent",
  "organizations:ListPolicies",
  "organizations:ListRoots",
  "organizations:ListTagsForResource",
  "organizations:ListTargetsForPolicy",
];
