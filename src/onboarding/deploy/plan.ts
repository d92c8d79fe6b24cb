// What a deployment would do, found out by reading only: the checks, the stacks, the StackSet and its accounts.
import type { Reading } from "../organization-reader.ts";
import { type Administrator, inRegion } from "./administrator.ts";
import { administratorCheck, preflight } from "./preflight.ts";
import { type AccountScope, readScope } from "./scope.ts";
import { type FoundStack, readStack, type StackStep, stackStep } from "./stack.ts";
import { readStackSet, type StackSetAsked, type StackSetStep, stackSetStep } from "./stack-set.ts";
import { planUploads, type TemplateUpload } from "./template-source.ts";
import type { DeploymentCheck, WantedDeployment, WantedStack } from "./wanted.ts";

export interface PlannedStack {
  stack: WantedStack;
  step: StackStep;
  /** As CloudFormation says it; null if there is none. */
  status: string | null;
}

export interface DeploymentPlan {
  checks: DeploymentCheck[];
  /** In the administrator's account. */
  stacks: PlannedStack[];
  stackSet: { name: string; step: StackSetStep; present: number };
  /** Templates that CloudFormation takes from a bucket only. */
  uploads: TemplateUpload[];
  scope: AccountScope;
  /** Turning on trusted access is the first write. */
  turnsOnTrustedAccess: boolean;
  /** Nothing would be written. */
  isDone: boolean;
}

export function stackSetAsked(administrator: Administrator, wanted: WantedDeployment): StackSetAsked {
  return {
    reader: inRegion(administrator, wanted.region),
    name: wanted.stackSetName,
    callAs:
      wanted.permissionModel === "service-managed" && administrator.capacity === "delegated"
        ? "DELEGATED_ADMIN"
        : "SELF",
  };
}

/** A delegated administrator's own account is a member, which the StackSet reaches. */
function stacksOf(administrator: Administrator, wanted: WantedDeployment): WantedStack[] {
  const isManagement = administrator.accountId === administrator.managementAccountId;
  const needsMember =
    wanted.permissionModel === "self-managed" || (isManagement && wanted.coversManagementAccount);
  return [wanted.organizationStack, ...(needsMember ? [wanted.memberStack] : [])];
}

export async function planDeployment(
  administrator: Administrator,
  wanted: WantedDeployment,
): Promise<Reading<DeploymentPlan>> {
  // Anybody else may not even ask for the accounts.
  if (administrator.capacity === "neither") return { ok: true, value: refusedPlan(administrator, wanted) };
  const scope = await readScope(administrator, wanted);
  if (!scope.ok) return scope;
  const reader = inRegion(administrator, wanted.region);
  const found: { stack: WantedStack; found: FoundStack | null }[] = [];
  for (const stack of stacksOf(administrator, wanted)) {
    const reading = await readStack(reader, stack.name);
    if (!reading.ok) return reading;
    found.push({ stack, found: reading.value });
  }
  const reading = await readStackSet(stackSetAsked(administrator, wanted));
  // Without trusted access or delegation CloudFormation does not even say whether there is a set.
  const isRefused = !reading.ok && reading.error.code === "ValidationError";
  if (!reading.ok && !isRefused) return reading;
  const stackSet = reading.ok ? reading.value : null;
  const stacks = found.map(({ stack, found: there }) => ({
    stack,
    step: stackStep(there, stack, wanted.tags),
    status: there?.status ?? null,
  }));
  const step = stackSetStep(
    stackSet,
    wanted,
    scope.value.accounts.map(({ id }) => id),
  );
  const { uploads, checks: uploadChecks } = await planUploads(
    administrator,
    wanted,
    handedOver(stacks, step, wanted),
  );
  const checks = await preflight(administrator, wanted, {
    scope: scope.value,
    stacks: found.map(({ stack, found: there }) => ({ ...stack, found: there })),
    stackSet,
  });
  const turnsOnTrustedAccess = checks.some(
    ({ name, outcome }) => name === "trusted-access" && outcome === "warning",
  );
  const isDone =
    !turnsOnTrustedAccess && step.kind === "none" && stacks.every((each) => each.step === "none");
  return {
    ok: true,
    value: {
      checks: [...checks, ...uploadChecks],
      stacks,
      stackSet: { name: wanted.stackSetName, step, present: stackSet?.instances.size ?? 0 },
      uploads,
      scope: scope.value,
      turnsOnTrustedAccess,
      isDone,
    },
  };
}

/** Whose template a call carries; what is under way may turn out to need it. */
function handedOver(stacks: PlannedStack[], step: StackSetStep, wanted: WantedDeployment): WantedStack[] {
  const isOfSet = step.kind !== "none" && step.kind !== "create-instances";
  const changed = stacks.filter((each) => each.step !== "none").map(({ stack }) => stack);
  return isOfSet ? [...changed, wanted.memberStack] : changed;
}

function refusedPlan(administrator: Administrator, wanted: WantedDeployment): DeploymentPlan {
  return {
    checks: [administratorCheck(administrator)],
    stacks: [],
    stackSet: { name: wanted.stackSetName, step: { kind: "none" }, present: 0 },
    uploads: [],
    scope: { units: [], accounts: [], leftOut: [], excludedIds: [], unknownUnits: [] },
    turnsOnTrustedAccess: false,
    isDone: false,
  };
}
