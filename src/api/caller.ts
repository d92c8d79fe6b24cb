// Who asks: an API key or the session cookie; what they may do and for which tenant. Refuses here, before
// a body is read.
import type { FastifyRequest } from "fastify";
import { type Permission, roleMay } from "#model/permission.ts";
import { Problem } from "#model/problem.ts";
import { findApiKey } from "#store/api-keys.ts";
import { findSession, type Identity, tokenHash } from "#store/sessions.ts";
import type { ApiParts } from "./parts.ts";

export interface Caller extends Omit<Identity, "tenant"> {
  tenantId: string;
  tenantName: string;
  /** Set for a session, which sign-out ends. */
  sessionHash: Buffer | null;
  /** As it stands in audit events. */
  actor: string;
}

export function sessionCookie(parts: ApiParts): { name: string; isSecure: boolean } {
  const isSecure = parts.settings.publicUrl?.startsWith("https:") ?? false;
  // The prefix makes browsers refuse the cookie from anywhere but this very host over TLS.
  return { name: isSecure ? "__Host-skywarden" : "skywarden", isSecure };
}

export async function identify(
  parts: ApiParts,
  request: FastifyRequest,
  permission: Permission,
): Promise<Caller> {
  const wanted = headerOf(request, "skywarden-tenant");
  const key = bearerOf(request);
  const token = key === null ? (request.cookies[sessionCookie(parts).name] ?? null) : null;
  const identity = key === null ? await ofSession(parts, token, wanted) : await ofKey(parts, key, wanted);
  if (key === null) refuseForeignWrite(parts, request);
  const { tenant, ...who } = identity;
  if (wanted !== null && wanted !== who.homeTenantId && who.role !== "domain-admin")
    throw new Problem("not-allowed", "Only a domain administrator may name another tenant.");
  if (tenant === null) throw new Problem("not-found", "There is no tenant of that id.");
  if (!roleMay(who.role, permission))
    throw new Problem(
      "not-allowed",
      `The role ${who.role} lacks the permission ${permission}; ask an administrator.`,
    );
  return {
    ...who,
    tenantId: tenant.id,
    tenantName: tenant.name,
    sessionHash: token === null ? null : tokenHash(token),
    actor: actorOf(who),
  };
}

async function ofSession(parts: ApiParts, token: string | null, tenantId: string | null): Promise<Identity> {
  const found =
    token === null ? null : await parts.store.asSystem((tx) => findSession(tx, tokenHash(token), tenantId));
  if (found === null) throw new Problem("not-signed-in", "Sign in, or send an API key.");
  if (found === "expired") throw new Problem("session-expired", "Sign in again.");
  return found;
}

async function ofKey(parts: ApiParts, key: string, tenantId: string | null): Promise<Identity> {
  const found = await parts.store.asSystem((tx) => findApiKey(tx, key, tenantId));
  if (found === null) throw new Problem("not-signed-in", "This API key is not known; make a new one.");
  if (found === "expired") throw new Problem("not-signed-in", "This API key has expired; make a new one.");
  return found;
}

function actorOf({ email, keyId }: Omit<Identity, "tenant">): string {
  if (keyId === null) return email ?? "unknown";
  return email === null ? `API key ${keyId}` : `${email} by API key ${keyId}`;
}

function bearerOf(request: FastifyRequest): string | null {
  const text = headerOf(request, "authorization");
  if (text === null) return null;
  const [, key] = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(text) ?? [];
  if (key === undefined)
    throw new Problem("not-signed-in", "Send the API key as Authorization: Bearer <key>.");
  return key;
}

/** A cookie comes along by itself, so a write needs proof that our own page made it. */
function refuseForeignWrite(parts: ApiParts, request: FastifyRequest): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  if (headerOf(request, "skywarden-request") !== "1")
    throw new Problem("csrf-refused", "Send the header Skywarden-Request: 1 with every write.");
  refuseForeignOrigin(parts, request);
}

/** Browsers send Origin with every write; a client without one is no browser and has no foreign page. */
export function refuseForeignOrigin(parts: ApiParts, request: FastifyRequest): void {
  const origin = headerOf(request, "origin");
  if (origin === null) return;
  const own = [`${request.protocol}://${request.host}`];
  if (parts.settings.publicUrl !== null) own.push(new URL(parts.settings.publicUrl).origin);
  if (!own.includes(origin))
    throw new Problem(
      "csrf-refused",
      `The page comes from ${origin}, Skywarden is ${own.at(-1)}; set SKYWARDEN_PUBLIC_URL if that is its address.`,
    );
}

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : null;
}
