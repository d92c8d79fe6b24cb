// Harvesting strategies.
import type { Catalog } from "#catalog/load.ts";
import type * as contract from "#contract/strategy.ts";
import { type FieldError, Problem } from "#model/problem.ts";
import * as strategies from "#store/strategies.ts";
import { audit, found, inTenant, type RouteFunction } from "../context.ts";
import { defaultLimit, pageOf, readCursor } from "../cursor.ts";

export const listStrategies: RouteFunction<typeof contract.listStrategies> = async (context) => {
  const limit = context.query.limit ?? defaultLimit;
  const after = readCursor(context.query.cursor, ["text"])?.[0] ?? null;
  const rows = await inTenant(context, (tx) => strategies.listStrategies(tx, after, limit));
  return pageOf(rows, limit, (strategy) => [strategy.id]);
};

export const createStrategy: RouteFunction<typeof contract.createStrategy> = async (context) => {
  const { name, intervalMinutes, resourceTypes = null, regions = null } = context.body;
  refuseUnknownTypes(context.parts.catalog, resourceTypes);
  return inTenant(context, async (tx) => {
    const form = { name, intervalMinutes, resourceTypes, regions };
    const strategy = await strategies.createStrategy(tx, form);
    await audit(context, tx, "strategy.created", strategy.id, form);
    return strategy;
  });
};

export const changeStrategy: RouteFunction<typeof contract.changeStrategy> = async (context) => {
  const { body, params, parts } = context;
  refuseUnknownTypes(parts.catalog, body.resourceTypes ?? null);
  return inTenant(context, async (tx) => {
    const before = found(await strategies.findStrategy(tx, params.id), "harvesting strategy");
    const strategy = await strategies.changeStrategy(tx, params.id, {
      name: body.name ?? before.name,
      intervalMinutes: body.intervalMinutes ?? before.intervalMinutes,
      resourceTypes: body.resourceTypes === undefined ? before.resourceTypes : body.resourceTypes,
      regions: body.regions === undefined ? before.regions : body.regions,
    });
    await audit(context, tx, "strategy.changed", params.id, body);
    return strategy;
  });
};

export const removeStrategy: RouteFunction<typeof contract.removeStrategy> = async (context) => {
  await inTenant(context, async (tx) => {
    const strategy = found(await strategies.findStrategy(tx, context.params.id), "harvesting strategy");
    if (strategy.isDefault)
      throw new Problem("conflict", "The default strategy stays: clouds that name none use it.");
    await strategies.removeStrategy(tx, strategy.id);
    await audit(context, tx, "strategy.removed", strategy.id, { name: strategy.name });
  });
  return null;
};

function refuseUnknownTypes({ resourceTypes }: Catalog, types: string[] | null): void {
  const errors: FieldError[] = (types ?? []).flatMap((type, i) =>
    resourceTypes.has(type)
      ? []
      : [
          {
            path: `/resourceTypes/${i}`,
            code: "not-allowed-value",
            detail: "Give a type that GET /resource-types lists.",
          },
        ],
  );
  if (errors.length > 0) throw new Problem("invalid-form", "Mend the resource types.", { errors });
}
