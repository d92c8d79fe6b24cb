// How long an answer takes and how it goes out over the socket: whole and at once, or as an injected fault has it.
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Delivery } from "./injected-faults.ts";
import type { Settings } from "./settings.ts";
import type { WireResponse } from "./wire/response.ts";

/** Log-normal around the median of the operation, its service, or all. */
export function latencyMsOf(settings: Settings, service: string, operation: string): number {
  const own = settings.latencies[`${service}:${operation}`] ?? settings.latencies[service];
  const medianMs = own?.medianMs ?? settings.latencyMs;
  if (medianMs <= 0) return 0;
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return medianMs * Math.exp((own?.sigma ?? settings.latencySigma) * normal);
}

export async function deliver(
  response: ServerResponse,
  answer: WireResponse,
  isHead: boolean,
  delivery: Delivery | undefined,
): Promise<void> {
  if (response.destroyed || delivery?.kind === "no-answer") return;
  const { status, headers, body } = answer;
  const length = isHead ? Number(headers["content-length"] ?? 0) : Buffer.byteLength(body);
  if (delivery?.kind === "reset" || delivery?.kind === "lost-answer") {
    response.socket?.resetAndDestroy();
    return;
  }
  // A string goes out in one write with its headers; a buffer would need two.
  response.writeHead(status, { ...headers, "content-length": length });
  if (!delivery || length === 0) response.end(isHead ? undefined : body);
  else if (delivery.kind === "slow-body")
    await trickle(response, Buffer.from(body as string), delivery.bytesPerSecond);
  else breakOff(response, Buffer.from(body as string), delivery.kind);
}

/** Half of what the length promises. */
function breakOff(response: ServerResponse, body: Buffer, kind: "reset-midway" | "half-body"): void {
  const { socket } = response;
  response.write(body.subarray(0, body.length >> 1), () => {
    if (kind === "half-body") socket?.end();
    else socket?.resetAndDestroy();
  });
}

const piecesPerSecond = 10;

async function trickle(response: ServerResponse, body: Buffer, bytesPerSecond: number): Promise<void> {
  const step = Math.max(1, Math.ceil(bytesPerSecond / piecesPerSecond));
  for (let at = 0; at < body.length && !response.destroyed; at += step) {
    response.write(body.subarray(at, at + step));
    await sleep(1000 / piecesPerSecond);
  }
  response.end();
}
