// Every list and report under badge filters, against an oracle that reads the bare rows: which clouds fit is
// decided here badge by badge, what they hold is counted resource by resource, never from a counter.

import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedEstate } from "./testing/seed-estate.ts";
import { startApi, type TestApi } from "./testing/start-api.ts";

let api: TestApi;
let reader: string;
let owner: pg.Client;
let insightIds: string[];
interface Badge {
  cloud_id: string;
  key: string;
  value: string;
}
let badges: Map<string, Badge[]>;
let clouds: { id: string; state: string }[];

beforeAll(async () => {
  api = await startApi();
  reader = await api.key("viewer");
  const onBuckets = [...api.parts.catalog.insightsOn("aws.s3.bucket")].slice(0, 2);
  const ids = onBuckets.map(({ id, severity }): [string, string] => [id, severity]);
  insightIds = ids.map(([id]) => id);
  await seedEstate(api.ownerUrl, { tenantId: api.tenantId, clouds: 1000, resources: 10_000, salt: "a" }, ids);
  owner = new pg.Client({ connectionString: api.ownerUrl });
  await owner.connect();
  // Keys and values as AWS tags may have them, and a pair that differs in case only.
  await owner.query(
    `insert into badges (tenant_id, cloud_id, key, value, kind)
     select tenant_id, id, k.key, k.value, 'user' from clouds
     cross join (values ('aws:stack=x', 'web:1=2'), ('back\\slash', ''), ('Env', 'prod')) as k (key, value)
     where right(account_id, 1) = '7'`,
  );
  await owner.query(
    `insert into cloud_daily_history (tenant_id, cloud_id, day, critical, high, medium, low, info, passed, failed)
     select tenant_id, id, (now() at time zone 'UTC')::date - 1, 0, 10, 0, 0, 0, 3, 1 from clouds`,
  );
  const { rows } = await owner.query<Badge>("select cloud_id, key, value from badges");
  badges = Map.groupBy(rows, ({ cloud_id }) => cloud_id);
  clouds = (await owner.query<{ id: string; state: string }>("select id, state from clouds")).rows;
}, 120_000);
afterAll(async () => {
  await owner.end();
  await api.close();
});

type Wanted = [key: string, value?: string];
const filters: [query: string, operator: "and" | "or", wanted: Wanted[]][] = [
  ["badge=env:prod", "and", [["env", "prod"]]],
  ["badge=env", "and", [["env"]]],
  ["badge=Env:prod", "and", [["Env", "prod"]]],
  [
    "badge=env:prod&badge=team:team%203",
    "and",
    [
      ["env", "prod"],
      ["team", "team 3"],
    ],
  ],
  [
    "badge=env:prod&badge=team:team%202",
    "and",
    [
      ["env", "prod"],
      ["team", "team 2"],
    ],
  ],
  [
    "badge=env:prod&badge=team:team%205&badgeOperator=or",
    "or",
    [
      ["env", "prod"],
      ["team", "team 5"],
    ],
  ],
  [
    "badge=env:prod&badge=env:dev",
    "and",
    [
      ["env", "prod"],
      ["env", "dev"],
    ],
  ],
  [
    "badge=env:prod&badge=env:dev&badgeOperator=or",
    "or",
    [
      ["env", "prod"],
      ["env", "dev"],
    ],
  ],
  [`badge=${encodeURIComponent("aws\\:stack=x:web:1=2")}`, "and", [["aws:stack=x", "web:1=2"]]],
  [`badge=${encodeURIComponent("back\\\\slash:")}`, "and", [["back\\slash", ""]]],
  ["badge=nothing", "and", [["nothing"]]],
];

function cloudsThatFit(operator: "and" | "or", wanted: Wanted[]): string[] {
  const has = (cloudId: string, [key, value]: Wanted) =>
    (badges.get(cloudId) ?? []).some(
      (badge) => badge.key === key && (value === undefined || badge.value === value),
    );
  return clouds
    .filter(({ id }) =>
      operator === "and" ? wanted.every((one) => has(id, one)) : wanted.some((one) => has(id, one)),
    )
    .map(({ id }) => id);
}

async function grouped(text: string, cloudIds: string[]): Promise<Record<string, number>> {
  const { rows } = await owner.query<{ name: string; n: number }>(text, [cloudIds]);
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}

const get = async (path: string, query: string) => {
  const answer = await api.ask(reader, `/api/v1${path}${path.includes("?") ? "&" : "?"}${query}`);
  expect([path, query, answer.status]).toEqual([path, query, 200]);
  return answer.body;
};
const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, n) => total + n, 0);
const shown = (counts: unknown) =>
  Object.fromEntries(Object.entries(counts as Record<string, number>).filter(([, n]) => n > 0));

describe.each(filters)("%s (S22, S106)", (query, operator, wanted) => {
  let fit: string[];
  let byType: Record<string, number>;
  let bySeverity: Record<string, number>;
  let byInsight: Record<string, number>;
  beforeAll(async () => {
    fit = cloudsThatFit(operator, wanted);
    byType = await grouped(
      "select type as name, count(*)::int as n from resources where cloud_id = any($1) group by 1",
      fit,
    );
    const open = "from findings where status = 'open' and cloud_id = any($1) group by 1";
    bySeverity = await grouped(`select severity as name, count(*)::int as n ${open}`, fit);
    byInsight = await grouped(`select insight_id as name, count(*)::int as n ${open}`, fit);
  });

  test("clouds, resources and findings are those of the clouds that fit", async () => {
    const listed = await get("/clouds?limit=1000", query);
    expect(listed.items.map(({ id }) => id).toSorted()).toEqual(fit.toSorted());
    expect(listed.total).toBe(fit.length);
    const resources = await get("/resources?limit=50", query);
    expect(resources.total).toBe(sum(byType));
    const findings = await get("/findings?limit=50", query);
    expect(findings.total).toBe(sum(bySeverity));
    const seen = [...resources.items, ...findings.items].map(({ cloudId }) => String(cloudId));
    expect(seen.filter((id) => !fit.includes(id))).toEqual([]);
  });

  test("insights, frameworks and types count only what the clouds that fit hold", async () => {
    const insights = await get("/insights", query);
    const fails = insights.items.map(({ id, counts }) => [id, (counts as { fail: number }).fail] as const);
    expect(shown(Object.fromEntries(fails))).toEqual(byInsight);
    const one = await get(`/insights/${insightIds[0]}`, query);
    const judged = await grouped(
      `select 'judged' as name, count(*)::int as n from resources where cloud_id = any($1)`,
      fit,
    );
    const failed = byInsight[insightIds[0] as string] ?? 0;
    expect(one.counts).toMatchObject({ fail: failed, pass: (judged.judged ?? 0) - failed });
    for (const { id, score } of (await get("/frameworks", query)).items) {
      const mapped = api.parts.catalog.insightsFor(String(id)).map((insight) => insight.id);
      const expected = mapped.reduce((total, each) => total + (byInsight[each] ?? 0), 0);
      expect([id, (score as { failed: number }).failed]).toEqual([id, expected]);
    }
    const types = (await get("/resource-types", query)).items.map(
      ({ type, resourceCount }) => [type, resourceCount] as const,
    );
    expect(shown(Object.fromEntries(types))).toEqual(byType);
  });

  test("the summary is that of the clouds that fit", async () => {
    const summary = await get("/summary", query);
    const states = clouds.filter(({ id }) => fit.includes(id)).map(({ state }) => state);
    const byStatus = Object.fromEntries(
      [...Map.groupBy(states, (state) => state)].map(([k, v]) => [k, v.length]),
    );
    const { total, byStatus: told } = summary.clouds as { total: number; byStatus: object };
    expect([total, shown(told)]).toEqual([fit.length, byStatus]);
    expect(summary.resources).toEqual({ total: sum(byType), byType });
    const findings = summary.findings as { total: number; bySeverity: object };
    expect([findings.total, shown(findings.bySeverity)]).toEqual([sum(bySeverity), bySeverity]);
    const { rows } = await owner.query<{ n: number }>(
      "select count(*)::int as n from harvest_scopes where cloud_id = any($1)",
      [fit],
    );
    expect(summary.harvest).toMatchObject({ scopesDone: rows[0]?.n, scopesDue: 0 });
    const history = summary.history as { findings: { high: number }; score: number }[];
    expect(history.at(-1)?.findings).toEqual(findings.bySeverity);
    const past = history.slice(0, -1).map(({ findings: { high }, score }) => [high, score]);
    expect(past).toEqual(fit.length > 0 ? [[fit.length * 10, 0.75]] : []);
  });

  test("a search by a rule stays within the clouds that fit", async () => {
    const asked = new URLSearchParams(query);
    const payload = {
      type: "aws.s3.bucket",
      rule: { op: "greaterThan", path: "Number", value: 0 },
      limit: 1000,
      badge: asked.getAll("badge"),
      ...(asked.has("badgeOperator") ? { badgeOperator: asked.get("badgeOperator") } : {}),
    };
    const found = await api.ask(reader, { method: "POST", url: "/api/v1/resources/search", payload });
    expect(found.body.items.length).toBe(Math.min(1000, byType["aws.s3.bucket"] ?? 0));
    expect(found.body.items.filter(({ cloudId }) => !fit.includes(String(cloudId)))).toEqual([]);
  });
});
