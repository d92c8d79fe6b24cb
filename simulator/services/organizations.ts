// AWS Organizations. Global: it answers in us-east-1, whatever region signs.
import type { ServiceDefinition } from "../operation.ts";
import { accountOperations } from "./organizations/accounts.ts";
import { policyOperations } from "./organizations/policies.ts";
import { unitOperations } from "./organizations/units.ts";

export const organizations: ServiceDefinition = {
  client: "organizations",
  operations: { ...accountOperations, ...unitOperations, ...policyOperations },
};
