// What a deployment would do, found out by reading only: the checks, the stacks, the StackSet and its accounts.
import type { Reading } from "../organization-reader.ts";
import { type Administrator, inRegion } from "./administrator.ts";
import { administratorCheck, preflight } from "./preflight.ts";
import { type AccountScope, readScope } from "./scope.ts";
import { type FoundStack, readStack, type StackStep, stackStep } from "./stack.ts";
import {
  type FoundStackSet,
  readStackSet,
  type StackSetAsked,
  type StackSetStep,
  stackSetStep,
} from "./stack-set.ts";
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

/** What bears the wanted names now. */
interface There {
  stacks: { stack: WantedStack; found: FoundStack | null }[];
  stackSet: FoundStackSet | null;
}

async function readThere(administrator: Administrator, wanted: WantedDeployment): Promise<Reading<There>> {
  const stacks: There["stacks"] = [];
  for (const stack of stacksOf(administrator, wanted)) {
    const reading = await readStack(inRegion(administrator, wanted.region), stack.name);
    if (!reading.ok) return reading;
    stacks.push({ stack, found: reading.value });
  }
  const stackSet = await readStackSet(stackSetAsked(administrator, wanted));
  // Without trusted access or delegation CloudFormation does not even say whether there is a set.
  const isRefused = !stackSet.ok && stackSet.error.code === "ValidationError";
  if (!stackSet.ok && !isRefused) return stackSet;
  return { ok: true, value: { stacks, stackSet: stackSet.ok ? stackSet.value : null } };
}

export async function planDeployment(
  administrator: Administrator,
  wanted: WantedDeployment,
): Promise<Reading<DeploymentPlan>> {
  // Anybody else may not even ask for the accounts.
  if (administrator.capacity === "neither") return { ok: true, value: refusedPlan(administrator, wanted) };
  const scope = await readScope(administrator, wanted);
  if (!scope.ok) return scope;
  const there = await readThere(administrator, wanted);
  if (!there.ok) return there;
  const { stackSet } = there.value;
  const stacks = there.value.stacks.map(({ stack, found }) => ({
    stack,
    step: stackStep(found, stack, wanted.tags),
    status: found?.status ?? null,
  }));
  const accountIds = scope.value.accounts.map(({ id }) => id);
  const step = stackSetStep(stackSet, wanted, accountIds);
  const planned = await planUploads(administrator, wanted, handedOver(stacks, step, wanted));
  const checks = await preflight(administrator, wanted, {
    scope: scope.value,
    stacks: there.value.stacks.map(({ stack, found }) => ({ ...stack, found })),
    stackSet,
  });
  const isTurnedOn = ({ name, outcome }: DeploymentCheck) =>
    name === "trusted-access" && outcome === "warning";
  const turnsOnTrustedAccess = checks.some(isTurnedOn);
  const isAsWanted = step.kind === "none" && stacks.every((each) => each.step === "none");
  return {
    ok: true,
    value: {
      checks: [...checks, ...planned.checks],
      stacks,
      stackSet: { name: wanted.stackSetName, step, present: stackSet?.instances.size ?? 0 },
      uploads: planned.uploads,
      scope: scope.value,
      turnsOnTrustedAccess,
      isDone: isAsWanted && !turnsOnTrustedAccess,
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
