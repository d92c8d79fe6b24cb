// IAM. Global: one state per account, whatever region signs.
import type { ServiceDefinition } from "../operation.ts";
import { accountOperations } from "./iam/account.ts";
import { attachmentOperations } from "./iam/attachments.ts";
import { groupOperations } from "./iam/groups.ts";
import { managedPolicyOperations } from "./iam/managed-policies.ts";
import { iamPermissions } from "./iam/permissions.ts";
import { roleOperations } from "./iam/roles.ts";
import { simulateOperations } from "./iam/simulate.ts";
import { userOperations } from "./iam/users.ts";

const operations = {
  ...userOperations,
  ...groupOperations,
  ...roleOperations,
  ...managedPolicyOperations,
  ...attachmentOperations,
  ...accountOperations,
  ...simulateOperations,
};

export const iam: ServiceDefinition = {
  client: "iam",
  operations,
  permissions: Object.fromEntries(
    Object.keys(operations).map((operation) => [operation, iamPermissions(operation)]),
  ),
};
