// An error in the form of the API's protocol: each has its own root, code and status.
import type { AwsFault } from "../operation.ts";
import type { Api, ApiError } from "./api.ts";
import { writeCbor } from "./cbor.ts";
import { cborHeaders, hostIdOf, idHeaders, jsonHeaders, xmlResponse } from "./framing.ts";
import { jsonOf } from "./json.ts";
import type { WireResponse } from "./response.ts";
import type { Shape } from "./shape.ts";
import { escapeXml, membersXml } from "./xml-write.ts";

interface Failure {
  api: Api;
  fault: AwsFault;
  /** As the schema knows it. */
  known: ApiError | undefined;
  status: number;
  requestId: string;
}

export function writeFault(api: Api, fault: AwsFault, requestId: string, method: string): WireResponse {
  const known = api.errors.get(fault.code) ?? api.errors.get(`${fault.code}Exception`);
  const failure: Failure = { api, fault, known, status: statusOf(api, fault, known), requestId };
  const response = responseOf(failure, method);
  Object.assign(response.headers, fault.headers);
  return response;
}

function responseOf(failure: Failure, method: string): WireResponse {
  switch (failure.api.protocol) {
    case "awsQuery":
      return queryFault(failure);
    case "ec2Query":
      return ec2Fault(failure);
    case "restXml":
      return restXmlFault(failure, method);
    case "rpcV2Cbor":
      return cborFault(failure);
    default:
      return jsonFault(failure);
  }
}

/** A status that the operation chose itself stands; 400 is only the default. The JSON protocols answer 400 to every client error. */
function statusOf(api: Api, fault: AwsFault, known: ApiError | undefined): number {
  const fromSchema = known?.status ?? 400;
  if (fault.status !== 400) return fault.status;
  return isRpc(api) && fromSchema < 500 ? 400 : fromSchema;
}

function isRpc({ protocol }: Api): boolean {
  return protocol.startsWith("awsJson") || protocol === "rpcV2Cbor";
}

function queryFault({ api, fault, known, status, requestId }: Failure): WireResponse {
  const type = status >= 500 ? "Receiver" : "Sender";
  const code = escapeXml(known?.wireCode ?? fault.code);
  const error = `<Type>${type}</Type><Code>${code}</Code><Message>${escapeXml(fault.message)}</Message>${detailsXml(fault, known)}`;
  return xmlResponse(
    status,
    requestId,
    `<ErrorResponse xmlns="${api.xmlNamespace}"><Error>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

function ec2Fault({ fault, known, status, requestId }: Failure): WireResponse {
  const code = escapeXml(known?.wireCode ?? fault.code);
  const error = `<Error><Code>${code}</Code><Message>${escapeXml(fault.message)}</Message></Error>`;
  return xmlResponse(
    status,
    requestId,
    `<?xml version="1.0" encoding="UTF-8"?><Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`,
  );
}

function restXmlFault({ api, fault, known, status, requestId }: Failure, method: string): WireResponse {
  const headers = { ...idHeaders(api, requestId), "content-type": "application/xml" };
  if (method === "HEAD") return { status, headers, body: "" };
  const inner = `<Code>${escapeXml(known?.name ?? fault.code)}</Code><Message>${escapeXml(fault.message)}</Message>${detailsXml(fault, known)}`;
  const body =
    api.client === "s3"
      ? `<Error>${inner}<RequestId>${requestId}</RequestId><HostId>${hostIdOf(requestId)}</HostId></Error>`
      : `<ErrorResponse xmlns="${api.xmlNamespace}"><Error><Type>${status >= 500 ? "Receiver" : "Sender"}</Type>${inner}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}

function jsonFault({ api, fault, known, status, requestId }: Failure): WireResponse {
  const name = known?.name ?? fault.code;
  const fields = known ? (jsonOf(known.shape, fault.details, true) as object) : fault.details;
  const message = { [messageName(known)]: fault.message };
  if (api.protocol !== "restJson1") {
    return {
      status,
      headers: { ...jsonHeaders(api, requestId), ...queryCode(api, fault, known, status) },
      body: JSON.stringify({ __type: name, ...fields, ...message }),
    };
  }
  const headers: Record<string, string> = {
    ...idHeaders(api, requestId),
    "content-type": "application/json",
  };
  for (const { header, name: member } of known?.shape.members ?? []) {
    const value = fault.details[member];
    if (header && value !== undefined) headers[header] = String(value);
  }
  headers["x-amzn-errortype"] = name;
  return { status, headers, body: JSON.stringify({ ...fields, ...message }) };
}

function cborFault({ api, fault, known, status, requestId }: Failure): WireResponse {
  const type = known?.name ?? fault.code;
  const details = { ...fault.details, [messageName(known)]: fault.message };
  return {
    status,
    headers: { ...cborHeaders(requestId), ...queryCode(api, fault, known, status) },
    body: writeCbor(known?.shape, details, { __type: type }),
  };
}

/** What clients of the query protocol of old knew the error by. */
function queryCode(
  { isQueryCompatible }: Api,
  fault: AwsFault,
  known: ApiError | undefined,
  status: number,
): Record<string, string> {
  if (!isQueryCompatible) return {};
  return {
    "x-amzn-query-error": `${known?.wireCode ?? fault.code};${status >= 500 ? "Receiver" : "Sender"}`,
  };
}

function messageName(known: ApiError | undefined): "message" | "Message" {
  return known?.shape.member("message") || !known ? "message" : "Message";
}

/** Members of the error's shape in its form; what a service says beyond them as plain text. */
function detailsXml({ details }: AwsFault, known: ApiError | undefined): string {
  const inShape = known ? membersXml(known.shape, details) : "";
  const beyond = Object.entries(details).filter(([name]) => !hasMember(known?.shape, name));
  return inShape + beyond.map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`).join("");
}

function hasMember(shape: Shape | undefined, name: string): boolean {
  return shape?.member(name) !== undefined;
}
