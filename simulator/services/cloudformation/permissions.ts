// What each operation of CloudFormation needs: the action of its name, on the stack or stack set it names.
import type { Call, NeededPermission } from "../../operation.ts";
import { named } from "./read.ts";
import { stackArn } from "./stack-changes.ts";
import { findSet, setArn } from "./stack-set.ts";

interface AnyInput {
  StackName?: string;
  StackSetName?: string;
  RoleARN?: string;
  ChangeSetName?: string;
  CallAs?: "SELF" | "DELEGATED_ADMIN";
}

/** Named otherwise than their operation, or checked on everything. */
const onEverything =
  /^(List(Stacks|StackSets|Exports)|ValidateTemplate|DescribeStackDriftDetectionStatus|.*OrganizationsAccess)$/;

export function cloudformationPermissions(operation: string) {
  return (call: Call<AnyInput>): NeededPermission[] => {
    const { StackName, StackSetName, RoleARN, ChangeSetName } = call.input;
    const context: Record<string, string> = {};
    if (RoleARN) context["cloudformation:RoleArn"] = RoleARN;
    if (ChangeSetName) context["cloudformation:ChangeSetName"] = ChangeSetName;
    const action = `cloudformation:${operation}`;
    if (onEverything.test(operation)) return [{ action, resource: "*", context }];
    if (StackSetName !== undefined) {
      const set = findSet(call, StackSetName);
      return [{ action, resource: set ? set.StackSetARN : setArn(call, `${StackSetName}:*`), context }];
    }
    if (StackName === undefined) return [{ action, resource: "*", context }];
    const resource = named(call, StackName)?.StackId ?? stackArn(call, StackName, "*");
    return [{ action, resource, context }];
  };
}
