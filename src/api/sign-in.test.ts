// Signing in over HTTP: cookie, CSRF, limits, expiry, keys and their bounds.
import type { InjectOptions } from "fastify";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Answer,
  adminEmail,
  adminPassword,
  answerOf,
  startApi,
  type TestApi,
} from "./testing/start-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const host = { host: "skywarden.test:8080" };
const ownPage = { ...host, "skywarden-request": "1", origin: "http://skywarden.test:8080" };

async function send(options: InjectOptions): Promise<Answer> {
  return answerOf(await api.app.inject({ headers: host, ...options }));
}

function signIn(email = adminEmail, password = adminPassword, more: InjectOptions = {}): Promise<Answer> {
  return send({ method: "POST", url: "/api/v1/session", payload: { email, password }, ...more });
}

function cookieOf(answer: Answer): string {
  return String(answer.headers["set-cookie"]).split(";")[0] as string;
}

describe("session", () => {
  test("signs in with a cookie that scripts cannot read and other sites do not send", async () => {
    const answer = await signIn("Admin@Example.ORG");
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ email: adminEmail, role: "domain-admin", simulated: true });
    expect(String(answer.headers["set-cookie"])).toMatch(/^skywarden=[\w-]{43}; .*HttpOnly; SameSite=Strict/);
    expect(String(answer.headers["set-cookie"])).not.toContain("Secure");
    const me = await send({ url: "/api/v1/me", headers: { ...host, cookie: cookieOf(answer) } });
    expect(me.body).toEqual(answer.body);
  });

  test.each([
    ["wrong password", adminEmail, "not the password"],
    ["unknown address", "nobody@example.org", adminPassword],
  ])("%s is one and the same refusal", async (_, email, password) => {
    const answer = await signIn(email, password);
    expect([answer.status, answer.body.code]).toEqual([401, "wrong-credentials"]);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  test("stores no token and no password", async () => {
    const cookie = cookieOf(await signIn());
    const { rows } = await api.store.asSystem((tx) =>
      sql<{
        text: string;
      }>`select s::text || u::text as text from sessions s join users u on u.id = s.user_id`.execute(tx.db),
    );
    for (const { text } of rows) {
      expect(text).not.toContain(cookie.split("=")[1]);
      expect(text).not.toContain(adminPassword);
    }
  });

  const writes: [string, Record<string, string>, number][] = [
    ["no proof", {}, 403],
    ["the header alone (no browser)", { "skywarden-request": "1" }, 201],
    ["the header from a foreign page", { "skywarden-request": "1", origin: "https://evil.example" }, 403],
    ["the header from a page without origin", { "skywarden-request": "1", origin: "null" }, 403],
    [
      "a foreign port of the same host",
      { "skywarden-request": "1", origin: "http://skywarden.test:9090" },
      403,
    ],
    ["our page without the header", { origin: "http://skywarden.test:8080" }, 403],
    ["our page with the header", ownPage, 201],
  ];
  test("a write by cookie needs proof of our own page", async () => {
    const cookie = cookieOf(await signIn());
    for (const [what, headers, status] of writes) {
      const payload = { name: what };
      const answer = await send({
        method: "POST",
        url: "/api/v1/tenants",
        payload,
        headers: { ...host, ...headers, cookie },
      });
      expect([what, answer.status]).toEqual([what, status]);
      if (status === 403) expect(answer.body.code).toBe("csrf-refused");
    }
  });

  test("a foreign page cannot sign somebody in", async () => {
    const answer = await signIn(adminEmail, adminPassword, {
      headers: { ...host, origin: "https://evil.example" },
    });
    expect(answer.body.code).toBe("csrf-refused");
  });

  test("sign-out ends the session", async () => {
    const cookie = cookieOf(await signIn());
    await send({ method: "DELETE", url: "/api/v1/session", headers: { ...ownPage, cookie } });
    const me = await send({ url: "/api/v1/me", headers: { ...host, cookie } });
    expect([me.status, me.body.code]).toEqual([401, "not-signed-in"]);
  });

  test("a session without use for hours has ended, and says so; a used one is extended", async () => {
    const cookie = cookieOf(await signIn());
    await api.store.asSystem((tx) =>
      sql`update sessions set expires_at = now() + interval '1 hour'`.execute(tx.db),
    );
    await send({ url: "/api/v1/me", headers: { ...host, cookie } });
    const { rows } = await api.store.asSystem((tx) =>
      sql<{
        hours: number;
      }>`select extract(epoch from max(expires_at) - now())::float8 / 3600 as hours from sessions`.execute(
        tx.db,
      ),
    );
    expect(rows[0]?.hours).toBeGreaterThan(7.9);
    await api.store.asSystem((tx) =>
      sql`update sessions set expires_at = now() - interval '1 second'`.execute(tx.db),
    );
    const me = await send({ url: "/api/v1/me", headers: { ...host, cookie } });
    expect([me.status, me.body.code]).toEqual([401, "session-expired"]);
  });

  test("a session ends after some days however busy it is", async () => {
    const cookie = cookieOf(await signIn());
    await api.store.asSystem((tx) =>
      sql`update sessions set created_at = now() - interval '6 days 23 hours', expires_at = now() + interval '1 minute'`.execute(
        tx.db,
      ),
    );
    await send({ url: "/api/v1/me", headers: { ...host, cookie } });
    const { rows } = await api.store.asSystem((tx) =>
      sql<{
        hours: number;
      }>`select extract(epoch from max(expires_at) - now())::float8 / 3600 as hours from sessions`.execute(
        tx.db,
      ),
    );
    expect(rows[0]?.hours).toBeLessThan(1.01);
  });

  test("over TLS the cookie is Secure and bound to the host", async () => {
    const secure = await startApi({ publicUrl: "https://skywarden.example.org" });
    const answer = answerOf(
      await secure.app.inject({
        method: "POST",
        url: "/api/v1/session",
        payload: { email: adminEmail, password: adminPassword },
        headers: { origin: "https://skywarden.example.org" },
      }),
    );
    expect(String(answer.headers["set-cookie"])).toMatch(/^__Host-skywarden=.*Secure; SameSite=Strict/);
    expect(answer.headers["strict-transport-security"]).toBeDefined();
    await secure.close();
  });

  test("wrong passwords slow an e-mail address down, whatever address they come from", async () => {
    const attempt = async (password: string, remoteAddress: string) =>
      signIn("slow@example.org", password, { remoteAddress });
    for (let i = 0; i < 10; i++) expect((await attempt("wrong", `10.0.0.${i}`)).status).toBe(401);
    const refused = await attempt("wrong", "10.0.1.1");
    expect([refused.status, refused.body.code]).toEqual([429, "slow-down"]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await signIn()).status).toBe(200);
  }, 60_000);
});

describe("API keys", () => {
  test("a key is shown once, stored as a hash and bounded by its maker", async () => {
    const admin = await api.key("tenant-admin");
    const made = await api.ask(admin, {
      method: "POST",
      url: "/api/v1/api-keys",
      payload: { name: "ci", role: "viewer" },
    });
    expect(made.status).toBe(201);
    const key = String(made.body.key);
    expect((await api.ask(key, "/api/v1/me")).body.role).toBe("viewer");
    expect((await api.ask(admin, "/api/v1/api-keys")).text).not.toContain(key);
    const above = await api.ask(admin, {
      method: "POST",
      url: "/api/v1/api-keys",
      payload: { name: "x", role: "domain-admin" },
    });
    expect([above.status, above.body.code]).toEqual([403, "not-allowed"]);
    const { rows } = await api.store.asSystem((tx) =>
      sql<{ text: string }>`select k::text as text from api_keys k`.execute(tx.db),
    );
    expect(rows.every(({ text }) => !text.includes(key))).toBe(true);
  });

  test("a key falls with its maker's role and ends with its maker", async () => {
    const admin = await api.key("domain-admin");
    const form = { email: "lead@example.org", password: "a long password", role: "tenant-admin" };
    const user = await api.ask(admin, { method: "POST", url: "/api/v1/users", payload: form });
    const session = await signIn(form.email, form.password);
    const made = await send({
      method: "POST",
      url: "/api/v1/api-keys",
      payload: { name: "mine" },
      headers: { ...ownPage, cookie: cookieOf(session) },
    });
    const key = String(made.body.key);
    expect((await api.ask(key, "/api/v1/me")).body.role).toBe("tenant-admin");
    const at = `/api/v1/users/${user.body.id}`;
    await api.ask(admin, { method: "PATCH", url: at, payload: { role: "viewer" } });
    expect((await api.ask(key, "/api/v1/me")).body.role).toBe("viewer");
    await api.ask(admin, { method: "DELETE", url: at });
    expect((await api.ask(key, "/api/v1/me")).status).toBe(401);
  });

  test.each(["Bearer unknown", "Basic YTpi", "Bearer"])("%s is not signed in", async (authorization) => {
    const answer = await send({ url: "/api/v1/me", headers: { authorization } });
    expect([answer.status, answer.body.code, answer.headers["www-authenticate"]]).toEqual([
      401,
      "not-signed-in",
      "Bearer",
    ]);
  });

  test("an expired key is refused", async () => {
    const admin = await api.key("tenant-admin");
    const past = await api.ask(admin, {
      method: "POST",
      url: "/api/v1/api-keys",
      payload: { name: "x", expiresAt: "2020-01-01T00:00:00Z" },
    });
    expect(past.body.errors).toEqual([expect.objectContaining({ path: "/expiresAt" })]);
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const made = await api.ask(admin, {
      method: "POST",
      url: "/api/v1/api-keys",
      payload: { name: "soon", expiresAt: soon },
    });
    await api.store.asSystem((tx) =>
      sql`update api_keys set expires_at = now() where name = 'soon'`.execute(tx.db),
    );
    expect((await api.ask(String(made.body.key), "/api/v1/me")).status).toBe(401);
  });
});

describe("users", () => {
  test("nobody rules above themselves, and the last domain administrator stays", async () => {
    const ruler = await api.key("domain-admin");
    const lesser = await api.key("tenant-admin");
    const list = await api.ask(ruler, "/api/v1/users");
    const admin = list.body.items.find(({ email }) => email === adminEmail);
    const at = `/api/v1/users/${admin?.id}`;
    const deeds: [string, InjectOptions, number, string][] = [
      [lesser, { method: "PATCH", url: at, payload: { password: "taken over now" } }, 403, "not-allowed"],
      [lesser, { method: "DELETE", url: at }, 403, "not-allowed"],
      [ruler, { method: "DELETE", url: at }, 409, "conflict"],
      [ruler, { method: "PATCH", url: at, payload: { role: "viewer" } }, 409, "conflict"],
      [
        ruler,
        {
          method: "POST",
          url: "/api/v1/users",
          payload: { email: "ADMIN@example.org", password: "a long password", role: "viewer" },
        },
        409,
        "conflict",
      ],
    ];
    for (const [key, options, status, code] of deeds) {
      const answer = await api.ask(key, options);
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    }
  });
});
