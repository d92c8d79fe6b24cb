// What can be asked of stacks and templates.
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import {
  checkedTemplate,
  isIam,
  neededCapability,
  type TemplateInput,
  templateText,
} from "./check-template.ts";
import { declaredOf, isNoEcho } from "./parameters.ts";
import { driftAnswer, type Stack, type StackResource, stackAnswer, stacksOf } from "./stack.ts";
import type { Template } from "./template.ts";
import { visible } from "./timeline.ts";

export interface OfStack {
  StackName: string;
  NextToken?: string;
}

const pageSize = 100;

export const readOperations: Record<string, Operation> = {
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
      .map((stack) => visible(call, stack))
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
        drift,
      }) => ({
        StackId,
        StackName,
        TemplateDescription: Description,
        CreationTime,
        LastUpdatedTime,
        DeletionTime,
        StackStatus,
        StackStatusReason,
        DriftInformation: driftAnswer(drift),
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

  DescribeStackResource(call: Call<OfStack & { LogicalResourceId: string }>) {
    const { StackId, StackName, resources } = needStack(call, call.input.StackName);
    const { LogicalResourceId } = call.input;
    const found = resources.find(({ logicalId }) => logicalId === LogicalResourceId);
    if (!found) {
      throw new AwsFault(
        "ValidationError",
        `Resource ${LogicalResourceId} does not exist for stack ${StackName}`,
      );
    }
    const LastUpdatedTimestamp = found.changedAt;
    return { StackResourceDetail: { StackId, StackName, ...resourceAnswer(found), LastUpdatedTimestamp } };
  },

  ListExports(call: Call<{ NextToken?: string }>) {
    const all = present(call).flatMap(({ StackId, outputs }) =>
      outputs.flatMap(({ ExportName, OutputValue }) =>
        ExportName === undefined ? [] : [{ ExportingStackId: StackId, Name: ExportName, Value: OutputValue }],
      ),
    );
    const { items, next } = page(all, pageSize, call.input.NextToken, "ValidationError");
    return { Exports: items, NextToken: next };
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
    const template = checkedTemplate(templateText(call.input, call));
    return {
      Description: template.description,
      Parameters: parametersAnswer(template).map(({ ParameterType: _, ...shown }) => shown),
      ...capabilitiesAnswer(template),
    };
  },

  GetTemplateSummary(call: Call<TemplateInput & Partial<OfStack>>) {
    const { StackName } = call.input;
    const text =
      StackName === undefined ? templateText(call.input, call) : needStack(call, StackName).templateBody;
    const template = checkedTemplate(text);
    return {
      Description: template.description,
      Parameters: parametersAnswer(template),
      ResourceTypes: [...new Set(Object.values(template.resources).map(({ type }) => type))],
      ...capabilitiesAnswer(template),
    };
  },
};

function present(call: Call): Stack[] {
  return stacksOf(call)
    .list()
    .map((stack) => visible(call, stack))
    .filter(({ StackStatus }) => StackStatus !== "DELETE_COMPLETE");
}

/** By name the stack that is there, by id also one that is deleted. */
export function named(call: Call, nameOrId: string): Stack | undefined {
  const byId = stacksOf(call).get(nameOrId);
  return byId ? visible(call, byId) : present(call).find(({ StackName }) => StackName === nameOrId);
}

export function needStack(call: Call, nameOrId: string): Stack {
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
  if (capability === undefined) return { Capabilities: [] };
  const types = Object.values(template.resources)
    .map(({ type }) => type)
    .filter(isIam);
  return {
    Capabilities: [capability],
    CapabilitiesReason: `The following resource(s) require capabilities: [${[...new Set(types)].join(", ")}]`,
  };
}
