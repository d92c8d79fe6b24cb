// Resources, resource types, findings, insights and frameworks.
import Type from "typebox";
import { severities } from "#model/verdict.ts";
import { badgeFilters, severityCounts } from "./cloud.ts";
import {
  defineRoute,
  idParams,
  instant,
  listOf,
  literals,
  nullable,
  paging,
  queryOf,
  repeatable,
} from "./route.ts";

const tag = Type.Object({ key: Type.String(), value: Type.String() });
export const resource = Type.Object({
  id: Type.String(),
  type: Type.String(),
  cloudId: Type.String(),
  cloudName: Type.String(),
  accountId: Type.String(),
  region: Type.String(),
  nativeId: Type.String(),
  arn: nullable(Type.String()),
  name: nullable(Type.String()),
  createdAt: nullable(instant),
  tags: Type.Array(tag),
  category: Type.String(),
  observedAt: instant,
  goneAt: nullable(instant),
  findingCounts: severityCounts,
});
const gap = Type.Object({
  path: Type.String(),
  operation: Type.String(),
  code: Type.String(),
  reason: Type.String(),
  message: Type.String(),
});
export const relation = Type.Object({
  kind: Type.String(),
  direction: literals(["out", "in"]),
  type: Type.String(),
  id: nullable(Type.String()),
  nativeId: Type.String(),
  name: nullable(Type.String()),
  resolved: Type.Boolean(),
});
export const resourceDetail = Type.Object({
  ...resource.properties,
  properties: Type.Record(Type.String(), Type.Unknown()),
  gaps: Type.Array(gap),
  relations: Type.Array(relation),
  verdicts: Type.Array(
    Type.Object({
      insightId: Type.String(),
      title: Type.String(),
      severity: literals(severities),
      verdict: literals(["pass", "fail", "unknown", "not-applicable"]),
      stale: Type.Boolean(),
      findingId: nullable(Type.String()),
    }),
  ),
});

const resourceFilters = {
  type: repeatable(Type.String({ maxLength: 200 })),
  cloudId: repeatable(Type.String({ maxLength: 200 })),
  region: repeatable(Type.String({ maxLength: 100 })),
  tag: repeatable(Type.String({ minLength: 1, maxLength: 800 })),
  q: Type.Optional(Type.String({ maxLength: 500 })),
  gone: Type.Optional(Type.Boolean()),
  ...badgeFilters,
};
export const listResources = defineRoute({
  name: "listResources",
  method: "GET",
  path: "/resources",
  summary: "Resources of the estate",
  permission: "estate:read",
  query: queryOf({ ...paging, ...resourceFilters }),
  response: listOf(resource),
});
export const searchResources = defineRoute({
  name: "searchResources",
  method: "POST",
  path: "/resources/search",
  summary: "Resources that fit a rule tree",
  permission: "estate:read",
  body: Type.Object(
    {
      type: Type.String({ minLength: 1, maxLength: 200 }),
      rule: Type.Unknown(),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      cursor: Type.Optional(Type.String({ maxLength: 2000 })),
      ...badgeFilters,
    },
    { additionalProperties: false },
  ),
  response: listOf(resource),
});
export const getResource = defineRoute({
  name: "getResource",
  method: "GET",
  path: "/resources/:id",
  summary: "One resource with properties, relations and verdicts",
  permission: "estate:read",
  params: idParams,
  response: resourceDetail,
});
export const listResourceTypes = defineRoute({
  name: "listResourceTypes",
  method: "GET",
  path: "/resource-types",
  summary: "What can be harvested, with how much of it there is",
  permission: "estate:read",
  query: queryOf(badgeFilters),
  response: Type.Object({
    items: Type.Array(
      Type.Object({
        type: Type.String(),
        title: Type.String(),
        category: Type.String(),
        scope: literals(["global", "regional"]),
        actions: Type.Array(Type.String()),
        resourceCount: Type.Integer(),
      }),
    ),
  }),
});

export const finding = Type.Object({
  id: Type.String(),
  insightId: Type.String(),
  insightTitle: Type.String(),
  severity: literals(severities),
  status: literals(["open", "closed", "exempt"]),
  cloudId: Type.String(),
  cloudName: Type.String(),
  accountId: Type.String(),
  region: Type.String(),
  resourceId: Type.String(),
  resourceName: nullable(Type.String()),
  resourceNativeId: Type.String(),
  resourceType: Type.String(),
  openedAt: instant,
  closedAt: nullable(instant),
  stale: Type.Boolean(),
  evidence: Type.Array(Type.Object({ path: Type.String(), value: Type.Unknown() })),
});
export const listFindings = defineRoute({
  name: "listFindings",
  method: "GET",
  path: "/findings",
  summary: "Findings, open ones unless asked otherwise; format=csv for a download",
  permission: "estate:read",
  query: queryOf({
    ...paging,
    insight: repeatable(Type.String({ maxLength: 200 })),
    severity: repeatable(literals(severities)),
    cloudId: repeatable(Type.String({ maxLength: 200 })),
    resourceId: Type.Optional(Type.String({ maxLength: 200 })),
    type: repeatable(Type.String({ maxLength: 200 })),
    framework: Type.Optional(Type.String({ maxLength: 200 })),
    status: repeatable(literals(["open", "closed", "exempt"])),
    ...badgeFilters,
    format: Type.Optional(literals(["json", "csv"])),
  }),
  response: listOf(finding),
});
export const getFinding = defineRoute({
  name: "getFinding",
  method: "GET",
  path: "/findings/:id",
  summary: "One finding with its history",
  permission: "estate:read",
  params: idParams,
  response: Type.Object({
    ...finding.properties,
    history: Type.Array(
      Type.Object({ at: instant, event: literals(["opened", "closed", "reopened"]), reason: Type.String() }),
    ),
  }),
});

const verdictCounts = Type.Object({
  pass: Type.Integer(),
  fail: Type.Integer(),
  unknown: Type.Integer(),
  notApplicable: Type.Integer(),
});
export const insight = Type.Object({
  id: Type.String(),
  title: Type.String(),
  severity: literals(severities),
  resourceType: Type.String(),
  frameworks: Type.Record(Type.String(), Type.Array(Type.String())),
  counts: verdictCounts,
});
export const listInsights = defineRoute({
  name: "listInsights",
  method: "GET",
  path: "/insights",
  summary: "Insights with how the estate fares under each",
  permission: "estate:read",
  query: queryOf({
    framework: Type.Optional(Type.String({ maxLength: 200 })),
    severity: repeatable(literals(severities)),
    type: repeatable(Type.String({ maxLength: 200 })),
    q: Type.Optional(Type.String({ maxLength: 200 })),
    ...badgeFilters,
  }),
  response: Type.Object({ items: Type.Array(insight) }),
});
export const getInsight = defineRoute({
  name: "getInsight",
  method: "GET",
  path: "/insights/:id",
  summary: "One insight with its rule, reasons and remedy",
  permission: "estate:read",
  params: idParams,
  query: queryOf(badgeFilters),
  response: Type.Object({
    ...insight.properties,
    why: Type.String(),
    fix: Type.Object({ action: nullable(Type.String()), steps: Type.String() }),
    applies: Type.Unknown(),
    passes: Type.Unknown(),
  }),
});

export const score = Type.Object({
  /** 0–1, null while nothing was judged. */
  value: nullable(Type.Number()),
  /** Share of the applicable pairs whose verdict is known and fresh. */
  coverage: nullable(Type.Number()),
  passed: Type.Integer(),
  failed: Type.Integer(),
  unknown: Type.Integer(),
  stale: Type.Integer(),
});
export const listFrameworks = defineRoute({
  name: "listFrameworks",
  method: "GET",
  path: "/frameworks",
  summary: "Frameworks with a score per control",
  permission: "estate:read",
  query: queryOf(badgeFilters),
  response: Type.Object({
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        title: Type.String(),
        version: Type.String(),
        publisher: Type.String(),
        score,
        controls: Type.Array(
          Type.Object({
            id: Type.String(),
            title: Type.String(),
            insightIds: Type.Array(Type.String()),
            score,
          }),
        ),
      }),
    ),
  }),
});
