// One instance of a stack set: its stack in its account made, changed or deleted, with the permissions of the role that
// reaches it, and what is kept of it. Knows nothing of the other instances of the operation.
import { randomUUID } from "node:crypto";
import { AwsFault, type Call } from "../../operation.ts";
import type { GivenParameter } from "./parameters.ts";
import { type Stack, stacksOf } from "./stack.ts";
import { createStack, deleteStack, updateStack } from "./stack-changes.ts";
import { instanceKey, instancesOf, type Result, type StackInstance, type StackSet } from "./stack-set.ts";
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

export type Outcome = Result & { stackId?: string };

export interface Run {
  action: "CREATE" | "UPDATE" | "DELETE";
  instances: Target[];
  preferences: Preferences;
  operationId: string | undefined;
  retainsStacks?: boolean;
  deploymentTargets?: object | undefined;
}

export interface Stamp {
  OperationId: string;
  settledAt: string;
}

export function named({ Account, Region, OrganizationalUnitId }: Target) {
  return { Account, Region, ...(OrganizationalUnitId === undefined ? {} : { OrganizationalUnitId }) };
}

export function act(call: Call, set: StackSet, run: Run, target: Target): Outcome {
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

export function keep(
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
