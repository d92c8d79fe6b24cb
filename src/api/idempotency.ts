// Idempotency-Key: a POST that is sent twice is done once, and the second gets the first one's answer.
import { createHmac } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Route } from "#contract/route.ts";
import { Problem } from "#model/problem.ts";
import { derive } from "#secrets.ts";
import { claimKey, dropKey, keepAnswer } from "#store/idempotency-keys.ts";
import { type Context, inTenant } from "./context.ts";

/** Their answers hold a secret that is shown once and stored nowhere, or they only read. */
const notKept = new Set(["createApiKey"]);
const readsOnly = new Set(["signIn", "searchResources", "validateOrganization"]);

export async function once<T>(route: Route, context: Context, work: () => Promise<T>): Promise<T> {
  const key = keyOf(context.request);
  if (key === null || route.method !== "POST" || readsOnly.has(route.name)) return work();
  const claim = await inTenant(context, (tx) =>
    claimKey(tx, { key, route: route.name, bodyHash: bodyHash(context) }),
  );
  if (claim.state === "other-request")
    throw new Problem("conflict", "This Idempotency-Key was used for another request; use a new one.");
  if (claim.state === "running")
    throw new Problem("conflict", "The first request with this Idempotency-Key is still running; ask again.");
  if (claim.state === "done") {
    if (notKept.has(route.name))
      throw new Problem("conflict", "This was done already, and its answer is shown only once.");
    context.reply.header("idempotency-replayed", "true");
    return claim.answer as T;
  }
  return doFirst(route, context, key, work);
}

async function doFirst<T>(route: Route, context: Context, key: string, work: () => Promise<T>): Promise<T> {
  let answer: T;
  try {
    answer = await work();
  } catch (error) {
    // Nothing was done, so it may be tried again with the same key.
    await inTenant(context, (tx) => dropKey(tx, key));
    throw error;
  }
  await inTenant(context, (tx) => keepAnswer(tx, key, route.status, notKept.has(route.name) ? null : answer));
  return answer;
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key === "string" && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new Problem("malformed-request", "An Idempotency-Key has 1 to 200 visible ASCII characters.");
}

/** Keyed, because a body may hold a password. */
function bodyHash({ parts, request }: Context): Buffer {
  return createHmac("sha256", derive(parts.master, "idempotency"))
    .update(`${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest();
}
