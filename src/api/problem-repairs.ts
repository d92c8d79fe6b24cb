// What mends a problem of clouds: steps, commands with everything filled in that is known, links. Pure.
import type { listCloudProblems } from "#contract/cloud-problem.ts";
import type { ResponseOf } from "#contract/route.ts";
import type { CloudProblem } from "#store/cloud-problems.ts";

type Shown = ResponseOf<typeof listCloudProblems>["items"][number];
type Repair = Shown["repair"];
interface Told {
  /** After the number of clouds. */
  title: string;
  repair: Repair;
}

/** What is known of the roles that the repair is about. */
export interface KnownRoles {
  /** Of one of the clouds, where the repair names it. */
  roleArn: string | null;
  /** Of the StackSet, or the stack of a cloud by itself, that made the roles; null: none of them says so. */
  madeBy: string | null;
}

/** Named so by the combined template and by `skywarden organization add --profile`. */
const usualName = "Skywarden-Member-Role";

export function repairOf(problem: CloudProblem, { roleArn, madeBy }: KnownRoles): Told {
  const stack = madeBy ?? usualName;
  const { code, cause } = problem;
  switch (code) {
    case "denied-by-scp":
      return {
        title: cause ? `denied by SCP ${shortPolicies(cause)}` : "denied by an SCP",
        repair: deniedByScp(problem, roleArn),
      };
    case "missing-permissions":
      return { title: `the role may not ${cause}`, repair: missingPermissions(problem, stack) };
    case "role-not-assumable-yet":
      return { title: `no ${cause ?? "member role"} yet`, repair: noRole(problem, stack) };
    case "assume-role-denied":
      return { title: `${cause ?? "the role"} cannot be assumed`, repair: roleRefused(problem, stack) };
    case "invalid-key":
      return {
        title: cause === "host" ? "Skywarden's own credentials are invalid" : `key ${cause} is invalid`,
        repair: invalidKey(problem),
      };
    case "no-platform-credentials":
      return { title: "Skywarden has no credentials of its own", repair: noPlatformCredentials };
    case "other-account":
      return {
        title: `${cause} leads to another account`,
        repair: steps("Open each cloud and change its access, or remove the cloud."),
      };
    case "incomplete-harvest":
      return { title: `not read completely: ${cause ?? "AWS failed"}`, repair: incompleteHarvest };
    default:
      return {
        title: code?.replaceAll("-", " ") ?? problem.state.replaceAll("-", " "),
        repair: steps(...(problem.action ? [problem.action] : [])),
      };
  }
}

function steps(...texts: string[]): Repair {
  return { steps: texts, commands: [], links: [] };
}

const policyId = (arn: string) => arn.split("/").at(-1) ?? arn;
const shortPolicies = (cause: string) => cause.split(", ").map(policyId).join(", ");

function deniedByScp(problem: CloudProblem, roleArn: string | null): Repair {
  const { cause, partition } = problem;
  const role = roleArn?.split(":").at(-1) ?? "role/Skywarden-Harvest-Member-Role";
  const arns = cause?.split(", ") ?? [];
  return {
    steps: [
      "Sign in to the management account as somebody who may edit service control policies.",
      "Except Skywarden's member role in the policy's Deny statement, by the condition below; or accept that these resource types stay unseen.",
      "Check again: a changed policy holds within a minute.",
    ],
    commands: [
      ...arns.map((arn) => ({
        label: `Read ${policyId(arn)}`,
        text: `aws organizations describe-policy --policy-id ${policyId(arn)} --query Policy.Content --output text`,
      })),
      {
        label: "Condition for the Deny statement",
        text: `"Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:${partition}:iam::*:${role}"}}`,
      },
    ],
    links: [
      permissionsLink(problem),
      ...arns.map((arn) => ({
        label: `Open ${policyId(arn)} in AWS`,
        url: consoleOf(partition, policyId(arn)),
      })),
    ],
  };
}

/** Which statements are in the way, and the very change that mends each. */
function permissionsLink({ organizationId, cloudId }: CloudProblem) {
  const of = organizationId === null ? `/clouds/${cloudId}` : `/organizations/${organizationId}`;
  return { label: "What is in the way, and what mends it", url: `${of}?tab=permissions` };
}

const consoles: Record<string, string> = {
  "aws-us-gov": "https://console.amazonaws-us-gov.com",
  "aws-cn": "https://console.amazonaws.cn",
};

function consoleOf(partition: string, id: string): string {
  const host = consoles[partition] ?? "https://console.aws.amazon.com";
  return `${host}/organizations/v2/home/policies/service-control-policy/${id}`;
}

const memberTemplate = {
  label: "Write the template",
  text: "skywarden template member-role > member-role.yaml",
};
const templateLink = {
  label: "Download the member role's template",
  url: "/api/v1/templates/member-role?format=cloudformation",
};

function missingPermissions(problem: CloudProblem, stack: string): Repair {
  const { organizationId } = problem;
  const update = organizationId === null ? updateStack(stack) : updateStackSet(stack);
  return {
    steps: [
      "Take the member role's template of this release: it lists every action that is read.",
      organizationId === null
        ? "Update the stack that made the role, in each of the accounts."
        : "Update the StackSet that made the roles, in the management account.",
      "Check again when the update is through.",
    ],
    commands: [memberTemplate, update],
    links: [permissionsLink(problem), templateLink],
  };
}

const updateStackSet = (name: string) => ({
  label: "Update the StackSet",
  text: `aws cloudformation update-stack-set --stack-set-name ${name} --template-body file://member-role.yaml --capabilities CAPABILITY_NAMED_IAM`,
});
const updateStack = (name: string) => ({
  label: "Update the stack",
  text: `aws cloudformation update-stack --stack-name ${name} --template-body file://member-role.yaml --capabilities CAPABILITY_NAMED_IAM`,
});

function noRole(problem: CloudProblem, stackSet: string): Repair {
  return {
    steps: [
      "Wait if the StackSet is still at work: new accounts get their role by themselves where auto-deployment is on.",
      "Otherwise create the stack instances in these accounts, from the management account.",
      "The management account itself is never reached by a service-managed StackSet: create a stack there.",
    ],
    commands: [
      {
        label: "See how far the StackSet is",
        text: `aws cloudformation list-stack-instances --stack-set-name ${stackSet}`,
      },
      createInstances(problem, stackSet),
    ],
    links: [templateLink],
  };
}

function createInstances({ accountIds, clouds }: CloudProblem, stackSet: string) {
  const more = clouds > accountIds.length ? ` (the first ${accountIds.length} accounts)` : "";
  return {
    label: `Create the stack instances${more}`,
    text: `aws cloudformation create-stack-instances --stack-set-name ${stackSet} --regions us-east-1 --accounts ${accountIds.join(" ")}`,
  };
}

function roleRefused(problem: CloudProblem, stackSet: string): Repair {
  const { cause, partition, accountIds } = problem;
  const arn = `arn:${partition}:iam::${accountIds[0]}:${cause}`;
  return {
    steps: [
      "See in one of the accounts whether the role exists. If it does not, create the stack instances again.",
      "If it exists, compare its trust policy with the template's: the platform role's ARN, and the external id that the organization's page shows.",
      "Update the stack or the StackSet from the member role's template; it writes the trust anew.",
    ],
    commands: [
      {
        label: "Read the role's trust, in the account",
        text: `aws iam get-role --role-name ${cause?.split("/").at(-1) ?? ""} --query Role.AssumeRolePolicyDocument`,
      },
      {
        label: "Try it, as Skywarden's own role",
        text: `aws sts assume-role --role-arn ${arn} --role-session-name check --external-id EXTERNAL_ID`,
      },
      createInstances(problem, stackSet),
    ],
    links: [templateLink],
  };
}

function invalidKey({ cause, organizationId }: CloudProblem): Repair {
  if (cause === "host") return noPlatformCredentials;
  return {
    steps: [
      `See in AWS whether the key ${cause} is active, and create a new one if it is not.`,
      organizationId === null
        ? "Open the cloud, Access, and replace the stored key."
        : "Open the organization and replace the stored key.",
      "Compare the clock of Skywarden's host with the world's: AWS refuses signatures that are more than 5 minutes off.",
    ],
    commands: [
      {
        label: "Whose key it is, and when it was used",
        text: `aws iam get-access-key-last-used --access-key-id ${cause}`,
      },
    ],
    links:
      organizationId === null
        ? []
        : [{ label: "Open the organization", url: `/organizations/${organizationId}` }],
  };
}

const noPlatformCredentials: Repair = {
  steps: [
    "Attach the install role to Skywarden's hosts: instance profile, task role, Pod Identity or IRSA. It is picked up without a restart.",
    "Compare the clock of the host with the world's: AWS refuses signatures that are more than 5 minutes off.",
  ],
  commands: [
    {
      label: "Write the install role's template",
      text: "skywarden template install-role > install-role.yaml",
    },
  ],
  links: [
    {
      label: "Download the install role's template",
      url: "/api/v1/templates/install-role?format=cloudformation",
    },
  ],
};

const incompleteHarvest: Repair = {
  ...steps(
    "Nothing at first: it is tried again within minutes.",
    "If it stays, look at AWS's health and at the harvest tab of one of the clouds.",
  ),
  links: [{ label: "AWS Health", url: "https://health.aws.amazon.com/health/status" }],
};
