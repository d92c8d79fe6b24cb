// The way of one request: choose the API and operation, check who signed it, limits, faults, input and
// permission, then run the operation. Always answers; an exception inside becomes AWS's internal failure.
import { randomUUID } from "node:crypto";
import { authorize } from "./authorize.ts";
import { checkSigned, singleHeader, unknownKeyMessage } from "./check-signed.ts";
import { contextOf, type RequestFacts } from "./context.ts";
import { denied, fault, throttled } from "./faults.ts";
import { type Identity, layersOf } from "./identity.ts";
import type { Limits } from "./limits.ts";
import { AwsFault, type Call, type NeededPermission, type ServiceDefinition } from "./operation.ts";
import { resourceVerdict } from "./policy/principal.ts";
import { isRegionEnabled } from "./regions.ts";
import type { RequestLog } from "./request-log.ts";
import { loadedService, loadService } from "./services.ts";
import type { Settings } from "./settings.ts";
import { readAuthorization, type SignedRequest } from "./signature.ts";
import { type Api, type ApiOperation, apiOf } from "./wire/api.ts";
import { clientFor } from "./wire/choose.ts";
import { readInput, type WireRequest } from "./wire/request.ts";
import { missingMember } from "./wire/required.ts";
import { type WireResponse, writeFault, writeOutput } from "./wire/response.ts";
import { MalformedRequest } from "./wire/values.ts";
import type { World } from "./world.ts";

export interface Simulation {
  world: World;
  /** Seals session tokens; kept with the world. */
  secret: string;
  settings: Settings;
  limits: Limits;
  log: RequestLog;
  now: () => Date;
}

export interface IncomingRequest extends WireRequest, SignedRequest {
  sourceIp: string;
  isTooLarge: boolean;
}

const anonymous: Identity = {
  principal: { kind: "anonymous", accountId: "anonymous", arn: "", userId: "", accessKeyId: "", tags: {} },
  secret: "",
};
/** Operations that are called before one has credentials. */
const unsigned = new Set(["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"]);

/** What is known of a request so far, for the log, whatever becomes of it. */
interface Progress {
  api: Api;
  operation: string;
  accountId: string;
  region: string;
}

export async function answer(simulation: Simulation, request: IncomingRequest): Promise<WireResponse> {
  const requestId = randomUUID();
  const authorization = readAuthorization(singleHeader(request, "authorization"));
  const scope = typeof authorization === "object" ? authorization : undefined;
  const client = clientFor(request, scope?.service);
  const api = apiOf(client);
  if (!api) return unknownService(client, requestId);
  const progress: Progress = {
    api,
    operation: "unknown",
    accountId: "anonymous",
    region: scope?.region ?? "us-east-1",
  };
  let outcome = "ok";
  let response: WireResponse;
  try {
    response = await run(simulation, request, progress, authorization, requestId);
  } catch (error) {
    const answered = faultOf(api, error);
    outcome = answered.code;
    response = writeFault(api, answered, requestId, request.method);
  }
  const { operation, accountId, region } = progress;
  simulation.log.add({ service: api.client, operation, accountId, region, outcome });
  return response;
}

async function run(
  simulation: Simulation,
  request: IncomingRequest,
  progress: Progress,
  authorization: ReturnType<typeof readAuthorization>,
  requestId: string,
): Promise<WireResponse> {
  const { world } = simulation;
  const { api, region } = progress;
  if (request.isTooLarge) throw fault(api, "tooLarge", "Your request was too large.");
  const found = operationOf(api, request);
  if (found) progress.operation = found.operation.name;
  const now = simulation.now();
  const isUnsigned = authorization === undefined && unsigned.has(progress.operation);
  const identity = isUnsigned ? anonymous : checkSigned(simulation, api, request, authorization, now);
  const { principal } = identity;
  progress.accountId = principal.accountId;
  if (!isUnsigned && isRegionEnabled(world, principal.accountId, region) === false) {
    throw fault(api, "unknownKey", unknownKeyMessage(api));
  }
  if (!found) throw unknownAction(api, request);
  const { operation, labels } = found;
  const call = { accountId: principal.accountId, region, service: api.client, operation: operation.name };
  if (!simulation.limits.take(call)) throw throttled(api);
  applyFaults(simulation.settings, call);
  const input = readInput(api, operation, request, labels);
  const missing = missingMember(operation.input, input);
  if (missing) throw missingParameter(api, missing);
  const loaded = loadedService(api.client);
  const service = loaded === "not-loaded" ? await loadService(api.client) : loaded;
  const facts = {
    region,
    now,
    sourceIp: request.sourceIp,
    userAgent: singleHeader(request, "user-agent") ?? "",
  };
  const toCall = {
    input,
    accountId: principal.accountId,
    region,
    principal,
    world,
    now,
    requestId,
    secret: simulation.secret,
  };
  return perform(simulation, api, operation, service, identity, facts, toCall);
}

async function perform(
  simulation: Simulation,
  api: Api,
  operation: ApiOperation,
  service: ServiceDefinition | undefined,
  identity: Identity,
  facts: RequestFacts,
  toCall: Omit<Call, "authorize">,
): Promise<WireResponse> {
  const call: Call = {
    ...toCall,
    authorize: (permission) => check(simulation, api, service, identity, facts, call, permission),
  };
  const action = `${service?.iamPrefix ?? api.signingName}:${operation.name}`;
  const needed = service?.permissions?.[operation.name]?.(call) ?? [{ action, resource: "*" }];
  for (const permission of needed) check(simulation, api, service, identity, facts, call, permission);
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
  { world }: Simulation,
  api: Api,
  service: ServiceDefinition | undefined,
  identity: Identity,
  facts: RequestFacts,
  call: Call,
  permission: NeededPermission,
): void {
  const { principal } = identity;
  const policy = service?.resourcePolicy?.(call, permission);
  const context = contextOf(world, identity, facts, permission, policy?.accountId);
  const asked = { action: permission.action, resource: permission.resource, context };
  const decision = authorize(
    layersOf(world, identity),
    asked,
    policy && resourceVerdict(policy, principal, asked),
  );
  if (!decision.allowed) throw denied(api, principal, permission, decision);
}

function operationOf(
  api: Api,
  request: IncomingRequest,
): { operation: ApiOperation; labels: Record<string, string> } | undefined {
  if (api.protocol === "restJson1" || api.protocol === "restXml") return api.routes(request);
  const target = singleHeader(request, "x-amz-target") ?? "";
  const form = request.form ?? request.query;
  const name = api.protocol.startsWith("awsJson")
    ? target.slice(target.lastIndexOf(".") + 1)
    : form.get("Action");
  const operation = name ? api.operations.get(name) : undefined;
  return operation && { operation, labels: {} };
}

function unknownAction(api: Api, request: IncomingRequest): AwsFault {
  if (api.client === "s3") {
    return fault(api, "unknownAction", "The specified method is not allowed against this resource.");
  }
  const name = (request.form ?? request.query).get("Action") ?? singleHeader(request, "x-amz-target");
  return fault(
    api,
    "unknownAction",
    `The action ${name ?? `${request.method} ${request.path}`} is not valid for this web service.`,
  );
}

function missingParameter(api: Api, path: string): AwsFault {
  if (api.protocol === "ec2Query")
    return fault(api, "missing", `The request must contain the parameter ${path}`);
  if (api.client === "s3") return fault(api, "missing", `Missing required parameter: ${path}`);
  const name = path.charAt(0).toLowerCase() + path.slice(1);
  const message = `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`;
  if (api.client === "organizations") return new AwsFault("InvalidInputException", message);
  return fault(api, "missing", message);
}

function applyFaults(
  { faults }: Settings,
  call: { accountId: string; region: string; service: string; operation: string },
) {
  for (const rule of faults) {
    const fits =
      (rule.service ?? call.service) === call.service &&
      (rule.operation ?? call.operation) === call.operation &&
      (rule.accountId ?? call.accountId) === call.accountId &&
      (rule.region ?? call.region) === call.region;
    if (!fits || Math.random() >= (rule.rate ?? 1)) continue;
    throw new AwsFault(rule.code, rule.message ?? "A fault of the simulator's settings.", rule.status ?? 400);
  }
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

function faultOf(api: Api, error: unknown): AwsFault {
  if (error instanceof AwsFault) return error;
  if (error instanceof MalformedRequest) return fault(api, "malformed", error.message);
  process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
  return fault(
    api,
    "internal",
    "The request processing has failed because of an unknown error, exception or failure.",
  );
}

function unknownService(client: string, requestId: string): WireResponse {
  return {
    status: 404,
    headers: { "content-type": "application/json", "x-amzn-requestid": requestId },
    body: JSON.stringify({
      __type: "UnknownServiceException",
      message: `The simulator knows no service ${client}.`,
    }),
  };
}
