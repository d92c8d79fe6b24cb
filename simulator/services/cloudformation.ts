// CloudFormation stacks: made, changed and deleted within the call that asks for it, so the status that a client
// polls for is there at once.
import { randomUUID } from "node:crypto";
import { AwsFault, type Call, type NeededPermission, type ServiceDefinition } from "../operation.ts";
import { page } from "../paging.ts";
import type { Tag } from "../shapes.ts";
import {
  checkCapabilities,
  checkedTemplate,
  neededCapability,
  type TemplateInput,
  templateText,
} from "./cloudformation/check-template.ts";
import { deploy, type Failure, removeAll } from "./cloudformation/deploy.ts";
import { declaredOf, type GivenParameter, isNoEcho, parameterValues } from "./cloudformation/parameters.ts";
import { type Stack, type StackResource, setStatus, stackAnswer, stacksOf } from "./cloudformation/stack.ts";
import type { Template } from "./cloudformation/template.ts";

interface StackInput extends TemplateInput {
  StackName: string;
  Parameters?: GivenParameter[];
  Capabilities?: string[];
  Tags?: Tag[];
  RoleARN?: string;
}

interface OfStack {
  StackName: string;
  NextToken?: string;
}

const pageSize = 100;

const operations = {
  CreateStack(call: Call<StackInput & { OnFailure?: string; DisableRollback?: boolean }>) {
    const { input } = call;
    refuseRole(input);
    if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(input.StackName)) {
      throw new AwsFault(
        "ValidationError",
        `1 validation error detected: Value '${input.StackName}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    }
    const templateBody = templateText(input);
    const template = checkedTemplate(templateBody);
    const parameters = parameterValues(template, input.Parameters ?? []);
    checkCapabilities(template, input.Capabilities ?? []);
    if (named(call, input.StackName))
      throw new AwsFault("AlreadyExistsException", `Stack [${input.StackName}] already exists`);
    const stack: Stack = {
      StackId: stackArn(call, input.StackName, randomUUID()),
      StackName: input.StackName,
      ...(template.description === undefined ? {} : { Description: template.description }),
      StackStatus: "CREATE_IN_PROGRESS",
      CreationTime: call.now.toISOString(),
      Capabilities: input.Capabilities ?? [],
      Tags: input.Tags ?? [],
      templateBody,
      parameters,
      resources: [],
      outputs: [],
      events: [],
    };
    setStatus(call, stack, "CREATE_IN_PROGRESS", "User Initiated");
    const isKept = input.DisableRollback === true || input.OnFailure === "DO_NOTHING";
    const failure = deploy(call, stack, { template, parameters }, !isKept);
    if (failure === undefined) setStatus(call, stack, "CREATE_COMPLETE");
    else if (isKept) setStatus(call, stack, "CREATE_FAILED", failure.reason);
    else rolledBack(call, stack, "ROLLBACK", failure);
    if (failure && !isKept && input.OnFailure === "DELETE") setStatus(call, stack, "DELETE_COMPLETE");
    stacksOf(call).put(stack.StackId, stack);
    return { StackId: stack.StackId };
  },

  UpdateStack(call: Call<StackInput & { UsePreviousTemplate?: boolean }>) {
    const { input } = call;
    refuseRole(input);
    const kept = needStack(call, input.StackName);
    if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(kept.StackStatus)) {
      throw new AwsFault(
        "ValidationError",
        `Stack:${kept.StackId} is in ${kept.StackStatus} state and can not be updated.`,
      );
    }
    const templateBody = input.UsePreviousTemplate ? kept.templateBody : templateText(input);
    const template = checkedTemplate(templateBody);
    const parameters = parameterValues(template, input.Parameters ?? [], kept.parameters);
    checkCapabilities(template, input.Capabilities ?? []);
    const Tags = input.Tags ?? kept.Tags;
    const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
    if (
      templateBody === kept.templateBody &&
      isSame(parameters, kept.parameters) &&
      isSame(Tags, kept.Tags)
    ) {
      throw new AwsFault("ValidationError", "No updates are to be performed.");
    }
    const stack = structuredClone(kept);
    stack.LastUpdatedTime = call.now.toISOString();
    setStatus(call, stack, "UPDATE_IN_PROGRESS", "User Initiated");
    const failure = deploy(call, stack, { template, parameters }, true);
    if (failure === undefined) {
      Object.assign(stack, { templateBody, parameters, Tags, Capabilities: input.Capabilities ?? [] });
      if (template.description !== undefined) stack.Description = template.description;
      setStatus(call, stack, "UPDATE_COMPLETE");
    } else {
      rolledBack(call, stack, "UPDATE_ROLLBACK", failure);
    }
    stacksOf(call).put(stack.StackId, stack);
    return { StackId: stack.StackId };
  },

  DeleteStack(call: Call<StackInput>) {
    refuseRole(call.input);
    const kept = named(call, call.input.StackName);
    if (!kept || kept.StackStatus === "DELETE_COMPLETE") return;
    const stack = structuredClone(kept);
    setStatus(call, stack, "DELETE_IN_PROGRESS", "User Initiated");
    const reason = removeAll(call, stack, stack.resources.toReversed());
    if (reason === undefined) {
      stack.DeletionTime = call.now.toISOString();
      setStatus(call, stack, "DELETE_COMPLETE");
    } else {
      setStatus(call, stack, "DELETE_FAILED", reason);
    }
    stacksOf(call).put(stack.StackId, stack);
  },

  DescribeStacks(call: Call<Partial<OfStack>>) {
    const { StackName, NextToken } = call.input;
    if (StackName !== undefined) return { Stacks: [stackAnswer(needStack(call, StackName))] };
    const { items, next } = page(present(call), pageSize, NextToken, "ValidationError");
    return { Stacks: items.map(stackAnswer), NextToken: next };
  },

  ListStacks(call: Call<{ NextToken?: string; StackStatusFilter?: string[] }>) {
    const { NextToken, StackStatusFilter } = call.input;
    const all = stacksOf(call)
      .list()
      .filter(({ StackStatus }) => !StackStatusFilter?.length || StackStatusFilter.includes(StackStatus));
    const { items, next } = page(all.reverse(), pageSize, NextToken, "ValidationError");
    const StackSummaries = items.map(
      ({
        StackId,
        StackName,
        StackStatus,
        StackStatusReason,
        CreationTime,
        LastUpdatedTime,
        DeletionTime,
        Description,
      }) => ({
        StackId,
        StackName,
        TemplateDescription: Description,
        CreationTime,
        LastUpdatedTime,
        DeletionTime,
        StackStatus,
        StackStatusReason,
        DriftInformation: { StackDriftStatus: "NOT_CHECKED" },
      }),
    );
    return { StackSummaries, NextToken: next };
  },

  DescribeStackEvents(call: Call<OfStack>) {
    const { StackId, StackName, events } = needStack(call, call.input.StackName);
    const { items, next } = page(events.toReversed(), pageSize, call.input.NextToken, "ValidationError");
    return { StackEvents: items.map((event) => ({ StackId, StackName, ...event })), NextToken: next };
  },

  DescribeStackResources(call: Call<Partial<OfStack> & { LogicalResourceId?: string }>) {
    const stack = needStack(call, call.input.StackName ?? "");
    const { LogicalResourceId } = call.input;
    const found = stack.resources.filter(
      ({ logicalId }) => LogicalResourceId === undefined || logicalId === LogicalResourceId,
    );
    return {
      StackResources: found.map((resource) => ({
        StackName: stack.StackName,
        StackId: stack.StackId,
        ...resourceAnswer(resource),
        Timestamp: resource.changedAt,
      })),
    };
  },

  ListStackResources(call: Call<OfStack>) {
    const { resources } = needStack(call, call.input.StackName);
    const { items, next } = page(resources, pageSize, call.input.NextToken, "ValidationError");
    const StackResourceSummaries = items.map((resource) => ({
      ...resourceAnswer(resource),
      LastUpdatedTimestamp: resource.changedAt,
    }));
    return { StackResourceSummaries, NextToken: next };
  },

  GetTemplate(call: Call<{ StackName: string }>) {
    return {
      TemplateBody: needStack(call, call.input.StackName).templateBody,
      StagesAvailable: ["Original", "Processed"],
    };
  },

  ValidateTemplate(call: Call<TemplateInput>) {
    const template = checkedTemplate(templateText(call.input));
    return {
      Description: template.description,
      Parameters: parametersAnswer(template).map(({ ParameterType: _, ...shown }) => shown),
      ...capabilitiesAnswer(template),
    };
  },

  GetTemplateSummary(call: Call<TemplateInput & Partial<OfStack>>) {
    const { StackName } = call.input;
    const text = StackName === undefined ? templateText(call.input) : needStack(call, StackName).templateBody;
    const template = checkedTemplate(text);
    return {
      Description: template.description,
      Parameters: parametersAnswer(template),
      ResourceTypes: [...new Set(Object.values(template.resources).map(({ type }) => type))],
      ...capabilitiesAnswer(template),
    };
  },
};

export const cloudformation: ServiceDefinition = {
  client: "cloudformation",
  operations,
  permissions: Object.fromEntries(Object.keys(operations).map((operation) => [operation, needed(operation)])),
};

function needed(operation: string) {
  return (call: Call<Partial<OfStack>>): NeededPermission[] => {
    const { StackName } = call.input;
    const existing = StackName === undefined ? undefined : named(call, StackName);
    const resource = StackName === undefined ? "*" : (existing?.StackId ?? stackArn(call, StackName, "*"));
    return [{ action: `cloudformation:${operation}`, resource }];
  };
}

function rolledBack(call: Call, stack: Stack, word: "ROLLBACK" | "UPDATE_ROLLBACK", failure: Failure): void {
  setStatus(call, stack, `${word}_IN_PROGRESS`, `${failure.reason} Rollback requested by user.`);
  const isUndone = failure.undoReason === undefined;
  setStatus(call, stack, isUndone ? `${word}_COMPLETE` : `${word}_FAILED`, failure.undoReason);
}

function refuseRole({ RoleARN }: StackInput): void {
  if (RoleARN !== undefined)
    throw new AwsFault(
      "NotImplemented",
      "The simulator makes stacks with the caller's permissions only.",
      501,
    );
}

function stackArn({ world, region, accountId }: Call, name: string, id: string): string {
  return name.startsWith("arn:")
    ? name
    : `arn:${world.partition}:cloudformation:${region}:${accountId}:stack/${name}/${id}`;
}

function present(call: Call): Stack[] {
  return stacksOf(call)
    .list()
    .filter(({ StackStatus }) => StackStatus !== "DELETE_COMPLETE");
}

/** By name the stack that is there, by id also one that is deleted. */
function named(call: Call, nameOrId: string): Stack | undefined {
  return stacksOf(call).get(nameOrId) ?? present(call).find(({ StackName }) => StackName === nameOrId);
}

function needStack(call: Call, nameOrId: string): Stack {
  const stack = named(call, nameOrId);
  if (!stack) throw new AwsFault("ValidationError", `Stack with id ${nameOrId} does not exist`);
  return stack;
}

function resourceAnswer({ logicalId, physicalId, type, status }: StackResource) {
  return {
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    ResourceStatus: status,
    DriftInformation: { StackResourceDriftStatus: "NOT_CHECKED" },
  };
}

function parametersAnswer(template: Template) {
  return Object.keys(template.parameters).map((ParameterKey) => {
    const { Default, Type } = declaredOf(template, ParameterKey);
    return {
      ParameterKey,
      ParameterType: Type,
      NoEcho: isNoEcho(template, ParameterKey),
      ...(Default === undefined ? {} : { DefaultValue: String(Default) }),
    };
  });
}

function capabilitiesAnswer(template: Template) {
  const capability = neededCapability(template);
  const types = Object.values(template.resources).map(({ type }) => type);
  return {
    Capabilities: [capability],
    CapabilitiesReason: `The following resource(s) require capabilities: [${[...new Set(types)].join(", ")}]`,
  };
}
