// What to do about an account in which the role could not be made, by AWS's own words. Knows no account.
import type { WantedDeployment } from "./wanted.ts";

type Advice = (wanted: Pick<WantedDeployment, "stackSetName" | "region" | "executionRoleName">) => string;

/** The first that fits counts. Wordings of CloudFormation, IAM and StackSets. */
const advices: [words: RegExp, advice: Advice][] = [
  [
    /already exists/i,
    () =>
      "Delete that role or policy in the account if nobody uses it, or choose other names with --member-role-name and --member-policy-name.",
  ],
  [
    /service control policy/i,
    () =>
      "Let the service control policy spare the StackSets' own roles: a condition on aws:PrincipalArn with arn:*:iam::*:role/stacksets-exec-*.",
  ],
  [
    /should have '.*' role with trust relationship/,
    () => "Make that role in the account from AWS's own template, or deploy service-managed.",
  ],
  [
    /quota for PoliciesPerRole/i,
    () =>
      "Ask AWS in this account for a higher quota of managed policies per role (Service Quotas, IAM, L-0DA4ABF3).",
  ],
  [
    /Cannot exceed quota|LimitExceeded/i,
    () => "Ask AWS in this account for a higher quota, or delete what is not used.",
  ],
  [
    /not enabled in account|OptInRequired|not subscribed|is disabled/i,
    ({ region }) => `Enable ${region} in the account, or choose another region with --deployment-region.`,
  ],
  [
    /suspended/i,
    () =>
      "Nothing can be made there; once AWS Organizations reports the account as suspended, it is left out.",
  ],
  [
    /failure tolerance/i,
    () =>
      "It was not tried, as too many others had failed: run again, or raise --failure-tolerance-percentage.",
  ],
  [/operation was stopped/i, () => "Somebody stopped the operation: run again."],
  [/throttl|rate exceeded/i, () => "Run again, with fewer accounts at once (--max-concurrent-percentage)."],
  [
    /INOPERABLE/,
    ({ stackSetName, region }) =>
      `Take the account out of the StackSet (aws cloudformation delete-stack-instances --stack-set-name ${stackSetName} --regions ${region} --retain-stacks, with the account and its unit as targets), delete its stack there by hand, then run again.`,
  ],
  [
    /made no instance/,
    () =>
      "It may have joined or moved a moment ago: run again. Its unit must be below one that the StackSet deploys to.",
  ],
  [
    /not authorized|AccessDenied|explicit deny/i,
    ({ executionRoleName }) =>
      `Let ${executionRoleName ?? "the role that deploys there"} make roles and managed policies (iam:CreateRole, iam:CreatePolicy, iam:AttachRolePolicy).`,
  ],
];

export function failureAdvice(reason: string, wanted: Parameters<Advice>[0]): string {
  const found = advices.find(([words]) => words.test(reason));
  return (
    found?.[1](wanted) ??
    `Look at the events of the stack StackSet-${wanted.stackSetName}-… in the account, in ${wanted.region}.`
  );
}
