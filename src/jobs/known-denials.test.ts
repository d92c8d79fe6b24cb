// What AWS refused is asked again once a day, and at once when a person asks or the role changed; everything
// else keeps its interval. Calls are counted by the simulator.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openRoleCache } from "#aws/assume.ts";
import { readHarvest } from "#store/harvest-scopes.ts";
import { probeDenials } from "#store/known-denials.ts";
import { savePolicies } from "#store/organization-tree.ts";
import { small } from "../../simulator/worlds/small.ts";
import type { TestCloud } from "./testing/catalog-estate.ts";
import { type HarvestStand, openHarvestStand } from "./testing/harvest-stand.ts";
import { openWork } from "./work.ts";

const buckets = ["denial-a", "denial-b", "denial-c"];
const regions = 17;
const lacking = ["kms:ListKeys", "s3:GetBucketVersioning"];

let stand: HarvestStand;
let cloud: TestCloud;

beforeAll(async () => {
  stand = await openHarvestStand();
  await stand.estate.rows(
    "update harvesting_strategies set resource_types = '{aws.kms.key,aws.s3.bucket,aws.ec2.region-settings}'",
  );
  for (const Bucket of buckets) await asAdministrator("CreateBucket", { Bucket });
  cloud = await stand.addCloud(small.managementAccountId);
  stand.makeRole(cloud.accountId, lacking);
  await stand.harvest(cloud);
});
afterAll(() => stand.close());

async function asAdministrator(operation: string, input: Record<string, unknown>): Promise<void> {
  const { accessKeyId, secretAccessKey } = stand.simulator;
  const answer = await stand.parts.call({
    client: "s3",
    operation,
    input,
    region: "us-east-1",
    accountId: small.managementAccountId,
    credentials: { accessKeyId, secretAccessKey },
  });
  if (!answer.ok) throw new Error(answer.error.message);
}

/** Everything is due by its interval; how many calls of each operation does the harvest make? */
async function callsOfARound(): Promise<Map<string, number>> {
  const { adminUrl, adminToken } = stand.simulator;
  const headers = { authorization: `Bearer ${adminToken}` };
  await fetch(`${adminUrl}/requests/counts`, { method: "DELETE", headers });
  await stand.harvest(cloud);
  const answer = await fetch(`${adminUrl}/requests/counts?by=service,operation`, { headers });
  const { counts } = (await answer.json()) as {
    counts: { service: string; operation: string; count: number }[];
  };
  return new Map(counts.map(({ service, operation, count }) => [`${service}:${operation}`, count]));
}

const makeAllDue = () => stand.estate.rows("update harvest_scopes set due_at = now()");
const passADay = () => stand.estate.rows("update known_denials set next_try_at = tried_at");
const inTenant: typeof stand.parts.store.withTenant = (tenantId, work) =>
  stand.parts.store.withTenant(tenantId, work);

function refused(round: Map<string, number>) {
  return { keys: round.get("kms:ListKeys") ?? 0, versioning: round.get("s3:GetBucketVersioning") ?? 0 };
}

beforeEach(async () => {
  // As after a harvest that was refused both just now.
  stand.makeRole(cloud.accountId, lacking);
  await passADay();
  await makeAllDue();
  await stand.harvest(cloud);
});

test("a harvest asks nothing of what is known to be refused, and everything else as before", async () => {
  await makeAllDue();
  const round = await callsOfARound();
  expect(refused(round)).toEqual({ keys: 0, versioning: 0 });
  expect(round.get("s3:GetBucketPolicyStatus")).toBe(buckets.length);
  expect(round.get("ec2:GetEbsEncryptionByDefault")).toBe(regions);
});

test("the gaps stay, with when they were tried last and will be tried next", async () => {
  await makeAllDue();
  await stand.harvest(cloud);
  const { items } = await inTenant(cloud.tenantId, (tx) => readHarvest(tx, cloud.id));
  for (const [type, operation] of [
    ["aws.kms.key", "kms:ListKeys"],
    ["aws.s3.bucket", "s3:GetBucketVersioning"],
  ]) {
    const gaps = items.filter((item) => item.type === type).flatMap((item) => item.gaps);
    const gap = gaps.find((one) => one.operation === operation);
    expect(gap?.code).toMatch(/^AccessDenied/);
    const hours = (at: string | null | undefined) => (Date.parse(at ?? "") - Date.now()) / 3_600_000;
    expect(hours(gap?.lastTriedAt)).toBeCloseTo(0, 1);
    expect(hours(gap?.nextTryAt)).toBeCloseTo(24, 1);
  }
  expect(await stand.state(cloud)).toMatchObject({ state: "warning", state_code: "missing-permissions" });
});

test("only a refused listing waits for a day, the other scopes keep their interval", async () => {
  const waits = await stand.estate.rows<{ type: string }>(
    "select distinct type from harvest_scopes where due_at > now() + interval '23 hours'",
  );
  expect(waits.map(({ type }) => type)).toEqual(["aws.kms.key"]);
});

test("a day later one call an operation and region asks again", async () => {
  await passADay();
  await makeAllDue();
  expect(refused(await callsOfARound())).toEqual({ keys: regions, versioning: 1 });
  await makeAllDue();
  expect(refused(await callsOfARound())).toEqual({ keys: 0, versioning: 0 });
});

test("a person who harvests now has everything asked again, or what was named", async () => {
  const work = openWork(stand.parts.store, stand.parts.queues);
  await work.harvestCloud(cloud.tenantId, cloud.id, {});
  expect(refused(await callsOfARound())).toEqual({ keys: regions, versioning: 1 });
  await work.harvestCloud(cloud.tenantId, cloud.id, { type: "aws.s3.bucket" });
  expect(refused(await callsOfARound())).toEqual({ keys: 0, versioning: 1 });
  await work.harvestCloud(cloud.tenantId, cloud.id, { type: "aws.kms.key", region: "us-west-2" });
  expect(refused(await callsOfARound())).toEqual({ keys: 1, versioning: 0 });
});

test("a mended role is found by one probe, which reads all of it and has the rest asked at once", async () => {
  stand.makeRole(cloud.accountId);
  await stand.estate.rows(
    "update known_denials set next_try_at = tried_at where operation = 's3:GetBucketVersioning'",
  );
  await stand.estate.rows("update harvest_scopes set due_at = now() where type = 'aws.s3.bucket'");
  expect(refused(await callsOfARound())).toEqual({ keys: regions, versioning: buckets.length });
  expect(await stand.state(cloud)).toMatchObject({ state: "healthy" });
  expect(await stand.estate.rows("select from known_denials")).toEqual([]);
});

test("a changed organization policy has everything asked again; an unchanged one does not", async () => {
  const policy = (document: string) => ({
    id: "p-1",
    type: "SERVICE_CONTROL_POLICY",
    name: "Guard",
    arn: "arn:aws:organizations::1:policy/o-a/service_control_policy/p-1",
    awsManaged: false,
    document,
    targets: ["r-1"],
  });
  const sync = (document: string) =>
    inTenant(cloud.tenantId, (tx) =>
      savePolicies(tx, stand.organizationId, ["SERVICE_CONTROL_POLICY"], [policy(document)]),
    );
  await sync('{"Statement":[]}');
  expect(refused(await callsOfARound())).toEqual({ keys: regions, versioning: 1 });
  await sync('{"Statement":[]}');
  expect(refused(await callsOfARound())).toEqual({ keys: 0, versioning: 0 });
  await inTenant(cloud.tenantId, (tx) =>
    savePolicies(tx, stand.organizationId, ["SERVICE_CONTROL_POLICY"], []),
  );
  expect(refused(await callsOfARound())).toEqual({ keys: regions, versioning: 1 });
});

test("a role that comes back has everything asked again", async () => {
  stand.removeRole(cloud.accountId);
  await makeAllDue();
  stand.parts.roles = openRoleCache(stand.parts.call);
  await stand.harvest(cloud);
  stand.makeRole(cloud.accountId, lacking);
  stand.parts.roles = openRoleCache(stand.parts.call);
  await stand.estate.rows("update clouds set next_try_at = null");
  expect(refused(await callsOfARound())).toEqual({ keys: regions, versioning: 1 });
});

test("what one bucket's own policy refuses is remembered of that bucket alone", async () => {
  stand.makeRole(cloud.accountId);
  await inTenant(cloud.tenantId, (tx) => probeDenials(tx, { cloudId: cloud.id }));
  await stand.harvest(cloud);
  await asAdministrator("PutBucketPolicy", {
    Bucket: "denial-b",
    Policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: { AWS: `arn:aws:iam::${small.managementAccountId}:role/Skywarden-Harvest-Member-Role` },
          Action: "s3:GetBucketVersioning",
          Resource: "arn:aws:s3:::denial-b",
        },
      ],
    }),
  });
  await makeAllDue();
  expect(refused(await callsOfARound())).toEqual({ keys: regions, versioning: 3 });
  await makeAllDue();
  expect(refused(await callsOfARound())).toEqual({ keys: regions, versioning: 2 });
  await passADay();
  await makeAllDue();
  expect(refused(await callsOfARound())).toEqual({ keys: regions, versioning: 3 });
  await asAdministrator("DeleteBucketPolicy", { Bucket: "denial-b" });
});
