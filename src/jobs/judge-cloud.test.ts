// Verdicts that look at neighbours, judged again when these come, change, go or are seen at last; and
// nothing that is to be judged is forgotten.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openParameters } from "#store/parameters.ts";
import { queueAll, readPending, removePending } from "#store/pending.ts";
import { disagreements } from "#store/testing/recount.ts";
import type { Address, Queues } from "./queues.ts";
import { type CatalogEstate, openCatalogEstate, type TestCloud } from "./testing/catalog-estate.ts";
import { sweep } from "./worker.ts";

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

const [vpc, flowLog] = ["aws.ec2.vpc", "aws.ec2.flow-log"];
const [trail, bucket, settings] = ["aws.cloudtrail.trail", "aws.s3.bucket", "aws.account.settings"];
const flowLogOf = (FlowLogStatus: string, ResourceId = "vpc-1") => ({
  FlowLogId: "fl-1",
  ResourceId,
  FlowLogStatus,
});

async function judged(insight: string, nativeId: string, of: TestCloud = cloud): Promise<string | null> {
  await estate.judge(cloud, central);
  expect(await disagreements(estate, cloud.tenantId)).toEqual([]);
  return estate.verdict(of, insight, nativeId);
}

describe("a VPC and the flow logs that record it", () => {
  const insight = "aws.ec2.vpc-flow-logs-enabled";
  const verdict = () => judged(insight, "vpc-1");

  beforeEach(() => estate.harvest(cloud, vpc, [{ VpcId: "vpc-1" }]));

  test("unknown until they were listed, then each change tells", async () => {
    expect(await verdict()).toBe("unknown");
    await estate.harvest(cloud, flowLog, []);
    expect(await verdict()).toBe("fail");
    await estate.harvest(cloud, flowLog, [flowLogOf("ACTIVE")]);
    expect(await verdict()).toBe("pass");
    await estate.harvest(cloud, flowLog, [flowLogOf("INACTIVE")]);
    expect(await verdict()).toBe("fail");
    await estate.harvest(cloud, flowLog, [flowLogOf("ACTIVE", "vpc-2")]);
    expect(await verdict()).toBe("fail");
    await estate.harvest(cloud, flowLog, [flowLogOf("ACTIVE")]);
    expect(await verdict()).toBe("pass");
    await estate.harvest(cloud, flowLog, []);
    expect(await verdict()).toBe("fail");
  });

  test("the edge that is turned elsewhere is told to both ends", async () => {
    await estate.harvest(cloud, vpc, [{ VpcId: "vpc-1" }, { VpcId: "vpc-2" }]);
    await estate.harvest(cloud, flowLog, [flowLogOf("ACTIVE")]);
    expect(await verdict()).toBe("pass");
    await estate.harvest(cloud, flowLog, [flowLogOf("ACTIVE", "vpc-2")]);
    expect(await estate.pending(cloud)).toEqual(["vpc-1", "vpc-2"]);
    expect(await verdict()).toBe("fail");
    expect(await judged(insight, "vpc-2")).toBe("pass");
  });

  test("a listing that breaks off makes a fail stale, its end makes it fresh", async () => {
    await estate.harvest(cloud, flowLog, []);
    expect(await verdict()).toBe("fail");
    await estate.harvest(cloud, flowLog, [], { isComplete: false });
    expect(await verdict()).toBe("stale fail");
    await estate.harvest(cloud, flowLog, []);
    expect(await verdict()).toBe("fail");
  });

  test("only the last of a cloud's listings turns the range", async () => {
    await estate.rows(
      "insert into harvest_scopes (tenant_id, cloud_id, type, region) values ($1, $2, $3, 'eu-west-1')",
      [cloud.tenantId, cloud.id, flowLog],
    );
    await estate.judge(cloud);
    expect(await estate.harvest(cloud, flowLog, [])).toBe(0);
    expect(await verdict()).toBe("unknown");
    expect(await estate.harvest(cloud, flowLog, [], { region: "eu-west-1" })).toBe(1);
    expect(await verdict()).toBe("fail");
  });

  test("an unchanged harvest queues nothing", async () => {
    await estate.harvest(cloud, flowLog, [flowLogOf("ACTIVE")]);
    await estate.judge(cloud);
    expect(await estate.harvest(cloud, flowLog, [flowLogOf("ACTIVE")])).toBe(0);
    expect(await estate.harvest(cloud, vpc, [{ VpcId: "vpc-1" }])).toBe(0);
  });
});

describe("a trail and its bucket in another cloud", () => {
  const insight = "aws.cloudtrail.bucket-not-public";
  const verdict = () => judged(insight, "main");
  const mainTrail = {
    Name: "main",
    TrailARN: "arn:aws:cloudtrail:us-east-1:1:trail/main",
    S3BucketName: "logs",
  };
  const everybody = {
    Grantee: { URI: "http://acs.amazonaws.com/groups/global/AllUsers" },
    Permission: "READ",
  };
  const open = {
    Name: "logs",
    Acl: { Grants: [everybody] },
    PolicyStatus: { IsPublic: false },
    PublicAccessBlock: {},
  };
  const block = { IgnorePublicAcls: true, RestrictPublicBuckets: true };

  beforeEach(async () => {
    await estate.harvest(cloud, trail, [mainTrail]);
    await estate.harvest(central, settings, [{ S3PublicAccessBlock: {} }]);
  });

  test("the bucket's coming, change and going are told across clouds", async () => {
    expect(await verdict()).toBe("unknown");
    await estate.harvest(central, bucket, [open]);
    expect(await verdict()).toBe("fail");
    await estate.harvest(central, bucket, [{ ...open, PublicAccessBlock: block }]);
    expect(await verdict()).toBe("pass");
    await estate.harvest(central, bucket, []);
    expect(await verdict()).toBe("stale pass");
  });

  test("so is a change two steps away: the account's block over the bucket", async () => {
    await estate.harvest(central, bucket, [open]);
    expect(await verdict()).toBe("fail");
    await estate.harvest(central, settings, [{ S3PublicAccessBlock: block }]);
    expect(await verdict()).toBe("pass");
  });
});

describe("an account and the trail that reaches it", () => {
  const insight = "aws.cloudtrail.multi-region-enabled";
  const arn = (accountId: string) => `arn:aws:cloudtrail:us-east-1:${accountId}:trail/main`;
  const good = {
    IsMultiRegionTrail: true,
    Status: { IsLogging: true },
    Selectors: { EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: "All" }] },
  };
  const verdict = () => judged(insight, cloud.accountId);

  test("its own", async () => {
    await estate.harvest(cloud, settings, [{ Trails: [] }]);
    expect(await verdict()).toBe("unknown");
    await estate.harvest(cloud, trail, []);
    expect(await verdict()).toBe("fail");
    await estate.harvest(cloud, trail, [{ ...good, Name: "main", TrailARN: arn(cloud.accountId) }]);
    expect(await verdict()).toBe("pass");
  });

  test("its organization's, in another account", async () => {
    await estate.harvest(cloud, settings, [{ Trails: [{ TrailARN: arn(central.accountId) }] }]);
    await estate.harvest(cloud, trail, []);
    expect(await verdict()).toBe("unknown");
    await estate.harvest(central, trail, [{ ...good, Name: "main", TrailARN: arn(central.accountId) }]);
    expect(await verdict()).toBe("pass");
  });
});

describe("what is pending", () => {
  const key = () => [cloud.id, "judge", 10] as const;

  test("stays if it was queued again meanwhile", async () => {
    const { store } = estate.parts;
    await estate.harvest(cloud, vpc, [{ VpcId: "vpc-1" }, { VpcId: "vpc-2" }]);
    const read = await store.withTenant(cloud.tenantId, (tx) => readPending(tx, ...key()));
    expect(read).toHaveLength(2);
    const again = openParameters();
    const address = `select ${again.of(cloud.id)}::text, ${again.of(read[0]?.resource)}::text`;
    await store.withTenant(cloud.tenantId, (tx) => queueAll(tx, "judge", "again", [address], again));
    await store.withTenant(cloud.tenantId, (tx) => removePending(tx, cloud.id, "judge", read));
    const left = await store.withTenant(cloud.tenantId, (tx) => readPending(tx, ...key()));
    expect(left).toMatchObject([{ resource: read[0]?.resource, reason: "again" }]);
  });

  test("stays if it is queued again by a transaction that commits while it is removed", async () => {
    const { store } = estate.parts;
    await estate.harvest(cloud, vpc, [{ VpcId: "vpc-1" }]);
    const read = await store.withTenant(cloud.tenantId, (tx) => readPending(tx, ...key()));
    const again = openParameters();
    const address = `select ${again.of(cloud.id)}::text, ${again.of(read[0]?.resource)}::text`;
    let removing: Promise<void> = Promise.resolve();
    await store.withTenant(cloud.tenantId, async (tx) => {
      await queueAll(tx, "judge", "again", [address], again);
      removing = store.withTenant(cloud.tenantId, (other) => removePending(other, cloud.id, "judge", read));
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await removing;
    expect(await store.withTenant(cloud.tenantId, (tx) => readPending(tx, ...key()))).toHaveLength(1);
  });

  test("of a resource that is gone is forgotten", async () => {
    await estate.harvest(cloud, vpc, [{ VpcId: "vpc-1" }]);
    await estate.harvest(cloud, vpc, []);
    await estate.judge(cloud);
    expect(await estate.rows("select * from pending where tenant_id = $1", [cloud.tenantId])).toEqual([]);
  });
});

describe("the sweep", () => {
  let woken: [string, string][];
  const runSweep = async () => {
    woken = [];
    const wake = async (queue: string, ...addresses: Address[]) => {
      woken.push(
        ...addresses
          .filter(({ tenantId }) => tenantId === cloud.tenantId)
          .map(({ id }): [string, string] => [queue, id]),
      );
    };
    await sweep({ ...estate.parts, queues: { wake } as Partial<Queues> as Queues }, true);
  };
  const key = (age: number) => [
    { Status: "Active", CreateDate: new Date(Date.now() - age * 86_400_000).toISOString() },
  ];
  const insight = "aws.iam.user-access-key-rotated";

  test("wakes clouds with work that nobody was woken for", async () => {
    await estate.harvest(cloud, vpc, [{ VpcId: "vpc-1" }]);
    await runSweep();
    expect(woken).toContainEqual(["judge-cloud", cloud.id]);
    expect(woken).toContainEqual(["harvest-cloud", central.id]);
    expect(woken).not.toContainEqual(["harvest-cloud", cloud.id]);
    await estate.rows("update harvest_scopes set due_at = now() where cloud_id = $1", [cloud.id]);
    await estate.rows("update clouds set next_try_at = now() + interval '1 minute' where id = $1", [
      central.id,
    ]);
    await estate.judge(cloud);
    await runSweep();
    expect(woken).toEqual([["harvest-cloud", cloud.id]]);
    await estate.rows("update clouds set paused = true where id = $1", [cloud.id]);
    await runSweep();
    expect(woken).toEqual([]);
  });

  test("judges again when the time of a rule has come", async () => {
    await estate.harvest(cloud, "aws.iam.user", [{ UserName: "ann", Path: "/", AccessKeys: key(89) }]);
    expect(await judged(insight, "ann")).toBe("pass");
    const [row] = await estate.rows<{ flips_at: Date }>(
      "select flips_at from resources where tenant_id = $1",
      [cloud.tenantId],
    );
    expect(row?.flips_at.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    await runSweep();
    expect(await estate.pending(cloud)).toEqual([]);
    // Two days later: the database's clock says so by the row, the worker's by its offset.
    await estate.rows("update resources set flips_at = now() - interval '1 s' where tenant_id = $1", [
      cloud.tenantId,
    ]);
    estate.parts.store.clockOffsetMs += 2 * 86_400_000;
    await runSweep();
    expect(await estate.pending(cloud)).toEqual(["ann"]);
    expect(await judged(insight, "ann")).toBe("fail");
    estate.parts.store.clockOffsetMs -= 2 * 86_400_000;
    const after = await estate.rows<{ flips_at: Date | null }>(
      "select flips_at from resources where tenant_id = $1",
      [cloud.tenantId],
    );
    expect(after[0]?.flips_at).toBeNull();
  });

  test("judges again what outdated rules have judged, once", async () => {
    await estate.harvest(cloud, "aws.iam.user", [{ UserName: "ann", Path: "/", AccessKeys: key(100) }]);
    await estate.rows(
      "insert into rule_sets (hash, resource_type, insight_ids) values ('old', 'aws.iam.user', '{gone.insight}') on conflict do nothing",
    );
    await estate.rows("update resources set judged_hash = 'old' where tenant_id = $1", [cloud.tenantId]);
    await estate.rows("delete from verdict_counts where tenant_id = $1", [cloud.tenantId]);
    await estate.rows("delete from verdicts where tenant_id = $1", [cloud.tenantId]);
    await estate.rows("delete from finding_events where tenant_id = $1", [cloud.tenantId]);
    await estate.rows("delete from findings where tenant_id = $1", [cloud.tenantId]);
    await estate.rows(
      "insert into verdict_counts (tenant_id, cloud_id, insight_id, judged) values ($1, $2, 'gone.insight', 1)",
      [cloud.tenantId, cloud.id],
    );
    await runSweep();
    expect(await estate.pending(cloud)).toEqual(["ann"]);
    expect(await judged(insight, "ann")).toBe("fail");
    await runSweep();
    expect(await estate.pending(cloud)).toEqual([]);
  });

  test("writes the day's figures from the counters", async () => {
    await estate.harvest(cloud, "aws.iam.user", [{ UserName: "ann", Path: "/", AccessKeys: key(100) }]);
    await runSweep();
    const [day] = await estate.rows("select * from daily_history where tenant_id = $1", [cloud.tenantId]);
    const [counts] = await estate.rows<{ failed: string }>(
      "select sum(failed) as failed from verdict_counts where tenant_id = $1",
      [cloud.tenantId],
    );
    expect(day).toMatchObject({ medium: 1, failed: counts?.failed });
    const ofClouds = await estate.rows(
      "select * from cloud_daily_history where tenant_id = $1 and cloud_id = $2",
      [cloud.tenantId, cloud.id],
    );
    expect(ofClouds).toMatchObject([{ medium: 1, failed: counts?.failed }]);
  });
});
