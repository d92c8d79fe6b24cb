// The caller: the SDK's schemas, protocols, endpoint rules and signer without its middleware, over
// one pool of sockets for all accounts (aws.md §2: 2 to 4 times less CPU than client.send()).
// Paces first and retries second; what AWS answered is always a value. Cancellation throws.
import { setMaxListeners } from "node:events";
import type { HttpRequest } from "@smithy/core/protocols";
import type { Dispatcher } from "undici";
import type { AwsAnswer, AwsCall, AwsCaller, AwsError } from "#model/aws-call.ts";
import { maySpeakOfClock } from "./classify.ts";
import { openDispatcher } from "./connection.ts";
import { type CallEndpoint, openEndpoints } from "./endpoint.ts";
import { buildRequest, type Exchanged, exchange } from "./exchange.ts";
import { type SdkOperation, sdkOperation } from "./operations.ts";
import { type AwsSettings, userAgentOf } from "./settings.ts";

/** One request that was sent, for metrics and the request summary. */
export interface SentRequest {
  client: string;
  operation: string;
  region: string;
  accountId: string | null;
  outcome: "ok" | AwsError["reason"];
  /** AWS's code, null if it went well. */
  code: string | null;
  durationMs: number;
}

export interface PacedCall {
  accountId: string | null;
  region: string;
  client: string;
  operation: string;
}

/** Holds a call back until it may be sent; told of each outcome. */
export interface CallPacer {
  admit(call: PacedCall, signal?: AbortSignal): Promise<void>;
  settle(call: PacedCall, wasThrottled: boolean): void;
}

export interface AwsHooks {
  pacer?: CallPacer;
  onSent?: (request: SentRequest) => void;
}

export interface AwsConnection {
  call: AwsCaller;
  /** Ends idle sockets and breaks off what is under way. */
  close(): Promise<void>;
}

const maxDelayMs = 20_000;
/** AWS accepts requests within five minutes of its own clock. */
const toleratedSkewMs = 240_000;

export function openAws(settings: AwsSettings, hooks: AwsHooks = {}): AwsConnection {
  const dispatcher = openDispatcher(settings);
  const wires: Wires = {
    settings,
    hooks,
    dispatcher,
    endpointOf: openEndpoints(settings),
    clockOffsetsMs: new Map(),
  };
  const call = (asked: AwsCall) => send(wires, asked);
  return { call: call as AwsCaller, close: () => dispatcher.destroy() };
}

/** What all calls share. */
interface Wires {
  settings: AwsSettings;
  hooks: AwsHooks;
  dispatcher: Dispatcher;
  endpointOf: ReturnType<typeof openEndpoints>;
  /** The servers' clocks minus ours, by signing region: corrected once AWS complains. */
  clockOffsetsMs: Map<string, number>;
}

/** A call on its way: where it goes now, and what has happened to it. */
interface Journey {
  call: AwsCall;
  operation: SdkOperation;
  region: string;
  endpoint: CallEndpoint;
  request: HttpRequest;
  transientCount: number;
  correctedClock: boolean;
}

async function send(wires: Wires, call: AwsCall): Promise<AwsAnswer> {
  const { settings, hooks } = wires;
  const operation = sdkOperation(call.client, call.operation);
  let journey: Journey;
  try {
    const prepared = await prepare(wires, operation, call, call.region);
    journey = { call, operation, region: call.region, ...prepared, transientCount: 0, correctedClock: false };
  } catch (cause) {
    return { ok: false, error: invalidInput(cause), sentAt: new Date(), attempts: 0 };
  }
  await hooks.pacer?.admit(call, call.signal);
  const budget = openBudget(settings.callBudgetMs, call.signal);
  try {
    for (let attempts = 1; ; attempts++) {
      const { result, sentAt } = await sendOnce(wires, journey, budget);
      if (result.ok) return { ok: true, output: result.output, sentAt, attempts };
      if (await correct(wires, journey, result)) continue;
      const failed: AwsAnswer = { ok: false, error: timeoutOr(result.error, budget), sentAt, attempts };
      if (result.retry === "no") return failed;
      if (result.retry === "transient" && ++journey.transientCount >= settings.transientAttempts)
        return failed;
      const delayMs = Math.max(delayOf(attempts, result.retry), result.retryAfterMs ?? 0);
      if (delayMs >= budget.leftMs()) return failed;
      await pause(delayMs, call.signal);
      await hooks.pacer?.admit(call, call.signal);
    }
  } finally {
    budget.end();
  }
}

async function prepare(
  { endpointOf, settings }: Wires,
  operation: SdkOperation,
  call: AwsCall,
  region: string,
) {
  const endpoint = await endpointOf(operation, call.input, region);
  const request = await buildRequest(operation, call.input, endpoint, userAgentOf(settings.version));
  return { endpoint, request };
}

async function sendOnce(wires: Wires, journey: Journey, budget: Budget) {
  const { call, operation, endpoint, request, region } = journey;
  call.signal?.throwIfAborted();
  const sentAt = new Date();
  const signedAt = new Date(sentAt.getTime() + (wires.clockOffsetsMs.get(endpoint.signingRegion) ?? 0));
  const result = await exchange(
    wires.dispatcher,
    operation,
    request,
    endpoint,
    call.credentials,
    signedAt,
    budget.signal,
  );
  // Also where the cancelled request came back as a broken connection: that is not AWS's doing.
  call.signal?.throwIfAborted();
  wires.hooks.pacer?.settle(call, !result.ok && result.retry === "throttled");
  wires.hooks.onSent?.(sentRequest(call, region, result, Date.now() - sentAt.getTime()));
  return { result, sentAt };
}

/** Mends a wrong clock or a bucket's wrong region, each at most once; true = send again at once. */
async function correct(
  wires: Wires,
  journey: Journey,
  result: Extract<Exchanged, { ok: false }>,
): Promise<boolean> {
  const { call, endpoint } = journey;
  const offset = result.clockOffsetMs;
  if (!journey.correctedClock && offset !== null && maySpeakOfClock(result.error.code)) {
    journey.correctedClock = true;
    const known = wires.clockOffsetsMs.get(endpoint.signingRegion) ?? 0;
    if (Math.abs(offset - known) > toleratedSkewMs) {
      wires.clockOffsetsMs.set(endpoint.signingRegion, offset);
      return true;
    }
  }
  const { bucketRegion } = result;
  if (bucketRegion === null || bucketRegion === journey.region || journey.region !== call.region)
    return false;
  Object.assign(journey, await prepare(wires, journey.operation, call, bucketRegion), {
    region: bucketRegion,
  });
  return true;
}

/** Full jitter: anything between nothing and a limit that doubles. */
function delayOf(attempt: number, retry: "transient" | "throttled"): number {
  const firstMs = retry === "throttled" ? 500 : 100;
  return Math.random() * Math.min(maxDelayMs, firstMs * 2 ** (attempt - 1));
}

interface Budget {
  signal: AbortSignal;
  leftMs(): number;
  end(): void;
}

/** One timer and one listener for a whole call; AbortSignal.any with a timeout costs more and lingers. */
function openBudget(budgetMs: number, outer: AbortSignal | undefined): Budget {
  const controller = new AbortController();
  const endsAt = Date.now() + budgetMs;
  const timer = setTimeout(() => controller.abort(), budgetMs);
  const onAbort = () => controller.abort(outer?.reason);
  if (outer) {
    // One signal serves many calls at once; that is no leak.
    setMaxListeners(0, outer);
    outer.addEventListener("abort", onAbort, { once: true });
  }
  return {
    signal: controller.signal,
    leftMs: () => endsAt - Date.now(),
    end() {
      clearTimeout(timer);
      outer?.removeEventListener("abort", onAbort);
    },
  };
}

function timeoutOr(error: AwsError, budget: Budget): AwsError {
  if (error.status !== null || !budget.signal.aborted) return error;
  return { ...error, code: "Timeout", message: "The call took longer than its time budget" };
}

function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** What the SDK's own checks refuse before anything is sent (a missing path label, an impossible endpoint). */
function invalidInput(cause: unknown): AwsError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return { code: "InvalidInput", message, status: null, requestId: null, reason: "failed" };
}

function sentRequest(call: AwsCall, region: string, result: Exchanged, durationMs: number): SentRequest {
  const { client, operation, accountId } = call;
  const outcome = result.ok ? "ok" : result.error.reason;
  return {
    client,
    operation,
    region,
    accountId,
    outcome,
    code: result.ok ? null : result.error.code,
    durationMs,
  };
}
