// AWS Signature Version 4, signing keys kept. The SDK's signer keeps 50 keys for the whole process;
// a worker that reads 24 accounts in 17 regions derived nearly every key anew, six HMACs a call
// instead of one (17 % of a worker's CPU, profile of 2026-11-22). The SDK's signer is the test's oracle.
// Source: AWS IAM User Guide, "Create a signed AWS API request".
import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";
import type { HttpRequest } from "@smithy/core/protocols";
import type { AwsCredentials } from "#model/aws-call.ts";

export interface SigningScope {
  /** Signing name of the service. */
  service: string;
  region: string;
  /** False for S3, whose paths are signed as they are sent. */
  escapesPath: boolean;
}

/** Never part of a signature: proxies may change them, or they are set while sending. */
const unsigned = new Set([
  ...[
    "authorization",
    "cache-control",
    "connection",
    "expect",
    "from",
    "keep-alive",
    "max-forwards",
    "pragma",
  ],
  ...["referer", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id"],
]);

const keptKeys = 5_000;
const keys = new Map<string, KeyObject>();

/** The request's headers with date, token, payload hash and signature. The request itself is left as it is. */
export function signedHeaders(
  request: HttpRequest,
  scope: SigningScope,
  credentials: AwsCredentials,
  at: Date,
): Record<string, string> {
  const time = at.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const payloadHash = request.headers["x-amz-content-sha256"] ?? hash("sha256", bodyOf(request), "hex");
  const headers: Record<string, string> = {
    ...request.headers,
    "x-amz-date": time,
    "x-amz-content-sha256": payloadHash,
    ...(credentials.sessionToken ? { "x-amz-security-token": credentials.sessionToken } : {}),
  };
  const canonical = canonicalHeaders(headers);
  const names = canonical.map(([name]) => name).join(";");
  const canonicalRequest = [
    request.method.toUpperCase(),
    canonicalPath(request.path, scope.escapesPath),
    canonicalQuery(request.query ?? {}),
    ...canonical.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    payloadHash,
  ].join("\n");
  const credentialScope = `${day}/${scope.region}/${scope.service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${credentialScope}\n${hash("sha256", canonicalRequest, "hex")}`;
  const signature = createHmac("sha256", signingKey(credentials, day, scope))
    .update(text)
    .digest("hex");
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${credentialScope}, SignedHeaders=${names}, Signature=${signature}`;
  return headers;
}

function bodyOf({ body }: HttpRequest): string | Uint8Array {
  if (body === undefined || body === null) return "";
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  throw new Error("a streamed body cannot be signed");
}

/** A region's key is kept too: a session asks some 20 services of it. */
function signingKey(credentials: AwsCredentials, day: string, { service, region }: SigningScope): KeyObject {
  const { accessKeyId, secretAccessKey } = credentials;
  const regional = `${accessKeyId} ${day} ${region} ${secretAccessKey}`;
  return kept(`${service} ${regional}`, () => {
    const first = () => [day, region].reduce(derived, createSecretKey(`AWS4${secretAccessKey}`, "utf8"));
    return [service, "aws4_request"].reduce(derived, kept(regional, first));
  });
}

function kept(name: string, make: () => KeyObject): KeyObject {
  const known = keys.get(name);
  if (known) return known;
  const key = make();
  // The oldest goes: sessions end within hours and are not asked for again.
  if (keys.size >= keptKeys) keys.delete(keys.keys().next().value as string);
  keys.set(name, key);
  return key;
}

/**
 * Always a key object: of a buffer createHmac makes one anew, which took 28 µs of a call against 4 µs
 * (Node 24.21, 2026-11-22).
 */
function derived(key: KeyObject, text: string): KeyObject {
  return createSecretKey(createHmac("sha256", key).update(text).digest());
}

function canonicalHeaders(headers: Record<string, string>): [name: string, value: string][] {
  const canonical: [string, string][] = [];
  for (const [header, value] of Object.entries(headers)) {
    const name = header.toLowerCase();
    if (value === undefined || unsigned.has(name) || name.startsWith("proxy-") || name.startsWith("sec-"))
      continue;
    canonical.push([name, value.trim().replace(/\s+/g, " ")]);
  }
  return canonical.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Services but S3 sign the path encoded once more and without dots. */
function canonicalPath(path: string, escapes: boolean): string {
  if (!escapes) return path;
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(segment);
  }
  const trailing = segments.length > 0 && path.endsWith("/") ? "/" : "";
  const leading = path.startsWith("/") || segments.length === 0 ? "/" : "";
  return `${leading}${segments.map(escapeUri).join("/")}${trailing}`;
}

function canonicalQuery(query: Record<string, string | string[] | null>): string {
  const pairs: [name: string, pair: string][] = [];
  for (const [name, value] of Object.entries(query)) {
    if (name.toLowerCase() === "x-amz-signature") continue;
    const key = escapeUri(name);
    const values = (Array.isArray(value) ? value : [value ?? ""]).map((one) => `${key}=${escapeUri(one)}`);
    pairs.push(...values.sort().map((pair): [string, string] => [key, pair]));
  }
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return pairs.map(([, pair]) => pair).join("&");
}

function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
