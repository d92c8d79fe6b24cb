// Random histories of two clouds: after each step the counters, findings and live resources are what a
// count of the rows and a plain model of the history say. And a score never rises because less is seen.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scoreOf, sightOf } from "#assess/score.ts";
import type { HarvestScope } from "#model/resource.ts";
import type { ScopePart } from "./ingest.ts";
import type { CloudKey } from "./resource-rows.ts";
import { judgeAgain } from "./testing/judge-again.ts";
import { disagreements } from "./testing/recount.ts";
import {
  ended,
  judgeBy,
  listingOf,
  openSmallEstate,
  type RuleSet,
  type SmallEstate,
  type ThingOptions,
  thing,
  thingOf,
} from "./testing/small-estate.ts";
import { countByInsight, countScopes } from "./verdict-counts.ts";

let estate: SmallEstate;

beforeAll(async () => {
  estate = await openSmallEstate();
});
afterAll(() => estate.close());

const ids = Array.from({ length: 14 }, (_, n) => `t${n}`);
const scopes: HarvestScope[] = ["r1", "r2"].map((region) => ({ type: thing, region }));
const said = fc.constantFrom(true, false, "na" as const, "wait" as const);
const reading = fc.record({
  says: fc.record({ a: said, b: said, c: said }),
  gaps: fc.constantFrom<string[]>([], [], [], ["a"], ["b", "c"]),
  createdAt: fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-02-02T00:00:00Z"),
  region: fc.constantFrom("x", "y"),
});
const seen = fc.dictionary(fc.constantFrom(...ids), reading, { maxKeys: ids.length });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("listing" as const),
      cloud: fc.nat(1),
      scope: fc.nat(1),
      seen,
      complete: fc.constantFrom(true, true, true, false),
      pages: fc.integer({ min: 1, max: 3 }),
      /** Each page in a transaction of its own. */
      apart: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("rules" as const),
      ruleSet: fc.constantFrom<RuleSet>("first", "second"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("late" as const),
      cloud: fc.nat(1),
      id: fc.constantFrom(...ids),
      reading,
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Listing = Extract<Step, { kind: "listing" }>;

/** An instant, and at each further call one a minute later. */
function openClock(): () => Date {
  let at = Date.parse("2026-06-01T00:00:00Z");
  return () => {
    at += 60_000;
    return new Date(at);
  };
}

/** The history's own idea of what is live: ids by cloud and scope, and scopes whose loss is suspected. */
interface Model {
  live: Map<string, Set<string>>;
  suspected: Set<string>;
}

function expectedAfter({ live, suspected }: Model, { cloud, scope, seen, complete }: Listing): void {
  const key = `${cloud} ${scope}`;
  const known = live.get(key) ?? new Set();
  const now = new Set(Object.keys(seen));
  // The size counts what the listing itself adds.
  const all = new Set([...known, ...now]);
  const lost = [...known].filter((id) => !now.has(id)).length;
  live.set(key, all);
  if (!complete) return;
  const isLarge = lost > 10 && lost > all.size * 0.2;
  if (isLarge && !suspected.has(key)) suspected.add(key);
  else {
    suspected.delete(key);
    live.set(key, now);
  }
}

async function liveIds([first]: CloudKey[]): Promise<string[]> {
  const rows = await estate.rows<{ id: string }>(
    `select cloud_id || ' ' || key_region || ' ' || native_id as id from resources where tenant_id = $1 and gone_at is null order by 1`,
    [first?.tenantId],
  );
  return rows.map(({ id }) => id);
}

function pagesOf(cloud: CloudKey, at: Date, listing: Listing): ScopePart[] {
  const scope = scopes[listing.scope] as HarvestScope;
  const name = `${Math.random()}`;
  const found = Object.entries(listing.seen).map(([id, options]) =>
    thingOf(cloud, id, { ...options, at, scope }),
  );
  const size = Math.ceil(found.length / listing.pages) || 1;
  return Array.from({ length: listing.pages }, (_, n) =>
    listingOf(found.slice(n * size, (n + 1) * size), {
      scope,
      listing: name,
      startedAt: at,
      continued: n > 0,
      end: n === listing.pages - 1 ? ended(listing.complete) : null,
    }),
  );
}

test("counters, findings and live resources after any history", async () => {
  const history = fc.array(step, { minLength: 4, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const clouds = await estate.addTenant(2);
      const model: Model = { live: new Map(), suspected: new Set() };
      let ruleSet: RuleSet = "first";
      const nextMinute = openClock();
      for (const one of steps) {
        const at = nextMinute();
        if (one.kind === "rules") {
          ruleSet = one.ruleSet;
          for (const cloud of clouds) await judgeAgain(estate, cloud, ruleSet);
        } else {
          const cloud = clouds[one.cloud] as CloudKey;
          const late =
            one.kind === "late" &&
            thingOf(cloud, one.id, { ...one.reading, at: new Date(0), scope: scopes[0] as HarvestScope });
          const pages = late ? [listingOf([late], { end: null })] : pagesOf(cloud, at, one as Listing);
          const batches = one.kind === "listing" && one.apart ? pages.map((page) => [page]) : [pages];
          // A reading from before all others changes nothing that is known.
          const isKnown =
            late && (await estate.rows("select from resources where id = $1", [late.id])).length > 0;
          if (!late || isKnown)
            for (const batch of batches) await estate.ingest(cloud, batch, { judge: judgeBy(ruleSet) });
          if (one.kind === "listing") expectedAfter(model, one);
        }
        expect(await disagreements(estate, clouds[0]?.tenantId ?? "")).toEqual([]);
        const expected = [...model.live].flatMap(([key, live]) => {
          const [cloud, scope] = key.split(" ").map(Number) as [number, number];
          return [...live].map((id) => `${clouds[cloud]?.cloudId} ${scopes[scope]?.region} ${id}`);
        });
        expect(await liveIds(clouds)).toEqual(expected.sort());
      }
    }),
    { numRuns: Number(process.env.INGEST_RUNS ?? 25) },
  );
}, 180_000);

interface Figures {
  value: number;
  coverage: number;
}

async function figures(tenantId: string): Promise<Figures> {
  const insights = new Map(["a", "b"].map((id) => [id, thing]));
  return estate.store.withTenant(tenantId, async (tx) => {
    const counts = await countByInsight(tx, insights);
    const scopes = await countScopes(tx);
    const sight = sightOf(scopes.byType.get(thing) ?? { seen: 0, expected: 0 }, {
      active: scopes.activeClouds,
      withoutScopes: scopes.cloudsWithoutScopes,
    });
    const sum = (name: keyof (typeof counts)[number]) =>
      counts.reduce((all, one) => all + Number(one[name]), 0);
    const { value, coverage } = scoreOf(
      {
        judged: sum("judged"),
        failed: sum("failed"),
        unknown: sum("unknown"),
        notApplicable: sum("notApplicable"),
        stalePassed: sum("stalePassed"),
        staleFailed: sum("staleFailed"),
        outOfSight: sum("outOfSight"),
      },
      sight,
    );
    return { value: value ?? 0, coverage: coverage ?? 0 };
  });
}

const blinding = fc.oneof(
  fc.record({ kind: fc.constant("gaps" as const), ids: fc.subarray(ids), gaps: fc.subarray(["a", "b"]) }),
  fc.record({ kind: fc.constant("broken listing" as const), ids: fc.subarray(ids) }),
  fc.record({ kind: fc.constant("role fails" as const) }),
);

test("a score and its coverage never rise because less is seen", async () => {
  const property = fc.asyncProperty(
    fc.dictionary(fc.constantFrom(...ids), reading, { minKeys: 3, maxKeys: ids.length }),
    fc.array(blinding, { minLength: 1, maxLength: 4 }),
    async (world, losses) => {
      const [cloud] = (await estate.addTenant(1)) as [CloudKey];
      const blind = new Map<string, Set<string>>();
      const nextMinute = openClock();
      const look = (only: string[], complete: boolean) => {
        const at = nextMinute();
        const options = (id: string): ThingOptions => ({
          ...world[id],
          at,
          gaps: [...new Set([...(world[id]?.gaps ?? []), ...(blind.get(id) ?? [])])],
        });
        const found = Object.keys(world)
          .filter((id) => only.includes(id))
          .map((id) => thingOf(cloud, id, options(id)));
        return estate.ingest(cloud, [listingOf(found, { startedAt: at, end: ended(complete) })]);
      };
      await look(ids, true);
      let before = await figures(cloud.tenantId);
      for (const loss of losses) {
        if (loss.kind === "role fails")
          await estate.rows("update clouds set state = 'assume-role-failed' where id = $1", [cloud.cloudId]);
        else {
          const gaps = loss.kind === "gaps" ? loss.gaps : [];
          for (const id of loss.ids) blind.set(id, new Set([...(blind.get(id) ?? []), ...gaps]));
          await look(loss.kind === "gaps" ? ids : loss.ids, loss.kind === "gaps");
        }
        const after = await figures(cloud.tenantId);
        expect(after.value).toBeLessThanOrEqual(before.value);
        if (loss.kind !== "gaps") expect(after.coverage).toBeLessThanOrEqual(before.coverage);
        before = after;
      }
    },
  );
  await fc.assert(property, { numRuns: Number(process.env.INGEST_RUNS ?? 25) });
}, 120_000);
