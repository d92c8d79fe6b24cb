// The way of one request: choose the API and operation, check who signed it, limits, faults, input and
// permission, then run the operation. Always answers; an exception inside becomes AWS's internal failure.
import { randomUUID } from "node:crypto";
import { checkSigned, singleHeader, unknownKeyMessage } from "./check-signed.ts";
import { latencyMsOf } from "./delivery.ts";
import { fault, missingParameter, throttled, unknownAction } from "./faults.ts";
import type { Identity } from "./identity.ts";
import { accountOfAccessKey } from "./ids.ts";
import type { Delivery, InjectedFaults } from "./injected-faults.ts";
import type { Limits } from "./limits.ts";
import { AwsFault, type ServiceDefinition } from "./operation.ts";
import { withEmptyPages } from "./paging.ts";
import { perform } from "./perform.ts";
import { homeRegion, isOptInRegion, isRegionEnabled } from "./regions.ts";
import { remember } from "./remember.ts";
import type { RequestLog } from "./request-log.ts";
import { loadedService, loadService } from "./services.ts";
import type { Settings } from "./settings.ts";
import { readAuthorization, type SignedRequest } from "./signature.ts";
import type { Api, ApiOperation } from "./wire/api.ts";
import { actionOf, apiFor, clientFor, operationOf } from "./wire/choose.ts";
import { writeFault } from "./wire/fault.ts";
import { requestIdFor } from "./wire/framing.ts";
import { readInput, type WireRequest } from "./wire/request.ts";
import { missingMember } from "./wire/required.ts";
import type { WireResponse } from "./wire/response.ts";
import { MalformedRequest } from "./wire/values.ts";
import type { World } from "./world.ts";

export interface Simulation {
  world: World;
  /** Seals session tokens; kept with the world. */
  secret: string;
  settings: Settings;
  limits: Limits;
  faults: InjectedFaults;
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

/** A request on its way, with what is known of it so far: for the log, too, whatever becomes of it. */
interface Progress {
  readonly simulation: Simulation;
  readonly request: IncomingRequest;
  readonly authorization: ReturnType<typeof readAuthorization>;
  readonly api: Api;
  readonly requestId: string;
  readonly region: string;
  readonly now: Date;
  operation: string;
  accountId: string;
  delivery: Delivery | undefined;
}

/** A response and how it goes out. */
export interface Answer extends WireResponse {
  delayMs?: number;
  delivery?: Delivery | undefined;
}

/** At once unless the operation waits, or its module is yet to be loaded. */
export function answer(simulation: Simulation, request: IncomingRequest): Answer | Promise<Answer> {
  const authorization = readAuthorization(singleHeader(request, "authorization"));
  const claims = typeof authorization === "object" ? authorization.claims : undefined;
  const client = clientFor(request, claims?.service);
  const api = apiFor(request, client);
  const requestId = requestIdFor(api, randomUUID());
  if (!api) return unknownService(client, requestId);
  const progress: Progress = {
    simulation,
    request,
    authorization,
    api,
    requestId,
    region: claims?.region ?? homeRegion(simulation.world),
    now: simulation.now(),
    operation: "unknown",
    accountId: "anonymous",
    delivery: undefined,
  };
  try {
    const response = run(progress);
    return response instanceof Promise
      ? response.then(
          (late) => noted(progress, late, "ok"),
          (error: unknown) => refused(progress, error),
        )
      : noted(progress, response, "ok");
  } catch (error) {
    return refused(progress, error);
  }
}

function refused(progress: Progress, error: unknown): Answer {
  const { api, requestId, request } = progress;
  const found = faultOf(api, error);
  return noted(progress, writeFault(api, found, requestId, request.method), found.code);
}

function noted(progress: Progress, response: Answer, outcome: string): Answer {
  const { simulation, api, operation, accountId, region, delivery } = progress;
  const service = api.client;
  simulation.log.add({ service, operation, accountId, region, outcome: delivery?.kind ?? outcome });
  response.delayMs = latencyMsOf(simulation.settings, service, operation);
  response.delivery = delivery;
  return response;
}

function run(progress: Progress): WireResponse | Promise<WireResponse> {
  const { simulation, request, api } = progress;
  if (request.isTooLarge) throw fault(api, "tooLarge", "Your request was too large.");
  const found = operationOf(api, request);
  if (found) progress.operation = found.operation.name;
  if (simulation.settings.faults.length > 0 && leavesWithoutWord(progress))
    return { status: 200, headers: {}, body: "" };
  const identity = admitted(progress);
  if (!found) throw unknownAction(api, actionOf(api, request) ?? `${request.method} ${request.path}`);
  takeToken(progress, identity);
  const { operation, labels } = found;
  const input = readInput(api, operation, request, labels);
  const missing = missingMember(operation.input, input);
  if (missing) throw missingParameter(api, missing);
  const service = loadedService(api.client);
  return service === "not-loaded"
    ? loadService(api.client).then((loaded) => serve(progress, operation, loaded, identity, input))
    : serve(progress, operation, service, identity, input);
}

/** Whether a fault strikes before anything is looked at. */
function leavesWithoutWord(progress: Progress): boolean {
  const { simulation, api, operation, region, authorization } = progress;
  const accountId = accountOfAccessKey(
    typeof authorization === "object" ? authorization.claims.accessKeyId : "",
  );
  const called = { service: api.client, operation, accountId: accountId ?? "anonymous", region };
  progress.delivery = simulation.faults.beforeRun(called);
  return progress.delivery !== undefined;
}

/** Limits and faults of this very call. */
function takeToken(progress: Progress, { principal, session }: Identity): void {
  const { simulation, api, region, operation } = progress;
  const { limits, faults } = simulation.settings;
  if (!limits.enabled && faults.length === 0) return;
  const called = { accountId: principal.accountId, region, service: api.client, operation };
  if (!simulation.limits.take(called)) throw throttled(api);
  progress.delivery = simulation.faults.atRun(api, called, session?.issuedAt);
}

function serve(
  { simulation, request, api, region, now, requestId }: Progress,
  operation: ApiOperation,
  service: ServiceDefinition | undefined,
  identity: Identity,
  input: Record<string, unknown>,
): WireResponse | Promise<WireResponse> {
  const { principal } = identity;
  const { settings, world, secret } = simulation;
  const { emptyPages, settleMs } = settings;
  const userAgent = singleHeader(request, "user-agent") ?? "";
  const facts = { region, now, sourceIp: request.sourceIp, userAgent };
  const host = hostName(singleHeader(request, "host") ?? "");
  const { accountId } = principal;
  const call = { input, accountId, region, principal, world, now, requestId, host, settleMs, secret };
  const served = { api, operation, service, identity, facts, call };
  return emptyPages > 0 ? withEmptyPages(emptyPages, () => perform(served)) : perform(served);
}

/** Without the port. */
const hostName = remember((host) => host.replace(/:\d+$/, ""));

/** Who asks, if they may ask at all in this region. */
function admitted(progress: Progress): Identity {
  const { simulation, request, authorization, api, region, now } = progress;
  if (authorization === undefined && unsigned.has(progress.operation)) return anonymous;
  const identity = checkSigned(simulation, api, request, authorization, now);
  const { accountId } = identity.principal;
  progress.accountId = accountId;
  // Tokens of the global STS endpoint (version 1) are good only where every account is.
  const isTooOld = identity.session?.isGlobal && isOptInRegion(simulation.world, region);
  if (isTooOld || isRegionEnabled(simulation.world, accountId, region, now) === false) {
    throw fault(api, "unknownKey", unknownKeyMessage(api));
  }
  return identity;
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
