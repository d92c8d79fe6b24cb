// The HTTP side of the simulator: reads a request whole (up to a bound), has it answered, waits the simulated latency.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { answer, type IncomingRequest, type Simulation } from "./answer.ts";
import type { Settings } from "./settings.ts";
import type { WireResponse } from "./wire/response.ts";

const maxBodyBytes = 8 * 1024 * 1024;

export type Answerer = (request: IncomingRequest) => Promise<WireResponse>;

export function wireServer(simulation: Simulation): Server {
  return serverOf(
    (request) => answer(simulation, request),
    () => simulation.settings,
  );
}

/** Serves whatever `answerer` says of a request read whole. */
export function serverOf(answerer: Answerer, settings: () => Pick<Settings, "latencyMs">): Server {
  const server = createServer((incoming, response) => {
    serve(answerer, settings, incoming, response).catch((error: unknown) => {
      process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on("clientError", (_, socket) => {
    if (socket.writable)
      socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });
  return server;
}

async function serve(
  answerer: Answerer,
  settings: () => Pick<Settings, "latencyMs">,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming);
  if (body === "aborted") return;
  const answered = await answerer(requestOf(incoming, body));
  const delayMs = latencyOf(settings().latencyMs);
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  send(response, answered, incoming.method === "HEAD");
  // What was not read of an oversized body must not be taken for the next request.
  if (body === "too-large") response.once("finish", () => incoming.destroy());
}

function requestOf(incoming: IncomingMessage, body: Buffer | "too-large"): IncomingRequest {
  const url = incoming.url ?? "/";
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const search = mark < 0 ? "" : url.slice(mark + 1);
  const type = incoming.headers["content-type"] ?? "";
  const request: IncomingRequest = {
    method: incoming.method ?? "GET",
    path,
    search,
    query: new URLSearchParams(search),
    headers: incoming.headers,
    body: body === "too-large" ? Buffer.alloc(0) : body,
    sourceIp: incoming.socket.remoteAddress ?? "127.0.0.1",
    isTooLarge: body === "too-large",
  };
  if (type.startsWith("application/x-www-form-urlencoded") && request.body.length > 0) {
    request.form = new URLSearchParams(request.body.toString("utf8"));
  }
  return request;
}

function readBody(incoming: IncomingMessage): Promise<Buffer | "too-large" | "aborted"> {
  if (Number(incoming.headers["content-length"] ?? 0) > maxBodyBytes) return Promise.resolve("too-large");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBodyBytes) chunks.push(chunk);
      else resolve("too-large");
    });
    incoming.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    incoming.on("error", () => resolve("aborted"));
    incoming.on("close", () => resolve("aborted"));
  });
}

function send(response: ServerResponse, { status, headers, body }: WireResponse, isHead: boolean): void {
  if (response.destroyed) return;
  // A string goes out in one write with its headers; a buffer would need two.
  response.writeHead(status, { ...headers, "content-length": isHead ? 0 : Buffer.byteLength(body) });
  response.end(isHead ? undefined : body);
}

/** Log-normal around the median; sigma 0.4 puts the 99th percentile at 2.5 times the median. */
function latencyOf(medianMs: number): number {
  if (medianMs <= 0) return 0;
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return medianMs * Math.exp(0.4 * normal);
}
