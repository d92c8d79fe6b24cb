// One operation of a stack set: region by region, in groups of accounts, until more have failed than may, or somebody
// stops it.
import { randomUUID } from "node:crypto";
import { AwsFault, type Call } from "../../operation.ts";
import {
  act,
  keep,
  named,
  type Outcome,
  type Preferences,
  type Run,
  type Stamp,
  type Target,
} from "./instance-change.ts";
import { pace } from "./paced.ts";
import { failuresOf, type Result, type SetOperation, type StackSet, setOperationsOf } from "./stack-set.ts";

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
  const endMs = call.now.getTime() + (call.settleMs ?? 0);
  const progress: Progress = { groups: groupsIn(run), done: [], isOver: false };
  const settledAt = new Date(endMs).toISOString();
  const stepper = {
    world: call.world,
    startMs: call.now.getTime(),
    endMs,
    count: progress.groups.length,
    step: (at: number) => {
      const group = progress.groups[at];
      if (group) carryOut(call, set, run, progress, group, { OperationId, settledAt });
    },
    keep: () => keepOperation(call, set, run, progress, { OperationId, settledAt }),
    stop: (now: Date) => {
      const stopped = { OperationId, settledAt: now.toISOString() };
      for (const group of progress.groups.slice(progress.done.length))
        progress.done.push(cancel(call, set, run, group.targets, stoppedByUser, stopped));
      keepOperation(call, set, run, progress, stopped, "STOPPED");
    },
  };
  pace(OperationId, stepper);
  return { OperationId };
}

interface Group {
  targets: Target[];
  /** How many the region has. */
  inRegion: number;
  region: string;
}

interface Progress {
  groups: Group[];
  /** Group by group. */
  done: Outcome[][];
  /** More have failed in a region than may. */
  isOver: boolean;
}

function groupsIn(run: Run): Group[] {
  return regionsIn(run).flatMap((region) => {
    const all = run.instances.filter(({ Region }) => Region === region);
    const size = concurrencyOf(run.preferences, all.length);
    return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => ({
      targets: all.slice(at * size, (at + 1) * size),
      inRegion: all.length,
      region,
    }));
  });
}

function carryOut(call: Call, set: StackSet, run: Run, progress: Progress, group: Group, stamp: Stamp): void {
  const { groups, done } = progress;
  const before = done.filter((_, at) => groups[at]?.region === group.region).flat();
  const tolerance = toleranceOf(run.preferences, group.inRegion);
  progress.isOver ||= failuresOf(before) > tolerance;
  if (progress.isOver) {
    done.push(cancel(call, set, run, group.targets, cancelled, stamp));
    return;
  }
  const results = group.targets.map((target) => act(call, set, run, target));
  for (const [at, result] of results.entries())
    keep(call, set, run, group.targets[at] as Target, result, stamp);
  done.push(results);
  progress.isOver ||= failuresOf([...before, ...results]) > tolerance;
}

function cancel(
  call: Call,
  set: StackSet,
  run: Run,
  targets: Target[],
  StatusReason: string,
  stamp: Stamp,
): Outcome[] {
  return targets.map((target) => {
    const result: Outcome = { ...named(target), Status: "CANCELLED", StatusReason };
    keep(call, set, run, target, result, stamp);
    return result;
  });
}

/** As it stands: what has not been done counts as cancelled, so that a simulator that ends leaves the truth behind. */
function keepOperation(
  call: Call,
  set: StackSet,
  run: Run,
  { groups, done, isOver }: Progress,
  { OperationId, settledAt }: Stamp,
  stoppedAs?: "STOPPED",
): void {
  const left = groups.slice(done.length).flatMap(({ targets }) => targets);
  const results: Result[] = [
    ...done.flat().map(({ stackId: _, ...result }) => result),
    ...left.map((target) => ({
      ...named(target),
      Status: "CANCELLED" as const,
      StatusReason: stoppedByUser,
    })),
  ];
  const operation: SetOperation = {
    OperationId,
    setId: set.StackSetId,
    Action: run.action,
    Status: stoppedAs ?? (left.length > 0 ? "STOPPED" : isOver ? "FAILED" : "SUCCEEDED"),
    OperationPreferences: run.preferences,
    ...(run.retainsStacks === undefined ? {} : { RetainStacks: run.retainsStacks }),
    CreationTimestamp: call.now.toISOString(),
    EndTimestamp: settledAt,
    ...(run.deploymentTargets ? { DeploymentTargets: run.deploymentTargets } : {}),
    results,
  };
  setOperationsOf(call).put(OperationId, operation);
}

const stoppedByUser = "Cancelled since the operation was stopped";
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
