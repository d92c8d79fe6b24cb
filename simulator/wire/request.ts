// A request's parts to the input of its operation, in the form of the API's protocol.
import type { Api, ApiOperation } from "./api.ts";
import { s3BodyOf } from "./aws-chunked.ts";
import { parseCbor, readCbor } from "./cbor.ts";
import { speaksS3 } from "./framing.ts";
import { parseJson, readJson } from "./json.ts";
import { readQuery } from "./query-read.ts";
import type { RestRequest } from "./route.ts";
import type { Member, Shape } from "./shape.ts";
import { readText } from "./values.ts";
import { parseXml, readXml } from "./xml-read.ts";

export interface WireRequest extends RestRequest {
  body: Buffer;
  /** Of the query protocols, from the body or the query string. */
  form?: URLSearchParams;
}

export function readInput(
  api: Api,
  operation: ApiOperation,
  request: WireRequest,
  labels: Record<string, string>,
): Record<string, unknown> {
  switch (api.protocol) {
    case "awsQuery":
    case "ec2Query":
      return readQuery(operation.input, request.form ?? request.query, api.protocol === "ec2Query");
    case "awsJson1_0":
    case "awsJson1_1":
      return (readJson(operation.input, parseJson(request.body), false) ?? {}) as Record<string, unknown>;
    case "rpcV2Cbor":
      return (readCbor(operation.input, parseCbor(request.body)) ?? {}) as Record<string, unknown>;
    default:
      return readRest(api, operation, request, labels);
  }
}

function readRest(api: Api, operation: ApiOperation, request: WireRequest, labels: Record<string, string>) {
  const { input } = operation;
  // The checksums of a completed upload are those of its parts together.
  const isChecked = speaksS3(api) && operation.name !== "CompleteMultipartUpload";
  const content = isChecked ? s3BodyOf(request) : request.body;
  const value: Record<string, unknown> = {};
  const inBody: Member[] = [];
  for (const member of input.members) {
    const read = readBound(member, operation, request, labels);
    if (read === notBound) inBody.push(member);
    else if (read !== undefined) value[member.name] = read;
  }
  const payload = inBody.find((member) => member.isPayload);
  if (payload) {
    if (content.length > 0) value[payload.name] = readPayload(api, payload, content);
    return value;
  }
  if (inBody.length === 0 || content.length === 0) return value;
  const body =
    api.protocol === "restXml"
      ? readXml(input, parseXml(content.toString("utf8")))
      : readJson(input, parseJson(content), true);
  for (const { name } of inBody) {
    const read = (body as Record<string, unknown> | undefined)?.[name];
    if (read !== undefined) value[name] = read;
  }
  return value;
}

const notBound = Symbol("in the body");

function readBound(
  member: Member,
  operation: ApiOperation,
  request: WireRequest,
  labels: Record<string, string>,
): unknown {
  const { shape, name } = member;
  if (member.isLabel) {
    const text = labels[name];
    return text === undefined ? undefined : readText(shape, text, name);
  }
  if (member.query) {
    if (shape.kind === "list") {
      const texts = request.query.getAll(member.query);
      return texts.length ? texts.map((text) => readText(shape.item.shape, text, name)) : undefined;
    }
    const text = request.query.get(member.query);
    return text === null ? undefined : readText(shape, text, name);
  }
  if (member.header) return readHeader(member, request.headers[member.header]);
  if (member.prefixHeaders !== undefined) return headersWith(member.prefixHeaders, request);
  if (member.isQueryParams) return queryParams(shape, operation, request);
  return notBound;
}

function headersWith(prefix: string, { headers }: WireRequest): Record<string, string> | undefined {
  const found = Object.entries(headers).filter(([header]) => header.startsWith(prefix));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([header, text]) => [header.slice(prefix.length), String(text)]));
}

/** What the query holds beyond the route's literals and the members that have a parameter of their own. */
function queryParams(
  shape: Shape,
  { input, http }: ApiOperation,
  { query }: WireRequest,
): object | undefined {
  const bound = new Set([
    ...input.members.map((member) => member.query),
    ...(http?.query.map(([name]) => name) ?? []),
  ]);
  const names = [...new Set(query.keys())].filter((name) => !bound.has(name));
  if (names.length === 0) return undefined;
  const isList = shape.item.shape.kind === "list";
  return Object.fromEntries(names.map((name) => [name, isList ? query.getAll(name) : query.get(name)]));
}

function readHeader({ shape, name, header: member }: Member, header: string | string[] | undefined): unknown {
  const sent = Array.isArray(header) ? header.join(",") : header;
  // How the body travels is none of the object's own encodings.
  const text = member === "content-encoding" ? sent?.replace(/\baws-chunked\b,?\s*/, "") || undefined : sent;
  if (text === undefined) return undefined;
  if (shape.kind !== "list") return readText(shape, text, name);
  return text
    .split(",")
    .map((part) => readText(shape.item.shape, part.trim().replace(/^"(.*)"$/, "$1"), name));
}

function readPayload(api: Api, payload: Member, body: Buffer): unknown {
  switch (payload.shape.kind) {
    case "blob":
      return new Uint8Array(body);
    case "string":
      return body.toString("utf8");
    case "struct":
    case "list":
    case "map":
      return api.protocol === "restXml"
        ? readXml(payload.shape, parseXml(body.toString("utf8")))
        : readJson(payload.shape, parseJson(body), true);
    default:
      return readText(payload.shape, body.toString("utf8"), payload.name);
  }
}
