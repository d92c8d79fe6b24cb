// Drift: what a stack's resources are, compared with what its template made of them. Only types that can tell.
import { randomUUID } from "node:crypto";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import { typeOf } from "./plan.ts";
import { needStack, type OfStack } from "./read.ts";
import { type Stack, type StackResource, stacksOf } from "./stack.ts";
import type { Tree } from "./template.ts";

/** Value of "cloudformation:drift-detection" (account, region) under its id. */
interface Detection {
  id: string;
  StackId: string;
  StackDriftStatus: "DRIFTED" | "IN_SYNC";
  DriftedStackResourceCount: number;
  Timestamp: string;
}

interface Difference {
  PropertyPath: string;
  ExpectedValue: string;
  ActualValue: string;
  DifferenceType: "ADD" | "REMOVE" | "NOT_EQUAL";
}

export const driftOperations: Record<string, Operation> = {
  DetectStackDrift(call: Call<OfStack>) {
    const stack = needStack(call, call.input.StackName);
    if (/_IN_PROGRESS$|^DELETE_/.test(stack.StackStatus)) {
      throw new AwsFault(
        "ValidationError",
        `Drift detection cannot be performed on stack [${stack.StackId}] while it is in ${stack.StackStatus} state.`,
      );
    }
    const drifts = stack.resources.flatMap((resource) => driftOf(call, stack, resource) ?? []);
    const drifted = drifts.filter(({ StackResourceDriftStatus }) => StackResourceDriftStatus !== "IN_SYNC");
    const detection: Detection = {
      id: randomUUID(),
      StackId: stack.StackId,
      StackDriftStatus: drifted.length > 0 ? "DRIFTED" : "IN_SYNC",
      DriftedStackResourceCount: drifted.length,
      Timestamp: call.now.toISOString(),
    };
    detections(call).put(detection.id, detection);
    const raw = stacksOf(call).get(stack.StackId);
    if (raw) {
      const drift = { status: detection.StackDriftStatus, checkedAt: detection.Timestamp };
      stacksOf(call).put(raw.StackId, { ...raw, drift });
    }
    return { StackDriftDetectionId: detection.id };
  },

  DescribeStackDriftDetectionStatus(call: Call<{ StackDriftDetectionId: string }>) {
    const found = detections(call).get(call.input.StackDriftDetectionId);
    if (!found)
      throw new AwsFault(
        "ValidationError",
        `Drift detection ${call.input.StackDriftDetectionId} does not exist`,
      );
    const { id: StackDriftDetectionId, Timestamp, ...rest } = found;
    const isDone = Date.parse(Timestamp) + (call.settleMs ?? 0) <= call.now.getTime();
    const { StackId } = rest;
    return isDone
      ? { StackDriftDetectionId, Timestamp, ...rest, DetectionStatus: "DETECTION_COMPLETE" }
      : { StackDriftDetectionId, Timestamp, StackId, DetectionStatus: "DETECTION_IN_PROGRESS" };
  },

  DescribeStackResourceDrifts(
    call: Call<OfStack & { StackResourceDriftStatusFilters?: string[]; MaxResults?: number }>,
  ) {
    const stack = needStack(call, call.input.StackName);
    const { StackResourceDriftStatusFilters: wanted, MaxResults = 100, NextToken } = call.input;
    const all = stack.drift
      ? stack.resources
          .flatMap((resource) => driftOf(call, stack, resource) ?? [])
          .filter(
            ({ StackResourceDriftStatus }) => !wanted?.length || wanted.includes(StackResourceDriftStatus),
          )
      : [];
    const { items, next } = page(all, MaxResults, NextToken, "ValidationError");
    return { StackResourceDrifts: items, NextToken: next };
  },

  DetectStackResourceDrift(call: Call<OfStack & { LogicalResourceId: string }>) {
    const stack = needStack(call, call.input.StackName);
    const resource = stack.resources.find(({ logicalId }) => logicalId === call.input.LogicalResourceId);
    const StackResourceDrift = resource && driftOf(call, stack, resource);
    if (!StackResourceDrift) {
      throw new AwsFault(
        "ValidationError",
        `Resource ${call.input.LogicalResourceId} does not exist or does not support drift detection`,
      );
    }
    return { StackResourceDrift };
  },
};

function driftOf(call: Call, stack: Stack, resource: StackResource) {
  const { actual } = typeOf(resource.type);
  if (!actual) return undefined;
  const found = actual(call, resource.physicalId, resource.properties);
  const shared = {
    StackId: stack.StackId,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    ExpectedProperties: JSON.stringify(resource.properties),
    Timestamp: call.now,
  };
  if (!found) return { ...shared, StackResourceDriftStatus: "DELETED", PropertyDifferences: [] };
  const PropertyDifferences = differencesOf(resource.properties, found);
  return {
    ...shared,
    ActualProperties: JSON.stringify(found),
    PropertyDifferences,
    StackResourceDriftStatus: PropertyDifferences.length > 0 ? "MODIFIED" : "IN_SYNC",
  };
}

function differencesOf(expected: Tree, actual: Tree): Difference[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  return names.flatMap((name): Difference[] => {
    const [wanted, is] = [expected[name], actual[name]].map((value) =>
      value === undefined ? undefined : textOf(value),
    );
    if (wanted === is) return [];
    const DifferenceType = wanted === undefined ? "ADD" : is === undefined ? "REMOVE" : "NOT_EQUAL";
    return [
      {
        PropertyPath: `/${name}`,
        ExpectedValue: wanted ?? "null",
        ActualValue: is ?? "null",
        DifferenceType,
      },
    ];
  });
}

/** Independent of the order of keys. */
function textOf(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function detections({ world, accountId, region }: Call) {
  return world.collection<Detection>({ accountId, region }, "cloudformation:drift-detection");
}
