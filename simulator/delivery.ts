// How long an answer takes and how it goes out over the socket: whole and at once, or as an injected fault has it.
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answer.ts";
import type { Settings } from "./settings.ts";
import type { HttpRequest } from "./wire/http-head.ts";
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
  if (delivery) sendDue();
  if (delivery?.kind === "reset" || delivery?.kind === "lost-answer") {
    socket.resetAndDestroy();
    return "over";
  }
  const hasBody = method !== "HEAD" && answer.status !== 204 && answer.status !== 304;
  const body = hasBody ? answer.body : "";
  const head = headOf(answer, method === "HEAD", keepsAlive);
  if (!delivery || body.length === 0) {
    put(socket, head, body);
    if (keepsAlive) return "on";
    sendDue();
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
  sendDue();
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
    if (name === "content-length") continue;
    const value = String(headers[name]);
    head += `${name}: ${unsendable.test(value) ? value.replace(unsendableAll, " ") : value}\r\n`;
  }
  const length = isHead ? (headers["content-length"] ?? "0") : Buffer.byteLength(body);
  if (status !== 204 && status !== 304) head += `content-length: ${length}\r\n`;
  return `${head}connection: ${keepsAlive ? "keep-alive" : "close"}\r\n\r\n`;
}

const unsendable = /[\0\r\n]/;
const unsendableAll = /[\0\r\n]/g;
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

interface Due {
  socket: Socket;
  head: string;
  body: string | Uint8Array;
}

const due: Due[] = [];
const mostDue = 16;

/**
 * Answers of one turn go out together at its end: each write wakes the client, which takes turns with the simulator from
 * then on (a sixth of a small call over 16 connections, 2026-11-22). What else is sent must call `sendDue` before.
 */
function put(socket: Socket, head: string, body: string | Uint8Array): void {
  due.push({ socket, head, body });
  if (due.length >= mostDue) sendDue();
  else if (due.length === 1) setImmediate(sendDue);
}

export function sendDue(): void {
  for (const { socket, head, body } of due.splice(0)) if (!socket.destroyed) write(socket, head, body);
}

/** In one write where it can be: each is a system call. */
function write(socket: Socket, head: string, body: string | Uint8Array): void {
  const isAscii = typeof body === "string" && Buffer.byteLength(body) === body.length;
  if (isAscii) {
    socket.write(head + body, "latin1");
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
