// The admin port: request counts, the world, settings, and the credentials that a container of the hosting
// account would be served. Loopback only; every request carries a token, as a header or as its path's first segment.

import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Simulation } from "./answer.ts";
import type { Counted } from "./request-log.ts";
import type { TemporaryCredentials } from "./sessions.ts";
import { changedSettings } from "./settings.ts";

export interface AdminParts {
  simulation: Simulation;
  adminToken: string;
  containerToken: string;
  describeWorld: () => object;
  /** Credentials of the install role's session; undefined when the hosting account has no such role. */
  containerCredentials: () => { credentials: TemporaryCredentials; roleArn: string } | undefined;
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
  if (pathname === "/container-credentials") {
    if (!isSame(token, parts.containerToken)) return [401, { problem: "wrong Authorization token" }];
    return containerCredentials(parts);
  }
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

/** The answer of ECS and EKS to a container's SDK. */
function containerCredentials(parts: AdminParts): [number, object] {
  const served = parts.containerCredentials();
  if (!served) return [404, { code: "NotFound", message: "The hosting account has no install role." }];
  const { credentials, roleArn } = served;
  return [
    200,
    {
      AccessKeyId: credentials.AccessKeyId,
      SecretAccessKey: credentials.SecretAccessKey,
      Token: credentials.SessionToken,
      Expiration: credentials.Expiration.toISOString(),
      RoleArn: roleArn,
    },
  ];
}

async function readText(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming) {
    text += String(chunk);
    if (text.length > maxBodyBytes) throw new Error("the body is too large");
  }
  return text;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
