// Harvesting strategies: how often, and optionally which types and regions, clouds are harvested.
import Type from "typebox";
import { defineRoute, idParams, instant, listOf, nothing, nullable, paging, queryOf } from "./route.ts";

export const strategy = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** The one that clouds have which name none. */
  isDefault: Type.Boolean(),
  intervalMinutes: Type.Integer(),
  /** null = every type, every enabled region. */
  resourceTypes: nullable(Type.Array(Type.String())),
  regions: nullable(Type.Array(Type.String())),
  createdAt: instant,
});
const fields = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  intervalMinutes: Type.Integer({ minimum: 5, maximum: 10_080 }),
  resourceTypes: Type.Optional(nullable(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 1000 }))),
  regions: Type.Optional(nullable(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 }))),
};
export const listStrategies = defineRoute({
  name: "listStrategies",
  method: "GET",
  path: "/harvesting-strategies",
  summary: "Harvesting strategies",
  permission: "estate:read",
  query: queryOf(paging),
  response: listOf(strategy),
});
export const createStrategy = defineRoute({
  name: "createStrategy",
  method: "POST",
  path: "/harvesting-strategies",
  summary: "Add a harvesting strategy",
  permission: "clouds:write",
  body: Type.Object(fields, { additionalProperties: false }),
  response: strategy,
  status: 201,
});
export const changeStrategy = defineRoute({
  name: "changeStrategy",
  method: "PATCH",
  path: "/harvesting-strategies/:id",
  summary: "Change a harvesting strategy",
  permission: "clouds:write",
  params: idParams,
  body: Type.Partial(Type.Object(fields), { additionalProperties: false }),
  response: strategy,
});
export const removeStrategy = defineRoute({
  name: "removeStrategy",
  method: "DELETE",
  path: "/harvesting-strategies/:id",
  summary: "Remove a harvesting strategy; what used it falls back to the default",
  permission: "clouds:write",
  params: idParams,
  response: nothing,
  status: 204,
});
