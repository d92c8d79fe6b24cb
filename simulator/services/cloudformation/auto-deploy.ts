// Service-managed stack sets follow their organization: an account that comes below one of their OUs gets
// instances, one that leaves loses them.
import type { Call } from "../../operation.ts";
import { chainOf, isServiceAccessEnabled, organizationOf } from "../../organization.ts";
import { regionsOf } from "../../regions.ts";
import type { Target } from "./instance-change.ts";
import { runOperation } from "./instance-run.ts";
import { unitOf } from "./stack-instances.ts";
import { instancesIn, type StackSet, setsOf } from "./stack-set.ts";
import { stackSetsPrincipal } from "./trusted-access.ts";

/** To be called when an account has joined, moved or left. */
export function followAccount(call: Call, accountId: string): void {
  const { world } = call;
  if (!isServiceAccessEnabled(world, stackSetsPrincipal)) return;
  for (const { RegionName: region } of regionsOf(world, world.managementAccountId)) {
    const there: Call = { ...call, accountId: world.managementAccountId, region, input: {} };
    for (const set of setsOf(there).list()) {
      if (set.Status === "ACTIVE" && set.AutoDeployment?.Enabled) follow(there, set, accountId);
    }
  }
}

function follow(call: Call, set: StackSet, accountId: string): void {
  const view = organizationOf(call.world);
  const chain = (view?.accounts.get(accountId) && chainOf(view, accountId)) ?? [];
  const wanted = new Set(
    set.targets.filter(({ unitId }) => chain.includes(unitId)).flatMap(({ regions }) => regions),
  );
  const present = instancesIn(call, set).filter(({ Account }) => Account === accountId);
  const gone = present.filter(({ Region }) => !wanted.has(Region));
  const missing: Target[] = [...wanted]
    .filter((region) => !present.some(({ Region }) => Region === region))
    .map((Region) => ({
      Account: accountId,
      Region,
      ...(view ? { OrganizationalUnitId: unitOf(view, accountId) } : {}),
    }));
  const shared = { preferences: {}, operationId: undefined };
  const retainsStacks = set.AutoDeployment?.RetainStacksOnAccountRemoval ?? false;
  if (gone.length > 0)
    runOperation(call, set, { action: "DELETE", instances: gone, retainsStacks, ...shared });
  if (missing.length > 0 && accountId !== call.world.managementAccountId)
    runOperation(call, set, { action: "CREATE", instances: missing, ...shared });
}
