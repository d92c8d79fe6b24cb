// A deployment's plan, as text for people and as one object for programs. Templates and the external id, which
// works like a password, are in neither.
import type { Administrator } from "#onboarding/deploy/administrator.ts";
import type { DeploymentPlan } from "#onboarding/deploy/plan.ts";
import type { OperationPreferences, WantedDeployment } from "#onboarding/deploy/wanted.ts";
import { table } from "../../table.ts";

export interface Roles {
  organizationRole: string;
  memberRole: string;
}

export interface PlanContext {
  administrator: Administrator;
  wanted: WantedDeployment;
  plan: DeploymentPlan;
  roles: Roles;
  nickname: string;
}

const stackWords: Record<string, string> = {
  create: "create",
  update: "update",
  replace: "delete the failed one, then create",
  wait: "wait for what is under way, then see",
  stuck: "nothing until it is mended",
  none: "nothing to do",
};

export function planText(context: PlanContext): string {
  const { administrator, wanted, plan, roles, nickname } = context;
  const { units, accounts, leftOut } = plan.scope;
  const account = `account ${administrator.accountId}, ${wanted.region}`;
  const checks = table(plan.checks, [
    ["check", (check) => check.name],
    ["outcome", (check) => check.outcome],
    ["detail", (check) => check.detail],
  ]);
  if (plan.stacks.length === 0) return checks;
  const lines = [
    ...plan.uploads.map(
      ({ roleName, bucket, key, region, isThere }) =>
        `template of ${roleName}: ${isThere ? "there already, as" : "upload to"} s3://${bucket}/${key} (${region})`,
    ),
    ...(plan.turnsOnTrustedAccess ? ["trusted access for StackSets: turn on"] : []),
    ...plan.stacks.map(
      ({ stack, step, status }) =>
        `stack ${stack.name} (${account}): ${stackWords[step]}${status ? ` (${status})` : ""}`,
    ),
    `StackSet ${wanted.stackSetName} (${wanted.permissionModel}, ${wanted.region}, ${preferencesText(wanted.preferences)}): ${setWords(plan)}`,
    `  units: ${units.map(({ id, name }) => `${name} (${id})`).join(", ")}`,
    `  ${accounts.length} accounts have ${roles.memberRole.replace(/::\d{12}:/, "::<account>:")} then${listed(accounts.map(({ id, name }) => `${name} (${id})`))}`,
    ...(leftOut.length > 0
      ? [
          `  ${leftOut.length} are left out${listed(leftOut.map(({ accountId, name, reason }) => `${name} (${accountId}): ${reason}`))}`,
        ]
      : []),
    `organization ${nickname} (${administrator.organizationId}): connect with ${roles.organizationRole}`,
  ];
  return `${checks}\n${lines.join("\n")}\n`;
}

const shownAtMost = 10;

function listed(items: string[]): string {
  if (items.length === 0) return "";
  const rest = items.length - shownAtMost;
  const more = rest > 0 ? [`and ${rest} more; --json lists all`] : [];
  return `:\n${[...items.slice(0, shownAtMost), ...more].map((item) => `    ${item}`).join("\n")}`;
}

function preferencesText(preferences: OperationPreferences): string {
  const { MaxConcurrentCount, MaxConcurrentPercentage } = preferences;
  const { FailureToleranceCount, FailureTolerancePercentage } = preferences;
  const atOnce = MaxConcurrentCount ?? `${MaxConcurrentPercentage} %`;
  return `${atOnce} at once, ${FailureToleranceCount ?? `${FailureTolerancePercentage} %`} may fail`;
}

function setWords({ stackSet, scope }: DeploymentPlan): string {
  const { step, present } = stackSet;
  switch (step.kind) {
    case "create-set":
      return `create, with ${scope.accounts.length} instances`;
    case "update-set":
      return `update, with its ${present} instances`;
    case "wait":
      return "wait for the operation that is under way, then see";
    case "create-instances":
      return `create or retry ${step.accountIds?.length ?? scope.accounts.length} instances`;
    case "none":
      return `nothing to do, ${present} instances are current`;
  }
}

export function planJson({ administrator, wanted, plan, roles }: PlanContext) {
  const { arn, accountId, partition, organizationId, managementAccountId, capacity } = administrator;
  const { units, accounts, leftOut } = plan.scope;
  return {
    administrator: { arn, accountId, partition, organizationId, managementAccountId, capacity },
    checks: plan.checks,
    region: wanted.region,
    roles,
    uploads: plan.uploads.map(({ roleName, bucket, region, key, url, isThere }) => ({
      ...{ roleName, bucket, region, key, url, isThere },
    })),
    stacks: plan.stacks.map(({ stack, step, status }) => ({ name: stack.name, step, status })),
    stackSet: {
      name: wanted.stackSetName,
      permissionModel: wanted.permissionModel,
      step: plan.stackSet.step.kind,
      present: plan.stackSet.present,
      preferences: wanted.preferences,
      units,
    },
    accounts: accounts.map(({ id, name }) => ({ accountId: id, name })),
    leftOut,
    turnsOnTrustedAccess: plan.turnsOnTrustedAccess,
    isDone: plan.isDone,
  };
}
