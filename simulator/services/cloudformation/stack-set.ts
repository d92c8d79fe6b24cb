// A stack set as it is kept, with its instances and operations, where it lives and how it is shown.
import { AwsFault, type Call } from "../../operation.ts";
import type { Tag } from "../../shapes.ts";
import { type GivenParameter, isNoEcho } from "./parameters.ts";
import { parseTemplate } from "./template.ts";

export type CallAs = "SELF" | "DELEGATED_ADMIN";

export interface AutoDeployment {
  Enabled?: boolean;
  RetainStacksOnAccountRemoval?: boolean;
}

/** Value of "cloudformation:stack-set" (account, region) under its id. */
export interface StackSet {
  StackSetName: string;
  /** name:uuid. */
  StackSetId: string;
  StackSetARN: string;
  Status: "ACTIVE" | "DELETED";
  Description?: string;
  TemplateBody: string;
  Parameters: GivenParameter[];
  Capabilities: string[];
  Tags: Tag[];
  PermissionModel: "SELF_MANAGED" | "SERVICE_MANAGED";
  AdministrationRoleARN?: string;
  ExecutionRoleName?: string;
  AutoDeployment?: AutoDeployment;
  /** OUs that were deployed to, with the regions: who comes below one gets instances there. */
  targets: { unitId: string; regions: string[] }[];
}

/** Value of "cloudformation:stack-instance" (of its set's place) under "set id/account/region". */
export interface StackInstance {
  setId: string;
  Account: string;
  Region: string;
  StackId?: string;
  ParameterOverrides: GivenParameter[];
  Status: "CURRENT" | "OUTDATED" | "INOPERABLE";
  detailed: "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | "SKIPPED_SUSPENDED_ACCOUNT";
  StatusReason?: string;
  OrganizationalUnitId?: string;
  LastOperationId: string;
  /** Shown as running until then. */
  settledAt: string;
}

export interface Result {
  Account: string;
  Region: string;
  Status: "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  StatusReason?: string;
  OrganizationalUnitId?: string;
}

/** Value of "cloudformation:stack-set-operation" (of its set's place) under its id. */
export interface SetOperation {
  OperationId: string;
  setId: string;
  Action: "CREATE" | "UPDATE" | "DELETE" | "DETECT_DRIFT";
  Status: "RUNNING" | "SUCCEEDED" | "FAILED" | "STOPPED";
  OperationPreferences: object;
  RetainStacks?: boolean;
  CreationTimestamp: string;
  EndTimestamp: string;
  DeploymentTargets?: object;
  results: Result[];
}

/** Service-managed sets live with the organization's management account, also those of its delegates. */
function placeOf({ world, accountId, region, input }: Call) {
  const { CallAs } = (input ?? {}) as { CallAs?: CallAs };
  return { accountId: CallAs === "DELEGATED_ADMIN" ? world.managementAccountId : accountId, region };
}

export const setsOf = (call: Call) =>
  call.world.collection<StackSet>(placeOf(call), "cloudformation:stack-set");
export const instancesOf = (call: Call) =>
  call.world.collection<StackInstance>(placeOf(call), "cloudformation:stack-instance");
export const setOperationsOf = (call: Call) =>
  call.world.collection<SetOperation>(placeOf(call), "cloudformation:stack-set-operation");

export const instanceKey = ({
  setId,
  Account,
  Region,
}: Pick<StackInstance, "setId" | "Account" | "Region">) => `${setId}/${Account}/${Region}`;

export function setArn(call: Call, nameAndId: string): string {
  const { accountId, region } = placeOf(call);
  return `arn:${call.world.partition}:cloudformation:${region}:${accountId}:stackset/${nameAndId}`;
}

export function findSet(call: Call, nameOrId: string): StackSet | undefined {
  return (
    setsOf(call).get(nameOrId) ??
    setsOf(call)
      .list()
      .find(
        (set) => set.Status === "ACTIVE" && (set.StackSetName === nameOrId || set.StackSetARN === nameOrId),
      )
  );
}

export function needSet(call: Call, nameOrId: string): StackSet {
  const found = findSet(call, nameOrId);
  if (!found || found.Status === "DELETED")
    throw new AwsFault("StackSetNotFoundException", `StackSet ${nameOrId} not found`, 404);
  return found;
}

export function instancesIn(call: Call, set: StackSet): StackInstance[] {
  return instancesOf(call)
    .list()
    .filter(({ setId }) => setId === set.StackSetId);
}

export function setAnswer(call: Call, set: StackSet) {
  const { targets, Parameters, ...shown } = set;
  const template = parseTemplate(set.TemplateBody);
  const Regions = [...new Set(instancesIn(call, set).map(({ Region }) => Region))];
  return {
    ...shown,
    Parameters: Parameters.map((given) =>
      isNoEcho(template, given.ParameterKey ?? "") ? { ...given, ParameterValue: "****" } : given,
    ),
    OrganizationalUnitIds: targets.map(({ unitId }) => unitId),
    Regions,
    StackSetDriftDetectionDetails: { DriftStatus: "NOT_CHECKED" },
    ManagedExecution: { Active: false },
  };
}

export function summaryAnswer(set: StackSet) {
  const { StackSetName, StackSetId, Description, Status, AutoDeployment, PermissionModel } = set;
  const shown = { StackSetName, StackSetId, Description, Status, AutoDeployment, PermissionModel };
  return { ...shown, DriftStatus: "NOT_CHECKED", ManagedExecution: { Active: false } };
}

export function instanceAnswer({ now }: Call, instance: StackInstance) {
  const { setId, settledAt, detailed, Status, StatusReason, ParameterOverrides: _, ...shown } = instance;
  const isSettled = Date.parse(settledAt) <= now.getTime();
  return {
    ...shown,
    StackSetId: setId,
    Status: isSettled ? Status : "OUTDATED",
    StackInstanceStatus: { DetailedStatus: isSettled ? detailed : "RUNNING" },
    StatusReason: isSettled ? StatusReason : undefined,
    DriftStatus: "NOT_CHECKED",
  };
}

export function operationAnswer({ now }: Call, operation: SetOperation, set: StackSet) {
  const { setId, results, EndTimestamp, Status, ...shown } = operation;
  const isDone = Date.parse(EndTimestamp) <= now.getTime();
  return {
    ...shown,
    StackSetId: setId,
    Status: isDone ? Status : "RUNNING",
    EndTimestamp: isDone ? EndTimestamp : undefined,
    AdministrationRoleARN: set.AdministrationRoleARN,
    ExecutionRoleName: set.ExecutionRoleName,
    StatusDetails: { FailedStackInstancesCount: isDone ? failuresOf(results) : 0 },
  };
}

export function failuresOf(results: Result[]): number {
  return results.filter(({ Status }) => Status === "FAILED").length;
}
