// One signed request and its answer as a value: sends bytes, reads bytes, and lets the SDK's
// protocol turn them into objects. Knows nothing of retries or pacing.
import { createHash } from "node:crypto";
import { buildQueryString, type HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";
import type { Dispatcher } from "undici";
import type { AwsCredentials, AwsError } from "#model/aws-call.ts";
import { deniedByOf, type Retry, reasonOf, retryOf } from "./classify.ts";
import type { CallEndpoint } from "./endpoint.ts";
import type { SdkOperation } from "./operations.ts";
import { signedHeaders } from "./sign.ts";

export type Exchanged =
  | { ok: true; output: Record<string, unknown> }
  | {
      ok: false;
      error: AwsError;
      retry: Retry;
      /** Milliseconds that AWS asked to wait. */
      retryAfterMs: number | null;
      /** The server's clock minus ours, if it said. */
      clockOffsetMs: number | null;
      /** Region that the bucket is really in, if S3 said. */
      bucketRegion: string | null;
    };

/** The request of a call before it is signed; made once, signed anew at each sending. */
export async function buildRequest(
  operation: SdkOperation,
  input: Record<string, unknown>,
  { endpoint }: CallEndpoint,
  userAgent: string,
): Promise<HttpRequest> {
  const { client, schema } = operation;
  const context = Object.assign(Object.create(client.settings), { endpoint: async () => endpoint });
  const request = await client.settings.protocol.serializeRequest(schema, input, context);
  request.headers["user-agent"] = userAgent;
  request.headers.host = request.port ? `${request.hostname}:${request.port}` : request.hostname;
  if (request.body !== undefined && (client.name === "s3" || client.name === "s3-control")) {
    // S3's writes want a checksum of the body, which the SDK's middleware would have added.
    request.headers["content-md5"] = createHash("md5").update(request.body).digest("base64");
  }
  return request;
}

export async function exchange(
  dispatcher: Dispatcher,
  operation: SdkOperation,
  request: HttpRequest,
  { signingName, signingRegion }: CallEndpoint,
  credentials: AwsCredentials,
  sentAt: Date,
  signal: AbortSignal,
): Promise<Exchanged> {
  const { settings } = operation.client;
  const scope = {
    service: signingName,
    region: signingRegion,
    escapesPath: settings.signingEscapePath ?? true,
  };
  const headers = signedHeaders(request, scope, credentials, sentAt);
  const query = buildQueryString(request.query ?? {});
  let response: HttpResponse;
  try {
    const answer = await dispatcher.request({
      origin: `${request.protocol}//${headers.host}`,
      path: query ? `${request.path}?${query}` : request.path,
      method: request.method as Dispatcher.HttpMethod,
      headers,
      body: (request.body as string | Uint8Array | undefined) ?? null,
      signal,
    });
    const body = await answer.body.bytes();
    response = new HttpResponse({
      statusCode: answer.statusCode,
      headers: plainHeaders(answer.headers),
      body,
    });
  } catch (cause) {
    return connectionError(cause);
  }
  return readAnswer(operation, response, credentials);
}

/** Exported for tests of broken answers: status, headers and bytes in, value out. */
export async function readAnswer(
  operation: SdkOperation,
  response: HttpResponse,
  credentials: AwsCredentials,
): Promise<Exchanged> {
  const { statusCode: status, headers } = response;
  const unreadable = unreadableReason(operation, response);
  if (unreadable) return unreadableError(status, unreadable);
  const { protocol } = operation.client.settings;
  try {
    const read = await protocol.deserializeResponse(operation.schema, operation.client.settings, response);
    const { $metadata: _, ...output } = read;
    return { ok: true, output };
  } catch (thrown) {
    // What AWS said carries metadata; anything else is our own reader giving up.
    if (!(thrown instanceof Error && "$metadata" in thrown))
      return unreadableError(status, messageOf(thrown));
    const code = wireCodeOf(thrown, status);
    const message = withoutSecrets(thrown.message, credentials);
    const deniedBy = deniedByOf(thrown.message);
    const reason = reasonOf(code, status, operation.name);
    return {
      ok: false,
      error: {
        code,
        message,
        status,
        requestId: requestIdOf(thrown, headers),
        reason,
        ...(deniedBy && reason === "denied" ? { deniedBy } : {}),
      },
      retry: retryOf(code, status, operation.name),
      retryAfterMs: retryAfterOf(headers),
      clockOffsetMs: headers.date ? Date.parse(headers.date) - Date.now() || null : null,
      bucketRegion: bucketRegionOf(operation, headers),
    };
  }
}

/** The SDK reads a page of HTML, or nothing at all, as an empty result; for us that would be "no resources". */
function unreadableReason(
  { client, name, schema }: SdkOperation,
  { statusCode, headers, body }: HttpResponse,
) {
  // AWS never answers in HTML; whatever a proxy says of itself is no denial by AWS.
  if (/^text\/html/i.test(headers["content-type"] ?? "")) return "a page of HTML instead of an answer";
  if (statusCode >= 300) return null;
  const shape = client.settings.protocol.getShapeId();
  const isQuery = /#(awsQuery|ec2Query)$/.test(shape);
  const isJson = /#awsJson1_[01]$/.test(shape);
  const bytes = body as Uint8Array;
  if (
    isQuery &&
    !Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 400)).includes(`<${name}Response`)
  ) {
    return `no ${name}Response in the answer`;
  }
  if (isJson && bytes.length === 0 && NormalizedSchema.of(schema.output).isStructSchema())
    return "an empty answer";
  return null;
}

function unreadableError(status: number, detail: string): Exchanged {
  return {
    ok: false,
    error: {
      code: "UnreadableAnswer",
      message: `AWS's answer could not be read: ${detail.slice(0, 300)}`,
      status,
      requestId: null,
      reason: status >= 500 ? "unavailable" : "failed",
    },
    retry: status < 300 || status >= 500 ? "transient" : "no",
    retryAfterMs: null,
    clockOffsetMs: null,
    bucketRegion: null,
  };
}

/** Errors that stay whatever is tried: a wrong certificate, a refused host, an answer that is too large. */
const lastingErrors: [pattern: RegExp, code: string][] = [
  [/NotLoopback/, "NotLoopback"],
  [/EXCEEDED_MAX_SIZE/, "AnswerTooLarge"],
  [/CERT|TLS|SELF_SIGNED|UNABLE_TO/, "ConnectionFailed"],
];

function connectionError(cause: unknown): Exchanged {
  const inner = codeOf(cause);
  const lasting = lastingErrors.find(([pattern]) => pattern.test(inner))?.[1];
  const code = lasting ?? (/TIMEOUT|TIMEDOUT/.test(inner) ? "Timeout" : "ConnectionFailed");
  return {
    ok: false,
    error: {
      code,
      message: messageOf(cause).slice(0, 500),
      status: null,
      requestId: null,
      reason: code === "Timeout" || code === "ConnectionFailed" ? "unavailable" : "failed",
    },
    retry: lasting ? "no" : "transient",
    retryAfterMs: null,
    clockOffsetMs: null,
    bucketRegion: null,
  };
}

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  const { code } = thrown as { code?: unknown };
  if (typeof code === "string") return code;
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return codeOf(thrown.errors[0]);
  return thrown.cause === undefined ? "" : codeOf(thrown.cause);
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown instanceof AggregateError && !thrown.message) return thrown.errors.map(messageOf).join("; ");
  return thrown.message || codeOf(thrown) || thrown.name;
}

/** Query and XML errors keep the wire's code beside the SDK's name; JSON errors have only the name. */
function wireCodeOf(thrown: Error, status: number): string {
  const { Code, Error: inner } = thrown as { Code?: unknown; Error?: { Code?: unknown } };
  const code = [Code, inner?.Code].find((value) => typeof value === "string" && value !== "");
  if (typeof code === "string") return code;
  return thrown.name && thrown.name !== "Error" && thrown.name !== "Unknown" ? thrown.name : `Http${status}`;
}

function requestIdOf(thrown: Error, headers: Record<string, string>): string | null {
  const { $metadata } = thrown as { $metadata?: { requestId?: string } };
  return $metadata?.requestId ?? headers["x-amzn-requestid"] ?? null;
}

/** S3 and others repeat signed headers, the session token among them, in what they say of a wrong signature. */
function withoutSecrets(text: string, { secretAccessKey, sessionToken }: AwsCredentials): string {
  let clean = text;
  for (const secret of [secretAccessKey, sessionToken]) if (secret) clean = clean.replaceAll(secret, "***");
  return clean.length > 2_000 ? `${clean.slice(0, 2_000)}…` : clean;
}

function retryAfterOf(headers: Record<string, string>): number | null {
  const milliseconds = Number(headers["x-amz-retry-after"]);
  if (headers["x-amz-retry-after"] && milliseconds >= 0) return milliseconds;
  const text = headers["retry-after"];
  if (!text) return null;
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

function bucketRegionOf({ client }: SdkOperation, headers: Record<string, string>): string | null {
  const region = headers["x-amz-bucket-region"];
  // It becomes part of a host name.
  return client.name === "s3" && region && /^[a-z0-9-]{1,40}$/.test(region) ? region : null;
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return plain;
}
