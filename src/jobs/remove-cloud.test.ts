// A cloud leaves the estate: tombstones, closed findings, and what other clouds thought of it.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { dropLease, LeaseLost, takeLease } from "#store/leases.ts";
import { disagreements } from "#store/testing/recount.ts";
import { removeCloud } from "./remove-cloud.ts";
import { type CatalogEstate, openCatalogEstate, type TestCloud } from "./testing/catalog-estate.ts";

let estate: CatalogEstate;
let cloud: TestCloud;
let central: TestCloud;

beforeAll(async () => {
  estate = await openCatalogEstate();
});
beforeEach(async () => {
  [cloud, central] = (await estate.addTenant(2)) as [TestCloud, TestCloud];
});
afterAll(() => estate.close());

const buckets = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ Name: `b${n}`, Tagging: { TagSet: [] } }));

async function remove(of: TestCloud): Promise<void> {
  await estate.rows("update clouds set state = 'removing' where id = $1", [of.id]);
  await removeCloud(estate.parts, { tenantId: of.tenantId, id: of.id }, new AbortController().signal);
}

async function row(of: TestCloud) {
  const [found] = await estate.rows<{ removed: boolean; live: number; open: number; left: number }>(
    `select removed_at is not null as removed,
       (select count(*)::int from resources where cloud_id = $1 and gone_at is null) as live,
       (select count(*)::int from findings where cloud_id = $1 and status <> 'closed') as open,
       (select count(*)::int from (
         select 1 from harvest_scopes where cloud_id = $1 union all select 1 from verdict_counts where cloud_id = $1
         union all select 1 from resource_counts where cloud_id = $1 union all select 1 from pending where cloud_id = $1
         union all select 1 from verdicts where cloud_id = $1) x) as left
     from clouds where id = $1`,
    [of.id],
  );
  return found;
}

test("its resources are gone, its findings closed, its history kept", async () => {
  await estate.harvest(cloud, "aws.s3.bucket", buckets(1100));
  await estate.harvest(cloud, "aws.cloudtrail.trail", [{ Name: "t", S3BucketName: "b1" }]);
  expect(await row(cloud)).toMatchObject({ removed: false, live: 1101 });
  await estate.rows(
    "insert into jobs (tenant_id, id, kind, subject, cloud_id, state) values ($1, 'job_x', 'harvest-cloud', 'x', $2, 'queued')",
    [cloud.tenantId, cloud.id],
  );
  await remove(cloud);
  expect(await row(cloud)).toEqual({ removed: true, live: 0, open: 0, left: 0 });
  expect(await disagreements(estate, cloud.tenantId)).toEqual([]);
  const [history] = await estate.rows(
    `select (select count(*)::int from resource_events where tenant_id = $1 and kind = 'gone') as gone,
       (select count(*)::int from documents where tenant_id = $1) as documents,
       (select state from jobs where id = 'job_x') as job,
       (select count(*)::int from audit_events where tenant_id = $1 and action = 'cloud.removed') as audited`,
    [cloud.tenantId],
  );
  expect(history).toEqual({ gone: 1101, documents: 1101, job: "failed", audited: 1 });
});

test("a harvest that is under way is refused from then on", async () => {
  const { store, catalog } = estate.parts;
  await estate.harvest(cloud, "aws.s3.bucket", buckets(3));
  const lease = await takeLease(store, cloud.tenantId, cloud.id, "worker");
  await remove(cloud);
  const { ingest } = await import("#store/ingest.ts");
  const key = { tenantId: cloud.tenantId, cloudId: cloud.id, accountId: cloud.accountId, provider: "aws" };
  const late = ingest(store, {
    cloud: key,
    lease,
    generation: catalog.generation,
    parts: [],
    calls: 1,
    judge: () => {
      throw new Error("nothing is judged");
    },
    relational: estate.parts.relational,
  });
  await expect(late).rejects.toThrow(LeaseLost);
  expect(await takeLease(store, cloud.tenantId, cloud.id, "worker")).toBeNull();
  if (lease) await dropLease(store, lease);
});

test("a cloud that is wanted again meanwhile stays", async () => {
  await estate.harvest(cloud, "aws.s3.bucket", buckets(3));
  await removeCloud(estate.parts, { tenantId: cloud.tenantId, id: cloud.id }, new AbortController().signal);
  expect(await row(cloud)).toMatchObject({ removed: false, live: 3 });
});

test("a worker that stops leaves the rest for the next", async () => {
  await estate.harvest(cloud, "aws.s3.bucket", buckets(3));
  await estate.rows("update clouds set state = 'removing' where id = $1", [cloud.id]);
  await removeCloud(estate.parts, { tenantId: cloud.tenantId, id: cloud.id }, AbortSignal.abort());
  expect(await row(cloud)).toMatchObject({ removed: false, live: 3 });
  await remove(cloud);
  expect(await row(cloud)).toMatchObject({ removed: true, live: 0 });
});

test("who looked into it from another cloud is judged again", async () => {
  const insight = "aws.cloudtrail.bucket-access-logging";
  await estate.harvest(cloud, "aws.cloudtrail.trail", [{ Name: "t", S3BucketName: "b1" }]);
  await estate.harvest(central, "aws.s3.bucket", [{ Name: "b1", Logging: { TargetBucket: "x" } }]);
  await estate.judge(cloud, central);
  expect(await estate.verdict(cloud, insight, "t")).toBe("pass");
  await remove(central);
  expect(await estate.pending(cloud)).toEqual(["t"]);
  await estate.judge(cloud);
  expect(await estate.verdict(cloud, insight, "t")).toBe("stale pass");
});
