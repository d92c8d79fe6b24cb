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
import { AwsFault } from "./operation.ts";
import { withEmptyPages } from "./paging.ts";
import { perform } from "./perform.ts";
import { homeRegion, isOptInRegion, isRegionEnabled } from "./regions.ts";
import type { RequestLog } from "./request-log.ts";
import { loadedService, loadService } from "./services.ts";
import type { Settings } from "./settings.ts";
import { readAuthorization, type SignedRequest } from "./signature.ts";
import type { Api } from "./wire/api.ts";
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

/** What is known of a request so far, for the log, whatever becomes of it. */
interface Progress {
  api: Api;
  operation: string;
  accountId: string;
  region: string;
  delivery?: Delivery | undefined;
}

/** A response and how it goes out. */
export interface Answer extends WireResponse {
  delayMs?: number;
  delivery?: Delivery | undefined;
}

export async function answer(simulation: Simulation, request: IncomingRequest): Promise<Answer> {
  const authorization = readAuthorization(singleHeader(request, "authorization"));
  const scope = typeof authorization === "object" ? authorization : undefined;
  const client = clientFor(request, scope?.service);
  const api = apiFor(request, client);
  const requestId = requestIdFor(api, randomUUID());
  if (!api) return unknownService(client, requestId);
  const progress: Progress = {
    api,
    operation: "unknown",
    accountId: "anonymous",
    region: scope?.region ?? homeRegion(simulation.world),
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
  const { operation, accountId, region, delivery } = progress;
  simulation.log.add({
    service: api.client,
    operation,
    accountId,
    region,
    outcome: delivery?.kind ?? outcome,
  });
  return Object.assign(response, {
    delayMs: latencyMsOf(simulation.settings, api.client, operation),
    delivery,
  });
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
  if (simulation.settings.faults.length > 0) {
    const accountId = accountOfAccessKey(typeof authorization === "object" ? authorization.accessKeyId : "");
    const called = {
      service: api.client,
      operation: progress.operation,
      accountId: accountId ?? "anonymous",
      region,
    };
    progress.delivery = simulation.faults.beforeRun(called);
    if (progress.delivery) return { status: 200, headers: {}, body: "" };
  }
  const identity = admitted(simulation, request, progress, authorization, now);
  if (!found) throw unknownAction(api, actionOf(api, request) ?? `${request.method} ${request.path}`);
  const { operation, labels } = found;
  const { principal } = identity;
  const { accountId } = principal;
  const asked = { accountId, region, service: api.client, operation: operation.name };
  if (!simulation.limits.take(asked)) throw throttled(api);
  progress.delivery = simulation.faults.atRun(api, asked, identity.session?.issuedAt);
  const input = readInput(api, operation, request, labels);
  const missing = missingMember(operation.input, input);
  if (missing) throw missingParameter(api, missing);
  const loaded = loadedService(api.client);
  const service = loaded === "not-loaded" ? await loadService(api.client) : loaded;
  const userAgent = singleHeader(request, "user-agent") ?? "";
  const facts = { region, now, sourceIp: request.sourceIp, userAgent };
  const { settleMs } = simulation.settings;
  const call = {
    input,
    accountId,
    region,
    principal,
    world,
    now,
    requestId,
    host: singleHeader(request, "host")?.replace(/:\d+$/, "") ?? "",
    settleMs,
    secret: simulation.secret,
  };
  return withEmptyPages(simulation.settings.emptyPages, () =>
    perform(api, operation, service, identity, facts, call),
  );
}

/** Who asks, if they may ask at all in this region. */
function admitted(
  simulation: Simulation,
  request: IncomingRequest,
  progress: Progress,
  authorization: ReturnType<typeof readAuthorization>,
  now: Date,
): Identity {
  const { api, region } = progress;
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
