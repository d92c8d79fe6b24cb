// What must be so before anything is deployed (E22): who asks, trusted access, delegation, the roles of
// self-managed StackSets, regions that policies deny, and names that are taken. Reads only; what cannot be
// read is unknown, never assumed.
import { ask, gather, pagesOf, type Reading } from "../organization-reader.ts";
import { readPolicies } from "../read-policies.ts";
import { regionDenials } from "../region-denial.ts";
import { type Administrator, inRegion, stackSetsPrincipal } from "./administrator.ts";
import { type Found, namesChecks, readRole } from "./names.ts";
import type { AccountScope } from "./scope.ts";
import type { DeploymentCheck, DeploymentCheckName, WantedDeployment } from "./wanted.ts";

const note = (
  name: DeploymentCheckName,
  outcome: DeploymentCheck["outcome"],
  detail: string,
): DeploymentCheck => ({ name, outcome, detail });

export async function preflight(
  administrator: Administrator,
  wanted: WantedDeployment,
  found: Found,
): Promise<DeploymentCheck[]> {
  const isServiceManaged = wanted.permissionModel === "service-managed";
  return [
    administratorCheck(administrator),
    ...(isServiceManaged ? [await trustedAccessCheck(administrator, wanted)] : []),
    ...(isServiceManaged && administrator.capacity === "delegated"
      ? [
          note(
            "delegated-administrator",
            "pass",
            `Account ${administrator.accountId} is registered as delegated administrator for StackSets; the management account is not touched.`,
          ),
        ]
      : []),
    ...(isServiceManaged ? [] : [await executionRolesCheck(administrator, wanted)]),
    await regionCheck(administrator, wanted, found.scope),
    ...(await namesChecks(administrator, wanted, found)),
  ];
}

export function administratorCheck(administrator: Administrator): DeploymentCheck {
  const { accountId, arn, capacity, managementAccountId, organizationId, hasLongLivedKey } = administrator;
  if (capacity === "neither")
    return note(
      "administrator",
      "fail",
      `${arn} belongs to account ${accountId}, which is neither the management account (${managementAccountId}) of ${organizationId} nor a delegated administrator for StackSets. Use credentials of one of these, or register the account: aws organizations register-delegated-administrator --account-id ${accountId} --service-principal ${stackSetsPrincipal}`,
    );
  const where = accountId === managementAccountId ? "the management account" : "a delegated administrator";
  if (hasLongLivedKey)
    return note(
      "administrator",
      "warning",
      `${arn} in ${where} of ${organizationId}, by a long-lived access key; a session of a role ends by itself.`,
    );
  return note("administrator", "pass", `${arn} in ${where} of ${organizationId}.`);
}

const turnOn = "aws cloudformation activate-organizations-access, in the management account";

async function trustedAccessCheck(
  administrator: Administrator,
  wanted: WantedDeployment,
): Promise<DeploymentCheck> {
  const callAs = administrator.capacity === "delegated" ? "DELEGATED_ADMIN" : "SELF";
  const access = await ask<{ Status?: string }>(
    inRegion(administrator, wanted.region),
    "cloudformation",
    "DescribeOrganizationsAccess",
    { CallAs: callAs },
  );
  const listed = await trustedServices(administrator);
  if (!access.ok)
    return note(
      "trusted-access",
      "unknown",
      `${access.operation} could not be asked: ${access.error.message}`,
    );
  const isListed = !listed.ok || listed.value.includes(stackSetsPrincipal);
  if (access.value.Status === "ENABLED" && isListed)
    return note("trusted-access", "pass", `Trusted access for StackSets (${stackSetsPrincipal}) is on.`);
  if (wanted.enablesTrustedAccess && administrator.capacity === "management")
    return note(
      "trusted-access",
      "warning",
      `Trusted access for StackSets (${stackSetsPrincipal}) is off and will be turned on.`,
    );
  const how =
    administrator.capacity === "management"
      ? `Repeat with --enable-trusted-access, or turn it on: ${turnOn}.`
      : `Turn it on: ${turnOn}.`;
  return note(
    "trusted-access",
    "fail",
    `Trusted access for StackSets (${stackSetsPrincipal}) is off, so no StackSet reaches the accounts. ${how}`,
  );
}

function trustedServices({ reader }: Administrator): Promise<Reading<(string | undefined)[]>> {
  type Output = { EnabledServicePrincipals?: { ServicePrincipal?: string }[]; NextToken?: string };
  const pages = pagesOf<Output>(reader, "ListAWSServiceAccessForOrganization", {});
  return gather(pages, ({ EnabledServicePrincipals = [] }) =>
    EnabledServicePrincipals.map(({ ServicePrincipal }) => ServicePrincipal),
  );
}

const defaultAdministrationRole = "AWSCloudFormationStackSetAdministrationRole";
export const defaultExecutionRole = "AWSCloudFormationStackSetExecutionRole";

async function executionRolesCheck(
  administrator: Administrator,
  wanted: WantedDeployment,
): Promise<DeploymentCheck> {
  const name = wanted.administrationRoleArn?.split("/").at(-1) ?? defaultAdministrationRole;
  const execution = wanted.executionRoleName ?? defaultExecutionRole;
  const role = await readRole(administrator, name);
  const detail = `Whether each account has the execution role ${execution} only the deployment shows; accounts without it are named then.`;
  if (role.ok && !role.value)
    return note(
      "execution-roles",
      "fail",
      `There is no administration role ${name} in account ${administrator.accountId}. Make it from AWS's template AWSCloudFormationStackSetAdministrationRole.yml, or deploy service-managed.`,
    );
  if (!role.ok)
    return note(
      "execution-roles",
      "unknown",
      `${role.operation} could not be asked: ${role.error.message} ${detail}`,
    );
  if (!/cloudformation\.amazonaws\.com/.test(role.value ?? ""))
    return note(
      "execution-roles",
      "fail",
      `The administration role ${name} does not trust cloudformation.amazonaws.com.`,
    );
  return note("execution-roles", "unknown", `The administration role ${name} is there. ${detail}`);
}

/** What a stack of the role does, and where: IAM is asked in the partition's home region, wherever the stack is. */
async function regionCheck(
  administrator: Administrator,
  { region }: WantedDeployment,
  scope: AccountScope,
): Promise<DeploymentCheck> {
  const policies = await readPolicies(administrator.reader, "SERVICE_CONTROL_POLICY");
  if (!policies.ok)
    return note(
      "region",
      "unknown",
      `Whether a service control policy denies ${region} is not known: ${policies.error.message}`,
    );
  const needs: [action: string, region: string][] = [
    ["cloudformation:createstack", region],
    ["iam:createrole", administrator.reader.region],
  ];
  const texts: string[] = [];
  let reachesAll = false;
  for (const { name, id, document, targets } of policies.value) {
    const hit = scope.accounts.filter(({ id: own, unitIds }) =>
      targets.some((target) => target === own || unitIds.includes(target)),
    );
    if (hit.length === 0) continue;
    for (const denial of regionDenials(document)) {
      const denied = needs.filter(([action, where]) => denial.denies(action, where));
      if (denied.length === 0) continue;
      const spared = denial.allowed ? `; it spares ${denial.allowed.join(", ")}` : "";
      const what = denied.map(([action, where]) => `${action} in ${where}`).join(" and ");
      reachesAll ||= !denial.isNarrowed && hit.length === scope.accounts.length;
      texts.push(
        `The service control policy ${name} (${id}) ${denial.isNarrowed ? "may deny (it has further conditions)" : "denies"} ${what} in ${hit.length} of ${scope.accounts.length} accounts${spared}.`,
      );
    }
  }
  if (texts.length === 0)
    return note("region", "pass", `No service control policy denies the deployment region ${region}.`);
  const todo = "Choose another region with --deployment-region, or let the policy spare it.";
  return note("region", reachesAll ? "fail" : "warning", `${texts.join(" ")} ${todo}`);
}
