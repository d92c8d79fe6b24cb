// The decision on one permission of one request: gathers the caller's layers, the resource's policy, the resource
// control policies above its account and the request's context, and asks authorize.ts.
import { authorize, type Decision } from "./authorize.ts";
import { contextOf, type RequestFacts } from "./context.ts";
import type { Identity } from "./identity.ts";
import { layersOf } from "./layers.ts";
import type { NeededPermission, ResourcePolicy } from "./operation.ts";
import { resourceVerdict } from "./policy/principal.ts";
import { resourceControlOn } from "./resource-control.ts";
import type { World } from "./world.ts";

export function decisionOn(
  world: World,
  identity: Identity,
  facts: RequestFacts,
  permission: NeededPermission,
  policy: ResourcePolicy | undefined,
): Decision {
  const { principal } = identity;
  const { action, resource } = permission;
  const ownerId = policy?.accountId ?? accountOf(resource) ?? principal.accountId;
  const context = contextOf(world, identity, facts, permission, ownerId);
  const resourceControl = resourceControlOn(world, ownerId, { action, resource, principal });
  const asked = { action, resource, context, resourceControl };
  const layers = layersOf(world, identity);
  const verdict = policy && resourceVerdict(policy, principal, asked, layers.boundary !== undefined);
  return authorize(layers, asked, verdict);
}

/** The account in an ARN; a bucket's has none. */
function accountOf(arn: string): string | undefined {
  const field = arn.split(":")[4];
  return field && /^\d{12}$/.test(field) ? field : undefined;
}
