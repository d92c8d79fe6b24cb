// Which API a request is for: the service its signature names, else X-Amz-Target, else Version and Action, else the
// host or the path; and in which of the API's protocols it speaks.
import { type Api, type ApiOperation, apiOf, apiSpeaking } from "./api.ts";
import { type KnownApi, knownApis } from "./known-apis.ts";
import type { WireRequest } from "./request.ts";
import { firstSegment } from "./route.ts";

interface SignedApi {
  client: string;
  version: string | undefined;
  segments: ReadonlySet<string>;
}

const bySigningName = new Map<string, SignedApi[]>();
for (const { client, version, signingName, alsoSignedAs = [], segments = "" } of knownApis) {
  const api = { client, version, segments: new Set(segments.split(" ")) };
  for (const name of [signingName, ...alsoSignedAs]) {
    bySigningName.set(name, [...(bySigningName.get(name) ?? []), api]);
  }
}
const byTarget = indexed(({ targets }) => targets ?? []);
const byVersion = indexed(({ version }) => (version ? [version] : []));
const bySegment = indexed(({ segments }) => segments?.split(" ") ?? []);
const byHost = indexed(({ signingName, hosts }) => [signingName, ...(hosts ?? [])]);

function indexed(signs: (api: KnownApi) => string[]): Map<string, string> {
  return new Map(knownApis.flatMap((api) => signs(api).map((sign): [string, string] => [sign, api.client])));
}

/** The package suffix of the client that would send this request. */
export function clientFor(request: WireRequest, signingName: string | undefined): string {
  if (signingName === undefined) return clientOfUnsigned(request);
  const named = bySigningName.get(signingName) ?? [];
  if (named.length > 1) {
    const version = versionOf(request);
    const segment = firstSegment(request.path);
    const found =
      (version === undefined ? undefined : named.find((api) => api.version === version)) ??
      named.find(({ segments }) => segments.has(segment));
    if (found) return found.client;
  }
  return named.at(-1)?.client ?? signingName;
}

function clientOfUnsigned(request: WireRequest): string {
  const target = targetOf(request);
  const version = versionOf(request);
  return (
    byTarget.get(target) ??
    (version === undefined ? undefined : byVersion.get(version)) ??
    clientOfHost(request) ??
    clientOfPath(request) ??
    (target || !request.form ? "s3" : "sts")
  );
}

/** `iam.amazonaws.com`, `api.ecr.eu-west-1.amazonaws.com`; a loopback names nothing. */
function clientOfHost({ headers }: WireRequest): string | undefined {
  const labels = String(headers.host ?? "").split(".");
  if (labels.length < 3) return undefined;
  for (const at of [0, 1]) {
    const client = byHost.get(labels.slice(0, at + 1).join(".")) ?? byHost.get(labels[at] ?? "");
    if (client) return client;
  }
  return undefined;
}

/** Several APIs share /tags; the ARN in the path tells them apart. */
function clientOfPath(request: WireRequest): string | undefined {
  const tagged = /^\/tags\/arn(?::|%3A)[^:%]+(?::|%3A)([a-z0-9-]+)/i.exec(request.path)?.[1];
  return (tagged && bySigningName.get(tagged)?.[0]?.client) ?? bySegment.get(firstSegment(request.path));
}

function versionOf({ form, query }: WireRequest): string | undefined {
  return form?.get("Version") ?? query.get("Version") ?? undefined;
}

/** RPC v2 puts the target into the path: /service/Target/operation/Name. */
const rpcPath = /^\/service\/([^/]+)\/operation\/([^/]+)$/;

function targetOf({ headers, path }: WireRequest): string {
  const header = String(headers["x-amz-target"] ?? "");
  return header ? header.slice(0, header.lastIndexOf(".")) : (rpcPath.exec(path)?.[1] ?? "");
}

/** The API in the protocol that this request speaks; undefined when no such client is installed. */
export function apiFor(request: WireRequest, client: string): Api | undefined {
  const api = apiOf(client);
  if (!api?.protocol.startsWith("awsJson")) return api;
  // SQS and CloudWatch were query APIs before, and are CBOR APIs to some of today's clients.
  if (request.headers["smithy-protocol"] === "rpc-v2-cbor") return apiSpeaking(api, "rpcV2Cbor");
  const isQuery = request.headers["x-amz-target"] === undefined && versionOf(request) !== undefined;
  return isQuery && byVersion.get(api.version) === client ? apiSpeaking(api, "awsQuery") : api;
}

export interface FoundOperation {
  operation: ApiOperation;
  /** Decoded path labels. */
  labels: Record<string, string>;
}

export function operationOf(api: Api, request: WireRequest): FoundOperation | undefined {
  if (api.protocol === "restJson1" || api.protocol === "restXml") return api.routes(request);
  const name = actionOf(api, request);
  const operation = name ? api.operations.get(name) : undefined;
  return operation && { operation, labels: {} };
}

/** What the request calls its operation, known or not. */
export function actionOf(api: Api, request: WireRequest): string | undefined {
  if (api.protocol === "rpcV2Cbor") return rpcPath.exec(request.path)?.[2];
  if (!api.protocol.startsWith("awsJson")) {
    return request.form?.get("Action") ?? request.query.get("Action") ?? undefined;
  }
  const target = request.headers["x-amz-target"];
  return typeof target === "string" ? target.slice(target.lastIndexOf(".") + 1) : undefined;
}
