// What connecting would mean day by day: calls, by the chosen strategy and what is known of the tenant's
// accounts, and what their monitoring will see.
import { readStrategies } from "#store/harvest-plan.ts";
import { resourcesPerCloud } from "#store/resource-averages.ts";
import { allowListText, type MonitoringFacts } from "./allow-list.ts";
import { type Estimate, type EstimateFacts, estimateCalls } from "./estimate.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";
import { type RoleName, roleModel } from "./templates/role-model.ts";

export interface Outlook {
  estimate: Estimate;
  /** For the accounts' monitoring, to copy. */
  allowList: string;
}

export interface OutlookFacts {
  strategyIds: string[];
  calls: Omit<EstimateFacts, "types" | "strategies" | "resourcesPerAccount">;
  monitoring: Omit<MonitoringFacts, "actions" | "userAgent">;
  roles: RoleName[];
}

export async function outlookOf(
  parts: OnboardingParts,
  tenantId: string,
  { strategyIds, calls, monitoring, roles }: OutlookFacts,
): Promise<Outlook> {
  const { store, resourceTypes, harvestActions, userAgent } = parts;
  const [strategies, resourcesPerAccount] = await store.withTenant(
    tenantId,
    async (tx) => [await readStrategies(tx, strategyIds), await resourcesPerCloud(tx)] as const,
  );
  const models = roles.map((name) => roleModel(name, harvestActions));
  // The first variant lists every action by itself.
  const statements = models.flatMap(({ variants }) => variants[0]?.policies ?? []);
  const actions = statements.flatMap((policy) => policy.statements.flatMap(({ Action }) => Action));
  return {
    estimate: estimateCalls({ ...calls, types: resourceTypes.values(), strategies, resourcesPerAccount }),
    allowList: allowListText({ ...monitoring, userAgent, actions: [...new Set(actions)] }),
  };
}
