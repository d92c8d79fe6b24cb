// Runs one operation for a caller who is known: asks permission for what it needs, calls the service, writes the answer.
import type { RequestFacts } from "./context.ts";
import { decisionOn } from "./decision.ts";
import { noteKeyUse } from "./events/key-uses.ts";
import { type EventKind, eventKindOf } from "./events/names.ts";
import { noteCall } from "./events/record.ts";
import { eventsOf } from "./events/state.ts";
import { denied, fault } from "./faults.ts";
import type { Identity } from "./identity.ts";
import type { Call, NeededPermission, ServiceDefinition } from "./operation.ts";
import { actionOf } from "./policy/actions.ts";
import { sealedMessage } from "./policy/authorization-message.ts";
import type { Api, ApiOperation } from "./wire/api.ts";
import { type WireResponse, writeOutput } from "./wire/response.ts";

/** One call of an operation, ready to be carried out. */
export interface Served {
  readonly api: Api;
  readonly operation: ApiOperation;
  readonly service: ServiceDefinition | undefined;
  readonly identity: Identity;
  readonly facts: RequestFacts;
  readonly call: Call;
}

/** At once unless the operation waits. */
export function perform(served: Served): WireResponse | Promise<WireResponse> {
  const { api, operation, call } = served;
  call.authorize = (permission) => check(served, permission);
  const kind = eventKindOf(api, operation);
  const showsReads = eventsOf(call.world).settings().reads;
  if (showsReads) noteKeyUse(call, api);
  return kind === "none" || (kind === "read" && !showsReads) ? carryOut(served) : noting(served, kind);
}

/** With an event of what came of it. */
function noting(served: Served, kind: EventKind): WireResponse | Promise<WireResponse> {
  const { api, operation, service, identity, facts, call } = served;
  const { sourceIp, userAgent } = facts;
  const ownerId = kind === "change" ? otherOwner(operation, service, call) : undefined;
  const noted = { api, operation, call, session: identity.session, sourceIp, userAgent, ownerId };
  const failed = (error: unknown): never => {
    noteCall(noted, { error });
    throw error;
  };
  try {
    const response = carryOut(served, (output) => noteCall(noted, { output }));
    return response instanceof Promise ? response.catch(failed) : response;
  } catch (error) {
    return failed(error);
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

function carryOut(served: Served, done?: (output: unknown) => void): WireResponse | Promise<WireResponse> {
  const { api, operation, service, call } = served;
  const permissions = service?.permissions?.[operation.name];
  if (permissions) for (const permission of permissions(call)) check(served, permission);
  else check(served, { action: actionOf(api, operation, service?.iamPrefix), resource: "*" });
  const implemented = service?.operations[operation.name];
  if (!implemented && !operation.isRead) {
    throw fault(
      api,
      "notImplemented",
      `The simulator does not implement ${api.serviceId} ${operation.name}.`,
    );
  }
  const output = implemented ? implemented(call) : emptyOutput(operation);
  const write = (value: unknown) => {
    done?.(value);
    return writeOutput(api, operation, value, call.requestId);
  };
  return output instanceof Promise ? output.then(write) : write(output);
}

function check(served: Served, permission: NeededPermission): void {
  const { api, service, identity, facts, call } = served;
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
