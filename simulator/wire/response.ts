// The output of an operation in the form of the API's protocol.
import type { Api, ApiOperation } from "./api.ts";
import { writeCbor } from "./cbor.ts";
import { cborHeaders, idHeaders, jsonHeaders, xmlResponse } from "./framing.ts";
import { jsonOf } from "./json.ts";
import type { Member, Shape } from "./shape.ts";
import { base64Of, timestampText } from "./values.ts";
import { elementName, escapeXml, membersXml, structXml } from "./xml-write.ts";

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

export function writeOutput(
  api: Api,
  operation: ApiOperation,
  output: unknown,
  requestId: string,
): WireResponse {
  const value = (output ?? {}) as Record<string, unknown>;
  const { name } = operation;
  switch (api.protocol) {
    case "awsQuery": {
      const result =
        operation.output.kind === "struct"
          ? `<${name}Result>${membersXml(operation.output, value)}</${name}Result>`
          : "";
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      return xmlResponse(
        200,
        requestId,
        `<${name}Response xmlns="${api.xmlNamespace}">${result}${metadata}</${name}Response>`,
      );
    }
    case "ec2Query": {
      const members = membersXml(operation.output, value);
      const body = `<${name}Response xmlns="${api.xmlNamespace}/"><requestId>${requestId}</requestId>${members}</${name}Response>`;
      return xmlResponse(200, requestId, body);
    }
    case "awsJson1_0":
    case "awsJson1_1":
      return {
        status: 200,
        headers: jsonHeaders(api, requestId),
        body:
          operation.output.kind === "struct" ? JSON.stringify(jsonOf(operation.output, value, false)) : "{}",
      };
    case "rpcV2Cbor":
      return { status: 200, headers: cborHeaders(requestId), body: writeCbor(operation.output, value) };
    default:
      return writeRest(api, operation, value, requestId);
  }
}

function writeRest(
  api: Api,
  operation: ApiOperation,
  value: Record<string, unknown>,
  requestId: string,
): WireResponse {
  const isXml = api.protocol === "restXml";
  const response: WireResponse = {
    status: operation.http?.status ?? 200,
    headers: idHeaders(api, requestId),
    body: "",
  };
  for (const member of operation.output.members) writeBound(member, value[member.name], response);
  // A part of an object is Partial Content, which no schema says.
  if (api.client === "s3" && operation.name === "GetObject" && value.ContentRange !== undefined)
    response.status = 206;
  const payload = operation.output.members.find((member) => member.isPayload);
  const inBody = operation.output.members.filter((member) => !isOutsideBody(member));
  if (payload) {
    writePayload(api, payload, value[payload.name], response);
  } else if (inBody.length > 0 && response.status !== 204 && operation.http?.method !== "HEAD") {
    response.headers["content-type"] = isXml ? "application/xml" : "application/json";
    response.body = isXml
      ? `<?xml version="1.0" encoding="UTF-8"?>${rootXml(api, operation.output, value)}`
      : JSON.stringify(
          jsonOf(operation.output, Object.fromEntries(inBody.map(({ name }) => [name, value[name]])), true),
        );
  }
  return response;
}

function rootXml(api: Api, output: Shape, value: Record<string, unknown>): string {
  const name = output.xmlName ?? output.name;
  // GetBucketLocation answers the text without the element of its only member.
  const only = output.members.length === 1 ? output.members[0] : undefined;
  const isBare = only !== undefined && elementName(only) === name && only.shape.kind === "string";
  const inner = isBare ? escapeXml(String(value[only.name] ?? "")) : membersXml(output, value, isOutsideBody);
  return `<${name} xmlns="${api.xmlNamespace}">${inner}</${name}>`;
}

function isOutsideBody(member: Member): boolean {
  return Boolean(member.header ?? member.prefixHeaders) || member.isResponseCode;
}

function writeBound(member: Member, value: unknown, response: WireResponse): void {
  if (value === undefined || value === null) return;
  if (member.header) {
    response.headers[member.header] =
      member.shape.kind === "list"
        ? (value as unknown[]).map((item) => headerText(member.shape.item.shape, item)).join(", ")
        : headerText(member.shape, value, member);
  } else if (member.prefixHeaders !== undefined) {
    for (const [key, text] of Object.entries(value))
      response.headers[member.prefixHeaders + key] = String(text);
  } else if (member.isResponseCode) {
    response.status = Number(value);
  }
}

function headerText(shape: Shape, value: unknown, member?: Member): string {
  if (shape.kind === "timestamp") return timestampText(value, shape.timestampFormat ?? 6);
  if (shape.kind === "blob" || member?.mediaType) return base64Of(value);
  return String(value).replace(/[\r\n]/g, " ");
}

function writePayload(api: Api, payload: Member, value: unknown, response: WireResponse): void {
  const { kind } = payload.shape;
  if (value === undefined || value === null) return;
  if (kind === "blob") {
    response.headers["content-type"] ??= "application/octet-stream";
    response.body = value instanceof Uint8Array ? value : String(value);
  } else if (kind === "string") {
    response.headers["content-type"] ??= payload.mediaType ?? "text/plain";
    response.body = String(value);
  } else if (api.protocol === "restXml") {
    response.headers["content-type"] = "application/xml";
    const namespace = ` xmlns="${api.xmlNamespace}"`;
    response.body = `<?xml version="1.0" encoding="UTF-8"?>${structXml(payload.shape, value as Record<string, unknown>, elementName(payload), namespace)}`;
  } else {
    response.headers["content-type"] = "application/json";
    response.body = JSON.stringify(jsonOf(payload.shape, value, true));
  }
}
