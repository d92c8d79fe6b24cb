// Rules that cross relations: cases with their expected truth, and generated estates on which
// JavaScript with neighbours in memory and SQL on the tables must agree.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Truth } from "#model/verdict.ts";
import { and, equals, exists, isTrue, not, or, related } from "./build.ts";
import { checkRule } from "./check.ts";
import { compileJs } from "./compile-js.ts";
import { compileSql } from "./compile-sql.ts";
import { type BothForms, openBothForms } from "./testing/both-forms.ts";
import {
  type Estate,
  type EstateEdge,
  type EstateResource,
  type EstateScope,
  openEstate,
  relationPath,
  storeEstate,
} from "./testing/estate.ts";
import type { Rule } from "./tree.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const [source, target] = ["aws.test.source", "aws.test.target"] as const;
let forms: BothForms;

beforeAll(async () => {
  forms = await openBothForms();
});
afterAll(() => forms.close());

/** The truths of the rule on every live resource of the type, both ways. */
async function askBoth(rule: Rule, estate: Estate, type: string): Promise<{ js: Truth[]; sql: Truth[] }> {
  const { documents, neighbours } = openEstate(estate);
  const run = compileJs(rule);
  const asked = documents.filter((document) => document.type === type);
  const { text, values } = compileSql(rule, { now, type, relationPath, offset: 1 });
  const { rows } = await forms.client.query<{ truth: boolean | null }>(
    `select ${text} as truth from resources r
     join documents d on d.tenant_id = r.tenant_id and d.resource_id = r.id
     where r.type = $1 and r.gone_at is null order by substring(r.id, 5)::int`,
    [type, ...values],
  );
  return {
    js: asked.map((document) => run(document, now, neighbours)),
    sql: rows.map(({ truth }) => truth ?? "unknown"),
  };
}

function scope(type: string, more: Partial<EstateScope> = {}): EstateScope {
  return { cloud: "c1", type, region: "r1", completed: true, inGap: false, ...more };
}

function resource(type: string, id: string, more: Partial<EstateResource> = {}): EstateResource {
  return {
    cloud: "c1",
    type,
    keyRegion: "r1",
    region: "r1",
    id,
    gone: false,
    properties: {},
    gaps: [],
    edges: [],
    ...more,
  };
}

function edge(id: string, more: Partial<EstateEdge> = {}): EstateEdge {
  return { kind: "uses", type: target, id, cloud: "c1", region: "r1", ...more };
}

const clouds = [
  { id: "c1", removed: false },
  { id: "c2", removed: false },
  { id: "c3", removed: true },
];
const good = { properties: { V: true } };
const bad = { properties: { V: false } };
const hidden = { gaps: ["V"] };
const seen = [scope(source), scope(target), scope(source, { cloud: "c2" }), scope(target, { cloud: "c2" })];
const anyGood = related("uses", target, { rule: isTrue("V") });
const allGood = related("uses", target, { quantifier: "all", rule: isTrue("V") });
const noneGood = related("uses", target, { quantifier: "none", rule: isTrue("V") });
const lenient = related("uses", target, { quantifier: "all", rule: isTrue("V"), outside: "not-applicable" });
const used = related("uses", source, { direction: "in" });
const usedAnywhere = related("uses", source, { direction: "in", within: "estate" });
const usedByNone = related("uses", source, { direction: "in", quantifier: "none", rule: isTrue("V") });

function outward(edges: EstateEdge[], targets: EstateResource[], scopes = seen): Estate {
  return { clouds, scopes, resources: [resource(source, "s", { edges }), ...targets] };
}

function inward(sources: EstateResource[], scopes = seen): Estate {
  return { clouds, scopes, resources: [resource(target, "t"), ...sources] };
}

const t1 = (more: Partial<EstateResource>) => resource(target, "t1", more);
const s1 = (more: Partial<EstateResource> = {}) => resource(source, "s1", { edges: [edge("t")], ...more });

const cases: [name: string, rule: Rule, estate: Estate, outcome: Truth][] = [
  [
    "any, one fits",
    anyGood,
    outward([edge("t1"), edge("t2")], [t1(bad), resource(target, "t2", good)]),
    true,
  ],
  ["any, none fits", anyGood, outward([edge("t1")], [t1(bad)]), false],
  ["any, no edge", anyGood, outward([], []), false],
  ["any, edge of another relation", anyGood, outward([edge("t1", { kind: "made" })], [t1(good)]), false],
  ["any, end in gap", anyGood, outward([edge("t1")], [t1(hidden)]), "unknown"],
  [
    "any, one fits beside one in gap",
    anyGood,
    outward([edge("t1"), edge("t2")], [t1(hidden), resource(target, "t2", good)]),
    true,
  ],
  ["all, every one fits", allGood, outward([edge("t1")], [t1(good)]), true],
  [
    "all, one does not",
    allGood,
    outward([edge("t1"), edge("t2")], [t1(good), resource(target, "t2", bad)]),
    false,
  ],
  ["all, no edge", allGood, outward([], []), true],
  ["none, one fits", noneGood, outward([edge("t1")], [t1(good)]), false],
  ["none, one in gap", noneGood, outward([edge("t1")], [t1(hidden)]), "unknown"],
  [
    "own edges in gap",
    allGood,
    { clouds, scopes: seen, resources: [resource(source, "s", { gaps: ["Edges"] })] },
    "unknown",
  ],
  ["end that is gone", allGood, outward([edge("t1")], [t1({ ...good, gone: true })]), "unknown"],
  ["end that is not there, left out", lenient, outward([edge("t1")], []), true],
  [
    "end that is not there yet",
    lenient,
    outward([edge("t1")], [], [scope(source), scope(target, { completed: false })]),
    "unknown",
  ],
  [
    "end in a scope in gap",
    lenient,
    outward([edge("t1")], [], [scope(source), scope(target, { inGap: true })]),
    "unknown",
  ],
  ["end in a scope never planned", lenient, outward([edge("t1")], [], [scope(source)]), "unknown"],
  [
    "end in another account of the estate",
    lenient,
    outward([edge("t1", { cloud: "c2" })], [t1({ ...bad, cloud: "c2" })]),
    false,
  ],
  ["end outside the estate, left out", lenient, outward([edge("t1", { cloud: "c9" })], []), true],
  ["end outside the estate", allGood, outward([edge("t1", { cloud: "c9" })], []), "unknown"],
  ["end in a removed cloud, left out", lenient, outward([edge("t1", { cloud: "c3" })], []), true],
  [
    "end anywhere, found",
    allGood,
    outward([edge("t1", { cloud: null, region: null })], [t1({ ...good, cloud: "c2", keyRegion: "r2" })]),
    true,
  ],
  [
    "end anywhere, one cloud unseen",
    lenient,
    outward([edge("t1", { cloud: null, region: null })], [], [scope(source), scope(target)]),
    "unknown",
  ],
  [
    "same id in another region is no end",
    lenient,
    outward([edge("t1")], [t1({ ...bad, keyRegion: "r2" })]),
    true,
  ],
  ["in, one source", used, inward([s1()]), true],
  ["in, no source", used, inward([s1({ edges: [] })]), false],
  ["in, no source, scope unseen", used, inward([], [scope(target)]), "unknown"],
  ["in, one source, scope in gap", used, inward([s1()], [scope(source, { inGap: true })]), true],
  ["in, a source's edges in gap", used, inward([s1({ edges: [], gaps: ["Edges"] })]), "unknown"],
  ["in, source of another cloud", used, inward([s1({ cloud: "c2" })]), false],
  ["in, source of another cloud in the estate", usedAnywhere, inward([s1({ cloud: "c2" })]), true],
  ["in, no source, another cloud unseen", usedAnywhere, inward([], [scope(source)]), "unknown"],
  ["in, none fits", usedByNone, inward([s1(bad)]), true],
  ["in, gone source", used, inward([s1({ gone: true })]), false],
  ["exists", exists(target, "cloud"), outward([], [t1({})]), true],
  ["exists, another cloud", exists(target, "cloud"), outward([], [t1({ cloud: "c2" })]), false],
  ["exists, unseen", exists(target, "cloud"), outward([], [], [scope(source)]), "unknown"],
  [
    "exists, another region",
    exists(target, "region"),
    outward([], [t1({ region: "r2", keyRegion: "r2" })]),
    false,
  ],
  [
    "exists, another region unseen",
    exists(target, "region"),
    outward([], [], [...seen, scope(target, { region: "r2", completed: false })]),
    false,
  ],
  [
    "exists, global scope in gap",
    exists(target, "region"),
    outward([], [], [...seen, scope(target, { region: "global", inGap: true })]),
    "unknown",
  ],
  ["exists with a rule in gap", exists(target, "cloud", isTrue("V")), outward([], [t1(hidden)]), "unknown"],
  [
    "two relations away",
    related("uses", target, { rule: related("uses", source, { direction: "in", rule: equals("@id", "s") }) }),
    outward([edge("t1")], [t1({})]),
    true,
  ],
];

describe("cases", () => {
  test.each(cases)("%s", async (_, rule, estate, outcome) => {
    expect(checkRule(rule)).toEqual({ ok: true, rule });
    await storeEstate(forms.client, estate);
    const type = estate.resources[0]?.type as string;
    const { js, sql } = await askBoth(rule, estate, type);
    expect([js[0], sql[0]]).toEqual([outcome, outcome]);
  });
});

const type = fc.constantFrom(source, target);
const cloud = fc.constantFrom("c1", "c2", "c9");
const region = fc.constantFrom("r1", "r2", "global");
const id = fc.constantFrom("a", "b", "c");
const mostlyTrue = fc.constantFrom(true, true, true, true, false);
const estates: fc.Arbitrary<Estate> = fc.record({
  clouds: fc.record({ c1: fc.boolean(), c2: mostlyTrue }).map(({ c2 }) => [
    { id: "c1", removed: false },
    { id: "c2", removed: !c2 },
  ]),
  scopes: fc.uniqueArray(
    fc.record({
      cloud: fc.constantFrom("c1", "c2"),
      type,
      region,
      completed: mostlyTrue,
      inGap: mostlyTrue.map((on) => !on),
    }),
    { selector: (one) => `${one.cloud} ${one.type} ${one.region}`, maxLength: 8 },
  ),
  resources: fc.uniqueArray(
    fc.record({
      cloud: fc.constantFrom("c1", "c1", "c2"),
      type,
      keyRegion: region,
      region,
      id,
      gone: mostlyTrue.map((on) => !on),
      properties: fc.record({ V: fc.boolean() }),
      gaps: fc.constantFrom([], [], [], ["V"], ["Edges"]),
      edges: fc.uniqueArray(
        fc.record({
          kind: fc.constant("uses"),
          type,
          id,
          cloud: fc.option(cloud),
          region: fc.option(region),
        }),
        { selector: (one) => `${one.type} ${one.id}`, maxLength: 3 },
      ),
    }),
    { selector: (one) => `${one.cloud} ${one.type} ${one.keyRegion} ${one.id}`, minLength: 2, maxLength: 8 },
  ),
});

const { crossing } = fc.letrec<{ crossing: Rule; inner: Rule }>((tie) => ({
  inner: fc.oneof(
    { maxDepth: 2, depthIdentifier: "crossing" },
    { weight: 3, arbitrary: fc.constantFrom<Rule>(isTrue("V"), not(isTrue("V")), equals("@id", "a")) },
    { weight: 1, arbitrary: tie("crossing") },
  ),
  crossing: fc.oneof(
    fc
      .record({
        type,
        direction: fc.constantFrom("out" as const, "in" as const),
        quantifier: fc.constantFrom("any" as const, "all" as const, "none" as const),
        outside: fc.constantFrom("unknown" as const, "not-applicable" as const),
        within: fc.constantFrom("cloud" as const, "estate" as const),
        rule: tie("inner"),
      })
      .map(({ type, ...more }) => related("uses", type, more)),
    fc
      .record({ type, where: fc.constantFrom("cloud" as const, "region" as const), rule: tie("inner") })
      .map(({ type, where, rule }) => exists(type, where, rule)),
    fc.tuple(tie("inner"), tie("inner"), fc.boolean()).map(([a, b, both]) => (both ? and(a, b) : or(a, b))),
  ),
}));

test("both forms say the same on generated estates", async () => {
  const outcomes = new Map<Truth, number>();
  await fc.assert(
    fc.asyncProperty(estates, fc.array(crossing, { minLength: 4, maxLength: 4 }), async (estate, rules) => {
      await storeEstate(forms.client, estate);
      for (const rule of rules) {
        for (const asked of [source, target]) {
          const { js, sql } = await askBoth(rule, estate, asked);
          for (const truth of js) outcomes.set(truth, (outcomes.get(truth) ?? 0) + 1);
          expect(sql).toEqual(js);
        }
      }
    }),
    { numRuns: Number(process.env.RULES_RUNS ?? 100) },
  );
  for (const truth of [true, false, "unknown"] as const) expect(outcomes.get(truth)).toBeGreaterThan(100);
}, 120_000);
