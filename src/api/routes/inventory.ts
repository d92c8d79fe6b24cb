// Resources, resource types, insights and frameworks.

import type { InsightDefinition } from "#catalog/define.ts";
import type { Catalog } from "#catalog/load.ts";
import type * as contract from "#contract/inventory.ts";
import { Problem } from "#model/problem.ts";
import { checkRule } from "#rules/check.ts";
import { compileSql } from "#rules/compile-sql.ts";
import { readResource } from "#store/resource-detail.ts";
import * as resources from "#store/resources.ts";
import type { InsightCounts } from "#store/verdict-counts.ts";
import { type Context, found, inTenant, type RouteFunction } from "../context.ts";
import { defaultLimit, pageOf, readCursor } from "../cursor.ts";
import { type BadgeQuery, splitPair, wantedClouds } from "../filters.ts";
import { type EstateCounts, readCounts } from "../scores.ts";

export const listResources: RouteFunction<typeof contract.listResources> = async (context) => {
  const { query, parts } = context;
  const limit = query.limit ?? defaultLimit;
  const after = readCursor(query.cursor, ["text"])?.[0] ?? null;
  return inTenant(context, async (tx) => {
    const asked = {
      types: query.type,
      cloudIds: await wantedClouds(tx, query, query.cloudId),
      regions: query.region,
      tags: (query.tag ?? []).map(splitPair),
      text: query.q,
      gone: query.gone ?? false,
      after,
      limit,
    };
    const page = pageOf(await resources.listResources(tx, asked), limit, ({ id }) => [id]);
    const total = await resources.countResources(tx, asked);
    return {
      items: page.items.map((resource) => withCategory(parts.catalog, resource)),
      nextCursor: page.nextCursor,
      ...(total === null ? {} : { total }),
    };
  });
};

export const searchResources: RouteFunction<typeof contract.searchResources> = async (context) => {
  const { body, parts } = context;
  const limit = body.limit ?? defaultLimit;
  const after = readCursor(body.cursor, ["text"])?.[0] ?? null;
  if (!parts.catalog.resourceTypes.has(body.type))
    throw new Problem("invalid-form", "/type: Give a type that GET /resource-types lists.", {
      errors: [
        { path: "/type", code: "not-allowed-value", detail: "Give a type that GET /resource-types lists." },
      ],
    });
  const checked = checkRule(body.rule);
  if (!checked.ok)
    throw new Problem("invalid-form", "Mend the rule.", {
      errors: checked.errors.map(({ path, detail }) => ({
        path: `/rule${path}`,
        code: "invalid-rule",
        detail,
      })),
    });
  const rule = compileSql(checked.rule, {
    now: Date.now(),
    type: body.type,
    relationPath: (type, relation) => parts.catalog.resourceTypes.get(type)?.relations[relation]?.by,
    offset: resources.searchOffset,
  });
  const rows = await inTenant(context, async (tx) => {
    // Rules may be dear; nobody waits longer.
    await tx.client.query("set local statement_timeout = '10s'");
    const cloudIds = await wantedClouds(tx, body);
    return resources.searchResources(tx, { type: body.type, cloudIds, rule, after, limit });
  });
  const page = pageOf(rows, limit, ({ id }) => [id]);
  return {
    items: page.items.map((resource) => withCategory(parts.catalog, resource)),
    nextCursor: page.nextCursor,
  };
};

export const getResource: RouteFunction<typeof contract.getResource> = async (context) => {
  const { catalog } = context.parts;
  const resource = found(await inTenant(context, (tx) => readResource(tx, context.params.id)), "resource");
  return {
    ...withCategory(catalog, resource),
    // An insight that the catalog no longer has waits to be taken away.
    verdicts: resource.verdicts.flatMap((verdict) => {
      const insight = catalog.insights.get(verdict.insightId);
      return insight ? [{ ...verdict, title: insight.title, severity: insight.severity }] : [];
    }),
  };
};

function withCategory<R extends { type: string }>(catalog: Catalog, resource: R): R & { category: string } {
  return { ...resource, category: catalog.resourceTypes.get(resource.type)?.category ?? "" };
}

export const listResourceTypes: RouteFunction<typeof contract.listResourceTypes> = async (context) => {
  const { catalog } = context.parts;
  const counts = await inTenant(context, async (tx) =>
    resources.countByType(tx, await wantedClouds(tx, context.query)),
  );
  return {
    items: [...catalog.resourceTypes.values()].map(({ type, title, category, scope }) => ({
      type,
      title,
      category,
      scope,
      actions: [...catalog.actionsOf(type)],
      resourceCount: counts.get(type) ?? 0,
    })),
  };
};

export const listInsights: RouteFunction<typeof contract.listInsights> = async (context) => {
  const { query, parts } = context;
  const words = (query.q ?? "").toLowerCase().split(/\s+/);
  const wanted = [...parts.catalog.insights.values()].filter(
    ({ id, title, severity, on, frameworks }) =>
      (query.framework === undefined || query.framework in frameworks) &&
      (!query.severity || query.severity.includes(severity)) &&
      (!query.type || query.type.includes(on)) &&
      words.every((word) => `${id} ${title}`.toLowerCase().includes(word)),
  );
  const { insights } = await estate(context);
  return { items: wanted.map((insight) => shownInsight(insight, insights.get(insight.id))) };
};

export const getInsight: RouteFunction<typeof contract.getInsight> = async (context) => {
  const insight = found(context.parts.catalog.insights.get(context.params.id), "insight");
  const { insights } = await estate(context);
  return {
    ...shownInsight(insight, insights.get(insight.id)),
    why: insight.why,
    fix: { action: insight.fix.action ?? null, steps: insight.fix.steps },
    applies: insight.applies ?? null,
    passes: insight.passes,
  };
};

export const listFrameworks: RouteFunction<typeof contract.listFrameworks> = async (context) => {
  const { catalog } = context.parts;
  const counts = await estate(context);
  return {
    items: [...catalog.frameworks.values()].map(({ id, title, version, publisher, controls }) => ({
      id,
      title,
      version,
      publisher,
      score: counts.scoreOf(catalog.insightsFor(id).map((insight) => insight.id)),
      controls: controls.map((control) => {
        const insightIds = catalog.insightsFor(id, control.id).map((insight) => insight.id);
        return { id: control.id, title: control.title, insightIds, score: counts.scoreOf(insightIds) };
      }),
    })),
  };
};

function estate(context: Pick<Context, "parts" | "caller"> & { query: BadgeQuery }): Promise<EstateCounts> {
  return inTenant(context, async (tx) =>
    readCounts(tx, context.parts.catalog, await wantedClouds(tx, context.query)),
  );
}

function shownInsight(
  { id, title, severity, on, frameworks }: InsightDefinition,
  counts: InsightCounts | undefined,
) {
  const { judged = 0, failed = 0, unknown = 0, notApplicable = 0 } = counts ?? {};
  const pass = judged - failed - unknown - notApplicable;
  return {
    id,
    title,
    severity,
    resourceType: on,
    frameworks,
    counts: { pass, fail: failed, unknown, notApplicable },
  };
}
