// An estate of a few clouds on a database of its own, for tests of ingesting: resources whose verdicts
// stand in their properties, listings of them, and counts of the rows that must agree with the counters.
import { createHash } from "node:crypto";
import pg from "pg";
import type { InsightOutcome, Judgement } from "#model/judgement.ts";
import type { RelationalRules } from "#model/reach.ts";
import { cloudId, type Edge, type Gap, type HarvestScope, resourceId } from "#model/resource.ts";
import { openTestDatabase } from "../../../tests/database.ts";
import { registerCatalog } from "../catalog-generations.ts";
import {
  type IngestReport,
  type IngestRequest,
  ingest,
  type PreparedResource,
  type ScopePart,
} from "../ingest.ts";
import { openStore, type Store } from "../open.ts";
import type { CloudKey } from "../resource-rows.ts";

export const thing = "test.thing";
export const generation = "generation 1";
/** Insights by rule set; what they say of a resource stands in its property of that name. */
export const ruleSets = { first: ["a", "b"], second: ["b", "c"] } as const;
export type RuleSet = keyof typeof ruleSets;

export interface SmallEstate {
  store: Store;
  /** As owner, whom no policy binds. */
  owner: pg.Client;
  urls: { app: string; system: string };
  addTenant(clouds: number): Promise<CloudKey[]>;
  ingest(cloud: CloudKey, parts: ScopePart[], more?: Partial<IngestRequest>): Promise<IngestReport>;
  rows<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export const noNeighbours: RelationalRules = { anywhere: new Set(), reaches: [] };

export async function openSmallEstate(): Promise<SmallEstate> {
  const database = await openTestDatabase();
  const store = await openStore({ appUrl: database.appUrl, systemUrl: database.systemUrl, connections: 6 });
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const sets = Object.entries(ruleSets).map(([hash, ids]) => ({ hash, type: thing, insightIds: [...ids] }));
  await store.asSystem((tx) => registerCatalog(tx, generation, "test", sets));
  const rows = async <Row>(text: string, values: unknown[] = []) =>
    (await owner.query(text, values)).rows as Row[];
  let tenants = 0;
  return {
    store,
    owner,
    urls: { app: database.appUrl, system: database.systemUrl },
    rows,
    async addTenant(clouds) {
      const tenantId = `ten_${++tenants}`;
      await rows("insert into tenants (id, name, key_id, wrapped_key) values ($1, $1, '', '')", [tenantId]);
      const keys = Array.from({ length: clouds }, (_, n) => cloudKey(tenantId, `${tenants * 1000 + n}`));
      for (const key of keys)
        await rows(
          `insert into clouds (tenant_id, id, provider, partition, account_id, name, state, regions)
           values ($1, $2, 'aws', 'aws', $3, $3, 'healthy', '{}')`,
          [tenantId, key.cloudId, key.accountId],
        );
      return keys;
    },
    ingest: (cloud, parts, more = {}) =>
      ingest(store, {
        cloud,
        lease: null,
        generation,
        parts,
        calls: 0,
        judge: judgeBy("first"),
        relational: noNeighbours,
        ...more,
      }),
    async close() {
      await store.close();
      await owner.end();
      await database.drop();
    },
  };
}

function cloudKey(tenantId: string, accountId: string): CloudKey {
  return { tenantId, cloudId: cloudId(tenantId, "aws", accountId), accountId, provider: "aws" };
}

/** true passes, false fails, "na" does not apply, "wait" waits for neighbours; a gap of that path is unknown. */
type Said = boolean | "na" | "wait";

export interface ThingOptions {
  says?: Record<string, Said>;
  gaps?: string[];
  at?: Date;
  scope?: HarvestScope;
  region?: string;
  createdAt?: string | null;
  edges?: Partial<Edge>[];
  terms?: string[];
}

export const here: HarvestScope = { type: thing, region: "r1" };

export function thingOf(cloud: CloudKey, nativeId: string, options: ThingOptions = {}): PreparedResource {
  const { says = { a: true, b: true, c: true }, gaps = [], at = new Date(), scope = here } = options;
  const properties = Object.fromEntries(Object.entries(says).filter(([name]) => !gaps.includes(name)));
  const resource = {
    type: scope.type,
    keyRegion: scope.region,
    region: options.region ?? scope.region,
    nativeId,
    arn: `arn:${nativeId}`,
    name: nativeId,
    createdAt: options.createdAt ?? null,
    tags: [],
    properties,
    gaps: gaps.map(gapAt),
    edges: (options.edges ?? []).map((edge) => ({
      kind: "uses",
      targetType: thing,
      targetAccountId: null,
      targetRegion: null,
      targetNativeId: "",
      ...edge,
    })),
  };
  const { edges, gaps: gapsOfIt, ...common } = resource;
  const text = JSON.stringify([common, gaps, edges, options.terms]);
  return {
    id: resourceId(cloud.tenantId, cloud.cloudId, scope.type, scope.region, nativeId),
    resource: { ...resource, gaps: gapsOfIt },
    propertiesText: JSON.stringify(properties),
    fingerprint: createHash("sha256").update(text).digest().subarray(0, 16),
    gapPaths: gaps,
    observedAt: at,
    terms: options.terms ?? [nativeId],
  };
}

export function gapAt(path: string): Gap {
  return { path, operation: "test:Read", code: "AccessDenied", reason: "denied", message: "no" };
}

export function judgeBy(ruleSet: RuleSet): (prepared: PreparedResource) => Judgement {
  return ({ id, resource, gapPaths }) => ({
    resourceId: id,
    ruleSet,
    flipsAt: null,
    outcomes: ruleSets[ruleSet].map((insightId) => outcomeOf(insightId, resource.properties, gapPaths)),
  });
}

export function outcomeOf(
  insightId: string,
  properties: Record<string, unknown>,
  gapPaths: readonly string[],
): InsightOutcome {
  const said = properties[insightId];
  const verdicts = { true: "pass", false: "fail", na: "not-applicable", wait: "wait" } as const;
  const verdict = gapPaths.includes(insightId) ? "unknown" : verdicts[String(said) as keyof typeof verdicts];
  return {
    insightId,
    severity: "high",
    verdict: verdict ?? "pass",
    evidence: verdict === "fail" ? [{ path: insightId, value: said }] : [],
    gap: verdict === "unknown" ? gapAt(insightId) : null,
  };
}

let listings = 0;

/** A listing in one page, complete unless told. */
export function listingOf(resources: PreparedResource[], more: Partial<ScopePart> = {}): ScopePart {
  return {
    scope: here,
    listing: `listing ${++listings}`,
    startedAt: resources.reduce((at, one) => (one.observedAt < at ? one.observedAt : at), new Date()),
    resources,
    continued: false,
    end: ended(true),
    ...more,
  };
}

export function ended(complete: boolean): NonNullable<ScopePart["end"]> {
  const gaps = complete ? [] : [{ ...gapAt(""), resources: 0 }];
  return { complete, gaps, nextDueAt: new Date(Date.now() + 3_600_000) };
}
