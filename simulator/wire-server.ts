// The HTTP side of the simulator: requests of a connection are answered one after the other, in their order, each
// after the simulated latency and the way its injected fault has it.
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, answer, type IncomingRequest, type Simulation } from "./answer.ts";
import { deliver, type Outcome, refuseConnection, sendDue } from "./delivery.ts";
import type { HttpRequest } from "./wire/http-head.ts";
import { type HttpReader, openHttpReader } from "./wire/http-read.ts";

/** At once where nothing has to be waited for: a promise and what hangs on it cost as much as a small operation. */
export type Answerer = (request: IncomingRequest) => Answer | Promise<Answer>;

export type WireServer = Server & { closeAllConnections(): void };

const idleMs = 60_000;
/** A client may send ahead; past this the socket waits. */
const maxAheadBytes = 16 * 1024 * 1024;

export function wireServer(simulation: Simulation): WireServer {
  return serverOf((request) => answer(simulation, request));
}

/** Serves whatever `answerer` says of a request read whole. */
export function serverOf(answerer: Answerer): WireServer {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    converse(socket, answerer);
  });
  return Object.assign(server, {
    closeAllConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
  });
}

function converse(socket: Socket, answerer: Answerer): void {
  const reader = openHttpReader();
  let isBusy = false;
  let hasEnded = false;
  const fail = (error: unknown) => {
    process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
    socket.destroy();
  };
  const end = () => {
    sendDue();
    socket.end();
  };
  const rest = (outcome: Outcome) => {
    // Busy for ever: nothing that still comes is looked at.
    if (outcome === "over") return;
    isBusy = false;
    if (hasEnded) end();
  };
  const goOn = () => {
    if (isBusy) return;
    isBusy = true;
    try {
      const outcome = answerAll(socket, reader, answerer);
      if (outcome instanceof Promise) outcome.then(rest, fail);
      else rest(outcome);
    } catch (error) {
      fail(error);
    }
  };
  socket.on("data", (chunk: Buffer) => {
    reader.push(chunk);
    if (reader.bufferedBytes > maxAheadBytes) socket.pause();
    goOn();
  });
  socket.on("end", () => {
    hasEnded = true;
    if (!isBusy) end();
  });
  socket.on("error", () => socket.destroy());
  socket.setTimeout(idleMs, () => {
    if (!isBusy) socket.destroy();
  });
}

/** Everything that has come whole, one after the other. */
function answerAll(socket: Socket, reader: HttpReader, answerer: Answerer): Outcome | Promise<Outcome> {
  for (;;) {
    const read = reader.next();
    if (read === "more") {
      if (socket.isPaused()) socket.resume();
      return "on";
    }
    if (read === "continue") {
      sendDue();
      socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      return "on";
    }
    if ("status" in read) {
      refuseConnection(socket, read.status);
      return "over";
    }
    const answered = answerer(requestOf(read, socket));
    const sent =
      answered instanceof Promise
        ? answered.then((late) => send(socket, late, read))
        : send(socket, answered, read);
    if (sent instanceof Promise)
      return sent.then((outcome) => (outcome === "over" ? outcome : answerAll(socket, reader, answerer)));
    if (sent === "over") return sent;
  }
}

function send(socket: Socket, answered: Answer, read: HttpRequest): Outcome | Promise<Outcome> {
  const { delayMs } = answered;
  return delayMs
    ? sleep(delayMs).then(() => deliver(socket, answered, read))
    : deliver(socket, answered, read);
}

/** Nobody changes it. */
const noQuery = new URLSearchParams();

function requestOf(
  { method, target, headers, body, isTooLarge }: HttpRequest,
  socket: Socket,
): IncomingRequest {
  const mark = target.indexOf("?");
  const search = mark < 0 ? "" : target.slice(mark + 1);
  const request: IncomingRequest = {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    search,
    query: search === "" ? noQuery : new URLSearchParams(search),
    headers,
    body,
    sourceIp: socket.remoteAddress ?? "127.0.0.1",
    isTooLarge,
  };
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  if (isForm && body.length > 0) request.form = new URLSearchParams(body.toString("utf8"));
  return request;
}
