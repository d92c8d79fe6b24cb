// The HTTP server, made from the contract's list of routes: every route is bound to one function, and a
// promise without a function stops the start.
import { randomUUID } from "node:crypto";
import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import Fastify, { type FastifyInstance, LogController } from "fastify";
import { routes } from "#contract/routes.ts";
import { Problem, StartRefused } from "#model/problem.ts";
import { type AnyFunction, addRoute } from "./add-route.ts";
import { addDocumentation } from "./documentation.ts";
import { functions } from "./functions.ts";
import { addHealth } from "./health.ts";
import { addMetrics } from "./metrics.ts";
import type { ApiParts } from "./parts.ts";
import { problemBody, problemType, sendError } from "./problem-answer.ts";
import { addSecurityHeaders } from "./security-headers.ts";
import { openStreams } from "./stream.ts";
import { addWeb } from "./web.ts";

const maxBodyBytes = 1_048_576;
const apiPrefix = "/api/v1";

/** Routes of the contract that the table has no function for. */
export function unkeptPromises(table: Readonly<Record<string, unknown>>): string[] {
  return routes.filter((route) => typeof table[route.name] !== "function").map((route) => route.name);
}

export async function buildServer(
  parts: ApiParts,
  table: Readonly<Record<string, AnyFunction>> = functions as unknown as Record<string, AnyFunction>,
): Promise<FastifyInstance> {
  const missing = unkeptPromises(table);
  if (missing.length > 0)
    throw new StartRefused(`The contract promises routes that have no function: ${missing.join(", ")}.`);
  const app = openServer(parts);
  const streams = openStreams(parts.changes);
  app.addHook("preClose", async () => streams.close());
  addSecurityHeaders(app, parts);
  addLog(app);
  readBodies(app);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  await app.register(cookie);
  await app.register(rateLimit, { global: false });
  await addDocumentation(app, parts);
  addMetrics(app, parts, streams);
  addHealth(app, parts);
  const scope = { app, parts, streams, prefix: apiPrefix };
  for (const route of routes) addRoute(scope, route, table[route.name] as AnyFunction);
  await addWeb(app, parts, apiPrefix);
  return app;
}

function openServer(parts: ApiParts): FastifyInstance {
  return Fastify({
    loggerInstance: parts.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    exposeHeadRoutes: false,
    // Longer ids than the contract takes are its business to refuse.
    routerOptions: { maxParamLength: 1000 },
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
    // Behind a proxy on this host the peer is the proxy; without one nobody may name another address.
    trustProxy: parts.settings.publicUrl === null ? false : "loopback",
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
    clientErrorHandler(_, socket) {
      const body = JSON.stringify(
        problemBody(new Problem("malformed-request", "This is not an HTTP request that can be read.")),
      );
      if (socket.writable)
        socket.end(
          `HTTP/1.1 400 Bad Request\r\ncontent-type: ${problemType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
        );
      else socket.destroy();
    },
  }) as unknown as FastifyInstance;
}

/** The route's pattern instead of the address, whose query may hold an external id. */
function addLog(app: FastifyInstance): void {
  app.addHook("onResponse", async (request, reply) => {
    request.log.debug(
      {
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
      },
      "answered",
    );
  });
}

/** JSON; on routes that say so CSV too, as the member "csv". */
function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_, text: string, done) => {
    if (text.trim() === "") return done(null, undefined);
    try {
      done(null, JSON.parse(text));
    } catch (cause) {
      done(new Problem("malformed-json", `Mend the JSON: ${(cause as Error).message}.`, { cause }));
    }
  });
  app.addContentTypeParser("text/csv", { parseAs: "string" }, (request, csv: string, done) => {
    if (request.routeOptions.config.takesCsv) return done(null, { csv });
    done(new Problem("unsupported-media-type", "Send JSON with the header Content-Type: application/json."));
  });
}
