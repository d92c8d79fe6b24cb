// The main transaction, case by case, on a real PostgreSQL as the application role.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { registerCatalog } from "./catalog-generations.ts";
import type { ScopePart } from "./ingest.ts";
import { dropLease, LeaseLost, revokeLease, takeLease } from "./leases.ts";
import type { CloudKey } from "./resource-rows.ts";
import { disagreements } from "./testing/recount.ts";
import {
  ended,
  generation,
  here,
  listingOf,
  openSmallEstate,
  type SmallEstate,
  type ThingOptions,
  thing,
  thingOf,
} from "./testing/small-estate.ts";

let estate: SmallEstate;
let cloud: CloudKey;
let other: CloudKey;

beforeAll(async () => {
  estate = await openSmallEstate();
});
beforeEach(async () => {
  [cloud, other] = (await estate.addTenant(2)) as [CloudKey, CloudKey];
});
afterAll(() => estate.close());

const minutes = (n: number) => new Date(Date.now() + n * 60_000);
const of = (nativeId: string, options: ThingOptions = {}) => thingOf(cloud, nativeId, options);
const many = (count: number, options: ThingOptions = {}) =>
  Array.from({ length: count }, (_, n) => of(`t${n}`, options));
/** A complete listing that begins at an instant; what it reads is read then. */
const listed = (ids: string[], at: Date, options: ThingOptions = {}): ScopePart =>
  listingOf(
    ids.map((id) => of(id, { at, ...options })),
    { startedAt: at },
  );

async function ingest(...parts: ScopePart[]) {
  const report = await estate.ingest(cloud, parts);
  expect(await disagreements(estate, cloud.tenantId)).toEqual([]);
  return report;
}

interface ResourceRow {
  native_id: string;
  gone: boolean;
  incarnation: number;
  xmin: string;
  properties: Record<string, unknown>;
  kinds: string[];
}

async function resources(): Promise<Record<string, ResourceRow>> {
  const rows = await estate.rows<ResourceRow>(
    `select r.native_id, r.gone_at is not null as gone, r.incarnation, r.xmin::text || ' ' || d.xmin::text as xmin, d.properties,
       (select array_agg(kind order by id) from resource_events e where e.tenant_id = $1 and e.resource_id = r.id) as kinds
     from resources r join documents d on d.tenant_id = r.tenant_id and d.resource_id = r.id where r.tenant_id = $1`,
    [cloud.tenantId],
  );
  return Object.fromEntries(rows.map((row) => [row.native_id, row]));
}

async function liveIds(): Promise<string[]> {
  return Object.values(await resources())
    .filter(({ gone }) => !gone)
    .map(({ native_id }) => native_id)
    .sort();
}

function seenRows() {
  return estate.rows("select * from listing_seen where tenant_id = $1", [cloud.tenantId]);
}

async function scope() {
  const [row] = await estate.rows<{
    complete: boolean;
    in_gap: boolean;
    suspected: boolean;
    is_due: boolean;
    resource_count: number;
  }>(
    `select completed_at is not null as complete, gap_since is not null as in_gap, loss_suspected_at is not null as suspected,
       due_at <= now() as is_due, resource_count from harvest_scopes where tenant_id = $1`,
    [cloud.tenantId],
  );
  return row;
}

describe("rows", () => {
  test("what is new is written with its document, terms and history", async () => {
    const report = await ingest(
      listingOf([of("t1", { says: { a: false, b: true }, terms: ["one", "two"] })]),
    );
    expect(report).toMatchObject({ written: 1, unchanged: 0, gone: 0, opened: 1, closed: 0, queued: 0 });
    expect(await resources()).toMatchObject({
      t1: { gone: false, incarnation: 1, properties: { a: false, b: true }, kinds: ["created"] },
    });
    const terms = await estate.rows("select term from resource_terms where tenant_id = $1 order by 1", [
      cloud.tenantId,
    ]);
    expect(terms).toEqual([{ term: "one" }, { term: "two" }]);
  });

  test("what did not change writes no row", async () => {
    await ingest(listed(["t1", "t2"], minutes(-3)));
    const before = await resources();
    expect(await ingest(listed(["t1", "t2"], minutes(-2)))).toMatchObject({ written: 0, unchanged: 2 });
    expect(await resources()).toEqual(before);
  });

  test("only what changed is written", async () => {
    await ingest(listed(["t1", "t2"], minutes(-3)));
    const before = await resources();
    const at = minutes(-2);
    const changed = of("t2", { at, says: { a: true, b: false }, terms: ["t2", "new"] });
    await ingest(listingOf([of("t1", { at }), changed], { startedAt: at }));
    const after = await resources();
    expect(after.t1).toEqual(before.t1);
    expect(after.t2).toMatchObject({
      incarnation: 1,
      properties: { b: false },
      kinds: ["created", "changed"],
    });
    const terms = await estate.rows("select term from resource_terms where tenant_id = $1 order by 1", [
      cloud.tenantId,
    ]);
    expect(terms).toEqual([{ term: "new" }, { term: "t1" }, { term: "t2" }]);
  });

  test.each([
    ["older", -5, { a: true, b: true }],
    ["of the same instant", -3, { a: false }],
    ["newer", -2, { a: false }],
  ] as const)("a reading %s than the stored one", async (_, at, properties) => {
    await ingest(
      listingOf([of("t1", { at: minutes(-3), says: { a: true, b: true } })], { startedAt: new Date(0) }),
    );
    const stored = await estate.rows<{ observed_at: Date }>(
      "select observed_at from resources where tenant_id = $1",
      [cloud.tenantId],
    );
    const observedAt = at === -3 ? (stored[0]?.observed_at as Date) : minutes(at);
    await ingest(listingOf([of("t1", { at: observedAt, says: { a: false } })], { startedAt: new Date(0) }));
    expect((await resources()).t1?.properties).toEqual(properties);
  });

  test("two pages that name one resource leave the newer reading", async () => {
    const [newer, older] = [of("t1", { at: minutes(-1), says: { a: false } }), of("t1", { at: minutes(-2) })];
    const first = listingOf([newer], { listing: "both", end: null });
    await ingest(first, listingOf([older], { listing: "both", continued: true }));
    expect((await resources()).t1).toMatchObject({ properties: { a: false }, kinds: ["created"] });
  });

  test("a bucket that moves is counted where it is", async () => {
    await ingest(listingOf([of("t1", { region: "eu" }), of("t2", { region: "eu" })]));
    await ingest(listingOf([of("t1", { region: "us" }), of("t2", { region: "eu" })]));
    const counts = await estate.rows(
      "select region, live from resource_counts where tenant_id = $1 order by 1",
      [cloud.tenantId],
    );
    expect(counts).toEqual([
      { region: "eu", live: 1 },
      { region: "us", live: 1 },
    ]);
  });
});

describe("tombstones", () => {
  test("what a complete listing does not see is gone, and comes back as a new incarnation", async () => {
    await ingest(listed(["t1", "t2"], minutes(-9), { says: { a: false, b: true } }));
    expect(await ingest(listed(["t1"], minutes(-8), { says: { a: false, b: true } }))).toMatchObject({
      gone: 1,
      closed: 1,
    });
    expect((await resources()).t2).toMatchObject({ gone: true, incarnation: 1, kinds: ["created", "gone"] });
    expect(await ingest(listed(["t1", "t2"], minutes(-7), { says: { a: false, b: true } }))).toMatchObject({
      written: 1,
      opened: 1,
    });
    expect((await resources()).t2).toMatchObject({
      gone: false,
      incarnation: 2,
      kinds: ["created", "gone", "returned"],
    });
  });

  test("a reading older than its loss does not bring it back", async () => {
    await ingest(listed(["t1", "t2"], minutes(-9)));
    await ingest(listed(["t1"], minutes(-5)));
    await ingest(listingOf([of("t2", { at: minutes(-6), says: { a: false } })], { end: null }));
    expect(await liveIds()).toEqual(["t1"]);
  });

  test("made anew under the same id between two listings, it is another one", async () => {
    const says = { a: false, b: true };
    await ingest(listed(["t1"], minutes(-9), { says, createdAt: "2026-01-01T00:00:00Z" }));
    const blind = { says: {}, gaps: ["a", "b"], createdAt: "2026-02-02T00:00:00Z" };
    expect(await ingest(listed(["t1"], minutes(-8), blind))).toMatchObject({ written: 1, closed: 1 });
    expect((await resources()).t1).toMatchObject({ incarnation: 2, kinds: ["created", "created"] });
    const verdicts = await estate.rows(
      "select insight_id, verdict, stale_since from verdicts where tenant_id = $1 order by 1",
      [cloud.tenantId],
    );
    expect(verdicts).toEqual([
      { insight_id: "a", verdict: "unknown", stale_since: null },
      { insight_id: "b", verdict: "unknown", stale_since: null },
    ]);
  });

  test("what was observed after the listing began is not gone", async () => {
    await ingest(listed(["t1"], minutes(-9)));
    await ingest(listingOf([of("t2", { at: minutes(-3) })], { end: null }));
    await ingest(listed(["t1"], minutes(-5)));
    expect(await liveIds()).toEqual(["t1", "t2"]);
    await ingest(listed(["t1"], minutes(-2)));
    expect(await liveIds()).toEqual(["t1"]);
  });

  test("an incomplete listing makes nothing gone", async () => {
    await ingest(listed(["t1", "t2"], minutes(-9)));
    await ingest({ ...listed(["t1"], minutes(-5)), end: ended(false) });
    expect(await liveIds()).toEqual(["t1", "t2"]);
    expect(await scope()).toMatchObject({ complete: true, in_gap: true, resource_count: 2 });
  });

  test("a listing over several batches is one", async () => {
    await ingest(listingOf(many(30, { at: minutes(-9) }), { startedAt: minutes(-9) }));
    const startedAt = minutes(-5);
    const page = (from: number, to: number, more: Partial<ScopePart>) =>
      listingOf(many(30, { at: startedAt }).slice(from, to), {
        listing: "long",
        startedAt,
        end: null,
        ...more,
      });
    await ingest(page(0, 10, {}));
    await ingest(page(10, 15, { continued: true }), page(15, 20, { continued: true }));
    expect(await ingest(page(20, 29, { continued: true, end: ended(true) }))).toMatchObject({ gone: 1 });
    expect(await liveIds()).toHaveLength(29);
    expect(await seenRows()).toEqual([]);
  });

  test("a long listing that breaks off leaves nothing behind", async () => {
    await ingest(listingOf(many(3), { listing: "broken", end: null }));
    await ingest(listingOf([], { listing: "broken", continued: true, end: ended(false) }));
    expect(await seenRows()).toEqual([]);
  });

  test.each([
    ["10 of 20", 20, 10, 0],
    ["11 of 20", 20, 11, 11],
    ["11 of 55", 55, 11, 0],
    ["12 of 55", 55, 12, 12],
    ["all of 11", 11, 11, 11],
    ["all of 10", 10, 10, 0],
  ])("losing %s", async (_, had, lost, kept) => {
    await ingest(listingOf(many(had, { at: minutes(-9) }), { startedAt: minutes(-9) }));
    const rest = (at: Date) => listingOf(many(had, { at }).slice(lost), { startedAt: at });
    const first = await ingest(rest(minutes(-8)));
    expect(first.gone).toBe(lost - kept);
    expect(await liveIds()).toHaveLength(had - lost + kept);
    if (kept === 0) return;
    expect(await scope()).toMatchObject({ suspected: true, is_due: true, complete: true, in_gap: false });
    await ingest({ ...rest(minutes(-7)), end: ended(false) });
    expect(await scope()).toMatchObject({ suspected: true });
    expect((await ingest(rest(minutes(-6)))).gone).toBe(lost);
    expect(await scope()).toMatchObject({ suspected: false, is_due: false, resource_count: had - lost });
  });

  test("a suspected loss that was none is forgotten", async () => {
    const all = (at: Date) => listingOf(many(20, { at }), { startedAt: at });
    await ingest(all(minutes(-9)));
    await ingest(listingOf([], { startedAt: minutes(-8) }));
    await ingest(all(minutes(-7)));
    expect(await scope()).toMatchObject({ suspected: false });
    expect((await ingest(listingOf([], { startedAt: minutes(-6) }))).gone).toBe(0);
  });
});

describe("edges", () => {
  const elsewhere = { kind: "uses", targetType: thing, targetRegion: null };

  async function edges(): Promise<unknown[]> {
    return estate.rows(
      `select kind, target_native_id as id, target_cloud_id as cloud, target_region as region from edges where tenant_id = $1
       order by kind, target_native_id, target_cloud_id, target_region`,
      [cloud.tenantId],
    );
  }

  test("lead to what is not known, to other clouds, and anywhere", async () => {
    const edgesOf = [
      { ...elsewhere, targetNativeId: "unknown", targetRegion: "r1" },
      { ...elsewhere, targetNativeId: "across", targetAccountId: other.accountId },
      { ...elsewhere, kind: "anywhere", targetNativeId: "bucket" },
    ];
    const relational = { anywhere: new Set([`${thing} anywhere`]), reaches: [] };
    await estate.ingest(cloud, [listingOf([of("t1", { edges: edgesOf })])], { relational });
    expect(await edges()).toEqual([
      { kind: "anywhere", id: "bucket", cloud: null, region: null },
      { kind: "uses", id: "across", cloud: other.cloudId, region: null },
      { kind: "uses", id: "unknown", cloud: cloud.cloudId, region: "r1" },
    ]);
  });

  test("one name in two accounts and two regions is four things", async () => {
    const edgesOf = [cloud, other].flatMap(({ accountId }) =>
      ["r1", "r2"].map((targetRegion) => ({
        targetNativeId: "admin",
        targetAccountId: accountId,
        targetRegion,
      })),
    );
    await ingest(listingOf([of("t1", { edges: [...edgesOf, ...edgesOf] })]));
    expect(await edges()).toHaveLength(4);
  });

  test("are replaced with their resource, and only those that differ", async () => {
    const to = (...ids: string[]) => ids.map((targetNativeId) => ({ targetNativeId, targetRegion: "r1" }));
    await ingest(listed(["t1"], minutes(-3), { edges: to("x", "y") }));
    const xmin = "select xmin from edges where tenant_id = $1 and target_native_id = 'y'";
    const before = await estate.rows(xmin, [cloud.tenantId]);
    await ingest(listed(["t1"], minutes(-2), { edges: to("y", "z") }));
    expect(await edges()).toMatchObject([{ id: "y" }, { id: "z" }]);
    expect(await estate.rows(xmin, [cloud.tenantId])).toEqual(before);
  });
});

describe("verdicts and findings", () => {
  async function verdict(): Promise<unknown> {
    const [row] = await estate.rows<{ verdict: string; stale: boolean }>(
      "select verdict, stale_since is not null as stale from verdicts where tenant_id = $1 and insight_id = 'a'",
      [cloud.tenantId],
    );
    return row ? `${row.stale ? "stale " : ""}${row.verdict}` : "pass";
  }

  async function finding() {
    const [row] = await estate.rows<{ status: string; stale: boolean; events: string[] }>(
      `select f.status, f.stale_since is not null as stale, (select array_agg(event || ' ' || reason order by id)
         from finding_events e where e.tenant_id = $1 and e.finding_id = f.id) as events
       from findings f where f.tenant_id = $1 and f.insight_id = 'a'`,
      [cloud.tenantId],
    );
    return row;
  }

  const say = (says: ThingOptions["says"], at: number) => listed(["t1"], minutes(at), says ? { says } : {});
  const blind = (at: number) => listed(["t1"], minutes(at), { says: { b: true }, gaps: ["a"] });

  test("open, close and open again, each with an event", async () => {
    await ingest(say({ a: false }, -9));
    expect(await finding()).toEqual({ status: "open", stale: false, events: ["opened fails"] });
    await ingest(say({ a: true }, -8));
    expect(await finding()).toMatchObject({ status: "closed", events: ["opened fails", "closed passes"] });
    await ingest(say({ a: false, b: "na" }, -7));
    await ingest(say({ a: "na" }, -6));
    await ingest(listingOf([], { startedAt: minutes(-5) }));
    expect(await finding()).toMatchObject({
      status: "closed",
      events: ["opened fails", "closed passes", "reopened fails", "closed not-applicable"],
    });
  });

  test("a failing resource that changed elsewhere leaves the row of its finding alone", async () => {
    await ingest(listed(["t1"], minutes(-9), { says: { a: false } }));
    const before = await estate.rows("select xmin from findings where tenant_id = $1", [cloud.tenantId]);
    await ingest(listed(["t1"], minutes(-8), { says: { a: false, b: "na" } }));
    expect(await estate.rows("select xmin from findings where tenant_id = $1", [cloud.tenantId])).toEqual(
      before,
    );
  });

  const blindCases: [string, ThingOptions["says"], string][] = [
    ["pass", { a: true }, "stale pass"],
    ["fail", { a: false }, "stale fail"],
    ["not applicable", { a: "na" }, "unknown"],
  ];
  test.each(blindCases)("lost sight of a %s", async (_, says, expected) => {
    await ingest(say(says, -9));
    await ingest(blind(-8));
    expect(await verdict()).toBe(expected);
    const since = await estate.rows("select stale_since from verdicts where tenant_id = $1", [
      cloud.tenantId,
    ]);
    await ingest(listed(["t1"], minutes(-7), { says: { b: "na" }, gaps: ["a"] }));
    expect(
      await estate.rows("select stale_since from verdicts where tenant_id = $1 and insight_id = 'a'", [
        cloud.tenantId,
      ]),
    ).toEqual(since);
    expect((await finding())?.status).toBe(expected === "stale fail" ? "open" : undefined);
    await ingest(say({ a: true }, -6));
    expect(await verdict()).toBe("pass");
  });

  test("what was never seen is unknown, with the gap in the way", async () => {
    await ingest(blind(-9));
    const rows = await estate.rows(
      "select insight_id, verdict, gap->>'code' as code from verdicts where tenant_id = $1",
      [cloud.tenantId],
    );
    expect(rows).toEqual([{ insight_id: "a", verdict: "unknown", code: "AccessDenied" }]);
  });

  test("a verdict that waits for neighbours keeps what it was", async () => {
    await ingest(say({ a: false }, -9));
    expect(await ingest(say({ a: "wait" }, -8))).toMatchObject({ queued: 1 });
    expect(await verdict()).toBe("fail");
  });
});

describe("who may write", () => {
  const page = () => [listingOf([of("t1")])];

  test("nobody with an old epoch, an ended lease, or an old catalog", async () => {
    const { store } = estate;
    const old = await takeLease(store, cloud.tenantId, cloud.cloudId, "worker 1");
    expect(await takeLease(store, cloud.tenantId, cloud.cloudId, "worker 2")).toBeNull();
    await dropLease(store, old as never);
    const lease = await takeLease(store, cloud.tenantId, cloud.cloudId, "worker 2");
    await expect(estate.ingest(cloud, page(), { lease: old })).rejects.toThrow(LeaseLost);
    await expect(estate.ingest(cloud, page(), { lease, generation: "older" })).rejects.toThrow(LeaseLost);
    await estate.rows("update cloud_leases set until = now() - interval '1 s' where tenant_id = $1", [
      cloud.tenantId,
    ]);
    await expect(estate.ingest(cloud, page(), { lease })).rejects.toThrow(LeaseLost);
    expect(await resources()).toEqual({});
    const again = await takeLease(store, cloud.tenantId, cloud.cloudId, "worker 3");
    await estate.ingest(cloud, page(), { lease: again });
    expect(await liveIds()).toEqual(["t1"]);
  });

  test("nobody in a cloud that is being removed", async () => {
    const lease = await takeLease(estate.store, cloud.tenantId, cloud.cloudId, "worker");
    await estate.rows("update clouds set state = 'removing' where id = $1", [cloud.cloudId]);
    await expect(estate.ingest(cloud, page(), { lease })).rejects.toThrow(LeaseLost);
    await estate.rows("update clouds set state = 'healthy' where id = $1", [cloud.cloudId]);
    await estate.store.withTenant(cloud.tenantId, (tx) => revokeLease(tx, cloud.cloudId));
    await expect(estate.ingest(cloud, page(), { lease })).rejects.toThrow(LeaseLost);
  });

  test("a cloud that is not there cannot be leased", async () => {
    expect(await takeLease(estate.store, cloud.tenantId, "cld_none", "worker")).toBeNull();
  });

  test("a catalog that is registered again is the newest again", async () => {
    const { store } = estate;
    await store.asSystem((tx) => registerCatalog(tx, "generation 2", "2", []));
    await expect(estate.ingest(cloud, page())).rejects.toThrow(LeaseLost);
    await store.asSystem((tx) => registerCatalog(tx, generation, "1", []));
    await estate.ingest(cloud, page());
    expect(await liveIds()).toEqual(["t1"]);
  });

  test("calls are counted, also of a batch without a page", async () => {
    await estate.ingest(cloud, page(), { calls: 3 });
    await estate.ingest(cloud, [], { calls: 4 });
    expect(await estate.rows("select calls from clouds where id = $1", [cloud.cloudId])).toEqual([
      { calls: "7" },
    ]);
  });

  test("another tenant's cloud gets nothing", async () => {
    const [foreign] = await estate.addTenant(1);
    await ingest(listingOf([of("t1")], { scope: here }));
    expect(await estate.rows("select * from resources where tenant_id = $1", [foreign?.tenantId])).toEqual(
      [],
    );
  });
});
