// No statement of harvesting or judging reads a large table through: each is run under EXPLAIN ANALYZE as the
// application role, on 100,000 resources of one tenant, and may read little more than its batch.
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Store, TenantTx } from "#store/open.ts";
import { readDueScopes, saveScopePlan } from "#store/scope-plan.ts";
import { judgeCloud } from "./judge-cloud.ts";
import { removeCloud } from "./remove-cloud.ts";
import { type CatalogEstate, openCatalogEstate, type TestCloud } from "./testing/catalog-estate.ts";
import { fillTenant } from "./testing/large-estate.ts";

const clouds = 100;
/** Rows that one step may read of one table: a cloud has 1,000 resources, a batch 300. */
const mostRows = 5_000;

interface PlanNode {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: PlanNode[];
}

interface Read {
  table: string;
  node: string;
  rows: number;
  statement: string;
}

let estate: CatalogEstate;
let cloud: TestCloud;
let reads: Read[] = [];

beforeAll(async () => {
  estate = await openCatalogEstate();
  await estate.addTenant(0);
  const tenantId = "ten_1";
  await fillTenant(estate, tenantId, clouds);
  const [row] = await estate.rows<{ id: string; account_id: string }>(
    "select id, account_id from clouds where tenant_id = $1 and name = '7'",
    [tenantId],
  );
  if (!row) throw new Error("the seed has no such cloud");
  cloud = { tenantId, id: row.id, accountId: row.account_id };
  estate.parts.store = explaining(estate.parts.store);
}, 180_000);
afterAll(() => estate.close());

/** Every statement with parameters is explained before it runs. */
function explaining(store: Store): Store {
  return {
    ...store,
    withTenant: (tenantId, work) =>
      store.withTenant(tenantId, (tx) => {
        const query = tx.client.query.bind(tx.client) as (...asked: unknown[]) => Promise<pg.QueryResult>;
        const explained = async (text: unknown, values?: unknown[]) => {
          if (typeof text === "string" && Array.isArray(values)) await explain(query, text, values);
          return query(text, values);
        };
        const client = new Proxy(tx.client, {
          get: (target, name) =>
            name === "query" ? queryLike(target, explained) : Reflect.get(target, name),
        });
        return work({ ...tx, client });
      }),
  };
}

/** COPY takes a stream, which must not wait for a promise. */
function queryLike(client: pg.PoolClient, explained: (text: unknown, values?: unknown[]) => unknown) {
  return (text: unknown, values?: unknown[]) =>
    typeof text === "string" ? explained(text, values) : client.query(text as never);
}

async function explain(
  query: (text: string, values?: unknown[]) => Promise<pg.QueryResult>,
  text: string,
  values: unknown[],
): Promise<void> {
  await query("savepoint explained");
  const { rows } = await query(`explain (analyze, format json) ${text}`, values);
  await query("rollback to savepoint explained");
  const walk = (node: PlanNode) => {
    const table = node["Relation Name"];
    const removed = (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
    const read = { node: node["Node Type"], rows: (node["Actual Rows"] + removed) * node["Actual Loops"] };
    if (table && node["Node Type"] !== "ModifyTable") reads.push({ table, ...read, statement: text });
    for (const inner of node.Plans ?? []) walk(inner);
  };
  walk(rows[0]["QUERY PLAN"][0].Plan);
}

async function expectNarrow(work: () => Promise<unknown>): Promise<void> {
  // As autovacuum does within minutes.
  await estate.rows("analyze resources, documents, edges");
  reads = [];
  await work();
  expect(reads.length).toBeGreaterThan(3);
  const large = await estate.rows<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and reltuples > 20000",
  );
  const names = new Set(large.map(({ name }) => name));
  expect([...names].sort()).toEqual(
    expect.arrayContaining(["documents", "edges", "findings", "resource_terms", "resources", "verdicts"]),
  );
  const wide = reads.filter(
    ({ table, node, rows }) => names.has(table) && (node === "Seq Scan" || rows > mostRows),
  );
  expect(wide).toEqual([]);
}

const things = (count: number, of: (n: number) => object) => Array.from({ length: count }, (_, n) => of(n));
const buckets = (tag: string) =>
  things(300, (n) => ({ Name: `native-${n * 7}`, Tagging: { TagSet: [{ Key: "k", Value: tag }] } }));

test.each<[string, () => Promise<unknown>]>([
  [
    "a listing of new and known resources, and a loss",
    () => estate.harvest(cloud, "aws.s3.bucket", buckets("a")),
  ],
  ["the same, changed", () => estate.harvest(cloud, "aws.s3.bucket", buckets("b"))],
  ["the same, unchanged", () => estate.harvest(cloud, "aws.s3.bucket", buckets("b"))],
  [
    "a listing that breaks off",
    () => estate.harvest(cloud, "aws.s3.bucket", buckets("b"), { isComplete: false }),
  ],
  [
    "VPCs, flow logs that record them",
    async () => {
      await estate.harvest(
        cloud,
        "aws.ec2.vpc",
        things(200, (n) => ({ VpcId: `vpc-${n}` })),
      );
      await estate.harvest(
        cloud,
        "aws.ec2.flow-log",
        things(200, (n) => ({ FlowLogId: `fl-${n}`, ResourceId: `vpc-${n}` })),
      );
    },
  ],
  [
    "trails, and the account over their buckets",
    async () => {
      await estate.harvest(
        cloud,
        "aws.cloudtrail.trail",
        things(200, (n) => ({ Name: `t${n}`, S3BucketName: `native-${n}` })),
      );
      await estate.harvest(cloud, "aws.account.settings", [{ S3PublicAccessBlock: {} }]);
    },
  ],
  [
    "judging what waits",
    async () => {
      const { tenantId, id } = cloud;
      await judgeCloud(estate.parts, { tenantId, id }, new AbortController().signal);
    },
  ],
  [
    "planning scopes",
    () =>
      estate.parts.store.withTenant(cloud.tenantId, async (tx: TenantTx) => {
        await saveScopePlan(
          tx,
          cloud.id,
          [{ type: "aws.s3.bucket", region: "global" }],
          estate.parts.relational,
        );
        await readDueScopes(tx, cloud.id, 10);
      }),
  ],
  [
    "removing a cloud",
    async () => {
      await estate.rows("update clouds set state = 'removing' where id = $1", [cloud.id]);
      const { tenantId, id } = cloud;
      await removeCloud(estate.parts, { tenantId, id }, new AbortController().signal);
    },
  ],
])("%s", (_, work) => expectNarrow(work), 60_000);
