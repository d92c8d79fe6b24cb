// What the organization role must be able to do. The core decides whether a form is accepted;
// what serves only diagnosis costs a feature, not the connection (E23).

/** Each entry is satisfied by any one of its actions. */
export const coreActions: { actions: string[]; serves: string }[] = [
  { actions: ["organizations:DescribeOrganization"], serves: "identifying the organization" },
  { actions: ["organizations:ListRoots"], serves: "finding the root of the tree" },
  { actions: ["organizations:ListOrganizationalUnitsForParent"], serves: "reading the organizational units" },
  {
    actions: ["organizations:ListAccounts", "organizations:ListAccountsForParent"],
    serves: "listing the accounts",
  },
  { actions: ["organizations:ListTagsForResource", "tag:GetResources"], serves: "reading account tags" },
];

export const diagnosisActions: { action: string; serves: string }[] = [
  { action: "organizations:ListPolicies", serves: "naming the SCP or RCP that blocks a permission" },
  { action: "organizations:DescribePolicy", serves: "reading SCPs and RCPs" },
  { action: "organizations:ListTargetsForPolicy", serves: "knowing where SCPs and RCPs are attached" },
  { action: "organizations:ListDelegatedAdministrators", serves: "working from a delegated administrator" },
  { action: "account:ListRegions", serves: "telling disabled regions from denied ones" },
];

/** Everything the generated organization role allows. */
export const organizationRoleActions: string[] = [
  ...coreActions.flatMap((core) => core.actions),
  ...diagnosisActions.map((diagnosis) => diagnosis.action),
  "iam:SimulatePrincipalPolicy",
];
