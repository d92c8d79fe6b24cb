// Clouds on a database of their own with the product's own catalog: what AWS would answer goes in as
// items, through the harvest's own making of resources, and is ingested and judged as the jobs do it.
import pg from "pg";
import { openJudges } from "#assess/judge.ts";
import { relationalRules } from "#assess/relational.ts";
import { loadCatalog } from "#catalog/load.ts";
import type { ScopePage } from "#harvest/collect.ts";
import { type HarvestContext, openLimiter } from "#harvest/context.ts";
import { resourceOf } from "#harvest/resource-of.ts";
import { cloudId, type Gap } from "#model/resource.ts";
import { registerCatalog } from "#store/catalog-generations.ts";
import { dropLease, type Lease, takeLease } from "#store/leases.ts";
import { openStore } from "#store/open.ts";
import { openTestDatabase, type TestDatabase } from "../../../tests/database.ts";
import { openIngestBatch } from "../ingest-batch.ts";
import { judgeCloud } from "../judge-cloud.ts";
import type { JobParts } from "../parts.ts";

export type EstateParts = Pick<JobParts, "store" | "catalog" | "judges" | "relational" | "stopping">;

export interface TestCloud {
  tenantId: string;
  id: string;
  accountId: string;
}

export interface Harvest {
  region?: string;
  /** By id of the item: paths that could not be read. */
  gaps?: Record<string, string[]>;
  isComplete?: boolean;
}

export interface CatalogEstate {
  parts: EstateParts;
  database: TestDatabase;
  /** Another tenant each time, with so many clouds. */
  addTenant(clouds: number): Promise<TestCloud[]>;
  /** One complete listing; returns how many resources it queued for judging. */
  harvest(cloud: TestCloud, type: string, items: object[], more?: Harvest): Promise<number>;
  /** Drains what is pending. */
  judge(...clouds: TestCloud[]): Promise<void>;
  /** "stale fail", "pass" …; null if it was never judged. */
  verdict(cloud: TestCloud, insight: string, nativeId: string): Promise<string | null>;
  pending(cloud: TestCloud): Promise<string[]>;
  rows<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export function denied(path: string): Gap {
  return { path, operation: "ec2:Describe", code: "UnauthorizedOperation", reason: "denied", message: "no" };
}

export async function openCatalogEstate(): Promise<CatalogEstate> {
  const database = await openTestDatabase();
  const store = await openStore({ appUrl: database.appUrl, systemUrl: database.systemUrl, connections: 6 });
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const catalog = await loadCatalog();
  const judges = openJudges(catalog);
  const stopping = new AbortController().signal;
  const parts: EstateParts = { store, catalog, judges, relational: relationalRules(catalog), stopping };
  const ruleSets = [...judges.values()].map(({ ruleSet, type, insights }) => ({
    hash: ruleSet,
    type,
    insightIds: insights.map(({ definition }) => definition.id),
  }));
  await store.asSystem((tx) => registerCatalog(tx, catalog.generation, "test", ruleSets));
  const rows = async <Row>(text: string, values: unknown[] = []) =>
    (await owner.query(text, values)).rows as Row[];
  let tenants = 0;
  return {
    parts,
    database,
    rows,
    async addTenant(count) {
      const tenantId = `ten_${++tenants}`;
      await rows("insert into tenants (id, name, key_id, wrapped_key) values ($1, $1, '', '')", [tenantId]);
      const clouds = Array.from({ length: count }, (_, n) => {
        const accountId = String(100_000_000_000 + tenants * 100 + n);
        return { tenantId, accountId, id: cloudId(tenantId, "aws", accountId) };
      });
      for (const { id, accountId } of clouds)
        await rows(
          `insert into clouds (tenant_id, id, provider, partition, account_id, name, state, regions)
           values ($1, $2, 'aws', 'aws', $3, $3, 'healthy', '{us-east-1}')`,
          [tenantId, id, accountId],
        );
      return clouds;
    },
    harvest: (cloud, type, items, more = {}) => harvest(parts, cloud, type, items, more),
    async judge(...clouds) {
      const signal = new AbortController().signal;
      for (const { tenantId, id } of clouds)
        while ((await judgeCloud(parts, { tenantId, id }, signal)) === "more");
    },
    async verdict(cloud, insight, nativeId) {
      const [row] = await rows<{ verdict: string }>(
        `select concat(case when v.stale_since is not null then 'stale ' end, coalesce(v.verdict, 'pass')) as verdict
         from resources r join rule_sets s on s.hash = r.judged_hash and $3 = any(s.insight_ids)
         left join verdicts v on v.tenant_id = r.tenant_id and v.resource_id = r.id and v.insight_id = $3
         where r.tenant_id = $1 and r.cloud_id = $2 and r.native_id = $4 and r.gone_at is null`,
        [cloud.tenantId, cloud.id, insight, nativeId],
      );
      return row?.verdict ?? null;
    },
    async pending({ tenantId, id }) {
      const found = await rows<{ native_id: string }>(
        `select r.native_id from pending p join resources r on r.tenant_id = p.tenant_id and r.id = p.resource
         where p.tenant_id = $1 and p.cloud_id = $2 order by 1`,
        [tenantId, id],
      );
      return found.map((row) => row.native_id);
    },
    async close() {
      await store.close();
      await owner.end();
      await database.drop();
    },
  };
}

async function harvest(
  parts: EstateParts,
  cloud: TestCloud,
  type: string,
  items: object[],
  more: Harvest,
): Promise<number> {
  const lease = (await takeLease(parts.store, cloud.tenantId, cloud.id, "test")) as Lease;
  const batch = openIngestBatch(parts, lease, { ...cloud, provider: "aws" }, () => 60);
  await batch.add(pageOf(parts, cloud, type, items, more));
  await batch.flush();
  await dropLease(parts.store, lease);
  return batch.queued;
}

/** A whole listing that is read now, as one page. */
export function pageOf(
  parts: Pick<EstateParts, "catalog">,
  cloud: TestCloud,
  type: string,
  items: object[],
  { region = "us-east-1", gaps = {}, isComplete = true }: Harvest = {},
): ScopePage {
  const definition = parts.catalog.resourceTypes.get(type);
  if (!definition) throw new Error(`there is no type ${type}`);
  const scope = { type, region: definition.scope === "global" ? "global" : region };
  const context = contextOf(parts, cloud);
  const resources = items.flatMap((item) => {
    const found = resourceOf(context, definition, scope, structuredClone(item) as never, []);
    return found ? [{ ...found, gaps: (gaps[found.nativeId] ?? []).map(denied) }] : [];
  });
  const at = new Date();
  const end = { complete: isComplete, gaps: isComplete ? [] : [denied("")] };
  return { scope, listingStartedAt: at, observedAt: at, resources, end };
}

function contextOf({ catalog }: Pick<EstateParts, "catalog">, { accountId }: TestCloud): HarvestContext {
  return {
    call: () => Promise.reject(new Error("nothing is called")),
    credentials: () => Promise.reject(new Error("nothing is called")),
    accountId,
    partition: "aws",
    homeRegion: "us-east-1",
    types: catalog.resourceTypes,
    sensitiveKey: new Uint8Array(32),
    signal: new AbortController().signal,
    limit: openLimiter(1),
  };
}
