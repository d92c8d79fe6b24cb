// Runs one operation for a caller who is known: asks permission for what it needs, calls the service, writes the answer.
import type { RequestFacts } from "./context.ts";
import { decisionOn } from "./decision.ts";
import { denied, fault } from "./faults.ts";
import type { Identity } from "./identity.ts";
import type { Call, NeededPermission, ServiceDefinition } from "./operation.ts";
import { actionOf } from "./policy/actions.ts";
import type { Api, ApiOperation } from "./wire/api.ts";
import { type WireResponse, writeOutput } from "./wire/response.ts";

export async function perform(
  api: Api,
  operation: ApiOperation,
  service: ServiceDefinition | undefined,
  identity: Identity,
  facts: RequestFacts,
  toCall: Omit<Call, "authorize">,
): Promise<WireResponse> {
  const call: Call = {
    ...toCall,
    authorize: (permission) => check(api, service, identity, facts, call, permission),
  };
  const action = actionOf(api, operation, service?.iamPrefix);
  const needed = service?.permissions?.[operation.name]?.(call) ?? [{ action, resource: "*" }];
  for (const permission of needed) check(api, service, identity, facts, call, permission);
  const implemented = service?.operations[operation.name];
  if (!implemented && !operation.isRead) {
    throw fault(
      api,
      "notImplemented",
      `The simulator does not implement ${api.serviceId} ${operation.name}.`,
    );
  }
  const output = implemented ? await implemented(call) : emptyOutput(operation);
  return writeOutput(api, operation, output, call.requestId);
}

function check(
  api: Api,
  service: ServiceDefinition | undefined,
  identity: Identity,
  facts: RequestFacts,
  call: Call,
  permission: NeededPermission,
): void {
  const policy = service?.resourcePolicy?.(call, permission);
  const decision = decisionOn(call.world, identity, facts, permission, policy);
  if (!decision.allowed) throw denied(api, identity.principal, permission, decision);
}

/** Lists and maps that the caller may read without a look: nothing there. */
function emptyOutput({ output }: ApiOperation): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const { name, shape } of output.members) {
    if (shape.kind === "list") value[name] = [];
    if (shape.kind === "map") value[name] = {};
  }
  return value;
}
