// CloudFormation: stacks, change sets, drift and stack sets. What a call asks for is done within it and shown over
// the time that AWS takes (timeline.ts).

import { AwsFault, type Call, type Operation, type ServiceDefinition } from "../operation.ts";
import type { Tag } from "../shapes.ts";
import { checkPassed } from "./cloudformation/act-as.ts";
import { changeSetOperations } from "./cloudformation/change-sets.ts";
import { type TemplateInput, templateText } from "./cloudformation/check-template.ts";
import { driftOperations } from "./cloudformation/drift.ts";
import { advance } from "./cloudformation/paced.ts";
import type { GivenParameter } from "./cloudformation/parameters.ts";
import { cloudformationPermissions } from "./cloudformation/permissions.ts";
import { named, needStack, readOperations } from "./cloudformation/read.ts";
import { serveStacks } from "./cloudformation/resource-type.ts";
import { setOperations } from "./cloudformation/set-operations.ts";
import { stacksOf } from "./cloudformation/stack.ts";
import { checkUpdatable, createStack, deleteStack, updateStack } from "./cloudformation/stack-changes.ts";
import { stackInstanceOperations } from "./cloudformation/stack-instances.ts";
import { acting } from "./cloudformation/stack-role.ts";
import { stackSetOperations } from "./cloudformation/stack-sets.ts";
import { trustedAccessOperations } from "./cloudformation/trusted-access.ts";

interface StackInput extends TemplateInput {
  StackName: string;
  Parameters?: GivenParameter[];
  Capabilities?: string[];
  Tags?: Tag[];
  RoleARN?: string;
}

const changes: Record<string, Operation> = {
  CreateStack(
    call: Call<
      StackInput & {
        OnFailure?: "ROLLBACK" | "DO_NOTHING" | "DELETE";
        DisableRollback?: boolean;
        EnableTerminationProtection?: boolean;
      }
    >,
  ) {
    const { input } = call;
    if (input.RoleARN !== undefined) checkPassed(call, input.RoleARN);
    const stack = createStack(acting(call, input.RoleARN), {
      name: input.StackName,
      templateBody: templateText(input, call),
      parameters: input.Parameters ?? [],
      capabilities: input.Capabilities ?? [],
      tags: input.Tags ?? [],
      roleArn: input.RoleARN,
      onFailure: input.OnFailure ?? (input.DisableRollback ? "DO_NOTHING" : "ROLLBACK"),
      isProtected: input.EnableTerminationProtection,
    });
    return { StackId: stack.StackId };
  },

  UpdateStack(call: Call<StackInput & { UsePreviousTemplate?: boolean }>) {
    const { input } = call;
    const kept = needStack(call, input.StackName);
    if (input.RoleARN !== undefined) checkPassed(call, input.RoleARN);
    checkUpdatable(kept);
    updateStack(acting(call, input.RoleARN ?? kept.RoleARN), kept, {
      templateBody: input.UsePreviousTemplate ? kept.templateBody : templateText(input, call),
      parameters: input.Parameters ?? [],
      capabilities: input.Capabilities ?? [],
      roleArn: input.RoleARN,
      ...(input.Tags === undefined ? {} : { tags: input.Tags }),
    });
    return { StackId: kept.StackId };
  },

  DeleteStack(call: Call<StackInput>) {
    const { StackName, RoleARN } = call.input;
    const kept = named(call, StackName);
    if (!kept || kept.StackStatus === "DELETE_COMPLETE") return;
    if (RoleARN !== undefined) checkPassed(call, RoleARN);
    if (kept.isProtected) {
      throw new AwsFault(
        "ValidationError",
        `Stack [${kept.StackName}] cannot be deleted while TerminationProtection is enabled`,
      );
    }
    deleteStack(acting(call, RoleARN ?? kept.RoleARN), stacksOf(call).get(kept.StackId) ?? kept);
  },

  UpdateTerminationProtection(call: Call<{ StackName: string; EnableTerminationProtection: boolean }>) {
    const { StackId } = needStack(call, call.input.StackName);
    const kept = stacksOf(call).get(StackId);
    if (kept) stacksOf(call).put(StackId, { ...kept, isProtected: call.input.EnableTerminationProtection });
    return { StackId };
  },
};

const operations: Record<string, Operation> = {
  ...changes,
  ...readOperations,
  ...changeSetOperations,
  ...driftOperations,
  ...stackSetOperations,
  ...setOperations,
  ...stackInstanceOperations,
  ...trustedAccessOperations,
};

export const cloudformation: ServiceDefinition = {
  client: "cloudformation",
  // What is on its way has come so far when somebody looks.
  operations: Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (call: Call) => {
        advance(call.world, call.now);
        return operation(call);
      },
    ]),
  ),
  permissions: Object.fromEntries(
    Object.keys(operations).map((operation) => [operation, cloudformationPermissions(operation)]),
  ),
};

serveStacks("cloudformation", cloudformation);
