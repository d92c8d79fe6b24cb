// AWS Organizations. Global: it answers in us-east-1, whatever region signs.
import type { Call, Operation, ServiceDefinition } from "../operation.ts";
import { lifecycleOperations } from "./organizations/account-lifecycle.ts";
import { accountOperations } from "./organizations/accounts.ts";
import { delegationOperations } from "./organizations/delegation.ts";
import { handshakeOperations } from "./organizations/handshakes.ts";
import { organizationOperations } from "./organizations/lifecycle.ts";
import type { OrganizationsCall } from "./organizations/membership.ts";
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
  // Who may call one depends on what it needs: the organization's resource policy speaks of that.
  operations: Object.fromEntries(
    Object.entries(operations).map(([operation, run]) => {
      const permissions = organizationsPermissions(operation);
      const runFor = (call: Call<object>) => {
        const acting: OrganizationsCall = { ...call, needed: () => permissions(call) };
        return run(acting);
      };
      return [operation, runFor];
    }),
  ),
  permissions: Object.fromEntries(
    Object.keys(operations).map((operation) => [operation, organizationsPermissions(operation)]),
  ),
};
