// CloudFormation stacks: made, changed and deleted within the call that asks for it, so the status that a client
// polls for is there at once.
import { randomUUID } from "node:crypto";
import {
  AwsFault,
  type Call,
  type NeededPermission,
  type Operation,
  type ServiceDefinition,
} from "../operation.ts";
import type { Tag } from "../shapes.ts";
import {
  checkCapabilities,
  checkedTemplate,
  type TemplateInput,
  templateText,
} from "./cloudformation/check-template.ts";
import { deploy, type Failure, removeAll } from "./cloudformation/deploy.ts";
import { type GivenParameter, parameterValues } from "./cloudformation/parameters.ts";
import { named, needStack, type OfStack, readOperations } from "./cloudformation/read.ts";
import { type Stack, setStatus, stacksOf } from "./cloudformation/stack.ts";

interface StackInput extends TemplateInput {
  StackName: string;
  Parameters?: GivenParameter[];
  Capabilities?: string[];
  Tags?: Tag[];
  RoleARN?: string;
}

const changes = {
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
};

const operations: Record<string, Operation> = { ...changes, ...readOperations };

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
