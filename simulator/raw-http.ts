// What the tests of malformed requests share: requests as bytes, signed by the SDK's own signer, sent over a bare
// socket, and what came back, response by response.
import { connect } from "node:net";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

export interface RawRequest {
  service: string;
  method?: string;
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Buffer;
}

export interface RawResponse {
  status: number;
  /** Status line and headers. */
  head: string;
  text: string;
}

interface Signing {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** The request as it would stand on the wire, signed over whatever its body is. */
export async function signedBytes(by: Signing, request: RawRequest): Promise<Buffer> {
  const { service, method = "POST", path = "/", query = {}, headers = {}, body = Buffer.alloc(0) } = request;
  const { host, hostname } = new URL(by.endpoint);
  const signer = new SignatureV4({
    service,
    region: "us-east-1",
    credentials: by,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
  });
  const signed = await signer.sign({
    method,
    protocol: "http:",
    hostname,
    path,
    query,
    headers: { host, "content-length": String(body.length), ...headers },
    body,
  });
  const search = Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
  const lines = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}`);
  const head = `${method} ${path}${search ? `?${search}` : ""} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}

/** Sends all on one connection, one right after the other; until so many answers are there or it was closed. */
export function converse(
  endpoint: string,
  parts: Buffer[],
  { answers = parts.length, endsAfterwards = false } = {},
): Promise<RawResponse[]> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((settle, fail) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let received = Buffer.alloc(0);
    const finish = () => {
      clearTimeout(patience);
      socket.destroy();
      settle(responsesIn(received));
    };
    const patience = setTimeout(() => {
      socket.destroy();
      fail(new Error(`no answer to ${Buffer.concat(parts).toString("latin1").slice(0, 2_000)}`));
    }, 20_000);
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (!endsAfterwards && responsesIn(received).length >= answers) finish();
    });
    socket.on("end", finish);
    // A server that refuses may close before it was sent everything.
    socket.on("error", finish);
    for (const part of parts) socket.write(part);
    if (endsAfterwards) socket.end();
  });
}

function responsesIn(bytes: Buffer): RawResponse[] {
  const found: RawResponse[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf("\r\n\r\n", at);
    if (end < 0) return found;
    const head = bytes.toString("latin1", at, end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    const length = Number(/^content-length: (\d+)$/m.exec(head)?.[1] ?? 0);
    const start = end + 4;
    if (bytes.length < start + length) return found;
    if (status >= 200) found.push({ status, head, text: bytes.toString("utf8", start, start + length) });
    at = start + length;
  }
}
