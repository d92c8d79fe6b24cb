// AWS Organizations. Global: it answers in us-east-1, whatever region signs.
import type { Call, Operation, ServiceDefinition } from "../operation.ts";
import { lifecycleOperations } from "./organizations/account-lifecycle.ts";
import { accountOperations } from "./organizations/accounts.ts";
import { delegationOperations } from "./organizations/delegation.ts";
import { handshakeOperations } from "./organizations/handshakes.ts";
import { organizationOperations } from "./organizations/lifecycle.ts";
import { organizationsPermissions } from "./organizations/permissions.ts";
import { policyOperations } from "./organizations/policies.ts";
import { policyTypeOperations } from "./organizations/policy-types.ts";
import { unitOperations } from "./organizations/units.ts";

const operations: Record<string, Operation> = {
  ...organizationOperations,
  ...accountOperations,
  ...lifecycleOperations,
  ...handshakeOperations,
  ...unitOperations,
  ...policyOperations,
  ...policyTypeOperations,
  ...delegationOperations,
};

export const organizations: ServiceDefinition = {
  client: "organizations",
  // Who may call one depends on its name: the organization's resource policy speaks of actions.
  operations: Object.fromEntries(
    Object.entries(operations).map(([operation, run]) => [
      operation,
      (call: Call) => run({ ...call, operation } as Call),
    ]),
  ),
  permissions: Object.fromEntries(
    Object.keys(operations).map((operation) => [operation, organizationsPermissions(operation)]),
  ),
};
