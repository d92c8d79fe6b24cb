// Signature Version 4, checked: the Authorization header read, the request made canonical, the signature compared.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { hash } from "node:crypto";
import { hmac, type PaddedKey, padded } from "./hmac.ts";
import { remember } from "./remember.ts";

/** What a client says with every call of a kind: all of its Authorization but the signature. */
export interface Claims {
  readonly accessKeyId: string;
  /** yyyymmdd. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  /** The same as they were sent. */
  readonly signedNames: string;
  /** The key last derived for them, of the secret that it is derived from. */
  key: { secret: string; padded: PaddedKey } | undefined;
}

export interface Authorization {
  readonly claims: Claims;
  readonly signature: string;
}

export interface SignedRequest {
  method: string;
  /** As sent, still encoded. */
  path: string;
  /** As sent, without the question mark. */
  search: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

const signatureLength = 64;
const signatureForm = /^[0-9a-f]{64}$/;

/** Undefined: not signed. "incomplete": a header that is no valid Authorization. */
export function readAuthorization(header: string | undefined): Authorization | "incomplete" | undefined {
  if (header === undefined) return undefined;
  const end = header.length - signatureLength;
  const signature = header.slice(end);
  if (!signatureForm.test(signature)) return "incomplete";
  const claims = claimsOf(header.slice(0, end));
  return claims === "incomplete" ? claims : { claims, signature };
}

const claimsForm = /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=$/;

/** A client says the same again and again. */
const claimsOf = remember((text): Claims | "incomplete" => {
  const [, credential = "", signedNames = ""] = claimsForm.exec(text) ?? [];
  const parts = credential.split("/");
  const [service, end] = parts.slice(-2);
  const [date, region] = parts.slice(-4, -2);
  const accessKeyId = parts.slice(0, -4).join("/");
  if (!accessKeyId || !date || !region || !service || end !== "aws4_request") return "incomplete";
  const signedHeaders = signedNames.split(";");
  return { accessKeyId, date, region, service, signedHeaders, signedNames, key: undefined };
});

/** The instant the request says it was signed at. */
export function signedAt(headers: SignedRequest["headers"]): Date | undefined {
  const text = headers["x-amz-date"];
  return typeof text === "string" ? instantOf(text) : undefined;
}

/** Calls of one second name the same. */
const instantOf = remember((text: string): Date | undefined => {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return undefined;
  const part = (from: number, to: number) => Number(text.slice(from, to));
  return new Date(Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(9, 11), part(11, 13), part(13, 15)));
});

/** Whether the body is the one whose hash the header names, where it names one. */
export function payloadMatches(request: SignedRequest): boolean {
  const named = request.headers["x-amz-content-sha256"];
  return typeof named !== "string" || !signatureForm.test(named) || named === bodyHash(request.body);
}

export function signatureMatches(
  request: SignedRequest,
  { claims, signature }: Authorization,
  secret: string,
): boolean {
  const { date, region, service, signedHeaders } = claims;
  const dateTime = String(request.headers["x-amz-date"] ?? "");
  if (!signedHeaders.includes("host") || !dateTime.startsWith(date)) return false;
  const digest = hash("sha256", canonicalOf(request, claims), "hex");
  const toSign = `AWS4-HMAC-SHA256\n${dateTime}\n${date}/${region}/${service}/aws4_request\n${digest}`;
  return hmac(signingKeyOf(secret, claims), toSign, "hex") === signature;
}

function canonicalOf(request: SignedRequest, { service, signedHeaders, signedNames }: Claims): string {
  const named = request.headers["x-amz-content-sha256"];
  const payloadHash = typeof named === "string" ? named : bodyHash(request.body);
  // Every service but S3 encodes the path once more than it was sent.
  const path = service.startsWith("s3") ? request.path : encodePath(request.path);
  let headers = "";
  for (const name of signedHeaders) {
    const value = request.headers[name];
    const text = (Array.isArray(value) ? value.join(",") : (value ?? "")).trim();
    headers += `${name}:${text.includes("  ") ? text.replace(/ {2,}/g, " ") : text}\n`;
  }
  return `${request.method}\n${path}\n${canonicalQuery(request.search)}\n${headers}\n${signedNames}\n${payloadHash}`;
}

/** Nothing in it is to be encoded, left out or sorted. */
const plainPath = /^(?:\/[A-Za-z0-9_~-]+)+$/;
const plainQuery = /^[A-Za-z0-9._~-]+=[A-Za-z0-9._~-]*$/;

function encodePath(path: string): string {
  if (path === "/" || plainPath.test(path)) return path;
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(encode(segment));
  }
  const slash = path.endsWith("/") && segments.length > 0 ? "/" : "";
  return `/${segments.join("/")}${slash}`;
}

function canonicalQuery(search: string): string {
  if (search === "" || plainQuery.test(search)) return search;
  return search
    .split("&")
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [encode(decode(name)), encode(decode(value.join("=")))] as const;
    })
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    if (cause instanceof URIError) return text;
    throw cause;
  }
}

const shortBodyBytes = 512;
const hashOfShort = remember((text: string) => hash("sha256", Buffer.from(text, "latin1"), "hex"));

/** Short bodies are few and come again: the same question to many accounts. */
function bodyHash(body: Buffer): string {
  return body.length <= shortBodyBytes ? hashOfShort(body.toString("latin1")) : hash("sha256", body, "hex");
}

function signingKeyOf(secret: string, claims: Claims): PaddedKey {
  if (claims.key?.secret !== secret) {
    const { date, region, service } = claims;
    const key = [date, region, service, "aws4_request"].reduce<PaddedKey>(
      (parent, part) => padded(hmac(parent, part)),
      padded(Buffer.from(`AWS4${secret}`)),
    );
    claims.key = { secret, padded: key };
  }
  return claims.key.padded;
}
