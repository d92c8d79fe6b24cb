// One operation of a stack set: region by region, in groups of accounts, until more have failed than may; each
// instance is a stack in its account, made with the permissions of the role that reaches it.
import { randomUUID } from "node:crypto";
import { AwsFault, type Call } from "../../operation.ts";
import type { GivenParameter } from "./parameters.ts";
import { type Stack, stacksOf } from "./stack.ts";
import { createStack, deleteStack, updateStack } from "./stack-changes.ts";
import {
  failuresOf,
  instanceKey,
  instancesOf,
  type Result,
  type SetOperation,
  type StackInstance,
  type StackSet,
  setOperationsOf,
} from "./stack-set.ts";
import { reach } from "./stack-set-roles.ts";

export interface Preferences {
  RegionConcurrencyType?: "SEQUENTIAL" | "PARALLEL";
  RegionOrder?: string[];
  FailureToleranceCount?: number;
  FailureTolerancePercentage?: number;
  MaxConcurrentCount?: number;
  MaxConcurrentPercentage?: number;
  ConcurrencyMode?: "STRICT_FAILURE_TOLERANCE" | "SOFT_FAILURE_TOLERANCE";
}

export type Target = Pick<StackInstance, "Account" | "Region"> & {
  OrganizationalUnitId?: string;
  ParameterOverrides?: GivenParameter[];
};

type Outcome = Result & { stackId?: string };

interface Run {
  action: "CREATE" | "UPDATE" | "DELETE";
  instances: Target[];
  preferences: Preferences;
  operationId: string | undefined;
  retainsStacks?: boolean;
  deploymentTargets?: object | undefined;
}

export function checkIdle(call: Call, set: StackSet): void {
  const running = setOperationsOf(call)
    .list()
    .find(
      ({ setId, EndTimestamp }) => setId === set.StackSetId && Date.parse(EndTimestamp) > call.now.getTime(),
    );
  if (!running) return;
  throw new AwsFault(
    "OperationInProgressException",
    `Another Operation on StackSet ${set.StackSetARN} is in progress: ${running.OperationId}`,
    409,
  );
}

export function runOperation(call: Call, set: StackSet, run: Run): { OperationId: string } {
  checkPreferences(run.preferences);
  const OperationId = run.operationId ?? randomUUID();
  if (setOperationsOf(call).get(OperationId))
    throw new AwsFault("OperationIdAlreadyExistsException", `Operation ${OperationId} already exists`, 409);
  const settledAt = new Date(call.now.getTime() + (call.settleMs ?? 0)).toISOString();
  const results: Outcome[] = [];
  let isStopped = false;
  for (const region of regionsIn(run)) {
    const inRegion = run.instances.filter(({ Region }) => Region === region);
    const done: Outcome[] = isStopped
      ? inRegion.map(
          (target): Outcome => ({ ...named(target), Status: "CANCELLED", StatusReason: cancelled }),
        )
      : inRegionOf(call, set, run, inRegion);
    isStopped ||= failuresOf(done) > toleranceOf(run.preferences, inRegion.length);
    for (const [at, result] of done.entries())
      keep(call, set, run, inRegion[at] as Target, result, { OperationId, settledAt });
    results.push(...done);
  }
  const operation: SetOperation = {
    OperationId,
    setId: set.StackSetId,
    Action: run.action,
    Status: isStopped ? "FAILED" : "SUCCEEDED",
    OperationPreferences: run.preferences,
    ...(run.retainsStacks === undefined ? {} : { RetainStacks: run.retainsStacks }),
    CreationTimestamp: call.now.toISOString(),
    EndTimestamp: settledAt,
    ...(run.deploymentTargets ? { DeploymentTargets: run.deploymentTargets } : {}),
    results: results.map(({ stackId: _, ...result }) => result),
  };
  setOperationsOf(call).put(OperationId, operation);
  return { OperationId };
}

const cancelled = "Cancelled since failure tolerance has exceeded";

function checkPreferences(preferences: Preferences): void {
  const { FailureToleranceCount, FailureTolerancePercentage, MaxConcurrentCount, ConcurrencyMode } =
    preferences;
  if (FailureToleranceCount !== undefined && FailureTolerancePercentage !== undefined)
    throw new AwsFault(
      "ValidationError",
      "You can specify only one of FailureToleranceCount and FailureTolerancePercentage",
    );
  const most = (FailureToleranceCount ?? 0) + 1;
  const isStrict = ConcurrencyMode !== "SOFT_FAILURE_TOLERANCE" && FailureTolerancePercentage === undefined;
  if (!isStrict || MaxConcurrentCount === undefined || MaxConcurrentCount <= most) return;
  throw new AwsFault(
    "ValidationError",
    "MaxConcurrentCount must be at most one more than FailureToleranceCount when ConcurrencyMode is STRICT_FAILURE_TOLERANCE",
  );
}

function regionsIn({ instances, preferences }: Run): string[] {
  const regions = [...new Set(instances.map(({ Region }) => Region))];
  const order = preferences.RegionOrder ?? [];
  const rank = (region: string) => (order.includes(region) ? order.indexOf(region) : order.length);
  return regions.sort((a, b) => rank(a) - rank(b));
}

function toleranceOf({ FailureToleranceCount, FailureTolerancePercentage = 0 }: Preferences, of: number) {
  return FailureToleranceCount ?? Math.floor((of * FailureTolerancePercentage) / 100);
}

function concurrencyOf({ MaxConcurrentCount, MaxConcurrentPercentage = 0 }: Preferences, of: number): number {
  return Math.max(1, MaxConcurrentCount ?? Math.floor((of * MaxConcurrentPercentage) / 100));
}

function inRegionOf(call: Call, set: StackSet, run: Run, targets: Target[]): Outcome[] {
  const tolerance = toleranceOf(run.preferences, targets.length);
  const group = concurrencyOf(run.preferences, targets.length);
  const results: Outcome[] = [];
  for (const target of targets) {
    const isGroupStart = results.length % group === 0;
    const isOver = failuresOf(results) > tolerance;
    const stops = results.some(({ Status }) => Status === "CANCELLED") || (isGroupStart && isOver);
    results.push(
      stops
        ? { ...named(target), Status: "CANCELLED", StatusReason: cancelled }
        : act(call, set, run, target),
    );
  }
  return results;
}

function named({ Account, Region, OrganizationalUnitId }: Target) {
  return { Account, Region, ...(OrganizationalUnitId === undefined ? {} : { OrganizationalUnitId }) };
}

function act(call: Call, set: StackSet, run: Run, target: Target): Outcome {
  try {
    const { stackId, failure } = run.retainsStacks
      ? {}
      : change(reach(call, set, target), call, set, run, target);
    return {
      ...named(target),
      Status: failure === undefined ? "SUCCEEDED" : "FAILED",
      ...(failure === undefined ? {} : { StatusReason: failure }),
      ...(stackId === undefined ? {} : { stackId }),
    };
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    return { ...named(target), Status: "FAILED", StatusReason: error.message };
  }
}

interface Changed {
  stackId?: string;
  failure?: string;
}

/** Makes, changes or deletes the target's stack. */
function change(inside: Call, call: Call, set: StackSet, run: Run, target: Target): Changed {
  const known = instancesOf(call).get(instanceKey({ setId: set.StackSetId, ...target }));
  const kept = known?.StackId === undefined ? undefined : stacksOf(inside).get(known.StackId);
  if (run.action === "DELETE") {
    if (!kept || kept.StackStatus === "DELETE_COMPLETE") return {};
    return outcomeOf(deleteStack(inside, kept), "DELETE_COMPLETE");
  }
  const overrides = target.ParameterOverrides ?? known?.ParameterOverrides ?? [];
  const overridden = new Set(overrides.map(({ ParameterKey }) => ParameterKey));
  const parameters = [
    ...set.Parameters.filter(({ ParameterKey }) => !overridden.has(ParameterKey)),
    ...overrides,
  ];
  const { TemplateBody: templateBody, Capabilities: capabilities, Tags: tags } = set;
  if (!kept || /^(DELETE|ROLLBACK)_COMPLETE$/.test(kept.StackStatus)) {
    const name = `StackSet-${set.StackSetName}-${randomUUID()}`;
    const wish = { name, templateBody, parameters, capabilities, tags, onFailure: "ROLLBACK" as const };
    return outcomeOf(createStack(inside, wish), "CREATE_COMPLETE");
  }
  try {
    const changes = { templateBody, parameters, capabilities, tags };
    return outcomeOf(updateStack(inside, kept, changes), "UPDATE_COMPLETE");
  } catch (error) {
    if (!(error instanceof AwsFault) || error.message !== "No updates are to be performed.") throw error;
    return { stackId: kept.StackId };
  }
}

/** Also a stack that failed belongs to its instance, so that it can be removed with it. */
function outcomeOf({ StackId: stackId, StackStatus, events }: Stack, wanted: string): Changed {
  if (StackStatus === wanted) return { stackId };
  const failed = events.findLast((event) => event.ResourceStatus.endsWith("_FAILED"));
  const { LogicalResourceId = "", ResourceType = "", ResourceStatusReason = StackStatus } = failed ?? {};
  const failure = `ResourceLogicalId:${LogicalResourceId}, ResourceType:${ResourceType}, ResourceStatusReason:${ResourceStatusReason}.`;
  return { stackId, failure };
}

function keep(
  call: Call,
  set: StackSet,
  run: Run,
  target: Target,
  result: Outcome,
  { OperationId, settledAt }: { OperationId: string; settledAt: string },
): void {
  const key = instanceKey({ setId: set.StackSetId, ...target });
  const known = instancesOf(call).get(key);
  if (run.action === "DELETE" && result.Status === "SUCCEEDED") {
    instancesOf(call).delete(key);
    return;
  }
  const stackId = result.stackId ?? known?.StackId;
  const isDone = result.Status === "SUCCEEDED";
  const { StatusReason: _, ...before } = known ?? { ParameterOverrides: [] };
  instancesOf(call).put(key, {
    ...before,
    setId: set.StackSetId,
    ...named(target),
    ...(stackId === undefined ? {} : { StackId: stackId }),
    ParameterOverrides: target.ParameterOverrides ?? before.ParameterOverrides,
    Status: isDone ? "CURRENT" : run.action === "DELETE" ? "INOPERABLE" : "OUTDATED",
    detailed: result.Status,
    ...(result.StatusReason === undefined ? {} : { StatusReason: result.StatusReason }),
    LastOperationId: OperationId,
    settledAt,
  });
}
