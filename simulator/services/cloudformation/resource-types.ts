// The resource types that stacks can make.
import { iamTypes } from "./iam-types.ts";
import { messagingTypes } from "./messaging-types.ts";
import type { ResourceType } from "./resource-type.ts";
import { stackSetType } from "./stack-set-type.ts";

export const resourceTypes: Record<string, ResourceType> = {
  ...iamTypes,
  ...messagingTypes,
  "AWS::CloudFormation::StackSet": stackSetType,
};
