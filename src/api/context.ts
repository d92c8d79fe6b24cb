// What a route's function gets, and what it is.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { BodyOf, ParamsOf, QueryOf, ResponseOf, Route } from "#contract/route.ts";
import { Problem } from "#model/problem.ts";
import { audit as recordAudit } from "#store/audit.ts";
import type { TenantTx } from "#store/open.ts";
import type { Caller } from "./caller.ts";
import type { ApiParts, Outcome } from "./parts.ts";
import type { EventStreams } from "./stream.ts";

export interface Context<R extends Route = Route> {
  parts: ApiParts;
  streams: EventStreams;
  caller: Caller;
  params: ParamsOf<R>;
  query: QueryOf<R>;
  body: BodyOf<R>;
  request: FastifyRequest;
  reply: FastifyReply;
}

export type RouteFunction<R extends Route> = (context: Context<R>) => Promise<ResponseOf<R>>;

type Asked = Pick<Context, "parts" | "caller">;

export function inTenant<T>({ parts, caller }: Asked, work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return parts.store.withTenant(caller.tenantId, work);
}

/** Who did it is the caller. */
export async function audit(
  { caller }: Pick<Context, "caller">,
  tx: TenantTx,
  action: string,
  subject: string | null,
  detail: Record<string, unknown> = {},
): Promise<void> {
  await recordAudit(tx, { actor: caller.actor, action, subject, detail });
}

/** Another tenant's id is as unknown as one that never was. */
export function found<T>(thing: T | null | undefined, noun: string): T {
  if (thing === null || thing === undefined)
    throw new Problem("not-found", `There is no ${noun} of that id.`);
  return thing;
}

export function accepted<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Problem(outcome.code, outcome.detail, { errors: outcome.errors ?? [] });
}
