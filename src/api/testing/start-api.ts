// An API on a database of its own for tests: the real store, catalog and server, asked through inject.
// AWS and the job engine stand behind the interfaces of parts.ts; here they remember what they were asked.
import type { FastifyInstance, InjectOptions } from "fastify";
import { pino } from "pino";
import { loadCatalog } from "#catalog/load.ts";
import type { Role } from "#model/cloud.ts";
import { masterKeyOf } from "#secrets.ts";
import { createApiKey } from "#store/api-keys.ts";
import { openChangeFeed } from "#store/changes.ts";
import { ensureInstallation } from "#store/installation.ts";
import { openStore, type Store } from "#store/open.ts";
import { createTenant } from "#store/tenants.ts";
import { openTestDatabase } from "../../../tests/database.ts";
import type { ApiParts } from "../parts.ts";
import { buildServer } from "../server.ts";
import { standInOnboarding, standInWork, standInWorld } from "./stand-ins.ts";

export const adminEmail = "admin@example.org";
export const adminPassword = "correct horse battery";

export interface TestApi {
  app: FastifyInstance;
  store: Store;
  parts: ApiParts;
  /** As owner of the database. */
  ownerUrl: string;
  tenantId: string;
  /** A key of a role in the default tenant, or in another one. */
  key(role: Role, tenantId?: string): Promise<string>;
  addTenant(name: string): Promise<string>;
  /** Asks with a key; the answer's body is read as JSON. */
  ask(key: string, options: InjectOptions | string): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  status: number;
  // Tests say what they expect of it.
  body: Record<string, unknown> & { items: Record<string, unknown>[] };
  text: string;
  headers: Record<string, unknown>;
}

export async function startApi(settings: Partial<ApiParts["settings"]> = {}): Promise<TestApi> {
  const database = await openTestDatabase();
  const master = masterKeyOf(Buffer.alloc(32, 7));
  const store = await openStore({ appUrl: database.appUrl, systemUrl: database.systemUrl, connections: 6 });
  const first = { adminEmail, adminPassword, adminApiKey: null };
  await ensureInstallation(store, master, first);
  const log = pino({ level: "silent" });
  const changes = await openChangeFeed(database.appUrl, log);
  const parts: ApiParts = {
    store,
    master,
    log,
    catalog: await loadCatalog(),
    onboarding: standInOnboarding(store),
    work: standInWork(),
    changes,
    demo: standInWorld(),
    settings: {
      ...{ version: "0.0.0-test", simulated: true, publicUrl: null, webFolder: null },
      ...{ templateBuckets: { aws: "templates" }, ...settings },
    },
  };
  const app = await buildServer(parts);
  const tenant = await store.asSystem((tx) =>
    tx.db.selectFrom("tenants").select("id").executeTakeFirstOrThrow(),
  );
  const keys = new Map<string, string>();
  return {
    app,
    store,
    parts,
    ownerUrl: database.url,
    tenantId: tenant.id,
    async key(role, tenantId = tenant.id) {
      const known = keys.get(`${tenantId} ${role}`);
      if (known) return known;
      const form = { name: role, role, userId: null, expiresAt: null };
      const { key } = await store.withTenant(tenantId, (tx) => createApiKey(tx, form));
      keys.set(`${tenantId} ${role}`, key);
      return key;
    },
    addTenant: async (name) => (await store.asSystem((tx) => createTenant(tx, master, name))).id,
    async ask(key, options) {
      const asked = typeof options === "string" ? { url: options } : options;
      const answer = await app.inject({
        ...asked,
        headers: { authorization: `Bearer ${key}`, ...asked.headers },
      });
      return answerOf(answer);
    },
    async close() {
      await app.close();
      await changes.close();
      await store.close();
      await database.drop();
    },
  };
}

export function answerOf(answer: {
  statusCode: number;
  payload: string;
  headers: Record<string, unknown>;
}): Answer {
  const isJson = String(answer.headers["content-type"] ?? "").includes("json");
  return {
    status: answer.statusCode,
    body: isJson ? JSON.parse(answer.payload) : {},
    text: answer.payload,
    headers: answer.headers,
  };
}
