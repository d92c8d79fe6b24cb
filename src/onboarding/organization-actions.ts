// What the organization role must be able to do. The core decides whether a form is accepted;
// what serves only diagnosis costs a feature, not the connection (E23).

import { roleInspectionActions } from "./role-inspection-actions.ts";

export interface NeededActions {
  /** Any one of them is enough. */
  actions: string[];
  /** What it is for, as in "no …". */
  serves: string;
}

export const coreActions: readonly NeededActions[] = [
  { actions: ["organizations:DescribeOrganization"], serves: "identification of the organization" },
  { actions: ["organizations:ListRoots"], serves: "root of the tree" },
  { actions: ["organizations:ListOrganizationalUnitsForParent"], serves: "organizational units" },
  {
    actions: ["organizations:ListAccounts", "organizations:ListAccountsForParent"],
    serves: "list of accounts",
  },
  { actions: ["organizations:ListTagsForResource", "tag:GetResources"], serves: "account tags" },
];

export const diagnosisActions: readonly NeededActions[] = [
  {
    actions: ["organizations:ListPolicies"],
    serves: "name of the SCP or RCP that blocks a permission",
  },
  { actions: ["organizations:DescribePolicy"], serves: "reading of SCPs and RCPs" },
  {
    actions: ["organizations:ListTargetsForPolicy", "organizations:ListPoliciesForTarget"],
    serves: "knowledge of where SCPs and RCPs are attached",
  },
  {
    actions: ["organizations:DescribeEffectivePolicy"],
    serves: "view of the tag and backup policies in force",
  },
  {
    actions: ["organizations:DescribeAccount", "organizations:ListParents"],
    serves: "reading of a single account between two syncs",
  },
  {
    actions: ["organizations:DescribeOrganizationalUnit"],
    serves: "reading of a single unit between two syncs",
  },
  {
    actions: ["organizations:ListDelegatedAdministrators"],
    serves: "check of delegated administrators",
  },
  {
    actions: ["organizations:ListDelegatedServicesForAccount"],
    serves: "check of what is delegated to them",
  },
  { actions: ["organizations:DescribeResourcePolicy"], serves: "check of the delegation policy" },
  {
    actions: ["organizations:ListAWSServiceAccessForOrganization"],
    serves: "check of trusted access for StackSets",
  },
  {
    actions: ["account:ListRegions", "account:GetRegionOptStatus"],
    serves: "distinction of disabled regions from denied ones",
  },
];

/** For the look at the role itself: whether somebody changed it. What it serves is said once, not for each. */
export const ownRoleActions: readonly string[] = roleInspectionActions.filter(
  (action) => action !== "iam:SimulatePrincipalPolicy",
);

/** Everything the generated organization role allows (iam.md §4.1). */
export const organizationRoleActions: readonly string[] = [
  ...[...coreActions, ...diagnosisActions].flatMap((needed) => needed.actions),
  "iam:SimulatePrincipalPolicy",
  ...ownRoleActions,
];
