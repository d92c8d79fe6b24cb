// Stacks made, changed and deleted: by a caller, a change set or a stack set, each with its own permissions.
import { randomUUID } from "node:crypto";
import { AwsFault, type Call } from "../../operation.ts";
import type { Tag } from "../../shapes.ts";
import { checkCapabilities, checkedTemplate } from "./check-template.ts";
import { deploy, type Failure, removeAll } from "./deploy.ts";
import { type GivenParameter, type ParameterValues, parameterValues } from "./parameters.ts";
import { named } from "./read.ts";
import { type Stack, setStatus, stacksOf } from "./stack.ts";
import type { Template } from "./template.ts";
import { spread } from "./timeline.ts";

export interface NewStack {
  name: string;
  templateBody: string;
  parameters: GivenParameter[];
  capabilities: string[];
  tags: Tag[];
  roleArn?: string | undefined;
  /** What becomes of a stack that could not be made. */
  onFailure: "ROLLBACK" | "DO_NOTHING" | "DELETE";
  isProtected?: boolean | undefined;
}

export type Changes = Partial<Pick<NewStack, "templateBody" | "tags" | "capabilities" | "roleArn">> & {
  parameters: GivenParameter[];
};

/** A stack whose template and parameters are good, with nothing made yet. */
export function prepared(call: Call, wish: NewStack, status: string): { stack: Stack; template: Template } {
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(wish.name)) {
    throw new AwsFault(
      "ValidationError",
      `1 validation error detected: Value '${wish.name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  }
  const template = checkedTemplate(wish.templateBody);
  const parameters = parameterValues(template, wish.parameters);
  checkCapabilities(template, wish.capabilities);
  if (named(call, wish.name))
    throw new AwsFault("AlreadyExistsException", `Stack [${wish.name}] already exists`);
  const stack: Stack = {
    StackId: stackArn(call, wish.name, randomUUID()),
    StackName: wish.name,
    ...(template.description === undefined ? {} : { Description: template.description }),
    StackStatus: status,
    CreationTime: call.now.toISOString(),
    Capabilities: wish.capabilities,
    Tags: wish.tags,
    ...(wish.roleArn === undefined ? {} : { RoleARN: wish.roleArn }),
    ...(wish.isProtected ? { isProtected: true } : {}),
    templateBody: wish.templateBody,
    parameters,
    resources: [],
    outputs: [],
    events: [],
  };
  return { stack, template };
}

export function createStack(call: Call, wish: NewStack): Stack {
  const { stack, template } = prepared(call, wish, "CREATE_IN_PROGRESS");
  return firstDeploy(call, stack, template, wish.onFailure);
}

/** Makes what a new stack wants; `stack` is changed and kept. */
export function firstDeploy(
  call: Call,
  stack: Stack,
  template: Template,
  onFailure: NewStack["onFailure"],
): Stack {
  const first = stack.events.length;
  setStatus(call, stack, "CREATE_IN_PROGRESS", "User Initiated");
  const isKept = onFailure === "DO_NOTHING";
  const failure = deploy(call, stack, { template, parameters: stack.parameters }, !isKept);
  if (failure === undefined) setStatus(call, stack, "CREATE_COMPLETE");
  else if (isKept) setStatus(call, stack, "CREATE_FAILED", failure.reason);
  else rolledBack(call, stack, "ROLLBACK", failure);
  if (failure && onFailure === "DELETE") {
    setStatus(call, stack, "DELETE_IN_PROGRESS");
    setStatus(call, stack, "DELETE_COMPLETE");
  }
  spread(call, stack, first);
  stacksOf(call).put(stack.StackId, stack);
  return stack;
}

export interface Planned {
  templateBody: string;
  template: Template;
  parameters: ParameterValues;
  tags: Tag[];
}

/** What an update would bring; refuses one that would change nothing. */
export function planned(kept: Stack, { templateBody = kept.templateBody, ...changes }: Changes): Planned {
  const template = checkedTemplate(templateBody);
  const parameters = parameterValues(template, changes.parameters, kept.parameters);
  checkCapabilities(template, changes.capabilities ?? []);
  const tags = changes.tags ?? kept.Tags;
  const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  if (templateBody === kept.templateBody && isSame(parameters, kept.parameters) && isSame(tags, kept.Tags)) {
    throw new AwsFault("ValidationError", "No updates are to be performed.");
  }
  return { templateBody, template, parameters, tags };
}

export function checkUpdatable({ StackId, StackStatus }: Stack): void {
  if (/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(StackStatus)) return;
  throw new AwsFault(
    "ValidationError",
    `Stack:${StackId} is in ${StackStatus} state and can not be updated.`,
  );
}

export function updateStack(call: Call, kept: Stack, changes: Changes): Stack {
  const { templateBody, template, parameters, tags } = planned(kept, changes);
  const stack = structuredClone(kept);
  const first = stack.events.length;
  stack.LastUpdatedTime = call.now.toISOString();
  if (changes.roleArn !== undefined) stack.RoleARN = changes.roleArn;
  setStatus(call, stack, "UPDATE_IN_PROGRESS", "User Initiated");
  const failure = deploy(call, stack, { template, parameters }, true);
  if (failure === undefined) {
    Object.assign(stack, {
      templateBody,
      parameters,
      Tags: tags,
      Capabilities: changes.capabilities ?? [],
    });
    if (template.description !== undefined) stack.Description = template.description;
    setStatus(call, stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
    setStatus(call, stack, "UPDATE_COMPLETE");
  } else {
    rolledBack(call, stack, "UPDATE_ROLLBACK", failure);
  }
  spread(call, stack, first);
  stacksOf(call).put(stack.StackId, stack);
  return stack;
}

export function deleteStack(call: Call, kept: Stack): Stack {
  const stack = structuredClone(kept);
  const first = stack.events.length;
  setStatus(call, stack, "DELETE_IN_PROGRESS", "User Initiated");
  const reason = removeAll(call, stack, stack.resources.toReversed());
  if (reason === undefined) {
    stack.DeletionTime = call.now.toISOString();
    setStatus(call, stack, "DELETE_COMPLETE");
  } else {
    setStatus(call, stack, "DELETE_FAILED", reason);
  }
  spread(call, stack, first);
  stacksOf(call).put(stack.StackId, stack);
  return stack;
}

function rolledBack(call: Call, stack: Stack, word: "ROLLBACK" | "UPDATE_ROLLBACK", failure: Failure): void {
  setStatus(call, stack, `${word}_IN_PROGRESS`, `${failure.reason} Rollback requested by user.`);
  const isUndone = failure.undoReason === undefined;
  setStatus(call, stack, isUndone ? `${word}_COMPLETE` : `${word}_FAILED`, failure.undoReason);
}

export function stackArn({ world, region, accountId }: Call, name: string, id: string): string {
  return name.startsWith("arn:")
    ? name
    : `arn:${world.partition}:cloudformation:${region}:${accountId}:stack/${name}/${id}`;
}
