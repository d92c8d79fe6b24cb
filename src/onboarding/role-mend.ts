// What mends a role that lacks actions or was changed by hand: the update of its stack or StackSet, or the statement to
// add. Commands for the AWS CLI and the CloudFormation console's way; nothing is done here.
import type { RoleReading } from "#model/role-inspection.ts";
import { type AssumedRole, keptParameters } from "./templates/kept-parameters.ts";
import type { RoleName } from "./templates/role-model.ts";

export interface RoleMend {
  kind: "stack" | "stack-set" | "revert" | "by-hand";
  text: string;
  commands: string[];
}

export interface MendedRole {
  roleArn: string;
  /** Of the template that made it; null = by hand. */
  name: RoleName | null;
  /** Its template is this release's: an update with the same template changes nothing. */
  isCurrent: boolean;
  reading: Pick<RoleReading, "stackName">;
  missing: readonly string[];
  /** A member account of an organization: its role came by the StackSet. */
  isMember: boolean;
  /** Of the template that such a role is to come from. */
  usualName: AssumedRole;
}

const separator = " \\\n    ";

/** StackSets name their stacks so. */
const ofStackSet = /^StackSet-(.+)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function mendOf(role: MendedRole): RoleMend {
  if (role.name !== role.usualName) return byHand(role);
  if (role.isCurrent) return revert(role);
  if (role.usualName === "organization-role") return updateStack(role);
  const stackSet = ofStackSet.exec(role.reading.stackName ?? "")?.[1];
  return role.isMember || stackSet ? updateStackSet(stackSet) : updateStack(role);
}

const fileOf = (name: RoleName) => `skywarden-${name}.yaml`;
const print = (name: RoleName) => `npx skywarden template ${name} > ${fileOf(name)}`;

/** One command over several lines of a shell. */
const lines = (command: string, options: string[]) => [command, ...options].join(" \\\n  ");

/** The name is only known where CloudFormation has put it on the role. */
function updateStackSet(stackSet = "YOUR-STACKSET"): RoleMend {
  const name = "member-role";
  return {
    kind: "stack-set",
    text: "Update the StackSet in the management account with this release's template; it brings the role of every member account up to date; the management account's role has a stack of its own. If they came from the combined template, update the combined template's stack instead.",
    commands: [
      print(name),
      lines("aws cloudformation update-stack-set", [
        `--stack-set-name ${stackSet}`,
        `--template-body file://${fileOf(name)}`,
        "--capabilities CAPABILITY_NAMED_IAM",
        `--parameters ${keptParameters("member-role", separator)}`,
      ]),
    ],
  };
}

function updateStack({ name, reading }: MendedRole): RoleMend {
  const template = name ?? "member-role";
  return {
    kind: "stack",
    text: "Update the role's stack in this account with this release's template; its parameters keep their values.",
    commands: [
      print(template),
      lines("aws cloudformation deploy", [
        `--stack-name ${reading.stackName ?? "YOUR-STACK"}`,
        `--template-file ${fileOf(template)}`,
        "--capabilities CAPABILITY_NAMED_IAM",
      ]),
    ],
  };
}

/** Drift-aware change sets (CloudFormation, since November 2025) know what the template declares, and no more. */
function revert({ reading, usualName }: MendedRole): RoleMend {
  const stack = `--stack-name ${reading.stackName ?? "YOUR-STACK"}`;
  const name = "--change-set-name skywarden-revert-drift";
  return {
    kind: "revert",
    text: "The role's stack has this release's template already, so a plain update changes nothing. Let a drift-aware change set in this account bring back what the template declares, and look at it before it is executed; what was added beside that, such as another policy, is taken off in IAM.",
    commands: [
      lines("aws cloudformation create-change-set", [
        stack,
        name,
        "--use-previous-template",
        "--deployment-mode REVERT_DRIFT",
        "--capabilities CAPABILITY_NAMED_IAM",
        `--parameters ${keptParameters(usualName, separator)}`,
      ]),
      lines("aws cloudformation describe-change-set", [stack, name]),
      lines("aws cloudformation execute-change-set", [stack, name]),
    ],
  };
}

function byHand({ roleArn, missing, usualName }: MendedRole): RoleMend {
  const document = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "SkywardenSupplement", Effect: "Allow", Action: missing, Resource: "*" }],
  });
  return {
    kind: "by-hand",
    text: `Add the actions to one of the role's policies, or replace it by a role from the ${usualName} template, which is kept up to date.`,
    commands:
      missing.length === 0
        ? []
        : [
            lines("aws iam put-role-policy", [
              `--role-name ${roleArn.split("/").at(-1)}`,
              "--policy-name Skywarden-Supplement",
              `--policy-document '${document}'`,
            ]),
          ],
  };
}
