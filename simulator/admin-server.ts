// The admin port: request counts, the world, settings, and where credentials are to be had from within. Loopback only; every request carries a token, as a header or as its path's first segment.

import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Simulation } from "./answer.ts";
import { type WebIdentityWish, webIdentityToken } from "./metadata/token-files.ts";
import type { Counted } from "./request-log.ts";
import { atLeast, optional, shape, text } from "./setting-checks.ts";
import { changedSettings } from "./settings.ts";

export interface AdminParts {
  simulation: Simulation;
  adminToken: string;
  describeWorld: () => object;
  /** How to get credentials from within: environment variables by source. */
  describeMetadata: () => object;
}

const maxBodyBytes = 1024 * 1024;

export function adminServer(parts: AdminParts): Server {
  return createServer((incoming, response) => {
    route(parts, incoming).then(
      ([status, body]) => reply(response, status, body),
      (error: unknown) =>
        reply(response, 400, { problem: error instanceof Error ? error.message : String(error) }),
    );
  });
}

async function route(parts: AdminParts, incoming: IncomingMessage): Promise<[status: number, body: object]> {
  const { pathname: whole, searchParams } = new URL(incoming.url ?? "/", "http://loopback");
  const header = (incoming.headers.authorization ?? "").replace(/^Bearer /, "");
  const inPath = /^\/([0-9a-f]{48})(\/.*)$/.exec(whole);
  const pathname = inPath?.[2] ?? whole;
  const token = header || (inPath?.[1] ?? "");
  if (!isSame(token, parts.adminToken)) return [401, { problem: "wrong admin token" }];
  const { simulation } = parts;
  switch (`${incoming.method} ${pathname}`) {
    case "GET /requests/counts": {
      const by = searchParams.get("by")?.split(",") as (keyof Counted)[] | undefined;
      return [200, simulation.log.counts(by)];
    }
    case "DELETE /requests/counts":
      simulation.log.clear();
      return [200, {}];
    case "GET /world":
      return [200, parts.describeWorld()];
    case "GET /metadata":
      return [200, parts.describeMetadata()];
    case "POST /web-identity-tokens":
      return issueToken(simulation, await readText(incoming));
    case "GET /settings":
      return [200, simulation.settings];
    case "PUT /settings": {
      const changed = changedSettings(simulation.settings, JSON.parse(await readText(incoming)));
      if ("problem" in changed) return [400, changed];
      simulation.settings = changed;
      return [200, changed];
    }
    default:
      return [404, { problem: "no such path" }];
  }
}

const isWish = shape({
  subject: optional(text),
  audience: optional(text),
  lifeSeconds: optional(atLeast(1)),
});

function issueToken(simulation: Simulation, body: string): [number, object] {
  const wish: unknown = JSON.parse(body || "{}");
  const problem = isWish(wish, "the body");
  return problem
    ? [400, { problem }]
    : [201, { token: webIdentityToken(simulation, wish as WebIdentityWish) }];
}

async function readText(incoming: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of incoming) {
    body += String(chunk);
    if (body.length > maxBodyBytes) throw new Error("the body is too large");
  }
  return body;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
