// /api/openapi.json and /api/docs, both made from the contract.
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { sessionCookie } from "./caller.ts";
import type { ApiParts } from "./parts.ts";

export async function addDocumentation(app: FastifyInstance, parts: ApiParts): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Skywarden",
        version: parts.settings.version,
        description:
          "Errors are application/problem+json with a stable `code`. Lists take `limit` and `cursor`. PATCH and DELETE accept If-Match where an ETag was given; POST accepts Idempotency-Key.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      components: {
        securitySchemes: {
          apiKey: { type: "http", scheme: "bearer" },
          session: { type: "apiKey", in: "cookie", name: sessionCookie(parts).name },
        },
      },
    },
  });
  app.get("/api/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  await app.register(swaggerUi, { routePrefix: "/api/docs", staticCSP: true });
}
