// The HTTP side of the simulator: reads a request whole (up to a bound), has it answered, waits the simulated latency.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Answer, answer, type IncomingRequest, type Simulation } from "./answer.ts";
import { deliver } from "./delivery.ts";

const maxBodyBytes = 8 * 1024 * 1024;

export type Answerer = (request: IncomingRequest) => Promise<Answer>;

export function wireServer(simulation: Simulation): Server {
  return serverOf((request) => answer(simulation, request));
}

/** Serves whatever `answerer` says of a request read whole. */
export function serverOf(answerer: Answerer): Server {
  const server = createServer((incoming, response) => {
    serve(answerer, incoming, response).catch((error: unknown) => {
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

async function serve(answerer: Answerer, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(incoming);
  if (body === "aborted") return;
  const answered = await answerer(requestOf(incoming, body));
  const { delayMs = 0, delivery } = answered;
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  await deliver(response, answered, incoming.method === "HEAD", delivery);
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
