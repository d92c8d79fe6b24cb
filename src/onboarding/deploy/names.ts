// Whether what bears the wanted names already is Skywarden's own, and can be worked on. Nothing of anybody else is ever
// changed or deleted: a stack or StackSet counts as Skywarden's by the mark that every template of it carries.
import { ask, type Reading } from "../organization-reader.ts";
import type { Administrator } from "./administrator.ts";
import type { AccountScope } from "./scope.ts";
import { type FoundStack, isStuck } from "./stack.ts";
import type { FoundStackSet } from "./stack-set.ts";
import type { DeploymentCheck, WantedDeployment } from "./wanted.ts";

export interface Found {
  scope: AccountScope;
  stacks: { name: string; roleName: string; found: FoundStack | null }[];
  stackSet: FoundStackSet | null;
}

export async function namesChecks(
  administrator: Administrator,
  wanted: WantedDeployment,
  { stacks, stackSet, scope }: Found,
): Promise<DeploymentCheck[]> {
  const checks: DeploymentCheck[] = [];
  for (const { name, roleName, found } of stacks)
    checks.push(
      ...(found
        ? stackChecks(name, wanted.region, found)
        : await roleChecks(administrator, wanted.region, name, roleName)),
    );
  if (stackSet) checks.push(...setChecks(wanted, stackSet));
  if (scope.unknownUnits.length > 0) checks.push(failed(unknownUnits(scope)));
  const free = "The names of stacks, StackSet and roles are free or Skywarden's own.";
  return checks.length > 0 ? checks : [{ name: "names", outcome: "pass", detail: free }];
}

function failed(detail: string): DeploymentCheck {
  return { name: "names", outcome: "fail", detail };
}

/** As templates/cloudformation.ts writes it, in YAML or JSON. */
function isSkywardens(template: string): boolean {
  return /"?Metadata"?:\s*\{?\s*"?Skywarden"?:\s*\{?\s*"?Template"?:/.test(template);
}

function stackChecks(name: string, region: string, found: FoundStack): DeploymentCheck[] {
  // A stack that is only reviewed has no template yet, one that goes is nobody's soon.
  if (/^(REVIEW|DELETE)_IN_PROGRESS$/.test(found.status)) return [];
  if (!isSkywardens(found.template))
    return [
      failed(
        `There is a stack ${name} in ${region} that was not made from a template of Skywarden (${found.status}); it is left as it is. Choose another name with --organization-stack-name or --member-stack-name.`,
      ),
    ];
  if (!isStuck(found)) return [];
  const why = found.reason ? `: ${found.reason}` : "";
  return [
    failed(
      `The stack ${name} is ${found.status}${why}. CloudFormation takes no update of it. Mend the cause, then: aws cloudformation continue-update-rollback --stack-name ${name} --region ${region} (with --resources-to-skip for what is gone), wait for UPDATE_ROLLBACK_COMPLETE, and run again.`,
    ),
  ];
}

async function roleChecks(
  administrator: Administrator,
  region: string,
  stackName: string,
  roleName: string,
): Promise<DeploymentCheck[]> {
  const role = await readRole(administrator, roleName);
  if (!role.ok) {
    const detail = `Whether a role ${roleName} exists is not known: ${role.error.message}`;
    return [{ name: "names", outcome: "unknown", detail }];
  }
  if (role.value === null) return [];
  return [
    failed(
      `Account ${administrator.accountId} has a role ${roleName} already, and no stack ${stackName} in ${region} made it. If it is Skywarden's, connect it as it is with --organization-role and --member-role; else choose other names.`,
    ),
  ];
}

function setChecks(wanted: WantedDeployment, stackSet: FoundStackSet): DeploymentCheck[] {
  const { stackSetName, permissionModel, region } = wanted;
  if (!isSkywardens(stackSet.template))
    return [
      failed(
        `There is a StackSet ${stackSetName} in ${region} that was not made from a template of Skywarden, with ${stackSet.instances.size} instances; it is left as it is. Choose another name with --stack-set-name.`,
      ),
    ];
  const elsewhere = [...stackSet.instances.values()].find((instance) => instance.region !== region);
  return [
    ...(stackSet.permissionModel === permissionModel
      ? []
      : [
          failed(
            `The StackSet ${stackSetName} exists and is ${stackSet.permissionModel}; give --permission-model ${stackSet.permissionModel}, or another --stack-set-name.`,
          ),
        ]),
    ...(elsewhere
      ? [
          failed(
            `The StackSet ${stackSetName} is deployed in ${elsewhere.region}; give --deployment-region ${elsewhere.region}.`,
          ),
        ]
      : []),
  ];
}

/** Names of units may stand several times in an organization; ids do not. */
function unknownUnits({ unknownUnits: unknown }: AccountScope): string {
  const texts = unknown.map(({ given, sameName }) =>
    sameName.length === 0
      ? `The organization has no unit ${given}.`
      : `Units are chosen by id; ${given} is the name of ${sameName.join(" and ")}.`,
  );
  return texts.join(" ");
}

/** The role's trust policy; null where there is no such role. */
export async function readRole({ reader }: Administrator, RoleName: string): Promise<Reading<string | null>> {
  const role = await ask<{ Role?: { AssumeRolePolicyDocument?: string } }>(reader, "iam", "GetRole", {
    RoleName,
  });
  if (role.ok)
    return { ok: true, value: decodeURIComponent(role.value.Role?.AssumeRolePolicyDocument ?? "") };
  return role.error.code.startsWith("NoSuchEntity") ? { ok: true, value: null } : role;
}
