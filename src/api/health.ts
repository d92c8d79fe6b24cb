// /healthz: this process lives. /readyz: it can do its work.
import type { FastifyInstance } from "fastify";
import { Problem } from "#model/problem.ts";
import { missingMigrations } from "#store/readiness.ts";
import type { ApiParts } from "./parts.ts";

export function addHealth(app: FastifyInstance, { store, settings }: ApiParts): void {
  const { version, simulated } = settings;
  app.get("/healthz", { schema: { hide: true } }, async () => ({ ok: true, version, simulated }));
  app.get("/readyz", { schema: { hide: true } }, async () => {
    const missing = await missingMigrations(store).catch((cause: unknown) => {
      throw new Problem("not-ready", "The database cannot be reached.", { cause, retryAfterSeconds: 5 });
    });
    if (missing.length > 0)
      throw new Problem("not-ready", `The database lacks the migration ${missing[0]}.`, {
        retryAfterSeconds: 5,
      });
    return { ok: true };
  });
}
