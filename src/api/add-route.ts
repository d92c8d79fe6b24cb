// One route of the contract on the server: who asks, what they may, what they sent; then its function.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { nothing, type Route } from "#contract/route.ts";
import { type FieldError, Problem } from "#model/problem.ts";
import { type Caller, identify } from "./caller.ts";
import type { Context } from "./context.ts";
import { once } from "./idempotency.ts";
import type { ApiParts } from "./parts.ts";
import type { EventStreams } from "./stream.ts";
import { compileCheck, readQuery } from "./validate.ts";

export type AnyFunction = (context: Context) => Promise<unknown>;

export interface RouteScope {
  app: FastifyInstance;
  parts: ApiParts;
  streams: EventStreams;
  prefix: string;
}

declare module "fastify" {
  interface FastifyContextConfig {
    takesCsv?: boolean;
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

export function addRoute({ app, parts, streams, prefix }: RouteScope, route: Route, work: AnyFunction): void {
  const read = requestReader(parts, streams, route);
  if (!app.hasRequestDecorator("caller")) app.decorateRequest("caller", null);
  app.route({
    method: route.method,
    url: prefix + route.path,
    schema: documentationOf(route),
    config: { takesCsv: route.consumes === "text/csv" },
    ...(route.maxBodyBytes === undefined ? {} : { bodyLimit: route.maxBodyBytes }),
    // The contract is checked below, where all wrong fields can be named at once.
    validatorCompiler: () => () => true,
    serializerCompiler: () => JSON.stringify,
    // Before the body is read.
    onRequest: async (request) => {
      if (route.permission !== null) request.caller = await identify(parts, request, route.permission);
    },
    handler: async (request, reply) => {
      const context = await read(request, reply);
      const answer = await once(route, context, () => work(context));
      if (reply.sent) return reply;
      reply.status(reply.statusCode === 200 ? route.status : reply.statusCode);
      return route.status === 204 ? reply.send() : reply.send(answer);
    },
  });
}

function requestReader(parts: ApiParts, streams: EventStreams, route: Route) {
  const checkParams = compileCheck(route.params);
  const checkQuery = compileCheck(route.query);
  const checkBody = compileCheck(route.body);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<Context> => {
    if (checkParams(request.params).length > 0)
      throw new Problem("not-found", "There is nothing at this address.");
    const query = readQuery(route.query, request.query as Record<string, unknown>);
    refuse("invalid-query", checkQuery(query), "query parameters");
    const body = request.body ?? null;
    // Only signIn has none, and asks for none.
    const caller = request.caller as Caller;
    const errors = checkBody(body);
    if (errors.length > 0) errors.push(...(await formErrors(parts, caller, route, body)));
    refuse("invalid-form", errors, "fields");
    return {
      parts,
      streams,
      caller,
      params: request.params as never,
      query: query as never,
      body: body as never,
      request,
      reply,
    };
  };
}

/** Forms whose texts only the onboarding can judge; it does so itself where their shape is right. */
const forms: Readonly<Record<string, "organization" | "cloud">> = {
  createOrganization: "organization",
  changeOrganization: "organization",
  validateOrganization: "organization",
  validateOrganizationChange: "organization",
  createCloud: "cloud",
  changeCloud: "cloud",
  validateCloud: "cloud",
};

async function formErrors(
  { onboarding }: ApiParts,
  { tenantId }: Caller,
  route: Route,
  body: unknown,
): Promise<FieldError[]> {
  const noun = forms[route.name];
  return noun ? onboarding.formErrors(tenantId, noun, body) : [];
}

function refuse(code: "invalid-query" | "invalid-form", errors: FieldError[], noun: string): void {
  const once = [...new Map(errors.map((error) => [error.path, error])).values()];
  const only = once[0];
  if (only === undefined) return;
  const detail =
    once.length === 1 ? `${only.path || "The body"}: ${only.detail}` : `Mend ${once.length} ${noun}.`;
  throw new Problem(code, detail, { errors: once });
}

function documentationOf(route: Route) {
  const hasMembers = (schema: object) =>
    Object.keys((schema as { properties?: object }).properties ?? {}).length > 0;
  return {
    operationId: route.name,
    summary: route.summary,
    description:
      route.permission === null ? "Open to anybody." : `Needs the permission \`${route.permission}\`.`,
    tags: [route.path.split("/")[1] ?? ""],
    ...(hasMembers(route.params) ? { params: route.params } : {}),
    ...(hasMembers(route.query) ? { querystring: route.query } : {}),
    ...(route.body === (nothing as unknown) || (route.body as { type?: string }).type === "null"
      ? {}
      : { body: route.body }),
    response: { [route.status]: route.response },
    ...(route.produces === undefined ? {} : { produces: [route.produces] }),
    ...(route.consumes === undefined ? {} : { consumes: ["application/json", route.consumes] }),
    security: route.permission === null ? [] : [{ apiKey: [] }, { session: [] }],
  };
}
