// How long an answer takes and how it goes out over the socket: whole and at once, or as an injected fault has it.
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answer.ts";
import type { Settings } from "./settings.ts";
import type { HttpRequest } from "./wire/http-read.ts";
import type { WireResponse } from "./wire/response.ts";

/** Log-normal around the median of the operation, its service, or all. */
export function latencyMsOf(settings: Settings, service: string, operation: string): number {
  const { latencies, latencyMs } = settings;
  // A name made for each call is not for nothing only where a service has a latency of its own.
  const hasOwn = Object.keys(latencies).length > 0;
  const own = hasOwn ? (latencies[`${service}:${operation}`] ?? latencies[service]) : undefined;
  const medianMs = own?.medianMs ?? latencyMs;
  if (medianMs <= 0) return 0;
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return medianMs * Math.exp((own?.sigma ?? settings.latencySigma) * normal);
}

/** "over": nothing more may be sent on this connection. */
export type Outcome = "on" | "over";

/** Waits only where a fault has it go out slowly. */
export function deliver(
  socket: Socket,
  answer: Answer,
  { method, keepsAlive }: Pick<HttpRequest, "method" | "keepsAlive">,
): Outcome | Promise<Outcome> {
  const { delivery } = answer;
  if (socket.destroyed || delivery?.kind === "no-answer") return "over";
  if (delivery?.kind === "reset" || delivery?.kind === "lost-answer") {
    socket.resetAndDestroy();
    return "over";
  }
  const hasBody = method !== "HEAD" && answer.status !== 204 && answer.status !== 304;
  const body = hasBody ? answer.body : "";
  const head = headOf(answer, method === "HEAD", keepsAlive);
  if (!delivery || body.length === 0) {
    write(socket, head, body);
    if (keepsAlive) return "on";
    finish(socket);
    return "over";
  }
  write(socket, head, "");
  if (delivery.kind === "slow-body") {
    return trickle(socket, Buffer.from(body as string), delivery.bytesPerSecond).then(() =>
      keepsAlive ? "on" : "over",
    );
  }
  breakOff(socket, Buffer.from(body as string), delivery.kind);
  return "over";
}

/** What is no HTTP gets an answer that is, and no second chance. */
export function refuseConnection(socket: Socket, status: number): void {
  if (!socket.writable) return;
  socket.write(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  );
  finish(socket);
}

const lingerMs = 5_000;

/** Bytes still to come are let go by: left unread they would turn the end into a reset that takes the answer along. */
function finish(socket: Socket): void {
  socket.removeAllListeners("data").resume();
  socket.end();
  socket.setTimeout(lingerMs, () => socket.destroy());
}

function headOf({ status, headers, body }: WireResponse, isHead: boolean, keepsAlive: boolean): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\ndate: ${dateHeader()}\r\n`;
  for (const name in headers) {
    if (name !== "content-length") head += `${name}: ${String(headers[name]).replace(unsendable, " ")}\r\n`;
  }
  const length = isHead ? (headers["content-length"] ?? "0") : Buffer.byteLength(body);
  if (status !== 204 && status !== 304) head += `content-length: ${length}\r\n`;
  return `${head}connection: ${keepsAlive ? "keep-alive" : "close"}\r\n\r\n`;
}

const unsendable = /[\0\r\n]/g;
const ascii = /^[\0-\x7f]*$/;
let dateAt = 0;
let dateText = "";

function dateHeader(): string {
  const now = Date.now();
  if (now - dateAt >= 1000) {
    dateAt = now - (now % 1000);
    dateText = new Date(now).toUTCString();
  }
  return dateText;
}

/** In one write where it can be: each is a system call. */
function write(socket: Socket, head: string, body: string | Uint8Array): void {
  if (typeof body === "string" && ascii.test(head)) {
    socket.write(head + body, ascii.test(body) ? "latin1" : "utf8");
    return;
  }
  socket.cork();
  socket.write(head, "latin1");
  socket.write(body);
  socket.uncork();
}

/** Half of what the length promises. */
function breakOff(socket: Socket, body: Buffer, kind: "reset-midway" | "half-body"): void {
  socket.write(body.subarray(0, body.length >> 1), () => {
    if (kind === "half-body") socket.end();
    else socket.resetAndDestroy();
  });
}

const piecesPerSecond = 10;

async function trickle(socket: Socket, body: Buffer, bytesPerSecond: number): Promise<void> {
  const step = Math.max(1, Math.ceil(bytesPerSecond / piecesPerSecond));
  for (let at = 0; at < body.length && !socket.destroyed; at += step) {
    socket.write(body.subarray(at, at + step));
    await sleep(1000 / piecesPerSecond);
  }
}
