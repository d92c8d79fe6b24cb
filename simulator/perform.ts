// Runs one operation for a caller who is known: asks permission for what it needs, calls the service, writes the answer.
import type { RequestFacts } from "./context.ts";
import { decisionOn } from "./decision.ts";
import { noteKeyUse } from "./events/key-uses.ts";
import { eventKindOf } from "./events/names.ts";
import { noteCall } from "./events/record.ts";
import { eventsOf } from "./events/state.ts";
import { denied, fault } from "./faults.ts";
import type { Identity } from "./identity.ts";
import type { Call, NeededPermission, ServiceDefinition } from "./operation.ts";
import { actionOf } from "./policy/actions.ts";
import { sealedMessage } from "./policy/authorization-message.ts";
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
  const kind = eventKindOf(api, operation);
  const showsReads = eventsOf(call.world).settings().reads;
  if (showsReads) noteKeyUse(call, api);
  if (kind === "none" || (kind === "read" && !showsReads))
    return carryOut(api, operation, service, identity, facts, call);
  const { sourceIp, userAgent } = facts;
  const ownerId = kind === "change" ? otherOwner(operation, service, call) : undefined;
  const noted = { api, operation, call, session: identity.session, sourceIp, userAgent, ownerId };
  try {
    return await carryOut(api, operation, service, identity, facts, call, (output) =>
      noteCall(noted, { output }),
    );
  } catch (error) {
    noteCall(noted, { error });
    throw error;
  }
}

/** Who owns what is about to be changed, by the policy that hangs on it. */
function otherOwner(
  operation: ApiOperation,
  service: ServiceDefinition | undefined,
  call: Call,
): string | undefined {
  const [first] = service?.permissions?.[operation.name]?.(call) ?? [];
  return first && service?.resourcePolicy?.(call, first)?.accountId;
}

async function carryOut(
  api: Api,
  operation: ApiOperation,
  service: ServiceDefinition | undefined,
  identity: Identity,
  facts: RequestFacts,
  call: Call,
  done?: (output: unknown) => void,
): Promise<WireResponse> {
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
  done?.(output);
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
  const policy = permission.policy ?? service?.resourcePolicy?.(call, permission);
  const decision = decisionOn(call.world, identity, facts, permission, policy);
  if (decision.allowed) return;
  const { principal } = identity;
  // EC2 seals what it knows of a denial, for changes only.
  const isSealed = api.client === "ec2" && !/:(Describe|Get|List|Search)/.test(permission.action);
  const sealed =
    isSealed && call.secret ? sealedMessage(call.secret, principal, permission, decision) : undefined;
  throw denied(api, principal, permission, decision, sealed);
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
