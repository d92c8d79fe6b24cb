// Headers that keep our pages ours: no foreign or inline script, no frame, no guessing of types.
import type { FastifyInstance } from "fastify";
import type { ApiParts } from "./parts.ts";

const policy = [
  "default-src 'self'",
  "script-src 'self'",
  // Mantine and the charts set style attributes and one style element.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

export function addSecurityHeaders(app: FastifyInstance, { settings }: ApiParts): void {
  const headers: Record<string, string> = {
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  };
  if (settings.publicUrl?.startsWith("https:")) headers["strict-transport-security"] = "max-age=31536000";
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(headers);
    if (request.url.startsWith("/api/v1/")) reply.header("cache-control", "no-store");
  });
}
