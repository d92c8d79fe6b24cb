// Stack sets: made, described, changed, deleted, and what their operations did.
import { randomUUID } from "node:crypto";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import type { Tag } from "../../shapes.ts";
import { checkCapabilities, checkedTemplate, type TemplateInput, templateText } from "./check-template.ts";
import type { Preferences } from "./instance-change.ts";
import { checkIdle, runOperation } from "./instance-run.ts";
import { type GivenParameter, parameterValues } from "./parameters.ts";
import {
  type AutoDeployment,
  type CallAs,
  findSet,
  instancesIn,
  needSet,
  type StackSet,
  setAnswer,
  setArn,
  setsOf,
  summaryAnswer,
} from "./stack-set.ts";
import { checkTrusted } from "./trusted-access.ts";

interface SetInput extends TemplateInput {
  StackSetName: string;
  Description?: string;
  Parameters?: GivenParameter[];
  Capabilities?: string[];
  Tags?: Tag[];
  AdministrationRoleARN?: string;
  ExecutionRoleName?: string;
  PermissionModel?: StackSet["PermissionModel"];
  AutoDeployment?: AutoDeployment;
  CallAs?: CallAs;
}

interface OfSet {
  StackSetName: string;
  CallAs?: CallAs;
}

interface Paged {
  NextToken?: string;
  MaxResults?: number;
}

export const defaultAdministrationRole = "AWSCloudFormationStackSetAdministrationRole";
export const defaultExecutionRole = "AWSCloudFormationStackSetExecutionRole";

export const stackSetOperations: Record<string, Operation> = {
  CreateStackSet(call: Call<SetInput>) {
    const { input } = call;
    const { StackSetName, PermissionModel = "SELF_MANAGED", CallAs = "SELF", Description } = input;
    if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(StackSetName)) {
      throw new AwsFault(
        "ValidationError",
        `1 validation error detected: Value '${StackSetName}' at 'stackSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    }
    checkModel(call, PermissionModel, CallAs);
    const TemplateBody = templateText(input, call);
    const { Parameters = [], Capabilities = [] } = input;
    check(TemplateBody, Parameters, Capabilities);
    if (findSet(call, StackSetName))
      throw new AwsFault("NameAlreadyExistsException", `StackSet ${StackSetName} already exists`, 409);
    const StackSetId = `${StackSetName}:${randomUUID()}`;
    const set: StackSet = {
      StackSetName,
      StackSetId,
      StackSetARN: setArn(call, StackSetId),
      Status: "ACTIVE",
      ...(Description === undefined ? {} : { Description }),
      TemplateBody,
      Parameters,
      Capabilities,
      Tags: input.Tags ?? [],
      PermissionModel,
      ...modelOf(call, PermissionModel),
      targets: [],
    };
    setsOf(call).put(StackSetId, set);
    return { StackSetId };
  },

  DescribeStackSet: (call: Call<OfSet>) => ({
    StackSet: setAnswer(call, needSet(call, call.input.StackSetName)),
  }),

  ListStackSets(call: Call<Paged & { Status?: "ACTIVE" | "DELETED" }>) {
    const { Status, NextToken, MaxResults = 100 } = call.input;
    const all = setsOf(call)
      .list()
      .filter((set) => Status === undefined || set.Status === Status);
    const { items, next } = page(all, MaxResults, NextToken, "ValidationError");
    return { Summaries: items.map(summaryAnswer), NextToken: next };
  },

  UpdateStackSet(
    call: Call<
      SetInput & { UsePreviousTemplate?: boolean; OperationPreferences?: Preferences; OperationId?: string }
    >,
  ) {
    const { input } = call;
    const set = needSet(call, input.StackSetName);
    if (set.PermissionModel === "SERVICE_MANAGED") checkTrusted(call, input.CallAs ?? "SELF");
    checkIdle(call, set);
    const TemplateBody = input.UsePreviousTemplate ? set.TemplateBody : templateText(input, call);
    const Parameters = (input.Parameters ?? []).map((given) =>
      given.UsePreviousValue
        ? (set.Parameters.find(({ ParameterKey }) => ParameterKey === given.ParameterKey) ?? given)
        : given,
    );
    const Capabilities = input.Capabilities ?? [];
    check(TemplateBody, Parameters, Capabilities);
    const changed: StackSet = {
      ...set,
      TemplateBody,
      Parameters,
      Capabilities,
      Tags: input.Tags ?? set.Tags,
      ...(input.Description === undefined ? {} : { Description: input.Description }),
      ...(input.AutoDeployment ? { AutoDeployment: input.AutoDeployment } : {}),
      ...(input.AdministrationRoleARN ? { AdministrationRoleARN: input.AdministrationRoleARN } : {}),
      ...(input.ExecutionRoleName ? { ExecutionRoleName: input.ExecutionRoleName } : {}),
    };
    setsOf(call).put(set.StackSetId, changed);
    const instances = instancesIn(call, changed);
    return runOperation(call, changed, { action: "UPDATE", instances, ...preferencesOf(input) });
  },

  DeleteStackSet(call: Call<OfSet>) {
    const set = findSet(call, call.input.StackSetName);
    if (!set || set.Status === "DELETED") return {};
    checkIdle(call, set);
    if (instancesIn(call, set).length > 0)
      throw new AwsFault("StackSetNotEmptyException", "StackSet is not empty", 409);
    setsOf(call).put(set.StackSetId, { ...set, Status: "DELETED" });
    return {};
  },
};

function checkModel(call: Call<SetInput>, model: StackSet["PermissionModel"], callAs: CallAs): void {
  const { AutoDeployment, AdministrationRoleARN } = call.input;
  if (model === "SERVICE_MANAGED") {
    checkTrusted(call, callAs);
    if (!AutoDeployment)
      throw new AwsFault("ValidationError", "AutoDeployment must be specified for SERVICE_MANAGED StackSets");
    return;
  }
  if (AutoDeployment)
    throw new AwsFault(
      "ValidationError",
      "AutoDeployment can only be specified for SERVICE_MANAGED StackSets",
    );
  if (AdministrationRoleARN === undefined) return;
  call.authorize?.({
    action: "iam:PassRole",
    resource: AdministrationRoleARN,
    context: { "iam:PassedToService": "cloudformation.amazonaws.com" },
  });
}

function modelOf({ world, accountId, input }: Call<SetInput>, model: StackSet["PermissionModel"]) {
  if (model === "SERVICE_MANAGED") return { AutoDeployment: input.AutoDeployment ?? {} };
  const standard = `arn:${world.partition}:iam::${accountId}:role/${defaultAdministrationRole}`;
  return {
    AdministrationRoleARN: input.AdministrationRoleARN ?? standard,
    ExecutionRoleName: input.ExecutionRoleName ?? defaultExecutionRole,
  };
}

function check(text: string, parameters: GivenParameter[], capabilities: string[]): void {
  const template = checkedTemplate(text);
  parameterValues(template, parameters);
  checkCapabilities(template, capabilities);
}

export function preferencesOf(input: { OperationPreferences?: Preferences; OperationId?: string }) {
  const { OperationPreferences = {}, OperationId } = input;
  return { preferences: OperationPreferences, operationId: OperationId };
}
