// How the roles of an organization are taken away at AWS, with its own names: StackSet, stacks, and what was made by
// hand. Pure; Skywarden may read these accounts only, so people run it.
import { memberRoleArn, type OrganizationCredentials } from "#model/organization.ts";
import { keptParameters } from "./templates/kept-parameters.ts";

export interface TearDownStep {
  title: string;
  detail: string;
  /** For a terminal with an administrator's credentials of the account that `detail` names. */
  commands: string[];
  /** Where the same is done by hand. */
  console: string | null;
}

interface TornDown {
  credentials: Pick<OrganizationCredentials, "organizationRole" | "memberRole">;
  managementAccountId: string;
  /** Of the organization, as the last sync saw it. */
  rootId: string | null;
  /** Of the StackSet that made the roles; null: none of them says so. */
  stackSet: string | null;
}

/** Unless a role says otherwise: named so by the combined template and by `skywarden organization add --profile`. */
const usualStackSet = "Skywarden-Member-Role";
const stackName = "Skywarden";

const homes: Record<string, { region: string; host: string }> = {
  aws: { region: "us-east-1", host: "console.aws.amazon.com" },
  "aws-us-gov": { region: "us-gov-west-1", host: "console.amazonaws-us-gov.com" },
  "aws-cn": { region: "cn-north-1", host: "console.amazonaws.cn" },
};

const nameOf = (roleArn: string) => roleArn.split("/").at(-1) ?? roleArn;

const stackOf = (role: string) =>
  `aws cloudformation describe-stack-resources --physical-resource-id ${role} --query 'StackResources[0].StackName' --output text`;

const kept = keptParameters("member-role", " ");

export function tearDown({ credentials, managementAccountId, rootId, stackSet }: TornDown): TearDownStep[] {
  const { organizationRole } = credentials;
  const [, partition = "aws", , , entryAccountId = managementAccountId] = organizationRole.arn.split(":");
  const { region, host } = homes[partition] ?? { region: "us-east-1", host: "console.aws.amazon.com" };
  const memberName = nameOf(memberRoleArn(credentials.memberRole.arn, managementAccountId));
  const roles = [nameOf(organizationRole.arn), memberName];
  const console = (page: string) => `https://${region}.${host}/cloudformation/home?region=${region}#/${page}`;
  const at = `--region ${region}`;
  const set = `--stack-set-name ${stackSet ?? usualStackSet} ${at}`;
  const named = stackSet
    ? `The StackSet ${stackSet} made the roles that were looked at`
    : `The StackSet of the templates is ${usualStackSet}`;
  const targets = `--deployment-targets OrganizationalUnitIds=${rootId ?? "ROOT_OR_UNIT_IDS"}`;
  return [
    {
      title: "Take the member role out of all accounts",
      detail: `In account ${managementAccountId}. ${named}; the first command lists those there are, if yours has another name or region. If the combined stack made it, the next step removes it as well and this one can be skipped.`,
      commands: [
        `aws cloudformation list-stack-sets --status ACTIVE --query 'Summaries[].StackSetName' ${at}`,
        `aws cloudformation update-stack-set ${set} --use-previous-template --parameters ${kept} --capabilities CAPABILITY_NAMED_IAM --auto-deployment Enabled=false`,
        `aws cloudformation delete-stack-instances ${set} ${targets} --regions ${region} --no-retain-stacks`,
        `aws cloudformation list-stack-set-operations ${set}`,
        `aws cloudformation delete-stack-set ${set}`,
      ],
      console: console("stacksets"),
    },
    {
      title: "Delete the stacks with the organization role and the member role",
      detail: `In account ${entryAccountId}${entryAccountId === managementAccountId ? "" : `, and in the management account ${managementAccountId}`}. The first two commands name the stack that made each role; if it is the combined template's, ${stackName}, it is one and the same.`,
      commands: [
        ...roles.map((role) => `${stackOf(role)} ${at}`),
        ...roles.map(
          (role) => `aws cloudformation delete-stack --stack-name "$(${stackOf(role)} ${at})" ${at}`,
        ),
      ],
      console: console("stacks"),
    },
    {
      title: "Delete what was made without CloudFormation",
      detail: `Roles from Terraform go with terraform destroy. Roles from AWS CLI lines or by hand, in each account: detach and delete their policies, then delete ${nameOf(organizationRole.arn)} and ${memberName}.`,
      commands: roles.flatMap((role) => [
        `aws iam list-attached-role-policies --role-name ${role}`,
        `aws iam detach-role-policy --role-name ${role} --policy-arn POLICY_ARN`,
        `aws iam delete-role --role-name ${role}`,
      ]),
      console: null,
    },
    {
      title: "Look for rules",
      detail:
        "This release of Skywarden sets up no EventBridge rules and no queues. Whoever made some for it lists and deletes them in each account and region.",
      commands: [`aws events list-rules --name-prefix Skywarden ${at}`],
      console: null,
    },
  ];
}
