// The built web, and what is said of addresses that nobody answers: a page for people, a problem for programs.
import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { routes } from "#contract/routes.ts";
import { Problem } from "#model/problem.ts";
import type { ApiParts } from "./parts.ts";

const yearSeconds = 31_536_000;

export async function addWeb(app: FastifyInstance, { settings }: ApiParts, prefix: string): Promise<void> {
  const folder = settings.webFolder;
  const isBuilt = folder !== null && existsSync(join(folder, "index.html"));
  if (isBuilt)
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      index: false,
      cacheControl: false,
      setHeaders(reply, path) {
        // Vite puts a hash of the content into the names of assets.
        const isAsset = path.includes("/assets/");
        reply.header("cache-control", isAsset ? `public, max-age=${yearSeconds}, immutable` : "no-cache");
      },
    });
  const methodsAt = pathMethods(prefix);
  const answer = (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split("?")[0] ?? "";
    refuseInApi(path, request.method, methodsAt, reply);
    if (request.method !== "GET" && request.method !== "HEAD")
      throw new Problem("not-found", "There is nothing at this address.");
    // A file that is not there is not a page; the ids in pages' addresses have dots too.
    if (/^\/assets\/|^\/[^/]+\.\w+$/.test(path)) throw new Problem("not-found", "There is no such file.");
    if (!isBuilt) throw new Problem("not-found", "The web is not built; run: npm run prepare.");
    return reply.sendFile("index.html");
  };
  app.setNotFoundHandler(answer);
}

function refuseInApi(
  path: string,
  method: string,
  methodsAt: (path: string) => string[],
  reply: FastifyReply,
): void {
  if (path !== "/api" && !path.startsWith("/api/")) return;
  const methods = methodsAt(path);
  if (methods.length === 0) throw new Problem("not-found", "There is nothing at this address.");
  reply.header("allow", methods.join(", "));
  throw new Problem("method-not-allowed", `${path} takes ${methods.join(", ")}, not ${method}.`);
}

/** Methods that the contract knows for an address. */
function pathMethods(prefix: string): (path: string) => string[] {
  const patterns = routes.map(({ path, method }) => ({
    method,
    pattern: new RegExp(`^${prefix}${path.replace(/:\w+/g, "[^/]+")}$`),
  }));
  return (path) => patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
}
