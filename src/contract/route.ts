// One HTTP route as a literal: the server validates by it, OpenAPI is made from it, web and CLI
// call through it. All paths stand under /api/v1.
import Type, { type Static, type TEnum, type TSchema } from "typebox";
import type { Permission } from "#model/permission.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Route<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Response extends TSchema = TSchema,
> {
  /** operationId, camelCase verb and noun. */
  name: string;
  method: Method;
  /** Fastify form: /clouds/:id */
  path: string;
  summary: string;
  /** null: open to anybody (sign-in only). */
  permission: Permission | null;
  params: Params;
  query: Query;
  body: Body;
  response: Response;
  status: number;
  /** A route that answers something else than JSON (templates, CSV, event stream). */
  produces?: string;
  /** Taken beside JSON: its text is the body's member "csv". */
  consumes?: "text/csv";
  /** Where more than 1 MB may come. */
  maxBodyBytes?: number;
}

const empty = Type.Object({}, { additionalProperties: false });
export const nothing = Type.Null();

interface RouteLiteral<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema> {
  name: string;
  method: Method;
  path: string;
  summary: string;
  permission: Permission | null;
  params?: P;
  query?: Q;
  body?: B;
  response: R;
  status?: number;
  produces?: string;
  consumes?: "text/csv";
  maxBodyBytes?: number;
}

export function defineRoute<
  P extends TSchema = typeof empty,
  Q extends TSchema = typeof empty,
  B extends TSchema = typeof nothing,
  R extends TSchema = TSchema,
>(literal: RouteLiteral<P, Q, B, R>): Route<P, Q, B, R> {
  return {
    params: empty as unknown as P,
    query: empty as unknown as Q,
    body: nothing as unknown as B,
    status: 200,
    ...literal,
  };
}

/** A list page; `total` only where it is cheap to know. */
export function listOf<Item extends TSchema>(item: Item) {
  return Type.Object({
    items: Type.Array(item),
    nextCursor: Type.Union([Type.String(), Type.Null()]),
    total: Type.Optional(Type.Integer()),
  });
}

/** Query members that every list takes. */
export const paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  cursor: Type.Optional(Type.String({ maxLength: 2000 })),
};

/** A query parameter that may be given several times. */
export function repeatable<Item extends TSchema>(item: Item) {
  return Type.Optional(Type.Array(item, { maxItems: 100 }));
}

export function queryOf<Properties extends Record<string, TSchema>>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}

export const idParams = Type.Object(
  { id: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
);
/** What connecting would cost in calls, and what the accounts' monitoring will see of it; of every dry run. */
export const outlook = {
  estimate: Type.Union([
    Type.Object({
      callsPerDay: Type.Integer(),
      basis: Type.Array(
        Type.Object({ name: Type.String(), callsPerDay: Type.Integer(), detail: Type.String() }),
      ),
    }),
    Type.Null(),
  ]),
  /** Text to copy: session name, user agent, source identity, actions. */
  allowList: Type.Union([Type.String(), Type.Null()]),
};

export const instant = Type.String({ format: "date-time" });
export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** One of a list of strings that the code uses too. */
export function literals<const Values extends readonly string[]>(values: Values): TEnum<Values[number][]> {
  return Type.Enum([...values] as Values[number][]);
}

export type ParamsOf<R> = R extends Route<infer P, TSchema, TSchema, TSchema> ? Static<P> : never;
export type QueryOf<R> = R extends Route<TSchema, infer Q, TSchema, TSchema> ? Static<Q> : never;
export type BodyOf<R> = R extends Route<TSchema, TSchema, infer B, TSchema> ? Static<B> : never;
export type ResponseOf<R> = R extends Route<TSchema, TSchema, TSchema, infer S> ? Static<S> : never;
