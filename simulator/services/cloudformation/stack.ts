// A stack as it is kept, its events, and how DescribeStacks shows it.
import { randomUUID } from "node:crypto";
import type { Call } from "../../operation.ts";
import type { Tag } from "../../shapes.ts";
import { isNoEcho, type ParameterValues } from "./parameters.ts";
import { parseTemplate, type Tree } from "./template.ts";

export interface Stack {
  StackId: string;
  StackName: string;
  Description?: string;
  StackStatus: string;
  StackStatusReason?: string;
  CreationTime: string;
  LastUpdatedTime?: string;
  DeletionTime?: string;
  Capabilities: string[];
  Tags: Tag[];
  /** What CloudFormation acts as; else the caller of each change. */
  RoleARN?: string;
  isProtected?: boolean;
  drift?: { status: string; checkedAt: string };
  templateBody: string;
  parameters: ParameterValues;
  /** In the order they were made. */
  resources: StackResource[];
  outputs: { OutputKey: string; OutputValue: string; Description?: string; ExportName?: string }[];
  /** Oldest first. */
  events: StackEvent[];
}

export interface StackResource {
  logicalId: string;
  physicalId: string;
  type: string;
  /** As they were last applied, resolved. */
  properties: Tree;
  status: string;
  changedAt: string;
  isRetained: boolean;
}

export interface StackEvent {
  EventId: string;
  LogicalResourceId: string;
  PhysicalResourceId: string;
  ResourceType: string;
  ResourceStatus: string;
  ResourceStatusReason?: string;
  Timestamp: string;
}

export function stacksOf(call: Call) {
  return call.world.collection<Stack>(
    { accountId: call.accountId, region: call.region },
    "cloudformation:stack",
  );
}

export function addEvent(
  call: Call,
  stack: Stack,
  resource: Pick<StackResource, "logicalId" | "physicalId" | "type">,
  status: string,
  reason?: string,
): void {
  stack.events.push({
    EventId: randomUUID(),
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    ResourceStatus: status,
    ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
    Timestamp: call.now.toISOString(),
  });
}

/** Sets the stack's own status, with its event. */
export function setStatus(call: Call, stack: Stack, status: string, reason?: string): void {
  stack.StackStatus = status;
  if (reason === undefined) delete stack.StackStatusReason;
  else stack.StackStatusReason = reason;
  const self = { logicalId: stack.StackName, physicalId: stack.StackId, type: "AWS::CloudFormation::Stack" };
  addEvent(call, stack, self, status, reason);
}

export function stackAnswer(stack: Stack) {
  const template = parseTemplate(stack.templateBody);
  const {
    templateBody: _,
    parameters,
    resources: __,
    outputs,
    events: ___,
    isProtected,
    drift,
    ...shown
  } = stack;
  return {
    ...shown,
    DisableRollback: false,
    NotificationARNs: [],
    RollbackConfiguration: {},
    EnableTerminationProtection: isProtected ?? false,
    DriftInformation: driftAnswer(drift),
    Parameters: Object.entries(parameters).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: isNoEcho(template, ParameterKey) ? "****" : value,
    })),
    Outputs: outputs,
  };
}

export function driftAnswer(drift: Stack["drift"]) {
  return drift
    ? { StackDriftStatus: drift.status, LastCheckTimestamp: drift.checkedAt }
    : { StackDriftStatus: "NOT_CHECKED" };
}
